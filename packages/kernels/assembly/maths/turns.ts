// sin and cos in f64 on |r| <= pi/4, and of angles counted in whole turns, of which taking off quarters is exact.
import { number, poly6 } from './numbers';

const SIN = memory.data<f64>([
  1.58969099521155010221e-10, -2.50507602534068634195e-8, 2.75573137070700676789e-6, // fdlibm
  -1.98412698298579493134e-4, 8.33333333332248946124e-3, -1.66666666666666324348e-1,
]);
const COS = memory.data<f64>([
  -1.13596475577881948265e-11, 2.08757232129817482790e-9, -2.75573143513906633035e-7, // fdlibm
  2.48015872894767294178e-5, -1.38888888888741095749e-3, 4.16666666666666019037e-2,
]);
const OTHER = memory.data<f64>([1, 0.5, 4, 0.25, 6.283185307179586, 6755399441055744.0]);

/** r (1 + z P(z)) keeps the sign of zero. */
@inline function sinKernel(r: v128, z: v128): v128 {
  return f64x2.mul(r, f64x2.add(number<f64>(OTHER, 0), f64x2.mul(poly6<f64>(z, SIN), z)));
}

@inline function cosKernel(z: v128): v128 {
  const parabola = f64x2.sub(number<f64>(OTHER, 0), f64x2.mul(number<f64>(OTHER, 1), z));
  return f64x2.add(parabola, f64x2.mul(f64x2.mul(poly6<f64>(z, COS), z), z));
}

/** sin of r plus so many right angles, given as integers in the low bits of the 64-bit lanes. */
@inline export function sinFromQuarters(r: v128, quarters: v128): v128 {
  const z = f64x2.mul(r, r);
  const odd = v128.neg<i64>(v128.and(quarters, v128.splat<i64>(1)));
  const sign = v128.shl<i64>(v128.and(quarters, v128.splat<i64>(2)), 62);
  return v128.xor(v128.bitselect(cosKernel(z), sinKernel(r, z), odd), sign);
}

/** sin(2 pi v) */
@inline export function sinTurns(v: v128): v128 {
  return fromTurns(v, 0);
}

/** cos(2 pi v), a quarter further on. */
@inline export function cosTurns(v: v128): v128 {
  return fromTurns(v, 1);
}

@inline function fromTurns(v: v128, ahead: i64): v128 {
  const rounding = number<f64>(OTHER, 5);
  const shifted = f64x2.add(f64x2.mul(v, number<f64>(OTHER, 2)), rounding);
  const rest = f64x2.sub(v, f64x2.mul(f64x2.sub(shifted, rounding), number<f64>(OTHER, 3)));
  return sinFromQuarters(f64x2.mul(rest, number<f64>(OTHER, 4)), v128.add<i64>(shifted, v128.splat<i64>(ahead)));
}
