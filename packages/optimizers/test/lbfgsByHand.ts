/** L-BFGS on lists of numbers, as PyTorch's documentation and Nocedal and Wright (2006) have it, with plain loops. */

export type Objective = (x: readonly number[]) => { readonly f: number; readonly g: number[] };

export interface Settings {
  readonly lr: number;
  readonly maxIter: number;
  readonly maxEval: number;
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
  evaluations = 0;
  /** How near any decision was to the other one, relative to what was compared: below some 1e-9, rounding decides. */
  margin: number = Infinity;
  /** The greatest number met on the way, at least 1. */
  reach: number = 1;
  readonly #objective: Objective;
  readonly #settings: Settings;
  readonly #pairs: { s: number[]; y: number[] }[] = [];
  #direction: number[] = [];
  #before: number[] = [];
  #t = 0;
  #scale = 1;
  #iterations = 0;

  constructor(objective: Objective, start: readonly number[], settings: Settings) {
    this.#objective = objective;
    this.#settings = settings;
    this.x = [...start];
  }

  #less(a: number, b: number): boolean {
    this.margin = Math.min(this.margin, Math.abs(a - b) / (Math.abs(a) + Math.abs(b)));
    return a < b;
  }

  #at(t: number): { t: number; f: number; g: number[]; slope: number } {
    this.evaluations++;
    const x = plus(this.x, t, this.#direction);
    const { f, g } = this.#objective(x);
    this.reach = Math.max(this.reach, size(x), size(g), Math.abs(f));
    return { t, f, g, slope: dot(g, this.#direction) };
  }

  step(): void {
    const { lr, maxIter, maxEval, toleranceGrad, toleranceChange, search } = this.#settings;
    const first = this.evaluations;
    let now = { t: 0, ...this.#objective(this.x), slope: 0 };
    this.evaluations++;
    if (!this.#less(toleranceGrad, size(now.g))) return;
    for (let i = 1; i <= maxIter; i++) {
      this.#turn(now.g);
      const length = this.#iterations === 1 ? Math.min(1, 1 / now.g.reduce((sum, v) => sum + Math.abs(v), 0)) * lr : lr;
      this.#t = length;
      const start = { ...now, t: 0, slope: dot(now.g, this.#direction) };
      if (this.#less(-toleranceChange, start.slope)) return;
      if (search) now = this.#search(start, length);
      else if (i < maxIter) now = this.#at(length);
      this.#t = search ? now.t : length;
      this.x = plus(this.x, this.#t, this.#direction);
      if (i === maxIter || this.evaluations - first >= maxEval) return;
      if (!this.#less(toleranceGrad, size(now.g))) return;
      if (!this.#less(toleranceChange, size(this.#direction) * Math.abs(this.#t))) return;
      if (this.#less(Math.abs(now.f - start.f), toleranceChange)) return;
    }
  }

  /** A new direction: minus the gradient, seen through the curvature of the last moves. */
  #turn(g: readonly number[]): void {
    this.#iterations++;
    if (this.#iterations === 1) this.#direction = g.map((v) => -v);
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

  /** A step that satisfies the strong Wolfe conditions, with their usual constants. */
  #search(start: Probe, first: number): Probe {
    const enough = (p: Probe): boolean => !this.#less(start.f + 1e-4 * p.t * start.slope, p.f);
    const flat = (p: Probe): boolean => !this.#less(0.9 * Math.abs(start.slope), Math.abs(p.slope));
    let [before, now] = [start, this.#at(first)];
    let rounds = 0;
    while (enough(now) && !(rounds > 1 && !this.#less(now.f, before.f))) {
      if (flat(now)) return now;
      if (now.slope >= 0) break;
      const next = minimumOfCubic(before, now, now.t + 0.01 * (now.t - before.t), 10 * now.t);
      [before, now] = [now, this.#at(next)];
      if (++rounds === 25) return now.f < start.f ? now : start;
    }
    let [low, high] = this.#less(now.f, before.f) ? [now, before] : [before, now];
    let hesitated = false;
    for (; rounds < 25; rounds++) {
      const [left, right] = low.t < high.t ? [low, high] : [high, low];
      const width = right.t - left.t;
      if (this.#less(width * size(this.#direction), this.#settings.toleranceChange)) break;
      let t = minimumOfCubic(left, right, left.t, right.t);
      const near: boolean = this.#less(Math.min(right.t - t, t - left.t), 0.1 * width);
      const moved: boolean = near && (hesitated || t === left.t || t === right.t);
      if (moved) t = this.#less(right.t - t, t - left.t) ? right.t - 0.1 * width : left.t + 0.1 * width;
      hesitated = near && !moved;
      const found = this.#at(t);
      if (!enough(found) || !this.#less(found.f, low.f)) {
        high = found;
        if (this.#less(high.f, low.f)) [low, high] = [high, low];
        continue;
      }
      if (flat(found)) return found;
      if (found.slope * (high.t - low.t) >= 0) high = low;
      low = found;
    }
    return low;
  }
}

type Probe = { readonly t: number; readonly f: number; readonly g: number[]; readonly slope: number };

/** The least value of the cubic a + b u + c u^2 + d u^3 through two values and slopes, with u = 0 at the left and 1 at the right. */
function minimumOfCubic(one: Probe, other: Probe, least: number, greatest: number): number {
  const [l, r] = one.t < other.t ? [one, other] : [other, one];
  const width = r.t - l.t;
  const [b, slope] = [l.slope * width, r.slope * width];
  const d = slope + b - 2 * (r.f - l.f);
  const c = r.f - l.f - b - d;
  // The slope b + 2 c u + 3 d u^2 is 0 and rises.
  const square = c * c - 3 * b * d;
  if (square < 0) return (least + greatest) / 2;
  const u = -b / (c + Math.sqrt(square));
  return Math.min(Math.max(l.t + u * width, least), greatest);
}
