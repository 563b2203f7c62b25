// Layer and RMS normalisation of [rows, n]; units = rows unless said otherwise. mean and rstd, one a row, are kept for the
// derivative; weight and bias (n each) may be 0. Sums are in f64.
import { at, lanes, loadUpTo, pair, storeUpTo, sumOfPair } from '../lanes';
import { scratchAt } from '../scratch';
import { sumRow } from '../reduce/fold';
import { squaresOfRow } from '../reduce/moments';

/** y = (x - mean) rstd weight + bias, rstd = 1 / sqrt(variance + eps) */
@kernel function layer_norm<T>(
  y: usize, mean: usize, rstd: usize, x: usize, weight: usize, bias: usize, eps: f64, n: i32, begin: i32, end: i32,
): void {
  for (let row = begin; row < end; row++) {
    const from = at<T>(x, row * n);
    const centre = sumRow<T>(from, n) / <f64>n;
    const scale = 1 / sqrt<f64>(squaresOfRow<T>(from, n, centre) / <f64>n + eps);
    store<T>(at<T>(mean, row), <T>centre);
    store<T>(at<T>(rstd, row), <T>scale);
    normalize<T>(at<T>(y, row * n), from, <T>centre, <T>scale, weight, bias, n);
  }
}

/** y = x rstd weight, rstd = 1 / sqrt(mean of x^2 + eps) */
@kernel function rms_norm<T>(y: usize, rstd: usize, x: usize, weight: usize, eps: f64, n: i32, begin: i32, end: i32): void {
  for (let row = begin; row < end; row++) {
    const from = at<T>(x, row * n);
    const scale = 1 / sqrt<f64>(squaresOfRow<T>(from, n, 0) / <f64>n + eps);
    store<T>(at<T>(rstd, row), <T>scale);
    normalize<T>(at<T>(y, row * n), from, 0, <T>scale, weight, 0, n);
  }
}

function normalize<T>(y: usize, x: usize, centre: T, scale: T, weight: usize, bias: usize, n: i32): void {
  const down = v128.splat<T>(centre);
  const factor = v128.splat<T>(scale);
  for (let i = 0; i < n; i += lanes<T>()) {
    const count = n - i;
    let value = v128.mul<T>(v128.sub<T>(loadUpTo<T>(at<T>(x, i), count), down), factor);
    if (weight != 0) value = v128.mul<T>(value, loadUpTo<T>(at<T>(weight, i), count));
    if (bias != 0) value = v128.add<T>(value, loadUpTo<T>(at<T>(bias, i), count));
    storeUpTo<T>(at<T>(y, i), value, count);
  }
}

/** With h = (x - mean) rstd and w = g weight: dx = rstd (w - mean of w - h mean of w h) */
@kernel function layer_norm_backward<T>(
  dx: usize, g: usize, x: usize, mean: usize, rstd: usize, weight: usize, n: i32, begin: i32, end: i32,
): void {
  for (let row = begin; row < end; row++) {
    const centre = load<T>(at<T>(mean, row));
    const scale = load<T>(at<T>(rstd, row));
    backwardRow<T>(at<T>(dx, row * n), at<T>(g, row * n), at<T>(x, row * n), centre, scale, weight, true, n);
  }
}

/** With h = x rstd and w = g weight: dx = rstd (w - h mean of w h) */
@kernel function rms_norm_backward<T>(
  dx: usize, g: usize, x: usize, rstd: usize, weight: usize, n: i32, begin: i32, end: i32,
): void {
  for (let row = begin; row < end; row++) {
    const scale = load<T>(at<T>(rstd, row));
    backwardRow<T>(at<T>(dx, row * n), at<T>(g, row * n), at<T>(x, row * n), 0, scale, weight, false, n);
  }
}

function backwardRow<T>(dx: usize, g: usize, x: usize, centre: T, scale: T, weight: usize, centred: bool, n: i32): void {
  const centre2 = f64x2.splat(<f64>centre), scale2 = f64x2.splat(<f64>scale);
  let sum = f64x2.splat(0), product = f64x2.splat(0);
  let i = 0;
  for (; i <= n - 2; i += 2) {
    let w = pair<T>(at<T>(g, i));
    if (weight != 0) w = f64x2.mul(w, pair<T>(at<T>(weight, i)));
    sum = f64x2.add(sum, w);
    product = f64x2.add(product, f64x2.mul(w, f64x2.mul(f64x2.sub(pair<T>(at<T>(x, i)), centre2), scale2)));
  }
  let meanOfW = sumOfPair(sum);
  let meanOfWH = sumOfPair(product);
  if (i < n) {
    const w = <f64>load<T>(at<T>(g, i)) * (weight == 0 ? 1 : <f64>load<T>(at<T>(weight, i)));
    meanOfW += w;
    meanOfWH += w * (<f64>load<T>(at<T>(x, i)) - <f64>centre) * <f64>scale;
  }
  const a = v128.splat<T>(<T>(centred ? meanOfW / <f64>n : 0));
  const b = v128.splat<T>(<T>(meanOfWH / <f64>n));
  const down = v128.splat<T>(centre);
  const factor = v128.splat<T>(scale);
  for (i = 0; i < n; i += lanes<T>()) {
    const count = n - i;
    let w = loadUpTo<T>(at<T>(g, i), count);
    if (weight != 0) w = v128.mul<T>(w, loadUpTo<T>(at<T>(weight, i), count));
    const h = v128.mul<T>(v128.sub<T>(loadUpTo<T>(at<T>(x, i), count), down), factor);
    const inner = v128.sub<T>(v128.sub<T>(w, a), v128.mul<T>(h, b));
    storeUpTo<T>(at<T>(dx, i), v128.mul<T>(factor, inner), count);
  }
}

/** Columns at a time: their sums stay in the first-level cache. */
const BLOCK = 512;

/**
 * dweight[j] = sum over rows of g h, dbias[j] = sum over rows of g; each may be 0, and so may mean (for rms_norm).
 * Units = columns.
 */
@kernel function layer_norm_backward_params<T>(
  dweight: usize, dbias: usize, g: usize, x: usize, mean: usize, rstd: usize, rows: i32, n: i32, begin: i32, end: i32,
): void {
  const products = scratchAt(0);
  const sums = scratchAt(BLOCK * 8);
  for (let first = begin; first < end; first += BLOCK) {
    const count = min(BLOCK, end - first);
    memory.fill(products, 0, at<f64>(0, count));
    memory.fill(sums, 0, at<f64>(0, count));
    for (let row = 0; row < rows; row++) {
      const centre: f64 = mean == 0 ? 0 : <f64>load<T>(at<T>(mean, row));
      const scale = <f64>load<T>(at<T>(rstd, row));
      addRow<T>(products, sums, at<T>(g, row * n + first), at<T>(x, row * n + first), centre, scale, count);
    }
    for (let j = 0; j < count; j++) {
      if (dweight != 0) store<T>(at<T>(dweight, first + j), <T>load<f64>(at<f64>(products, j)));
      if (dbias != 0) store<T>(at<T>(dbias, first + j), <T>load<f64>(at<f64>(sums, j)));
    }
  }
}

function addRow<T>(products: usize, sums: usize, g: usize, x: usize, centre: f64, scale: f64, count: i32): void {
  const down = f64x2.splat(centre), factor = f64x2.splat(scale);
  let j = 0;
  for (; j <= count - 2; j += 2) {
    const w = pair<T>(at<T>(g, j));
    const h = f64x2.mul(f64x2.sub(pair<T>(at<T>(x, j)), down), factor);
    v128.store(at<f64>(products, j), f64x2.add(v128.load(at<f64>(products, j)), f64x2.mul(w, h)));
    v128.store(at<f64>(sums, j), f64x2.add(v128.load(at<f64>(sums, j)), w));
  }
  if (j < count) {
    const w = <f64>load<T>(at<T>(g, j));
    const h = (<f64>load<T>(at<T>(x, j)) - centre) * scale;
    store<f64>(at<f64>(products, j), load<f64>(at<f64>(products, j)) + w * h);
    store<f64>(at<f64>(sums, j), load<f64>(at<f64>(sums, j)) + w);
  }
}
