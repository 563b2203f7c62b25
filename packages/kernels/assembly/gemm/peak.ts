import { multiplyAdd } from './tile';

/** The fastest this engine multiplies and adds in 128-bit registers: 12 chains x 4 lanes x 2 operations an iteration. */
export function peak_f32(iterations: i32): f32 {
  const factor = v128.splat<f32>(0.75);
  const term = v128.splat<f32>(0.25);
  let a = term, b = term, c = term, d = term, e = term, f = term;
  let g = term, h = term, i = term, j = term, k = term, l = term;
  for (let n = 0; n < iterations; n++) {
    a = multiplyAdd<f32>(a, factor, term);
    b = multiplyAdd<f32>(b, factor, term);
    c = multiplyAdd<f32>(c, factor, term);
    d = multiplyAdd<f32>(d, factor, term);
    e = multiplyAdd<f32>(e, factor, term);
    f = multiplyAdd<f32>(f, factor, term);
    g = multiplyAdd<f32>(g, factor, term);
    h = multiplyAdd<f32>(h, factor, term);
    i = multiplyAdd<f32>(i, factor, term);
    j = multiplyAdd<f32>(j, factor, term);
    k = multiplyAdd<f32>(k, factor, term);
    l = multiplyAdd<f32>(l, factor, term);
  }
  const abcd = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
  const efgh = f32x4.add(f32x4.add(e, f), f32x4.add(g, h));
  return f32x4.extract_lane(f32x4.add(f32x4.add(abcd, efgh), f32x4.add(f32x4.add(i, j), f32x4.add(k, l))), 0);
}
