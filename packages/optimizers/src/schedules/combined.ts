/** Schedules made of schedules. */
import { ValueError } from '@tessera/tensor';
import { checkInteger, describe } from '@tessera/tensor/core';
import { checkMilestones } from './factors.ts';
import { RateSetter, Schedule, type Scheduled, type ScheduleState } from './schedule.ts';

/** Throws unless all are schedules of one optimizer. */
function checkSchedules(name: string, schedules: readonly Schedule[], optimizer?: Scheduled): readonly Schedule[] {
  if (Array.isArray(schedules) && schedules.length > 0 && schedules.every((one) => one instanceof Schedule)) {
    const shared = optimizer ?? schedules[0]?.optimizer;
    if (schedules.every((one) => one.optimizer === shared)) return [...schedules];
    throw new ValueError(`${name}: schedules must be of one optimizer; got several; try the same for all`);
  }
  throw new ValueError(
    `${name}: schedules must be a list of schedules; got ${describe(schedules)}; try [new LinearLR(optimizer)]`,
  );
}

const statesOf = (schedules: readonly Schedule[]): ScheduleState[] => schedules.map((one) => one.stateDict());

/** Loads a state into each; nothing changes when there are not as many, or when one is refused. */
function loadAll(schedules: readonly Schedule[], states: unknown): void {
  if (!Array.isArray(states) || states.length !== schedules.length)
    throw new ValueError(
      `loadStateDict: _schedulers must be a state for each of ${schedules.length} schedules; got ${describe(states)}; try a schedule made in the same way`,
    );
  const before = statesOf(schedules);
  try {
    for (const [i, schedule] of schedules.entries()) schedule.loadStateDict(states[i]);
  } catch (error) {
    for (const [i, schedule] of schedules.entries()) schedule.loadStateDict(before[i] as ScheduleState);
    throw error;
  }
}

/**
 * One schedule after the other, each from its milestone on and from the rates before any schedule. PyTorch: `SequentialLR`.
 *
 * @example
 * const warmUp = new LinearLR(optimizer, { totalIters: 100 });
 * const schedule = new SequentialLR(optimizer, [warmUp, new CosineAnnealingLR(optimizer, 900)], [100]);
 */
export class SequentialLR extends RateSetter {
  lastEpoch = 0;
  readonly #schedules: readonly Schedule[];

  constructor(
    optimizer: Scheduled,
    schedules: readonly Schedule[],
    readonly milestones: readonly number[],
  ) {
    super(optimizer);
    this.#schedules = checkSchedules('SequentialLR', schedules, optimizer);
    checkMilestones('SequentialLR', milestones);
    if (milestones.length !== schedules.length - 1)
      throw new ValueError(
        `SequentialLR: there must be a milestone between schedules; got ${milestones.length} for ${schedules.length}; try [100]`,
      );
    this.#schedules[0]?.restart();
  }

  step(): void {
    this.lastEpoch++;
    const at = this.milestones.filter((milestone) => milestone <= this.lastEpoch).length;
    const schedule = this.#schedules[at] as Schedule;
    if (at > 0 && this.milestones[at - 1] === this.lastEpoch) schedule.restart();
    else schedule.step();
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
export class ChainedScheduler extends RateSetter {
  readonly #schedules: readonly Schedule[];

  constructor(schedules: readonly Schedule[]) {
    const checked = checkSchedules('ChainedScheduler', schedules);
    super((checked[0] as Schedule).optimizer);
    this.#schedules = checked;
  }

  step(): void {
    for (const schedule of this.#schedules) schedule.step();
  }

  override stateDict(): ScheduleState {
    return { _schedulers: statesOf(this.#schedules) };
  }

  override loadStateDict(state: ScheduleState): void {
    loadAll(this.#schedules, state?._schedulers);
  }
}
