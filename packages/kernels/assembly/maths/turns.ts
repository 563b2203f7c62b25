// sin and cos on |r| <= pi/4 in f64 (fdlibm's polynomials), and on arguments counted in whole turns, where taking off
// quarters is exact.

@inline export function sinKernel(r: v128): v128 {
  const z = f64x2.mul(r, r);
  let p = v128.splat<f64>(1.58969099521155010221e-10);
  p = f64x2.add(f64x2.mul(p, z), v128.splat<f64>(-2.50507602534068634195e-8));
  p = f64x2.add(f64x2.mul(p, z), v128.splat<f64>(2.75573137070700676789e-6));
  p = f64x2.add(f64x2.mul(p, z), v128.splat<f64>(-1.98412698298579493134e-4));
  p = f64x2.add(f64x2.mul(p, z), v128.splat<f64>(8.33333333332248946124e-3));
  p = f64x2.add(f64x2.mul(p, z), v128.splat<f64>(-1.66666666666666324348e-1));
  return f64x2.add(r, f64x2.mul(f64x2.mul(p, z), r));
}

@inline export function cosKernel(r: v128): v128 {
  const z = f64x2.mul(r, r);
  let p = v128.splat<f64>(-1.13596475577881948265e-11);
  p = f64x2.add(f64x2.mul(p, z), v128.splat<f64>(2.08757232129817482790e-9));
  p = f64x2.add(f64x2.mul(p, z), v128.splat<f64>(-2.75573143513906633035e-7));
  p = f64x2.add(f64x2.mul(p, z), v128.splat<f64>(2.48015872894767294178e-5));
  p = f64x2.add(f64x2.mul(p, z), v128.splat<f64>(-1.38888888888741095749e-3));
  p = f64x2.add(f64x2.mul(p, z), v128.splat<f64>(4.16666666666666019037e-2));
  const half = f64x2.sub(v128.splat<f64>(1), f64x2.mul(v128.splat<f64>(0.5), z));
  return f64x2.add(half, f64x2.mul(f64x2.mul(p, z), z));
}

/** sin of r plus `quarters` right angles; `quarters` are integers in the low bits of each 64-bit lane. */
@inline export function sinFromQuarters(r: v128, quarters: v128): v128 {
  const odd = v128.neg<i64>(v128.and(quarters, v128.splat<i64>(1)));
  const negative = v128.shl<i64>(v128.and(quarters, v128.splat<i64>(2)), 62);
  return v128.xor(v128.bitselect(cosKernel(r), sinKernel(r), odd), negative);
}

/** sin(2 pi v) for |v| < 2^40 or so. */
@inline export function sinTurns(v: v128): v128 {
  return fromTurns(v, 0);
}

/** cos(2 pi v) = sin(2 pi (v + 1/4)) */
@inline export function cosTurns(v: v128): v128 {
  return fromTurns(v, 1);
}

@inline function fromTurns(v: v128, extraQuarters: i64): v128 {
  const rounding = v128.splat<f64>(6755399441055744.0);
  const shifted = f64x2.add(f64x2.mul(v, v128.splat<f64>(4)), rounding);
  const rest = f64x2.sub(v, f64x2.mul(f64x2.sub(shifted, rounding), v128.splat<f64>(0.25)));
  const r = f64x2.mul(rest, v128.splat<f64>(6.283185307179586));
  return sinFromQuarters(r, v128.add<i64>(shifted, v128.splat<i64>(extraQuarters)));
}
