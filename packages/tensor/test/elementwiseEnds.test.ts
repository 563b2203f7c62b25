import { law } from '@tessera/laws';
import {
  clamp,
  erf,
  erfinv,
  fromArray,
  Generator,
  logit,
  rand,
  rrelu,
  type Tensor,
  tensor,
  where,
} from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin, UNIT_FLOAT32 } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { expect } from 'vitest';

const float64 = { dtype: 'float64' } as const;

law('erfinv undoes erf, from the middle to the ends, and there is nothing beyond', {
  rows: 25,
  formula: 'erf(erfinv(y)) = y; erfinv(±1) = ±∞, erfinv(±0) = ±0; |y| > 1: NaN',
  tolerance: 'D',
  given: [
    fc.double({ min: -1, max: 1, noNaN: true }),
    fc.integer({ min: 1, max: 50 }),
    fc.double({ min: 1, noNaN: true }),
  ],
  holds: (y, bits, beyond) => {
    // Also next to the ends, where the inverse is steep.
    for (const value of [y, 1 - 2 ** -bits, 2 ** -bits - 1, 2 ** -bits])
      if (Math.abs(value) < 1) expectWithin(erf(erfinv(tensor([value], float64))), [value], bounds.identity(1));
    expect(erfinv(tensor([1, -1, 0, -0], float64)).toArray()).toEqual([Infinity, -Infinity, 0, -0]);
    if (beyond > 1) expect(erfinv(tensor([beyond, -beyond], float64)).toArray()).toEqual([Number.NaN, Number.NaN]);
  },
});

law('logit is log-odds, of what eps leaves of the ends', {
  rows: 25,
  formula: 'logit(p) = log(p / (1 - p)); with eps: of min(max(p, eps), 1 - eps)',
  tolerance: 'D',
  given: [
    fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 6 }),
    fc.constantFrom(undefined, null, 0.1, 0.25),
  ],
  holds: (values, eps) => {
    const p = tensor([...values, 0, 1], float64);
    const found = eps === undefined ? logit(p) : logit(p, { eps });
    const expected = Array.from(p.data, (x) => {
      const inner = eps === undefined || eps === null ? x : Math.min(Math.max(x, eps), 1 - eps);
      return Math.log(inner / (1 - inner));
    });
    expectWithin(found, expected, bounds.identity(expected.filter(Number.isFinite), 40));
  },
});

/** A bound: none, a number, or a tensor. */
const bound = fc.oneof(
  fc.constant(null),
  fc.constantFrom(-1, 0, 0.5, 2, Number.NaN),
  fc.array(fc.constantFrom(-1, 0, 0.5, 2), { minLength: 4, maxLength: 4 }),
);

law('clamp is the lesser of the upper bound and the greater of the lower one, whatever bounds are', {
  rows: 21,
  formula: 'clamp(x, a, b) = min(max(x, a), b), for numbers, tensors and NaN; without a bound: no such one',
  tolerance: 'E',
  given: [fc.array(fc.constantFrom(-2, -1, 0, 0.5, 1, 2, 3, Number.NaN), { minLength: 4, maxLength: 4 }), bound, bound],
  share: 3,
  holds: (values, min, max) => {
    if (min === null && max === null) return;
    const given = (one: typeof min): Tensor | number | undefined =>
      Array.isArray(one) ? fromArray(one, [4], float64) : (one ?? undefined);
    const at = (one: typeof min, i: number, otherwise: number): number =>
      Array.isArray(one) ? one[i]! : (one ?? otherwise);
    const x = fromArray(values, [4], float64);
    const found = (clamp as (...of: unknown[]) => Tensor)(x, given(min), given(max));
    const expected = values.map((value, i) => Math.min(Math.max(value, at(min, i, -Infinity)), at(max, i, Infinity)));
    expectSameBits(found, fromArray(expected, [4], float64));
  },
});

law('rrelu draws a slope between its bounds for what lies below 0, from the stream', {
  rows: 31,
  formula: 'training: y = x above 0, (lower + (upper - lower) u) x below; else (lower + upper) / 2 x',
  tolerance: 'D',
  given: [
    fc.nat(),
    fc.constantFrom(0.125, 0.25),
    fc.constantFrom(0.25, 0.75),
    fc.boolean(),
    fc.constantFrom('float32', 'float64'),
  ],
  holds: (seed, lower, upper, training, dtype) => {
    const type = { dtype: dtype as 'float32' };
    const x = rand([40], { generator: new Generator(seed + 1), ...type }).sub(0.5);
    const y = rrelu(x, { lower, upper, training, generator: new Generator(seed) });
    const u = rand([40], { generator: new Generator(seed), ...type }).data;
    const slope = (i: number): number => (training ? lower + (upper - lower) * u[i]! : (lower + upper) / 2);
    const expected = Array.from(x.data, (value, i) => (value > 0 ? value : slope(i) * value));
    expect(y.dtype).toBe(dtype);
    expectWithin(
      y,
      expected,
      dtype === 'float64' ? bounds.identity(1) : bounds.conditioned((value) => 4 * UNIT_FLOAT32 * Math.abs(value)),
    );
  },
});

law('where takes numbers and truths for tensors of their own type', {
  rows: 14,
  formula: 'where(c, a, b) of two numbers: int32, bool, or float32 where one has a fraction or is too large',
  tolerance: 'E',
  given: [
    fc.constantFrom<number | boolean>(true, false, 3, -1, 0.5, 2 ** 31, -(2 ** 31) - 1),
    fc.constantFrom<number | boolean>(true, false, 3, -1, 0.5, 2 ** 31),
    fc.boolean(),
  ],
  holds: (a, b, c) => {
    const found = (where as (...of: unknown[]) => Tensor)(tensor([c, !c]), a, b);
    const typeOf = (value: number | boolean): number => {
      if (typeof value === 'boolean') return 0;
      return Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? 1 : 2;
    };
    expect(found.dtype).toBe(['bool', 'int32', 'float32'][Math.max(typeOf(a), typeOf(b))]);
    expect([...found.data]).toEqual([c ? a : b, c ? b : a].map((value) => Math.fround(Number(value))));
  },
});
