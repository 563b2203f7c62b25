// Layer and RMS normalisation of [rows, n]; units = rows unless said otherwise. mean and rstd, one a row, are kept
// for the derivative; weight and bias (n each) may be 0. Sums are in f64.
import { map, map2, map3 } from '../elementwise/map';
import { parameter, setParameter } from '../elementwise/parameters';
import { at, pair, sumOfPair } from '../lanes';
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
    normalize<T>(at<T>(y, row * n), from, centre, scale, weight, bias, n);
  }
}

/** y = x rstd weight, rstd = 1 / sqrt(mean of x^2 + eps) */
@kernel function rms_norm<T>(
  y: usize, rstd: usize, x: usize, weight: usize, eps: f64, n: i32, begin: i32, end: i32,
): void {
  for (let row = begin; row < end; row++) {
    const from = at<T>(x, row * n);
    const scale = 1 / sqrt<f64>(squaresOfRow<T>(from, n, 0) / <f64>n + eps);
    store<T>(at<T>(rstd, row), <T>scale);
    normalize<T>(at<T>(y, row * n), from, 0, scale, weight, 0, n);
  }
}

function normalize<T>(y: usize, x: usize, centre: f64, scale: f64, weight: usize, bias: usize, n: i32): void {
  setCentre<T>(centre);
  setParameter<T>(1, scale);
  if (weight == 0) map<T, Normal<T>>(y, x, 0, n);
  else map2<T, NormalScaled<T>>(y, x, weight, 0, n);
  if (bias != 0) map2<T, Sum<T>>(y, y, bias, 0, n);
}
/** The centre in two parts: what rounding it to T would lose is many ulps of a row that varies little around it. */
function setCentre<T>(centre: f64): void {
  setParameter<T>(0, centre);
  setParameter<T>(4, centre - <f64><T>centre);
}
@inline function fromCentre<T>(x: v128): v128 {
  return v128.sub<T>(v128.sub<T>(x, parameter(0)), parameter(4));
}
class Normal<T> {
  @inline of(x: v128): v128 { return v128.mul<T>(fromCentre<T>(x), parameter(1)); }
}
class NormalScaled<T> {
  @inline of(x: v128, weight: v128): v128 { return v128.mul<T>(changetype<Normal<T>>(0).of(x), weight); }
}
class Sum<T> { @inline of(x: v128, y: v128): v128 { return v128.add<T>(x, y); } }

/** With h = (x - mean) rstd and w = g weight: dx = rstd (w - mean of w - h mean of w h) */
@kernel function layer_norm_backward<T>(
  dx: usize, g: usize, x: usize, mean: usize, rstd: usize, weight: usize, n: i32, begin: i32, end: i32,
): void {
  for (let row = begin; row < end; row++) {
    // Not the stored mean: its rounding shows where the row varies little around it.
    const centre = sumRow<T>(at<T>(x, row * n), n) / <f64>n;
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

function backwardRow<T>(
  dx: usize, g: usize, x: usize, centre: f64, scale: T, weight: usize, centred: bool, n: i32,
): void {
  const centre2 = f64x2.splat(centre), scale2 = f64x2.splat(<f64>scale);
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
    meanOfWH += w * (<f64>load<T>(at<T>(x, i)) - centre) * <f64>scale;
  }
  setCentre<T>(centre);
  setParameter<T>(1, <f64>scale);
  setParameter<T>(2, centred ? meanOfW / <f64>n : 0);
  setParameter<T>(3, meanOfWH / <f64>n);
  if (weight == 0) map2<T, Slope<T>>(dx, g, x, 0, n);
  else map3<T, SlopeScaled<T>>(dx, g, x, weight, 0, n);
}
class Slope<T> {
  @inline of(w: v128, x: v128): v128 {
    const h = v128.mul<T>(fromCentre<T>(x), parameter(1));
    return v128.mul<T>(parameter(1), v128.sub<T>(v128.sub<T>(w, parameter(2)), v128.mul<T>(h, parameter(3))));
  }
}
class SlopeScaled<T> {
  @inline of(g: v128, x: v128, weight: v128): v128 { return changetype<Slope<T>>(0).of(v128.mul<T>(g, weight), x); }
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
