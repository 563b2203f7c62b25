/** Schedules made of schedules. */
import { ValueError } from '@tessera/tensor';
import { checkInteger, describe } from '@tessera/tensor/core';
import { checkMilestones } from './factors.ts';
import { type Scheduled, type ScheduleState, Stepwise } from './schedule.ts';

/** Throws unless all are schedules of one optimizer. */
function checkSchedules(name: string, schedules: readonly Stepwise[], optimizer?: Scheduled): readonly Stepwise[] {
  if (Array.isArray(schedules) && schedules.length > 0 && schedules.every((one) => one instanceof Stepwise)) {
    const shared = optimizer ?? schedules[0]?.optimizer;
    if (schedules.every((one) => one.optimizer === shared)) return [...schedules];
    throw new ValueError(`${name}: schedules must be of one optimizer; got several; try the same for all`);
  }
  throw new ValueError(
    `${name}: schedules must be a list of schedules; got ${describe(schedules)}; try [new LinearLR(optimizer)]`,
  );
}

const statesOf = (schedules: readonly Stepwise[]): ScheduleState[] => schedules.map((one) => one.stateDict());

/** Does something with all; when one refuses, all are as they were. */
function together(schedules: readonly Stepwise[], act: () => void): void {
  const states = statesOf(schedules);
  const groups = (schedules[0] as Stepwise).optimizer.paramGroups.map((group) => ({ group, before: { ...group } }));
  try {
    act();
  } catch (error) {
    for (const [i, schedule] of schedules.entries()) schedule.loadStateDict(states[i] as ScheduleState);
    for (const { group, before } of groups) Object.assign(group, before);
    throw error;
  }
}

function loadAll(schedules: readonly Stepwise[], states: unknown): void {
  if (!Array.isArray(states) || states.length !== schedules.length)
    throw new ValueError(
      `loadStateDict: _schedulers must be a state for each of ${schedules.length} schedules; got ${describe(states)}; try a schedule made in the same way`,
    );
  together(schedules, () => {
    for (const [i, schedule] of schedules.entries()) schedule.loadStateDict(states[i]);
  });
}

/**
 * One schedule after the other, each from its milestone on and from the rates before any schedule. PyTorch: `SequentialLR`; there a
 * milestone at 0 goes wrong, here the schedule after it is the first.
 *
 * @example
 * const warmUp = new LinearLR(optimizer, { totalIters: 100 });
 * const schedule = new SequentialLR(optimizer, [warmUp, new CosineAnnealingLR(optimizer, 900)], [100]);
 */
export class SequentialLR extends Stepwise {
  lastEpoch = 0;
  readonly #schedules: readonly Stepwise[];

  constructor(
    optimizer: Scheduled,
    schedules: readonly Stepwise[],
    readonly milestones: readonly number[],
  ) {
    super(optimizer);
    this.#schedules = checkSchedules('SequentialLR', schedules, optimizer);
    checkMilestones('SequentialLR', milestones);
    if (milestones.length !== schedules.length - 1)
      throw new ValueError(
        `SequentialLR: there must be a milestone between schedules; got ${milestones.length} for ${schedules.length}; try [100]`,
      );
    // What the schedules did when they were made is undone.
    for (const group of optimizer.paramGroups) group.lr = group.initialLr ?? group.lr;
    this.begin();
  }

  /** The place among the schedules of the one that acts at a step. */
  #at(epoch: number): number {
    return this.milestones.filter((milestone) => milestone <= epoch).length;
  }

  override begin(): void {
    this.#schedules[this.#at(0)]?.begin();
    this.lastEpoch = 0;
  }

  override restart(): void {
    this.#schedules[this.#at(0)]?.restart();
    this.lastEpoch = 0;
  }

  override step(): void {
    const epoch = this.lastEpoch + 1;
    const at = this.#at(epoch);
    const schedule = this.#schedules[at] as Stepwise;
    if (at > 0 && this.milestones[at - 1] === epoch) schedule.restart();
    else schedule.step();
    this.lastEpoch = epoch;
  }

  override stateDict(): ScheduleState {
    return { last_epoch: this.lastEpoch, _schedulers: statesOf(this.#schedules) };
  }

  override loadStateDict(state: ScheduleState): void {
    const lastEpoch = checkInteger('loadStateDict', 'last_epoch', state?.last_epoch, 0);
    loadAll(this.#schedules, state._schedulers);
    this.lastEpoch = lastEpoch;
  }
}

/** Several schedules at once: each acts on the rate that the one before gave. PyTorch: `ChainedScheduler`. */
export class ChainedScheduler extends Stepwise {
  readonly #schedules: readonly Stepwise[];

  constructor(schedules: readonly Stepwise[]) {
    const checked = checkSchedules('ChainedScheduler', schedules);
    super((checked[0] as Stepwise).optimizer);
    this.#schedules = checked;
  }

  override begin(): void {
    for (const schedule of this.#schedules) schedule.begin();
  }

  override restart(): void {
    for (const [i, schedule] of this.#schedules.entries())
      if (i === 0) schedule.restart();
      else schedule.begin();
  }

  override step(): void {
    together(this.#schedules, () => {
      for (const schedule of this.#schedules) schedule.step();
    });
  }

  override stateDict(): ScheduleState {
    return { _schedulers: statesOf(this.#schedules) };
  }

  override loadStateDict(state: ScheduleState): void {
    loadAll(this.#schedules, state?._schedulers);
  }
}
