/** A schedule that sets rate and momentum, in one cycle. */
import { ValueError } from '@tessera/tensor';
import { checkFlag, checkInteger, checkOneOf, withDefaults } from '@tessera/tensor/core';
import { type Momenta, momentaOf } from './momenta.ts';
import { checkRange, type Place, ratesOf, Schedule, type Scheduled, type ScheduledGroup } from './schedule.ts';

export interface OneCycleOptions {
  /** All steps. Default null: epochs times stepsPerEpoch. */
  readonly totalSteps?: number | null;
  readonly epochs?: number | null;
  readonly stepsPerEpoch?: number | null;
  /** Share of the steps that go up. Default 0.3. */
  readonly pctStart?: number;
  /** Along a cosine or in a straight line. Default 'cos'. */
  readonly annealStrategy?: 'cos' | 'linear';
  /** Whether momentum goes the other way. Default true. */
  readonly cycleMomentum?: boolean;
  /** The lower momentum, for all groups or each. Default 0.85. */
  readonly baseMomentum?: number | readonly number[];
  /** The higher momentum, for all groups or each. Default 0.95. */
  readonly maxMomentum?: number | readonly number[];
  /** The first rate is maxLr / divFactor. Default 25. */
  readonly divFactor?: number;
  /** The last rate is the first / finalDivFactor. Default 1e4. */
  readonly finalDivFactor?: number;
  /** Whether the way down stops at the first rate before it goes to the last. Default false. */
  readonly threePhase?: boolean;
}

/** A stretch of steps: its last one, and which rate and which momentum stand at both ends. */
interface Phase {
  readonly end: number;
  readonly rates: readonly [Rate, Rate];
  readonly momenta: readonly [keyof Momenta, keyof Momenta];
}

type Rate = 'first' | 'highest' | 'last';

/**
 * From a small rate up to `maxLr`, and down to one far smaller, within `totalSteps`. Smith and Topin, 2018.
 * PyTorch: `OneCycleLR`.
 *
 * @throws ValueError for a step beyond the last.
 * @example
 * const schedule = new OneCycleLR(optimizer, 0.1, { epochs: 10, stepsPerEpoch: 469 });
 */
export class OneCycleLR extends Schedule {
  readonly totalSteps: number;
  readonly #settings: Required<OneCycleOptions>;
  readonly #top: readonly number[];
  readonly #momenta: Momenta | null;
  readonly #phases: readonly Phase[];
  protected override readonly followsRate: boolean = false;

  constructor(optimizer: Scheduled, maxLr: number | readonly number[], options: OneCycleOptions = {}) {
    const name = 'OneCycleLR';
    super(name, optimizer);
    const settings = withDefaults<Required<OneCycleOptions>>(name, options, {
      totalSteps: null,
      epochs: null,
      stepsPerEpoch: null,
      pctStart: 0.3,
      annealStrategy: 'cos',
      cycleMomentum: true,
      baseMomentum: 0.85,
      maxMomentum: 0.95,
      divFactor: 25,
      finalDivFactor: 1e4,
      threePhase: false,
    });
    this.totalSteps = totalOf(name, settings);
    checkRange(name, 'pctStart', settings.pctStart, 0, 1);
    checkOneOf(name, 'annealStrategy', settings.annealStrategy, ['cos', 'linear']);
    checkFlag(name, 'threePhase', settings.threePhase);
    checkRange(name, 'divFactor', settings.divFactor, Number.MIN_VALUE, Number.MAX_VALUE);
    checkRange(name, 'finalDivFactor', settings.finalDivFactor, Number.MIN_VALUE, Number.MAX_VALUE);
    this.#top = ratesOf(name, 'maxLr', maxLr, this.baseLrs.length);
    this.#momenta = momentaOf(name, optimizer, settings);
    this.#settings = settings;
    this.#phases = phasesOf(settings, this.totalSteps);
    this.baseLrs = this.#top.map((top) => top / settings.divFactor);
    this.begin();
  }

  /** The first rate is the cycle's own, also for schedules that are made after it. */
  override begin(): void {
    super.begin();
    this.baseLrs.forEach((base, i) => {
      (this.optimizer.paramGroups[i] as ScheduledGroup).initialLr = base;
    });
  }

  override step(): void {
    if (this.lastEpoch + 1 > this.totalSteps)
      throw new ValueError(
        `OneCycleLR: there are ${this.totalSteps} steps; got step ${this.lastEpoch + 2}; try a larger totalSteps`,
      );
    super.step();
  }

  /** The value between the ends of the phase that a step is in. */
  #between(epoch: number, ends: (phase: Phase) => readonly [number, number]): number {
    const ending = this.#phases.findIndex(({ end }) => epoch <= end);
    const at = ending < 0 ? this.#phases.length - 1 : ending;
    const phase = this.#phases[at] as Phase;
    const start = this.#phases[at - 1]?.end ?? 0;
    // A phase of no length is at its end.
    const share = phase.end > start ? (epoch - start) / (phase.end - start) : 1;
    const [from, to] = ends(phase);
    if (this.#settings.annealStrategy === 'linear') return from + (to - from) * share;
    return to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share));
  }

  protected override rate({ epoch, base, group }: Place): number {
    const rates = { first: base, highest: this.#top[group] as number, last: base / this.#settings.finalDivFactor };
    return this.#between(epoch, ({ rates: [from, to] }) => [rates[from], rates[to]]);
  }

  protected override momentum({ epoch, group }: Place): number | null {
    const momenta = this.#momenta;
    if (momenta === null) return null;
    return this.#between(epoch, ({ momenta: [from, to] }) => [
      momenta[from][group] as number,
      momenta[to][group] as number,
    ]);
  }
}

/** All steps: given as such, or as epochs of so many. */
function totalOf(name: string, { totalSteps, epochs, stepsPerEpoch }: Required<OneCycleOptions>): number {
  if (totalSteps !== null) return checkInteger(name, 'totalSteps', totalSteps, 1);
  if (epochs === null || stepsPerEpoch === null)
    throw new ValueError(
      `${name}: totalSteps must be given, or epochs and stepsPerEpoch; got neither; try { totalSteps: 1000 }`,
    );
  return checkInteger(name, 'epochs', epochs, 1) * checkInteger(name, 'stepsPerEpoch', stepsPerEpoch, 1);
}

function phasesOf({ pctStart, threePhase }: Required<OneCycleOptions>, total: number): readonly Phase[] {
  const up: Phase = { end: pctStart * total - 1, rates: ['first', 'highest'], momenta: ['max', 'base'] };
  if (!threePhase) return [up, { end: total - 1, rates: ['highest', 'last'], momenta: ['base', 'max'] }];
  return [
    up,
    { end: 2 * pctStart * total - 2, rates: ['highest', 'first'], momenta: ['base', 'max'] },
    { end: total - 1, rates: ['first', 'last'], momenta: ['max', 'max'] },
  ];
}
