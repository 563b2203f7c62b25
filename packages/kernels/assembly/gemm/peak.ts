import { multiplyAdd } from './tile';

/**
 * The fastest this engine multiplies and adds in 128-bit registers: 12 chains of x = x * factor + term, 96 operations
 * an iteration. (Arguments, since V8 makes v128 constants anew at each use.) Call it often and briefly: V8 does not
 * replace a running loop by its optimised self.
 */
export function peak_f32(iterations: i32, factor: f32, term: f32): f32 {
  const f = v128.splat<f32>(factor), t = v128.splat<f32>(term);
  let a = t, b = t, c = t, d = t, e = t, g = t, h = t, i = t, j = t, k = t, l = t, m = t;
  for (let n = 0; n < iterations; n++) {
    a = multiplyAdd<f32>(a, f, t);
    b = multiplyAdd<f32>(b, f, t);
    c = multiplyAdd<f32>(c, f, t);
    d = multiplyAdd<f32>(d, f, t);
    e = multiplyAdd<f32>(e, f, t);
    g = multiplyAdd<f32>(g, f, t);
    h = multiplyAdd<f32>(h, f, t);
    i = multiplyAdd<f32>(i, f, t);
    j = multiplyAdd<f32>(j, f, t);
    k = multiplyAdd<f32>(k, f, t);
    l = multiplyAdd<f32>(l, f, t);
    m = multiplyAdd<f32>(m, f, t);
  }
  const first = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(e, l));
  const second = f32x4.add(f32x4.add(f32x4.add(g, h), f32x4.add(i, j)), f32x4.add(k, m));
  return f32x4.extract_lane(f32x4.add(first, second), 0);
}
