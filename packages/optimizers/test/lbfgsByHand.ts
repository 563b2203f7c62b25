/** L-BFGS on lists of numbers, as PyTorch's documentation and Nocedal and Wright (2006) have it, with plain loops. */
import { Scales, wolfeByHand } from './wolfeByHand.ts';

export type Objective = (x: readonly number[]) => { readonly f: number; readonly g: number[] };

export interface Settings {
  readonly lr: number;
  readonly maxIter: number;
  readonly maxEval: number | null;
  readonly toleranceGrad: number;
  readonly toleranceChange: number;
  readonly historySize: number;
  readonly search: boolean;
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, v, i) => sum + v * (b[i] as number), 0);
const plus = (a: readonly number[], t: number, b: readonly number[]): number[] =>
  a.map((v, i) => v + t * (b[i] as number));
const size = (a: readonly number[]): number => Math.max(...a.map(Math.abs));

/** Where it is, over several calls of `step`. */
export class LbfgsByHand {
  x: number[];
  /** Where the objective was asked for, in order. */
  readonly path: number[][] = [];
  readonly scales: Scales = new Scales();
  /** The greatest number met on the way, at least 1. */
  reach: number = 1;
  readonly #objective: Objective;
  readonly #settings: Settings;
  readonly #pairs: { s: number[]; y: number[] }[] = [];
  #direction: number[] = [];
  #before: number[] = [];
  #t = 0;
  #scale = 1;
  /** Directions so far. */
  iterations: number = 0;

  constructor(objective: Objective, start: readonly number[], settings: Settings) {
    this.#objective = objective;
    this.#settings = settings;
    this.x = [...start];
  }

  #less(a: number, b: number): boolean {
    return this.scales.isLess(a, b);
  }

  #at(t: number): { t: number; f: number; g: number[]; slope: number } {
    const x = plus(this.x, t, this.#direction);
    const { f, g } = this.#objective(x);
    this.path.push(x);
    this.reach = Math.max(this.reach, size(x), size(g), Math.abs(f));
    return { t, f, g, slope: dot(g, this.#direction) };
  }

  step(): void {
    const { lr, maxIter, toleranceGrad, toleranceChange, search } = this.#settings;
    const maxEval = this.#settings.maxEval ?? Math.floor((5 * maxIter) / 4);
    const first = this.path.length;
    let now = { t: 0, ...this.#objective(this.x), slope: 0 };
    this.path.push(this.x);
    if (!this.#less(toleranceGrad, size(now.g))) return;
    for (let i = 1; i <= maxIter; i++) {
      this.#turn(now.g);
      const length = this.iterations === 1 ? Math.min(1, 1 / now.g.reduce((sum, v) => sum + Math.abs(v), 0)) * lr : lr;
      this.#t = length;
      const start = { ...now, t: 0, slope: dot(now.g, this.#direction) };
      if (this.#less(-toleranceChange, start.slope)) return;
      const width = { size: size(this.#direction), tolerance: toleranceChange };
      if (search) now = wolfeByHand(start, length, width, (t) => this.#at(t), this.scales);
      else if (i < maxIter) now = this.#at(length);
      this.#t = search ? now.t : length;
      this.x = plus(this.x, this.#t, this.#direction);
      if (i === maxIter || this.path.length - first >= maxEval) return;
      if (!this.#less(toleranceGrad, size(now.g))) return;
      if (!this.#less(toleranceChange, size(this.#direction) * Math.abs(this.#t))) return;
      if (this.#less(Math.abs(now.f - start.f), toleranceChange)) return;
    }
  }

  /** A new direction: minus the gradient, seen through the curvature of the last moves. */
  #turn(g: readonly number[]): void {
    this.iterations++;
    if (this.iterations === 1) this.#direction = g.map((v) => -v);
    else {
      const [s, y] = [this.#direction.map((v) => v * this.#t), plus(g, -1, this.#before)];
      if (this.#less(1e-10, dot(y, s))) {
        this.#pairs.push({ s, y });
        if (this.#pairs.length > this.#settings.historySize) this.#pairs.shift();
        this.#scale = dot(y, s) / dot(y, y);
      }
      let q = g.map((v) => -v);
      const shares = this.#pairs.toReversed().map(({ s, y }) => {
        const share = dot(s, q) / dot(y, s);
        q = plus(q, -share, y);
        return share;
      });
      q = q.map((v) => v * this.#scale);
      this.#pairs.forEach(({ s, y }, i) => {
        q = plus(q, (shares.at(-1 - i) as number) - dot(y, q) / dot(y, s), s);
      });
      this.#direction = q;
    }
    this.#before = [...g];
  }
}
