/** What all schedules of the learning rate share. */
import { ValueError } from '@tessera/tensor';
import { checkInteger, describe } from '@tessera/tensor/core';

/** A group of parameters whose rate is scheduled. */
export interface ScheduledGroup {
  lr: number;
  /** The rate before any schedule. */
  initialLr?: number;
}

/** An optimizer, as schedules see it. */
export interface Scheduled {
  readonly paramGroups: readonly ScheduledGroup[];
}

/** Everything needed to go on, beside the optimizer's own state; keys are PyTorch's. */
export type ScheduleState = Readonly<Record<string, unknown>>;

/** What sets the learning rates of an optimizer. */
export abstract class RateSetter {
  constructor(readonly optimizer: Scheduled) {}

  /** The rates that are set now. */
  getLastLr(): number[] {
    return this.optimizer.paramGroups.map((group) => group.lr);
  }

  /** Everything needed to go on, beside the optimizer's own state. */
  abstract stateDict(): ScheduleState;

  /** Takes up a state. The rates themselves are in the optimizer's state. */
  abstract loadStateDict(state: ScheduleState): void;
}

/**
 * Sets the learning rate of every group: once when it is made, and again at every `step()`. Most rates follow from the one before,
 * so that several schedules may act on one optimizer, one after the other. PyTorch: `torch.optim.lr_scheduler.LRScheduler`.
 */
export abstract class Schedule extends RateSetter {
  /** Steps so far. */
  lastEpoch = 0;
  /** The rates before any schedule. */
  baseLrs: readonly number[];

  constructor(
    readonly name: string,
    optimizer: Scheduled,
  ) {
    super(optimizer);
    this.baseLrs = groupsOf(name, optimizer).map((group) => {
      group.initialLr ??= group.lr;
      return group.initialLr;
    });
  }

  /** The rate of a group at `lastEpoch`, from the rate that it has and the one before any schedule. */
  protected abstract rate(lr: number, base: number, group: number): number;

  /** To be called after every epoch, or every batch, when the optimizer has stepped. */
  step(): void {
    this.lastEpoch++;
    this.apply();
  }

  /** Begins anew from the rates before any schedule. */
  restart(): void {
    this.lastEpoch = 0;
    this.optimizer.paramGroups.forEach((group, i) => {
      group.lr = this.baseLrs[i] as number;
    });
    this.apply();
  }

  protected apply(): void {
    const rates = this.optimizer.paramGroups.map((group, i) => this.rate(group.lr, this.baseLrs[i] as number, i));
    this.optimizer.paramGroups.forEach((group, i) => {
      group.lr = rates[i] as number;
    });
  }

  override stateDict(): ScheduleState {
    return { last_epoch: this.lastEpoch, base_lrs: [...this.baseLrs] };
  }

  /** Throws unless a state may stand at this place. */
  protected checkEpoch(epoch: unknown): number {
    return checkInteger('loadStateDict', 'last_epoch', epoch, 0);
  }

  override loadStateDict(state: ScheduleState): void {
    const lastEpoch = this.checkEpoch(state?.last_epoch);
    const bases = state.base_lrs;
    if (!Array.isArray(bases) || bases.length !== this.baseLrs.length || !bases.every(Number.isFinite))
      throw new ValueError(
        `loadStateDict: base_lrs must be a rate for each of ${this.baseLrs.length} groups; got ${describe(bases)}; try a schedule of the same optimizer`,
      );
    this.lastEpoch = lastEpoch;
    this.baseLrs = [...(bases as number[])];
  }
}

/** Throws unless there are groups with a rate. */
export function groupsOf(name: string, optimizer: Scheduled): readonly ScheduledGroup[] {
  const groups = (optimizer as Scheduled | undefined | null)?.paramGroups;
  if (Array.isArray(groups) && groups.length > 0 && groups.every((group) => typeof group?.lr === 'number'))
    return groups;
  throw new ValueError(
    `${name}: optimizer must be an optimizer with a learning rate; got ${describe(optimizer)}; try new SGD(model.parameters())`,
  );
}

/** One value for every group, or a list with one for each. */
export function forGroups<T>(name: string, setting: string, value: T | readonly T[], groups: number): readonly T[] {
  if (!Array.isArray(value)) return new Array<T>(groups).fill(value as T);
  if (value.length === groups) return value;
  throw new ValueError(
    `${name}: ${setting} must be one value, or one for each of ${groups} groups; got ${value.length}; try a single one`,
  );
}

/** Throws unless a number lies in a range, ends included. */
export function checkRange(
  name: string,
  setting: string,
  value: unknown,
  low: number,
  high: number = Infinity,
): number {
  if (typeof value === 'number' && value >= low && value <= high) return value;
  throw new ValueError(
    `${name}: ${setting} must be in [${low}, ${high}]; got ${describe(value)}; try ${high === Infinity ? low + 1 : high}`,
  );
}
