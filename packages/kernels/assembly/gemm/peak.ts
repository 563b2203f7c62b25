/**
 * The fastest this engine multiplies and adds in 128-bit registers, 96 operations an iteration: in the relaxed build 12
 * chains of fused steps; in the plain one 6 chains of products beside 6 of sums, so that no step waits for its own
 * other half. (Arguments, since V8 makes v128 constants anew at each use.) Call it often and briefly: V8 does not
 * replace a running loop by its optimised self.
 */
export function peak_f32(iterations: i32, factor: f32, term: f32): f32 {
  const f = v128.splat<f32>(factor), t = v128.splat<f32>(term);
  let a = t, b = t, c = t, d = t, e = t, g = t, h = t, i = t, j = t, k = t, l = t, m = t;
  for (let n = 0; n < iterations; n++) {
    if (ASC_FEATURE_RELAXED_SIMD) {
      a = v128.relaxed_madd<f32>(a, f, t); b = v128.relaxed_madd<f32>(b, f, t); c = v128.relaxed_madd<f32>(c, f, t);
      d = v128.relaxed_madd<f32>(d, f, t); e = v128.relaxed_madd<f32>(e, f, t); g = v128.relaxed_madd<f32>(g, f, t);
      h = v128.relaxed_madd<f32>(h, f, t); i = v128.relaxed_madd<f32>(i, f, t); j = v128.relaxed_madd<f32>(j, f, t);
      k = v128.relaxed_madd<f32>(k, f, t); l = v128.relaxed_madd<f32>(l, f, t); m = v128.relaxed_madd<f32>(m, f, t);
    } else {
      a = v128.mul<f32>(a, f); h = v128.add<f32>(h, t); b = v128.mul<f32>(b, f); i = v128.add<f32>(i, t);
      c = v128.mul<f32>(c, f); j = v128.add<f32>(j, t); d = v128.mul<f32>(d, f); k = v128.add<f32>(k, t);
      e = v128.mul<f32>(e, f); l = v128.add<f32>(l, t); g = v128.mul<f32>(g, f); m = v128.add<f32>(m, t);
      a = v128.mul<f32>(a, f); h = v128.add<f32>(h, t); b = v128.mul<f32>(b, f); i = v128.add<f32>(i, t);
      c = v128.mul<f32>(c, f); j = v128.add<f32>(j, t); d = v128.mul<f32>(d, f); k = v128.add<f32>(k, t);
      e = v128.mul<f32>(e, f); l = v128.add<f32>(l, t); g = v128.mul<f32>(g, f); m = v128.add<f32>(m, t);
    }
  }
  const first = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(e, l));
  const second = f32x4.add(f32x4.add(f32x4.add(g, h), f32x4.add(i, j)), f32x4.add(k, m));
  return f32x4.extract_lane(f32x4.add(first, second), 0);
}
