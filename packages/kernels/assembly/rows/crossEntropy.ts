// Cross-entropy of logits [rows, n]; units = rows. With L = log of the sum of exp(x) (kept as `lse` for the
// derivative) and p = exp(x - L), the loss of class j is L - x[j]. weight (one number a class) may be 0. A row's loss
// is
//   target a class t:     (1 - s) weight[t] (L - x[t]) + s / n sum of weight[j] (L - x[j])
//   target probabilities: sum of q[j] weight[j] (L - x[j]), q = (1 - s) target + s / n
// for the label smoothing s. How rows are averaged is the caller's: g holds the derivative of each row's loss.
// (crossEntropyColumns has the same for classes that do not lie side by side.)
import { map, map2 } from '../elementwise/map';
import { parameter, setParameter } from '../elementwise/parameters';
import { at } from '../lanes';
import { exp } from '../maths/exp';
import { largest, logSumFromLargest } from './row';

/** Rows whose target is ignoreIndex have loss 0. */
@kernel function cross_entropy<T>(
  loss: usize, logSum: usize, logits: usize, target: usize, weight: usize, ignoreIndex: i32, smoothing: f64, n: i32,
  begin: i32, end: i32,
): void {
  for (let row = begin; row < end; row++) {
    const x = at<T>(logits, row * n);
    const t = load<i32>(at<i32>(target, row));
    const top = largest<T>(x, n);
    const rest = logSumFromLargest<T>(x, n, top);
    const value = t == ignoreIndex ? 0 : labelLoss<T>(x, 1, n, t, top, rest, weight, smoothing);
    store<T>(at<T>(loss, row), <T>value);
    store<T>(at<T>(logSum, row), <T>rest);
  }
}

/** The loss of one row, whose classes lie `step` elements apart, with label t. */
export function labelLoss<T>(
  x: usize, step: i32, n: i32, t: i32, top: T, rest: f64, weight: usize, smoothing: f64,
): f64 {
  const loss = (1 - smoothing) * weightOf<T>(weight, t) * (<f64>top - <f64>load<T>(at<T>(x, t * step)) + rest);
  if (smoothing == 0) return loss;
  let sum: f64 = 0;
  for (let j = 0; j < n; j++) sum += weightOf<T>(weight, j) * (<f64>top - <f64>load<T>(at<T>(x, j * step)) + rest);
  return loss + smoothing / <f64>n * sum;
}

/** The weight of class j; 1 without weights. */
@inline export function weightOf<T>(weight: usize, j: i32): f64 {
  return weight == 0 ? 1 : <f64>load<T>(at<T>(weight, j));
}

/** dx[j] = g ((1 - s) weight[t] (p[j] - [j = t]) + s / n (p[j] sum of weight - weight[j])) */
@kernel function cross_entropy_backward<T>(
  dx: usize, logits: usize, logSum: usize, target: usize, weight: usize, g: usize, ignoreIndex: i32,
  smoothing: f64, n: i32,
  begin: i32, end: i32,
): void {
  const total = smoothing == 0 ? 0 : totalWeight<T>(weight, n);
  for (let row = begin; row < end; row++) {
    const to = at<T>(dx, row * n);
    const t = load<i32>(at<i32>(target, row));
    if (t == ignoreIndex) {
      memory.fill(to, 0, at<T>(0, n));
      continue;
    }
    const hard = (1 - smoothing) * weightOf<T>(weight, t);
    const factor = <f64>load<T>(at<T>(g, row));
    const even = smoothing / <f64>n;
    const x = at<T>(logits, row * n);
    const rest = load<T>(at<T>(logSum, row));
    const top = largest<T>(x, n);
    probabilities<T>(to, x, top, rest, hard + even * total, n);
    const p = probability<T>(load<T>(at<T>(x, t)), top, rest);
    // At the label both parts are taken away at once, in f64: together they may cancel p.
    const slope = p * (hard + even * total) - (hard + even * weightOf<T>(weight, t));
    if (smoothing != 0) subtractScaled<T>(to, weight, even, n);
    store<T>(at<T>(to, t), <T>slope);
    // Last, so that an infinite g gives infinities of either sign, not their difference.
    setParameter<T>(0, factor);
    map<T, Scaled<T>>(to, to, 0, n);
  }
}

/** p = exp(x - top - rest) */
@inline export function probability<T>(x: T, top: T, rest: T): f64 {
  return <f64>v128.extract_lane<T>(exp<T>(v128.splat<T>(x - top - rest)), 0);
}

export function totalWeight<T>(weight: usize, n: i32): f64 {
  let total: f64 = 0;
  for (let j = 0; j < n; j++) total += weightOf<T>(weight, j);
  return total;
}

/** out[j] = scale exp(x[j] - top - rest) */
function probabilities<T>(out: usize, x: usize, top: T, rest: T, scale: f64, n: i32): void {
  setParameter<T>(0, <f64>top);
  setParameter<T>(1, scale);
  setParameter<T>(2, <f64>rest);
  map<T, ScaledExp<T>>(out, x, 0, n);
}
class ScaledExp<T> {
  @inline of(x: v128): v128 {
    return v128.mul<T>(exp<T>(v128.sub<T>(v128.sub<T>(x, parameter(0)), parameter(2))), parameter(1));
  }
}

class Scaled<T> { @inline of(x: v128): v128 { return v128.mul<T>(x, parameter(0)); } }

/** out[j] -= scale weight[j], weight 0 meaning ones. */
function subtractScaled<T>(out: usize, weight: usize, scale: f64, n: i32): void {
  setParameter<T>(0, scale);
  if (weight == 0) map<T, Less<T>>(out, out, 0, n);
  else map2<T, LessScaled<T>>(out, out, weight, 0, n);
}
class Less<T> { @inline of(x: v128): v128 { return v128.sub<T>(x, parameter(0)); } }
class LessScaled<T> { @inline of(x: v128, y: v128): v128 { return v128.sub<T>(x, v128.mul<T>(parameter(0), y)); } }

@kernel function cross_entropy_soft<T>(
  loss: usize, logSum: usize, logits: usize, target: usize, weight: usize, smoothing: f64, n: i32, begin: i32, end: i32,
): void {
  for (let row = begin; row < end; row++) {
    const x = at<T>(logits, row * n);
    const top = largest<T>(x, n);
    const rest = logSumFromLargest<T>(x, n, top);
    const sum = softLoss<T>(x, at<T>(target, row * n), 1, n, top, rest, weight, smoothing);
    store<T>(at<T>(loss, row), <T>sum);
    store<T>(at<T>(logSum, row), <T>rest);
  }
}

/** The loss of one row, whose classes lie `step` elements apart, with a target of probabilities that lie alike. */
export function softLoss<T>(
  x: usize, target: usize, step: i32, n: i32, top: T, rest: f64, weight: usize, smoothing: f64,
): f64 {
  let sum: f64 = 0;
  for (let j = 0; j < n; j++) {
    const share = shareOf<T>(target, step, n, j, weight, smoothing);
    sum += share * (<f64>top - <f64>load<T>(at<T>(x, j * step)) + rest);
  }
  return sum;
}

/** q[j] weight[j], q = (1 - s) target + s / n */
@inline export function shareOf<T>(target: usize, step: i32, n: i32, j: i32, weight: usize, smoothing: f64): f64 {
  return ((1 - smoothing) * <f64>load<T>(at<T>(target, j * step)) + smoothing / <f64>n) * weightOf<T>(weight, j);
}

export function totalShare<T>(target: usize, step: i32, n: i32, weight: usize, smoothing: f64): f64 {
  let total: f64 = 0;
  for (let j = 0; j < n; j++) total += shareOf<T>(target, step, n, j, weight, smoothing);
  return total;
}

/** dx[j] = g (p[j] sum of q weight - q[j] weight[j]) */
@kernel function cross_entropy_soft_backward<T>(
  dx: usize, logits: usize, logSum: usize, target: usize, weight: usize, g: usize, smoothing: f64, n: i32,
  begin: i32, end: i32,
): void {
  for (let row = begin; row < end; row++) {
    const to = at<T>(dx, row * n);
    const goal = at<T>(target, row * n);
    const factor = <f64>load<T>(at<T>(g, row));
    const total = totalShare<T>(goal, 1, n, weight, smoothing);
    const x = at<T>(logits, row * n);
    probabilities<T>(to, x, largest<T>(x, n), load<T>(at<T>(logSum, row)), total, n);
    for (let j = 0; j < n; j++) {
      const part = shareOf<T>(goal, 1, n, j, weight, smoothing);
      // g last, as above.
      store<T>(at<T>(to, j), (load<T>(at<T>(to, j)) - <T>part) * <T>factor);
    }
  }
}
