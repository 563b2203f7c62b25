// Normalisation by channel of a contiguous [batch, channels, inner]. mean, rstd, weight, bias, sumG and sumGH have
// one number a channel. Sums are in f64.
import { at, lanes, loadUpTo, pair, storeUpTo, sumOfPair } from '../lanes';
import { scratchAt } from '../scratch';
import { sumRow } from '../reduce/fold';
import { moments, squaresOfRow } from '../reduce/moments';

/**
 * Mean and variance (sum of squares / max(0, count - correction)) of each channel; 0 for what is not wanted. Units =
 * channels.
 */
@kernel function channel_moments<T>(
  mean: usize, variance: usize, x: usize, batch: i32, channels: i32, inner: i32, correction: f64, begin: i32, end: i32,
): void {
  if (inner == 1) {
    moments<T>(mean, variance, x, batch, channels, correction, begin, end);
    return;
  }
  const count = <f64>batch * <f64>inner;
  for (let c = begin; c < end; c++) {
    let sum: f64 = 0;
    for (let i = 0; i < batch; i++) sum += sumRow<T>(at<T>(x, (i * channels + c) * inner), inner);
    const centre = sum / count;
    let squares: f64 = 0;
    for (let i = 0; i < batch; i++) squares += squaresOfRow<T>(at<T>(x, (i * channels + c) * inner), inner, centre);
    if (mean != 0) store<T>(at<T>(mean, c), <T>centre);
    if (variance != 0) store<T>(at<T>(variance, c), <T>(squares / max<f64>(0, count - correction)));
  }
}

/** y = (x - mean) rstd weight + bias; weight and bias may be 0. Units = elements. */
@kernel function norm_apply<T>(
  y: usize, x: usize, mean: usize, rstd: usize, weight: usize, bias: usize, channels: i32, inner: i32,
  begin: i32, end: i32,
): void {
  const length = inner == 1 ? channels : inner;
  let i = begin;
  while (i < end) {
    const row = i / length;
    const stop = min(end, (row + 1) * length);
    let c = inner == 1 ? i - row * length : row % channels;
    for (; i < stop; i += lanes<T>()) {
      const count = stop - i;
      const x0 = v128.sub<T>(loadUpTo<T>(at<T>(x, i), count), ofChannel<T>(mean, c, inner, count));
      let value = v128.mul<T>(x0, ofChannel<T>(rstd, c, inner, count));
      if (weight != 0) value = v128.mul<T>(value, ofChannel<T>(weight, c, inner, count));
      if (bias != 0) value = v128.add<T>(value, ofChannel<T>(bias, c, inner, count));
      storeUpTo<T>(at<T>(y, i), value, count);
      if (inner == 1) c += lanes<T>();
    }
    i = stop;
  }
}

/** The channel's number in all lanes or, where neighbours are of neighbouring channels, those from c on. */
@inline function ofChannel<T>(from: usize, c: i32, inner: i32, count: i32): v128 {
  return inner == 1 ? loadUpTo<T>(at<T>(from, c), count) : v128.load_splat<T>(at<T>(from, c));
}

/**
 * sumG[c] = sum of g, sumGH[c] = sum of g h, h = (x - mean) rstd: the derivatives of bias and weight. Units =
 * channels.
 */
@kernel function batch_norm_sums<T>(
  sumG: usize, sumGH: usize, g: usize, x: usize, mean: usize, rstd: usize, batch: i32, channels: i32, inner: i32,
  begin: i32, end: i32,
): void {
  const products = scratchAt(0);
  const sums = scratchAt(BLOCK * 8);
  for (let first = begin; first < end; first += BLOCK) {
    const count = min(BLOCK, end - first);
    memory.fill(products, 0, at<f64>(0, count));
    memory.fill(sums, 0, at<f64>(0, count));
    for (let i = 0; i < batch; i++) {
      const start = (i * channels + first) * inner;
      if (inner == 1) addColumns<T>(products, sums, at<T>(g, start), at<T>(x, start), at<T>(mean, first), count);
      else addRuns<T>(products, sums, at<T>(g, start), at<T>(x, start), at<T>(mean, first), inner, count);
    }
    for (let j = 0; j < count; j++) {
      store<T>(at<T>(sumG, first + j), <T>load<f64>(at<f64>(sums, j)));
      const scale = <f64>load<T>(at<T>(rstd, first + j));
      store<T>(at<T>(sumGH, first + j), <T>(load<f64>(at<f64>(products, j)) * scale));
    }
  }
}

/** Channels at a time: their sums stay in the first-level cache. */
const BLOCK = 512;

/** sums[c] += g[c], products[c] += g[c] (x[c] - mean[c]) for neighbouring channels. */
function addColumns<T>(products: usize, sums: usize, g: usize, x: usize, mean: usize, count: i32): void {
  let j = 0;
  for (; j <= count - 2; j += 2) {
    const w = pair<T>(at<T>(g, j));
    const distance = f64x2.sub(pair<T>(at<T>(x, j)), pair<T>(at<T>(mean, j)));
    v128.store(at<f64>(sums, j), f64x2.add(v128.load(at<f64>(sums, j)), w));
    v128.store(at<f64>(products, j), f64x2.add(v128.load(at<f64>(products, j)), f64x2.mul(w, distance)));
  }
  if (j < count) addRun<T>(at<f64>(products, j), at<f64>(sums, j), at<T>(g, j), at<T>(x, j), at<T>(mean, j), 1);
}

/** The same for channels of `inner` neighbours each. */
function addRuns<T>(products: usize, sums: usize, g: usize, x: usize, mean: usize, inner: i32, count: i32): void {
  for (let j = 0; j < count; j++) {
    addRun<T>(at<f64>(products, j), at<f64>(sums, j), at<T>(g, j * inner), at<T>(x, j * inner), at<T>(mean, j), inner);
  }
}

function addRun<T>(product: usize, sum: usize, g: usize, x: usize, mean: usize, n: i32): void {
  const centre = <f64>load<T>(mean);
  const down = f64x2.splat(centre);
  let a = f64x2.splat(0), b = f64x2.splat(0);
  let i = 0;
  for (; i <= n - 2; i += 2) {
    const w = pair<T>(at<T>(g, i));
    a = f64x2.add(a, w);
    b = f64x2.add(b, f64x2.mul(w, f64x2.sub(pair<T>(at<T>(x, i)), down)));
  }
  let sumOfG = sumOfPair(a);
  let sumOfGX = sumOfPair(b);
  if (i < n) {
    const w = <f64>load<T>(at<T>(g, i));
    sumOfG += w;
    sumOfGX += w * (<f64>load<T>(at<T>(x, i)) - centre);
  }
  store<f64>(sum, load<f64>(sum) + sumOfG);
  store<f64>(product, load<f64>(product) + sumOfGX);
}

/** dx = weight rstd (g - sumG / count - h sumGH / count), count = batch * inner; weight may be 0. Units = elements. */
@kernel function batch_norm_backward<T>(
  dx: usize, g: usize, x: usize, mean: usize, rstd: usize, weight: usize, sumG: usize, sumGH: usize, count: i32,
  channels: i32, inner: i32, begin: i32, end: i32,
): void {
  const length = inner == 1 ? channels : inner;
  const share = v128.splat<T>(<T>(1 / <f64>count));
  let i = begin;
  while (i < end) {
    const row = i / length;
    const stop = min(end, (row + 1) * length);
    let c = inner == 1 ? i - row * length : row % channels;
    for (; i < stop; i += lanes<T>()) {
      const left = stop - i;
      const scale = ofChannel<T>(rstd, c, inner, left);
      const h = v128.mul<T>(v128.sub<T>(loadUpTo<T>(at<T>(x, i), left), ofChannel<T>(mean, c, inner, left)), scale);
      const a = v128.mul<T>(ofChannel<T>(sumG, c, inner, left), share);
      const b = v128.mul<T>(ofChannel<T>(sumGH, c, inner, left), share);
      let value = v128.sub<T>(v128.sub<T>(loadUpTo<T>(at<T>(g, i), left), a), v128.mul<T>(h, b));
      value = v128.mul<T>(value, scale);
      if (weight != 0) value = v128.mul<T>(value, ofChannel<T>(weight, c, inner, left));
      storeUpTo<T>(at<T>(dx, i), value, left);
      if (inner == 1) c += lanes<T>();
    }
    i = stop;
  }
}
