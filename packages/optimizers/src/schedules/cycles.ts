/** Schedules that set rate and momentum, in cycles or in one. */
import { ValueError } from '@tessera/tensor';
import { checkFunction, checkInteger, checkNumber, describe, withDefaults } from '@tessera/tensor/core';
import { checkRange, forGroups, groupsOf, Schedule, type Scheduled } from './schedule.ts';

/** A group with momentum: of SGD, or the first of Adam's two. */
interface WithMomentum {
  lr: number;
  momentum?: number;
  betas?: readonly [number, number];
}

function checkMomentum(name: string, optimizer: Scheduled): void {
  const groups = groupsOf(name, optimizer) as readonly WithMomentum[];
  if (groups.every(({ momentum, betas }) => momentum !== undefined || betas !== undefined)) return;
  throw new ValueError(
    `${name}: cycleMomentum needs an optimizer with momentum; got one without; try { cycleMomentum: false }`,
  );
}

function setMomentum(group: WithMomentum, momentum: number): void {
  if (group.betas === undefined) group.momentum = momentum;
  else group.betas = [momentum, group.betas[1]];
}

export interface CyclicLROptions {
  /** Steps from the lower rate to the higher. Default 2000. */
  readonly stepSizeUp?: number;
  /** Steps back. Default null: as many. */
  readonly stepSizeDown?: number | null;
  /** The higher rate stays, halves with every cycle, or falls by gamma at every step. Default 'triangular'. */
  readonly mode?: 'triangular' | 'triangular2' | 'exp_range';
  /** Of 'exp_range'. Default 1. */
  readonly gamma?: number;
  /** In place of a mode: what the height of a cycle is multiplied with. Default null. */
  readonly scaleFn?: ((x: number) => number) | null;
  /** Whether scaleFn is given the number of the cycle, from 1, or of the step. Default 'cycle'. */
  readonly scaleMode?: 'cycle' | 'iterations';
  /** Whether momentum goes the other way. Default true. */
  readonly cycleMomentum?: boolean;
  /** Default 0.8. */
  readonly baseMomentum?: number;
  /** Default 0.9. */
  readonly maxMomentum?: number;
}

/**
 * Up in a straight line from `baseLr` to `maxLr`, and down again. Smith, 2017. PyTorch: `CyclicLR`.
 *
 * @example
 * const schedule = new CyclicLR(optimizer, 0.01, 0.1, { stepSizeUp: 500 });
 */
export class CyclicLR extends Schedule {
  readonly #settings: Required<CyclicLROptions>;
  readonly #top: readonly number[];

  constructor(
    optimizer: Scheduled,
    baseLr: number | readonly number[],
    maxLr: number | readonly number[],
    options: CyclicLROptions = {},
  ) {
    const name = 'CyclicLR';
    super(name, optimizer);
    const settings = withDefaults<Required<CyclicLROptions>>(name, options, {
      stepSizeUp: 2000,
      stepSizeDown: null,
      mode: 'triangular',
      gamma: 1,
      scaleFn: null,
      scaleMode: 'cycle',
      cycleMomentum: true,
      baseMomentum: 0.8,
      maxMomentum: 0.9,
    });
    checkRange(name, 'stepSizeUp', settings.stepSizeUp, Number.MIN_VALUE);
    if (settings.stepSizeDown !== null) checkRange(name, 'stepSizeDown', settings.stepSizeDown, Number.MIN_VALUE);
    if (!['triangular', 'triangular2', 'exp_range'].includes(settings.mode))
      throw new ValueError(
        `${name}: mode must be triangular, triangular2 or exp_range; got ${describe(settings.mode)}; try 'triangular'`,
      );
    if (settings.scaleFn !== null) checkFunction(name, 'scaleFn', settings.scaleFn, '(cycle) => 1 / cycle');
    const bottom = forGroups(name, 'baseLr', baseLr, this.baseLrs.length);
    this.#top = forGroups(name, 'maxLr', maxLr, this.baseLrs.length);
    for (const lr of bottom) checkRange(name, 'baseLr', lr, 0);
    for (const lr of this.#top) checkRange(name, 'maxLr', lr, 0);
    if (settings.cycleMomentum) checkMomentum(name, optimizer);
    this.#settings = settings;
    this.baseLrs = [...bottom];
    this.apply();
  }

  /** How high in its cycle a step is, 0 to 1, and what that height is multiplied with. */
  #place(): readonly [number, number] {
    const { stepSizeUp, stepSizeDown, mode, gamma, scaleFn, scaleMode } = this.#settings;
    const length = stepSizeUp + (stepSizeDown ?? stepSizeUp);
    const cycle = Math.floor(1 + this.lastEpoch / length);
    const x = 1 + this.lastEpoch / length - cycle;
    const ratio = stepSizeUp / length;
    const height = x <= ratio ? x / ratio : (x - 1) / (ratio - 1);
    if (scaleFn !== null) return [height, scaleFn(scaleMode === 'cycle' ? cycle : this.lastEpoch)];
    if (mode === 'triangular2') return [height, 1 / 2 ** (cycle - 1)];
    return [height, mode === 'exp_range' ? gamma ** this.lastEpoch : 1];
  }

  protected override rate(_: number, base: number, group: number): number {
    const [height, scale] = this.#place();
    return base + ((this.#top[group] as number) - base) * height * scale;
  }

  protected override apply(): void {
    super.apply();
    const { cycleMomentum, baseMomentum, maxMomentum } = this.#settings;
    if (!cycleMomentum) return;
    const [height, scale] = this.#place();
    for (const group of this.optimizer.paramGroups)
      setMomentum(group, maxMomentum - (maxMomentum - baseMomentum) * height * scale);
  }
}

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
  /** Default 0.85. */
  readonly baseMomentum?: number;
  /** Default 0.95. */
  readonly maxMomentum?: number;
  /** The first rate is maxLr / divFactor. Default 25. */
  readonly divFactor?: number;
  /** The last rate is the first / finalDivFactor. Default 1e4. */
  readonly finalDivFactor?: number;
  /** Whether the way down stops at the first rate before it goes to the last. Default false. */
  readonly threePhase?: boolean;
}

/** A stretch of steps: its last one, and rate (of a group) and momentum at both ends. */
interface Phase {
  readonly end: number;
  readonly from: 'first' | 'highest' | 'last';
  readonly to: 'first' | 'highest' | 'last';
  readonly momentum: readonly [number, number];
}

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
  readonly #phases: readonly Phase[];

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
    const { totalSteps, epochs, stepsPerEpoch, pctStart, annealStrategy } = settings;
    if (totalSteps === null && (epochs === null || stepsPerEpoch === null))
      throw new ValueError(
        `${name}: totalSteps must be given, or epochs and stepsPerEpoch; got neither; try { totalSteps: 1000 }`,
      );
    this.totalSteps = checkInteger(name, 'totalSteps', totalSteps ?? (epochs as number) * (stepsPerEpoch as number), 1);
    checkRange(name, 'pctStart', pctStart, 0, 1);
    if (annealStrategy !== 'cos' && annealStrategy !== 'linear')
      throw new ValueError(`${name}: annealStrategy must be cos or linear; got ${describe(annealStrategy)}; try 'cos'`);
    checkNumber(name, 'divFactor', settings.divFactor);
    checkNumber(name, 'finalDivFactor', settings.finalDivFactor);
    this.#top = forGroups(name, 'maxLr', maxLr, this.baseLrs.length);
    for (const lr of this.#top) checkRange(name, 'maxLr', lr, 0);
    if (settings.cycleMomentum) checkMomentum(name, optimizer);
    this.#settings = settings;
    this.#phases = phasesOf(settings, this.totalSteps);
    this.baseLrs = this.#top.map((top) => top / settings.divFactor);
    this.apply();
  }

  override step(): void {
    if (this.lastEpoch + 1 > this.totalSteps)
      throw new ValueError(
        `OneCycleLR: there are ${this.totalSteps} steps; got step ${this.lastEpoch + 2}; try a larger totalSteps`,
      );
    super.step();
  }

  /** The value between the ends of the phase that a step is in. */
  #between(ends: (phase: Phase) => readonly [number, number]): number {
    const ending = this.#phases.findIndex(({ end }) => this.lastEpoch <= end);
    const at = ending < 0 ? this.#phases.length - 1 : ending;
    const phase = this.#phases[at] as Phase;
    const start = this.#phases[at - 1]?.end ?? 0;
    const share = (this.lastEpoch - start) / (phase.end - start);
    const [from, to] = ends(phase);
    if (this.#settings.annealStrategy === 'linear') return from + (to - from) * share;
    return to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share));
  }

  protected override rate(_: number, base: number, group: number): number {
    const rates = { first: base, highest: this.#top[group] as number, last: base / this.#settings.finalDivFactor };
    return this.#between(({ from, to }) => [rates[from], rates[to]]);
  }

  protected override apply(): void {
    super.apply();
    if (!this.#settings.cycleMomentum) return;
    for (const group of this.optimizer.paramGroups)
      setMomentum(
        group,
        this.#between(({ momentum }) => momentum),
      );
  }
}

function phasesOf(settings: Required<OneCycleOptions>, total: number): readonly Phase[] {
  const { pctStart, threePhase, baseMomentum: low, maxMomentum: high } = settings;
  const up: Phase = { end: pctStart * total - 1, from: 'first', to: 'highest', momentum: [high, low] };
  if (!threePhase) return [up, { end: total - 1, from: 'highest', to: 'last', momentum: [low, high] }];
  return [
    up,
    { end: 2 * pctStart * total - 2, from: 'highest', to: 'first', momentum: [low, high] },
    { end: total - 1, from: 'first', to: 'last', momentum: [high, high] },
  ];
}
