import { number } from './numbers';
import { sinFromQuarters } from './turns';

const NUMBERS = memory.data<f64>([
  6.36619772367581382433e-1, 6755399441055744.0, // 2 / pi; 1.5 * 2^52, which leaves the nearest integer in the low bits
  1.57079632673412561417, 6.07710050650619224932e-11, // pi / 2 in two parts, of which n times the first is exact
]);

/** Up to here the two parts of pi / 2 are enough. */
const LIMIT: f32 = 1e6;

/**
 * sin of four f32, a quarter turn further on for each of `ahead`: in f64, so that the angle's remainder and the result
 * are rounded once. Beyond the limit one by one.
 */
@inline export function sinF32(x: v128, ahead: i64): v128 {
  if (v128.all_true<i32>(f32x4.le(f32x4.abs(x), f32x4.splat(LIMIT)))) {
    const low = sinF64(f64x2.promote_low_f32x4(x), ahead);
    const high = sinF64(f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 0)), ahead);
    return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
  }
  return sinLarge(x, ahead);
}

@inline function sinF64(x: v128, ahead: i64): v128 {
  const shifted = f64x2.add(f64x2.mul(x, number<f64>(NUMBERS, 0)), number<f64>(NUMBERS, 1));
  const n = f64x2.sub(shifted, number<f64>(NUMBERS, 1));
  const r = f64x2.sub(f64x2.sub(x, f64x2.mul(n, number<f64>(NUMBERS, 2))), f64x2.mul(n, number<f64>(NUMBERS, 3)));
  return sinFromQuarters(r, v128.add<i64>(shifted, v128.splat<i64>(ahead)));
}

function sinLarge(x: v128, ahead: i64): v128 {
  return f32x4(
    sinOne(f32x4.extract_lane(x, 0), ahead), sinOne(f32x4.extract_lane(x, 1), ahead),
    sinOne(f32x4.extract_lane(x, 2), ahead), sinOne(f32x4.extract_lane(x, 3), ahead),
  );
}

function sinOne(x: f32, ahead: i64): f32 {
  return <f32>(ahead == 0 ? NativeMath.sin(x) : NativeMath.cos(x));
}
