// Scalars of an elementwise kernel, spread over vectors in scratch where its `of` finds them. (zip's slots end at 32.)
import { scratchAt } from '../scratch';

@inline export function setParameter<T>(index: i32, value: f64): void {
  v128.store(scratchAt(<usize>(64 + 16 * index)), v128.splat<T>(<T>value));
}

@inline export function parameter(index: i32): v128 {
  return v128.load(scratchAt(<usize>(64 + 16 * index)));
}
