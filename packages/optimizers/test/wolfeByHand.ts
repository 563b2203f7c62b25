/** The line search of Nocedal and Wright (2006) for the strong Wolfe conditions, as PyTorch has it, on plain numbers. */

export interface Probe {
  readonly t: number;
  readonly f: number;
  readonly slope: number;
}

/** Compares, and remembers how near any decision was to the other one: where rounding decides there is no one answer. */
export class Scales {
  /** Relative to the size of what was compared. */
  margin: number = Infinity;

  isLess(a: number, b: number, size: number = Math.abs(a) + Math.abs(b)): boolean {
    this.margin = Math.min(this.margin, Math.abs(a - b) / size);
    return a < b;
  }
}

/** The step that is taken. `size` is the greatest element of the direction; a bracket below `tolerance` ends the search. */
export function wolfeByHand<P extends Probe>(
  start: P,
  first: number,
  { size, tolerance }: { readonly size: number; readonly tolerance: number },
  at: (t: number) => P,
  scales: Scales,
): P {
  const enough = (p: P): boolean => !scales.isLess(start.f + 1e-4 * p.t * start.slope, p.f);
  const flat = (p: P): boolean => !scales.isLess(0.9 * Math.abs(start.slope), Math.abs(p.slope));
  let [before, now] = [start, at(first)];
  let rounds = 0;
  while (enough(now) && !(rounds > 1 && !scales.isLess(now.f, before.f))) {
    if (flat(now)) return now;
    if (!scales.isLess(now.slope, 0, Math.abs(start.slope))) break;
    const next = minimumOfCubic(before, now, now.t + 0.01 * (now.t - before.t), 10 * now.t, scales);
    [before, now] = [now, at(next)];
    if (++rounds === 25) return scales.isLess(now.f, start.f) ? now : start;
  }
  let [low, high] = scales.isLess(now.f, before.f) ? [now, before] : [before, now];
  let hesitated = false;
  for (; rounds < 25; rounds++) {
    const [left, right] = low.t < high.t ? [low, high] : [high, low];
    const width = right.t - left.t;
    if (scales.isLess(width * size, tolerance)) break;
    let t = minimumOfCubic(left, right, left.t, right.t, scales);
    const near: boolean = scales.isLess(Math.min(right.t - t, t - left.t), 0.1 * width);
    const moved: boolean = near && (hesitated || t === left.t || t === right.t);
    if (moved) t = scales.isLess(right.t - t, t - left.t) ? right.t - 0.1 * width : left.t + 0.1 * width;
    hesitated = near && !moved;
    const found = at(t);
    if (!enough(found) || !scales.isLess(found.f, low.f)) {
      high = found;
      if (scales.isLess(high.f, low.f)) [low, high] = [high, low];
      continue;
    }
    if (flat(found)) return found;
    if (scales.isLess(found.slope, 0, Math.abs(start.slope)) !== high.t > low.t) high = low;
    low = found;
  }
  return low;
}

/** The least value of the cubic a + b u + c u^2 + d u^3 through two values and slopes, with u = 0 at the left and 1 at the right. */
function minimumOfCubic(one: Probe, other: Probe, least: number, greatest: number, scales: Scales): number {
  const [l, r] = one.t < other.t ? [one, other] : [other, one];
  const width = r.t - l.t;
  const [b, slope] = [l.slope * width, r.slope * width];
  const d = slope + b - 2 * (r.f - l.f);
  const c = r.f - l.f - b - d;
  // The slope b + 2 c u + 3 d u^2 is 0 and rises.
  if (scales.isLess(c * c, 3 * b * d)) return (least + greatest) / 2;
  const at = l.t + (-b / (c + Math.sqrt(c * c - 3 * b * d))) * width;
  if (scales.isLess(at, least)) return least;
  return scales.isLess(greatest, at) ? greatest : at;
}
