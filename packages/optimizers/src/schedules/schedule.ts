/** What all schedules of the learning rate share. */
import { ValueError } from '@tessera/tensor';
import { checkInteger, describe } from '@tessera/tensor/core';

/** A group of parameters whose rate is scheduled, and its momentum: of SGD, or the first of Adam's two. */
export interface ScheduledGroup {
  lr: number;
  /** The rate before any schedule. */
  initialLr?: number;
  momentum?: number;
  betas?: readonly [number, number];
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

/** What goes by steps from a start, alone or as one of several. */
export abstract class Stepwise extends RateSetter {
  /** To be called after every epoch, or every batch, when the optimizer has stepped. */
  abstract step(): void;

  /** Sets the rates of the start, on top of those that are set now. */
  abstract begin(): void;

  /** Begins anew from the rates before any schedule. */
  abstract restart(): void;
}

/** What the rate of a group may follow from. */
export interface Place {
  /** Steps so far. */
  readonly epoch: number;
  /** The rate that is set now. */
  readonly lr: number;
  /** The rate before any schedule. */
  readonly base: number;
  /** Which group it is, from 0. */
  readonly group: number;
}

/**
 * Sets the learning rate of every group: once when it is made, and again at every `step()`. Most rates follow from the one before,
 * so that several schedules may act on one optimizer, one after the other. A rate that cannot be told (a function of yours throws)
 * leaves everything as it was. PyTorch: `torch.optim.lr_scheduler.LRScheduler`.
 */
export abstract class Schedule extends Stepwise {
  /** Steps so far. */
  lastEpoch = 0;
  /** The rates before any schedule. */
  baseLrs: readonly number[];
  /**
   * Whether a rate follows from the one before alone. Groups that the optimizer is given later are scheduled then too; others keep
   * the rate that they came with, as in PyTorch.
   */
  protected readonly followsRate: boolean = true;

  constructor(
    readonly name: string,
    optimizer: Scheduled,
  ) {
    super(optimizer);
    this.baseLrs = groupsOf(name, optimizer).map(({ lr, initialLr }) => initialLr ?? lr);
  }

  protected abstract rate(place: Place): number;

  /** The momentum of a group, or null where it stays as it is. */
  protected momentum(_: Place): number | null {
    return null;
  }

  override step(): void {
    this.goTo(this.lastEpoch + 1);
  }

  override begin(): void {
    this.goTo(0);
    this.baseLrs.forEach((base, i) => {
      (this.optimizer.paramGroups[i] as ScheduledGroup).initialLr ??= base;
    });
  }

  override restart(): void {
    this.goTo(0, this.baseLrs);
  }

  /** Sets what holds at a place, on top of the rates that are set now or of others. */
  protected goTo(epoch: number, from: readonly number[] = []): void {
    const { optimizer, baseLrs } = this;
    const groups = optimizer.paramGroups.slice(0, this.followsRate ? undefined : baseLrs.length);
    const values = groups.map((group, i) => {
      const place = { epoch, lr: from[i] ?? group.lr, base: baseLrs[i] ?? group.initialLr ?? group.lr, group: i };
      return [this.rate(place), this.momentum(place)] as const;
    });
    this.lastEpoch = epoch;
    for (const [i, [lr, momentum]] of values.entries()) {
      const group = groups[i] as ScheduledGroup;
      group.lr = lr;
      if (momentum === null) continue;
      if (group.betas === undefined) group.momentum = momentum;
      else group.betas = [momentum, group.betas[1]];
    }
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

/** A learning rate for every group: one value, or a list with one for each. */
export function ratesOf(
  name: string,
  setting: string,
  value: number | readonly number[],
  groups: number,
): readonly number[] {
  return forGroups(name, setting, value, groups).map((lr) => checkRange(name, setting, lr, 0, Number.MAX_VALUE));
}
