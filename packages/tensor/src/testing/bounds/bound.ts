/** A bound says how far a result may lie from what is expected, and by which kind of reasoning. */

/** The classes of tolerance, each with the reasoning behind it. */
export const TOLERANCES: {
  readonly E: string;
  readonly U: string;
  readonly S: string;
  readonly M: string;
  readonly C: string;
  readonly '2P': string;
  readonly D: string;
  readonly Z: string;
  readonly P: string;
} = {
  E: 'exact: the same bits',
  U: 'elementwise: k units in the last place, where k is declared',
  S: 'a sum of n terms in any order: g(n) times the sum of their magnitudes',
  M: 'a product of matrices of depth k, for any tiles, lanes and threads: g(k) |A| |B|',
  C: 'a conditioned formula: its own first-order bound in the unit of rounding',
  '2P': 'two float32 ways to one value: the bounds of both',
  D: 'in float64: 1e-12 of what entered; derivatives 1e-7 of it against central differences',
  Z: 'statistical: six standard deviations',
  P: 'an order: the bounds of both sides are all the slack',
};

export type ToleranceClass = keyof typeof TOLERANCES;

/** A limit of one element, from what is expected there and where that is. */
export type Limit = number | ArrayLike<number> | ((expected: number, index: number) => number);

/** Made by the functions in `bounds` alone, so that no tolerance is picked by hand. */
export class Bound {
  readonly tolerance: ToleranceClass;
  readonly #limit: Limit;

  constructor(tolerance: ToleranceClass, limit: Limit) {
    this.tolerance = tolerance;
    this.#limit = limit;
  }

  /** How far element `index` may lie from `expected`. */
  at(index: number, expected: number = 0): number {
    const limit = this.#limit;
    if (typeof limit === 'number') return limit;
    return typeof limit === 'function' ? limit(expected, index) : (limit[index] as number);
  }
}
