/** A schedule that sets rate and momentum, in cycles. */
import { checkFunction, checkNumber, checkOneOf, withDefaults } from '@tessera/tensor/core';
import { type Momenta, momentaOf } from './momenta.ts';
import { checkRange, type Place, ratesOf, Schedule, type Scheduled } from './schedule.ts';

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
  /** The lower momentum, for all groups or each. Default 0.8. */
  readonly baseMomentum?: number | readonly number[];
  /** The higher momentum, for all groups or each. Default 0.9. */
  readonly maxMomentum?: number | readonly number[];
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
  readonly #momenta: Momenta | null;
  protected override readonly followsRate: boolean = false;

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
    checkOneOf(name, 'mode', settings.mode, ['triangular', 'triangular2', 'exp_range']);
    checkOneOf(name, 'scaleMode', settings.scaleMode, ['cycle', 'iterations']);
    checkRange(name, 'gamma', settings.gamma, 0);
    if (settings.scaleFn !== null) checkFunction(name, 'scaleFn', settings.scaleFn, '(cycle) => 1 / cycle');
    this.#top = ratesOf(name, 'maxLr', maxLr, this.baseLrs.length);
    this.#momenta = momentaOf(name, optimizer, settings);
    this.#settings = settings;
    this.baseLrs = ratesOf(name, 'baseLr', baseLr, this.baseLrs.length);
    this.begin();
  }

  /** How far up a step is, 0 to 1 times what its cycle is scaled with. */
  #height(epoch: number): number {
    const { stepSizeUp, stepSizeDown, mode, gamma, scaleFn, scaleMode } = this.#settings;
    const length = stepSizeUp + (stepSizeDown ?? stepSizeUp);
    const cycle = Math.floor(1 + epoch / length);
    const x = 1 + epoch / length - cycle;
    const ratio = stepSizeUp / length;
    const height = x <= ratio ? x / ratio : (x - 1) / (ratio - 1);
    if (scaleFn !== null) {
      const at = scaleMode === 'cycle' ? cycle : epoch;
      return height * checkNumber(this.name, `scaleFn(${at})`, scaleFn(at));
    }
    if (mode === 'triangular2') return height / 2 ** (cycle - 1);
    return mode === 'exp_range' ? height * gamma ** epoch : height;
  }

  protected override rate({ epoch, base, group }: Place): number {
    return base + ((this.#top[group] as number) - base) * this.#height(epoch);
  }

  protected override momentum({ epoch, group }: Place): number | null {
    if (this.#momenta === null) return null;
    const { base, max } = this.#momenta;
    return (max[group] as number) - ((max[group] as number) - (base[group] as number)) * this.#height(epoch);
  }
}
