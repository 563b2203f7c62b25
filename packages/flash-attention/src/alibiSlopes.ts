import { type CreationOptions, fromArray, type Tensor } from '@tessera/tensor';
import { checkInteger } from '@tessera/tensor/core';

/**
 * The slopes of ALiBi, 2^(-8 (h + 1) / heads) for head h. Press et al., 2021.
 *
 * @throws ValueError unless there are 1 or more heads.
 * @example
 * alibiSlopes(8).toArray(); // [0.5, 0.25, 0.125, ...]
 */
export function alibiSlopes(heads: number, options: CreationOptions = {}): Tensor {
  checkInteger('alibiSlopes', 'heads', heads, 1);
  const slopes = Float64Array.from({ length: heads }, (_, h) => 2 ** ((-8 * (h + 1)) / heads));
  return fromArray(slopes, [heads], { dtype: 'float32', ...options });
}
