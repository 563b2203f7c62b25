// Attention to some keys and attention to others, put together.

/**
 * (O, lse) becomes attention to the keys of both: lse' = log(exp(lse) + exp(lse2)), O' = exp(lse - lse') O + exp(lse2 - lse') O2.
 * Units are rows of contiguous O [rows, dv].
 */
import { at } from '@tessera/kernels/assembly/lanes';

@kernel function flash_merge<T>(out: usize, lse: usize, out2: usize, lse2: usize, dv: i32, begin: i32, end: i32): void {
  for (let row = begin; row < end; row++) {
    const a = <f64>load<T>(at<T>(lse, row)), b = <f64>load<T>(at<T>(lse2, row));
    const to = at<T>(out, row * dv), from = at<T>(out2, row * dv);
    // Attention to no key adds nothing, whatever it holds.
    if (b == -Infinity) {
      if (a == -Infinity) memory.fill(to, 0, at<T>(0, dv));
      continue;
    }
    if (a == -Infinity) {
      memory.copy(to, from, at<T>(0, dv));
      store<T>(at<T>(lse, row), <T>b);
      continue;
    }
    const top = max(a, b);
    // Two infinities are equal.
    const small = a == b ? 1 : NativeMath.exp(min(a, b) - top);
    const sum = top + NativeMath.log1p(small);
    store<T>(at<T>(lse, row), <T>sum);
    const share = NativeMath.exp(a - sum), share2 = NativeMath.exp(b - sum);
    for (let c = 0; c < dv; c++) {
      const place = at<T>(to, c);
      store<T>(place, <T>(share * <f64>load<T>(place) + share2 * <f64>load<T>(at<T>(from, c))));
    }
  }
}
