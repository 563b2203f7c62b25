// Smooth activations and their derivatives, out = f(x) and out = g f'(x), and erf; units = elements. In f64, GELU and
// erf go one by one.
import { at } from '../lanes';
import { erf } from '../maths/erf';
import { erfF32, gelu, geluScalar, geluSlope, geluSlopeScalar } from '../maths/gelu';
import { geluTanh, geluTanhSlope, silu, siluSlope } from '../maths/silu';
import { map, map2, mapScalar } from './map';

@kernel(map) class Silu<T> { @inline of(x: v128): v128 { return silu<T>(x); } }
@kernel(map2) class SiluBackward<T> { @inline of(g: v128, x: v128): v128 { return v128.mul<T>(g, siluSlope<T>(x)); } }

/** x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2 */
@kernel(map) class GeluTanh<T> { @inline of(x: v128): v128 { return geluTanh<T>(x); } }
@kernel(map2) class GeluTanhBackward<T> {
  @inline of(g: v128, x: v128): v128 { return v128.mul<T>(g, geluTanhSlope<T>(x)); }
}

/** x (1 + erf(x / sqrt(2))) / 2 */
export function gelu_f32(out: usize, x: usize, begin: i32, end: i32): void { map<f32, Gelu>(out, x, begin, end); }
export function gelu_f64(out: usize, x: usize, begin: i32, end: i32): void { mapScalar<f64, GeluScalar>(out, x, begin, end); }
class Gelu { @inline of(x: v128): v128 { return gelu(x); } }
class GeluScalar { @inline of(x: f64): f64 { return geluScalar(x); } }

export function gelu_backward_f32(out: usize, g: usize, x: usize, begin: i32, end: i32): void {
  map2<f32, GeluBackward>(out, g, x, begin, end);
}
class GeluBackward { @inline of(g: v128, x: v128): v128 { return f32x4.mul(g, geluSlope(x)); } }

export function gelu_backward_f64(out: usize, g: usize, x: usize, begin: i32, end: i32): void {
  for (let i = begin; i < end; i++) {
    store<f64>(at<f64>(out, i), load<f64>(at<f64>(g, i)) * geluSlopeScalar(load<f64>(at<f64>(x, i))));
  }
}

export function erf_f32(out: usize, x: usize, begin: i32, end: i32): void { map<f32, Erf>(out, x, begin, end); }
export function erf_f64(out: usize, x: usize, begin: i32, end: i32): void { mapScalar<f64, ErfScalar>(out, x, begin, end); }
class Erf { @inline of(x: v128): v128 { return erfF32(x); } }
class ErfScalar { @inline of(x: f64): f64 { return erf(x); } }
