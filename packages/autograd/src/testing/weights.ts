/** Random cotangents and directions. */

import { values } from '@tessera/arbitraries';
import { fromArray, type Tensor } from '@tessera/tensor';
import { elementsOf } from '@tessera/tensor/core';
import fc from 'fast-check';

/** `n` numbers in [-1, 1]; they neither shrink nor prefer round values, so that no error cancels. */
export function drawNumbers(gen: fc.GeneratorValue, n: number): readonly number[] {
  return gen(numbers, n);
}

/** A cotangent for every result. */
export function drawWeights(gen: fc.GeneratorValue, outputs: readonly Tensor[]): Tensor[] {
  return outputs.map(({ shape, dtype }) => fromArray(drawNumbers(gen, elementsOf(shape)), shape, { dtype }));
}

function numbers(n: number): fc.Arbitrary<readonly number[]> {
  return fc.noShrink(fc.noBias(fc.array(values([-1, 1]), { minLength: n, maxLength: n, size: 'max' })));
}
