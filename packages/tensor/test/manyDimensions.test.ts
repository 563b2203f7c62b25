import { law } from '@tessera/laws';
import { type DType, fromArray, zeros } from '@tessera/tensor';
import { contiguousStrides, elementsOf } from '@tessera/tensor/core';
import { expectSameBits } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { expect } from 'vitest';

const many = fc
  .tuple(fc.integer({ min: 8, max: 12 }), fc.nat(), fc.constantFrom('float32', 'float64', 'bool'))
  .chain(([rank, seed, dtype]) =>
    fc.tuple(
      fc.constant(seed),
      fc.constant(dtype as DType),
      fc
        .array(fc.constantFrom(1, 2, 2, 2, 3), { minLength: rank, maxLength: rank })
        .filter((s) => elementsOf(s) < 5000),
      fc.shuffledSubarray([...Array(rank).keys()], { minLength: rank, maxLength: rank }),
    ),
  );

law('of more dimensions than kernels take, elements go where they should', {
  rows: 2,
  formula: 'contiguous(permute(x, p))[i] = x[p⁻¹ i]; copy_ into a permuted tensor is the way back',
  tolerance: 'E',
  given: [many],
  holds: ([seed, dtype, shape, p]) => {
    const data = Array.from({ length: elementsOf(shape) }, (_, i) => (dtype === 'bool' ? (i * i + seed) % 2 : i));
    const x = fromArray(data, shape, { dtype });
    const turned = x.permute(p);
    const strides = contiguousStrides(shape);
    const moved = p.map((d) => strides[d] as number);
    const expected = data.map((_, i) => {
      let [rest, place] = [i, 0];
      for (let d = p.length - 1; d >= 0; d--) {
        const size = turned.shape[d] as number;
        place += (rest % size) * (moved[d] as number);
        rest = Math.floor(rest / size);
      }
      return data[place];
    });
    expect([...turned.contiguous().data]).toEqual(expected);
    const back = zeros(shape, { dtype });
    back.permute(p).copy_(fromArray(expected as number[], turned.shape, { dtype }));
    expectSameBits(back, x);
  },
});
