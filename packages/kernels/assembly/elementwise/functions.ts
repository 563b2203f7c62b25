// Functions computed one by one in f64 (musl, by way of AssemblyScript): f64 within an ulp or two, f32 correctly
// rounded but for rare ties. units = elements.
import { erfc } from '../maths/erf';
import { mapScalar } from './map';
import { zipScalar } from './zip';

@kernel(mapScalar) class Exp2<T> { @inline of(x: f64): f64 { return NativeMath.exp2(x); } }
@kernel(mapScalar) class Expm1<T> { @inline of(x: f64): f64 { return NativeMath.expm1(x); } }
@kernel(mapScalar) class Log1p<T> { @inline of(x: f64): f64 { return NativeMath.log1p(x); } }
@kernel(mapScalar) class Log2<T> { @inline of(x: f64): f64 { return NativeMath.log2(x); } }
@kernel(mapScalar) class Log10<T> { @inline of(x: f64): f64 { return NativeMath.log10(x); } }
@kernel(mapScalar) class Tan<T> { @inline of(x: f64): f64 { return NativeMath.tan(x); } }
@kernel(mapScalar) class Asin<T> { @inline of(x: f64): f64 { return NativeMath.asin(x); } }
@kernel(mapScalar) class Acos<T> { @inline of(x: f64): f64 { return NativeMath.acos(x); } }
@kernel(mapScalar) class Atan<T> { @inline of(x: f64): f64 { return NativeMath.atan(x); } }
@kernel(mapScalar) class Sinh<T> { @inline of(x: f64): f64 { return NativeMath.sinh(x); } }
@kernel(mapScalar) class Cosh<T> { @inline of(x: f64): f64 { return NativeMath.cosh(x); } }
@kernel(mapScalar) class Asinh<T> { @inline of(x: f64): f64 { return NativeMath.asinh(x); } }
@kernel(mapScalar) class Acosh<T> { @inline of(x: f64): f64 { return NativeMath.acosh(x); } }
@kernel(mapScalar) class Atanh<T> { @inline of(x: f64): f64 { return NativeMath.atanh(x); } }
@kernel(mapScalar) class Erfc<T> { @inline of(x: f64): f64 { return erfc(x); } }

// Of two operands, over a 2-D broadcast (see zip.ts); units = elements of out.
/** As C and PyTorch have it: 1 to any power is 1, and so is -1 to an infinite one. */
@kernel(zipScalar) class Pow<T> {
  @inline of(a: f64, b: f64): f64 {
    return a == 1 || (a == -1 && abs(b) == Infinity) ? 1 : NativeMath.pow(a, b);
  }
}
@kernel(zipScalar) class Atan2<T> { @inline of(a: f64, b: f64): f64 { return NativeMath.atan2(a, b); } }
@kernel(zipScalar) class Hypot<T> { @inline of(a: f64, b: f64): f64 { return NativeMath.hypot(a, b); } }
/** The remainder with the sign of a. */
@kernel(zipScalar) class Fmod<T> { @inline of(a: f64, b: f64): f64 { return a % b; } }
/** The remainder with the sign of b, as Python's and PyTorch's. */
@kernel(zipScalar) class Remainder<T> {
  @inline of(a: f64, b: f64): f64 {
    const r = a % b;
    return r != 0 && r < 0 != b < 0 ? r + b : r;
  }
}
