// Cross-entropy of logits [outer, n, inner], as of images with a class for every pixel: the classes of a sample lie
// `inner` elements apart, and neighbours in memory are the same class of neighbouring samples. A unit is as many
// neighbours as a vector has lanes; units = outer * ceil(inner / lanes). What is computed is said in crossEntropy.
import { at, lanes, loadUpTo, storeUpTo } from '../lanes';
import { exp } from '../maths/exp';
import { scratchAt } from '../scratch';
import { labelLoss, probability, shareOf, softLoss, totalShare, totalWeight, weightOf } from './crossEntropy';

/** What is kept of each lane, in scratch. */
@inline function topAt(): usize { return scratchAt(0); }
@inline function restAt(): usize { return scratchAt(16); }
@inline function scaleAt(): usize { return scratchAt(48); }
@inline function keptAt(): usize { return scratchAt(64); }

/** The number of a unit's first sample, the offset of its first class, and how many samples there are. (A global is one thread's.) */
let first: i32 = 0;
let offset: i32 = 0;
let count: i32 = 0;

@inline function locate<T>(unit: i32, n: i32, inner: i32): void {
  const groups = (inner + lanes<T>() - 1) / lanes<T>();
  const outer = unit / groups;
  const lane = unit % groups * lanes<T>();
  first = outer * inner + lane;
  offset = outer * n * inner + lane;
  count = min(lanes<T>(), inner - lane);
}

@kernel function cross_entropy_columns<T>(
  loss: usize, logSum: usize, logits: usize, target: usize, weight: usize, ignoreIndex: i32, smoothing: f64, n: i32,
  inner: i32, begin: i32, end: i32,
): void {
  for (let unit = begin; unit < end; unit++) {
    locate<T>(unit, n, inner);
    const x = at<T>(logits, offset);
    logSums<T>(x, n, inner);
    for (let lane = 0; lane < count; lane++) {
      const t = load<i32>(at<i32>(target, first + lane));
      const top = load<T>(at<T>(topAt(), lane));
      const rest = load<f64>(at<f64>(restAt(), lane));
      const value = t == ignoreIndex ? 0 : labelLoss<T>(at<T>(x, lane), inner, n, t, top, rest, weight, smoothing);
      store<T>(at<T>(loss, first + lane), <T>value);
      store<T>(at<T>(logSum, first + lane), <T>rest);
    }
  }
}

@kernel function cross_entropy_backward_columns<T>(
  dx: usize, logits: usize, logSum: usize, target: usize, weight: usize, g: usize, ignoreIndex: i32, smoothing: f64,
  n: i32, inner: i32, begin: i32, end: i32,
): void {
  const even = smoothing / <f64>n;
  const total = smoothing == 0 ? 0 : totalWeight<T>(weight, n);
  for (let unit = begin; unit < end; unit++) {
    locate<T>(unit, n, inner);
    const to = at<T>(dx, offset);
    for (let lane = 0; lane < count; lane++) {
      const t = load<i32>(at<i32>(target, first + lane));
      const counts = t != ignoreIndex;
      store<T>(at<T>(scaleAt(), lane), counts ? <T>((1 - smoothing) * weightOf<T>(weight, t) + even * total) : 0);
      if (sizeof<T>() == 4) store<i32>(keptAt() + 4 * lane, counts ? -1 : 0);
      else store<i64>(keptAt() + 8 * lane, counts ? -1 : 0);
    }
    probabilities<T>(to, at<T>(logits, offset), at<T>(logSum, first), n, inner);
    for (let lane = 0; lane < count; lane++) {
      const t = load<i32>(at<i32>(target, first + lane));
      if (t == ignoreIndex) continue;
      const hard = (1 - smoothing) * weightOf<T>(weight, t);
      const x = load<T>(at<T>(logits, offset + t * inner + lane));
      const p = probability<T>(x, load<T>(at<T>(topAt(), lane)), load<T>(at<T>(logSum, first + lane)));
      // At the label both parts are taken away at once, in f64: together they may cancel p.
      const slope = p * (hard + even * total) - (hard + even * weightOf<T>(weight, t));
      // It is put there last, when the other classes have lost their part.
      store<T>(at<T>(restAt(), lane), <T>slope);
    }
    const factor = loadUpTo<T>(at<T>(g, first), count);
    const kept = v128.load(keptAt());
    for (let j = 0; j < n; j++) {
      const place = at<T>(to, j * inner);
      let slope = loadUpTo<T>(place, count);
      if (smoothing != 0) slope = v128.sub<T>(slope, v128.splat<T>(<T>(even * weightOf<T>(weight, j))));
      storeUpTo<T>(place, v128.and(v128.mul<T>(slope, factor), kept), count);
    }
    for (let lane = 0; lane < count; lane++) {
      const t = load<i32>(at<i32>(target, first + lane));
      if (t == ignoreIndex) continue;
      store<T>(at<T>(to, t * inner + lane), load<T>(at<T>(restAt(), lane)) * load<T>(at<T>(g, first + lane)));
    }
  }
}

@kernel function cross_entropy_soft_columns<T>(
  loss: usize, logSum: usize, logits: usize, target: usize, weight: usize, smoothing: f64, n: i32, inner: i32,
  begin: i32, end: i32,
): void {
  for (let unit = begin; unit < end; unit++) {
    locate<T>(unit, n, inner);
    logSums<T>(at<T>(logits, offset), n, inner);
    for (let lane = 0; lane < count; lane++) {
      const top = load<T>(at<T>(topAt(), lane));
      const rest = load<f64>(at<f64>(restAt(), lane));
      const x = at<T>(logits, offset + lane);
      const value = softLoss<T>(x, at<T>(target, offset + lane), inner, n, top, rest, weight, smoothing);
      store<T>(at<T>(loss, first + lane), <T>value);
      store<T>(at<T>(logSum, first + lane), <T>rest);
    }
  }
}

@kernel function cross_entropy_soft_backward_columns<T>(
  dx: usize, logits: usize, logSum: usize, target: usize, weight: usize, g: usize, smoothing: f64, n: i32, inner: i32,
  begin: i32, end: i32,
): void {
  for (let unit = begin; unit < end; unit++) {
    locate<T>(unit, n, inner);
    for (let lane = 0; lane < count; lane++) {
      const goal = at<T>(target, offset + lane);
      store<T>(at<T>(scaleAt(), lane), <T>totalShare<T>(goal, inner, n, weight, smoothing));
    }
    probabilities<T>(at<T>(dx, offset), at<T>(logits, offset), at<T>(logSum, first), n, inner);
    for (let j = 0; j < n; j++) {
      for (let lane = 0; lane < count; lane++) {
        const place = at<T>(dx, offset + j * inner + lane);
        const part = shareOf<T>(at<T>(target, offset + lane), inner, n, j, weight, smoothing);
        store<T>(place, (load<T>(place) - <T>part) * load<T>(at<T>(g, first + lane)));
      }
    }
  }
}

/** The largest number of each lane, NaN being passed over. */
function largest<T>(x: usize, n: i32, inner: i32): v128 {
  let top = v128.splat<T>(<T>-Infinity);
  for (let j = 0; j < n; j++) top = v128.pmax<T>(top, loadUpTo<T>(at<T>(x, j * inner), count));
  return top;
}

/** Into scratch: the largest number of each lane, and log(1 + what the others add), NaN where that is infinite. */
function logSums<T>(x: usize, n: i32, inner: i32): void {
  const top = largest<T>(x, n, inner);
  v128.store(topAt(), top);
  let low = f64x2.splat(0), high = f64x2.splat(0);
  let seen = f64x2.splat(0);
  for (let j = 0; j < n; j++) {
    const value = loadUpTo<T>(at<T>(x, j * inner), count);
    const isTop = v128.andnot(v128.eq<T>(value, top), seen);
    seen = v128.or(seen, isTop);
    const power = v128.andnot(exp<T>(v128.sub<T>(value, top)), isTop);
    if (sizeof<T>() == 8) {
      low = f64x2.add(low, power);
    } else {
      low = f64x2.add(low, f64x2.promote_low_f32x4(power));
      high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<i64>(power, power, 1, 0)));
    }
  }
  v128.store(restAt(), low);
  v128.store(restAt(), high, 16);
  for (let lane = 0; lane < count; lane++) {
    const place = at<f64>(restAt(), lane);
    const infinite = abs<T>(load<T>(at<T>(topAt(), lane))) == <T>Infinity;
    store<f64>(place, infinite ? NaN : NativeMath.log1p(load<f64>(place)));
  }
}

/** out[j] = scale exp(x[j] - top - rest) in each lane, scale in scratch, where top is put. */
function probabilities<T>(out: usize, x: usize, rest: usize, n: i32, inner: i32): void {
  const top = largest<T>(x, n, inner);
  v128.store(topAt(), top);
  const scale = v128.load(scaleAt());
  const known = loadUpTo<T>(rest, count);
  for (let j = 0; j < n; j++) {
    const value = v128.sub<T>(v128.sub<T>(loadUpTo<T>(at<T>(x, j * inner), count), top), known);
    storeUpTo<T>(at<T>(out, j * inner), v128.mul<T>(exp<T>(value), scale), count);
  }
}
