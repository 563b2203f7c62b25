import { law } from '@tessera/laws';
import type { DType, Tensor } from '@tessera/tensor';
import * as T from '@tessera/tensor';
import { Generator, rand, randn, zeros } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect } from 'vitest';

type Options = { readonly generator: Generator };

const streams = fc.tuple(fc.integer({ min: -(2 ** 40), max: 2 ** 40 }), fc.nat(1000));
const shapes = fc.array(fc.constantFrom(1, 2, 3, 7), { maxLength: 3 });
const floats = fc.constantFrom<DType>('float32', 'float64');
const quarters = fc.integer({ min: -12, max: 12 }).map((i) => i / 4);

/** A generator at a place of a stream. */
function at([seed, offset]: readonly [number, number]): Options {
  const generator = new Generator(seed);
  generator.state = { seed, offset };
  return { generator };
}
/** The numbers in [0, 1) of 53 bits that lie there. */
const unitsAt = (stream: readonly [number, number], count: number): number[] => [
  ...rand(count, { dtype: 'float64', ...at(stream) }).data,
];
const countOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

describe('what is drawn', () => {
  law('is what lies next in the stream, and moves on by as many blocks of words', {
    rows: 70,
    formula: 'draw(4 a) then draw(b) = draw(4 a + b)',
    tolerance: 'E',
    given: [streams, fc.nat(5), fc.integer({ min: 1, max: 9 }), floats],
    holds: (stream, a, b, dtype) => {
      for (const draw of [rand, randn] as ((n: number, options: object) => Tensor)[]) {
        const apart = at(stream);
        const parts = [4 * a, b].map((n) => [...draw(n, { dtype, ...apart }).data]);
        const whole = at(stream);
        expect([...draw(4 * a + b, { dtype, ...whole }).data]).toEqual(parts.flat());
        const words = dtype === 'float64' ? 2 : 1;
        expect(whole.generator.offset).toBe(stream[1] + Math.ceil(((4 * a + b) * words) / 4));
        expect(apart.generator.state).toEqual({ seed: stream[0], offset: whole.generator.offset });
      }
    },
  });

  law('in the form of another tensor is that of its shape and dtype', {
    rows: 70,
    formula: 'randLike(x) = rand(shape(x)), and so on',
    tolerance: 'E',
    given: [streams, shapes, floats, floats, fc.boolean()],
    holds: (stream, shape, own, other, isAsked) => {
      const x = zeros(shape, { dtype: own });
      const dtype = isAsked ? other : own;
      const asked = isAsked ? { dtype } : {};
      expectSameBits(T.randLike(x, { ...asked, ...at(stream) }), rand(shape, { dtype, ...at(stream) }));
      expectSameBits(T.randnLike(x, { ...asked, ...at(stream) }), randn(shape, { dtype, ...at(stream) }));
      expectSameBits(
        T.randintLike(x, -2, 5, { ...asked, ...at(stream) }),
        T.randint(-2, 5, shape, { dtype, ...at(stream) }),
      );
    },
  });

  law('in place is what would be drawn anew', {
    rows: [39, 70],
    formula: 'uniform_ = low + (high - low) u; normal_ = normal; exponential_ = -log(1 - u) / λ',
    tolerance: ['E', 'D'],
    given: [streams, shapes, quarters, fc.constantFrom(0.5, 1, 3)],
    holds: (stream, shape, low, scale) => {
      const x = (): Tensor => zeros(shape, { dtype: 'float64' });
      const units = unitsAt(stream, countOf(shape));
      const near = bounds.identity(Math.abs(low) + 40 * scale);
      expectWithin(
        x().uniform_(low, low + scale, at(stream)),
        units.map((u) => low + scale * u),
        near,
      );
      expectWithin(
        x().exponential_(scale, at(stream)),
        units.map((u) => -Math.log1p(-u) / scale),
        bounds.identity(40 / scale),
      );
      expectWithin(
        x().normal_(low, scale, at(stream)),
        [...randn(shape, { dtype: 'float64', ...at(stream) }).data].map((z) => low + scale * z),
        near,
      );
      expectSameBits(zeros(shape).uniform_(0, 1, at(stream)), rand(shape, at(stream)));
      expectSameBits(zeros(shape).normal_(0, 1, at(stream)), randn(shape, at(stream)));
      // The defaults, from the default generator.
      T.manualSeed(stream[0]);
      const [first, second] = [zeros(shape).uniform_(), zeros(shape).normal_()];
      T.manualSeed(stream[0]);
      expectSameBits(first, rand(shape));
      expectSameBits(second, randn(shape));
    },
  });

  law('of whole numbers is what whole numbers lie below', {
    rows: 70,
    formula: 'randint = low + ⌊u (high - low)⌋; randperm exchanges i with ⌊u (i + 1)⌋',
    tolerance: 'E',
    given: [
      streams,
      shapes,
      fc.integer({ min: -9, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom<DType>('int32', 'float32', 'float64'),
    ],
    holds: (stream, shape, low, span, dtype) => {
      const units = unitsAt(stream, countOf(shape));
      const found = T.randint(low, low + span, shape, { dtype, ...at(stream) });
      expect([found.shape, found.dtype]).toEqual([shape, dtype]);
      expect([...found.data]).toEqual(units.map((u) => low + Math.floor(u * span)));
      expect([...T.randint(span, shape, at(stream)).data]).toEqual(units.map((u) => Math.floor(u * span)));
      const order = Array.from({ length: span }, (_, i) => i);
      const swaps = unitsAt(stream, span);
      for (let i = span - 1; i > 0; i--) {
        const j = Math.floor((swaps[i] as number) * (i + 1));
        [order[i], order[j]] = [order[j] as number, order[i] as number];
      }
      expect([...T.randperm(span, { dtype, ...at(stream) }).data]).toEqual(order);
    },
  });

  const chances = fc.array(fc.constantFrom(0, 0.25, 0.5, 0.75, 1), { minLength: 1, maxLength: 9 });
  law('by chance never turns from 1 to 0 when the chance grows', {
    rows: 70,
    formula: 'p ≤ q ⇒ bernoulli(p) ≤ bernoulli(q); bernoulli(0) = 0; bernoulli(1) = 1',
    tolerance: 'E',
    given: [streams, chances, fc.constantFrom<DType>('float32', 'float64', 'int32', 'bool', 'float16', 'bfloat16')],
    holds: (stream, p, dtype) => {
      const raised = p.map((chance) => Math.min(1, chance + 0.25));
      const [low, high] = [p, raised].map((list) => [...T.bernoulli(T.tensor(list), at(stream)).data]) as [
        number[],
        number[],
      ];
      low.forEach((coin, i) => {
        expect(coin <= (high[i] as number)).toBe(true);
        if (p[i] === 0) expect(coin).toBe(0);
        if (p[i] === 1) expect(coin).toBe(1);
      });
      // One chance for all, in any dtype, is the same as a tensor of it.
      const one = p[0] as number;
      const all = T.bernoulli(T.full([p.length], one), at(stream));
      const inPlace = zeros(p.length, { dtype }).bernoulli_(one, at(stream));
      expect([inPlace.dtype, ...inPlace.data]).toEqual([dtype, ...all.data]);
      const each = zeros(p.length, { dtype }).bernoulli_(T.tensor(p), at(stream));
      expect([each.dtype, ...each.data]).toEqual([dtype, ...low]);
      // What is dropped is what falls below p, and the others make up for it.
      if (one < 1)
        expect([...T.dropout(T.ones(p.length), one, at(stream)).data]).toEqual(
          [...all.data].map((coin) => Math.fround(coin ? 0 : 1 / (1 - one))),
        );
    },
  });

  const weights = fc
    .array(fc.constantFrom(0, 0.5, 1, 3), { minLength: 2, maxLength: 5 })
    .filter((list) => list.filter((w) => w > 0).length > 1);
  law('of categories inverts the running sum, or is a race without return', {
    rows: 70,
    formula: 'first i with Σ_{j ≤ i} w_j > u Σ w; the order of -log(1 - u_i) / w_i',
    tolerance: 'E',
    given: [streams, weights, fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 4 })],
    holds: (stream, row, rows, count) => {
      const p = T.tensor(
        Array.from({ length: rows }, () => row),
        { dtype: 'float64' },
      );
      const total = row.reduce<number>((a, b) => a + b, 0);
      const sums = row.map((_, i) => row.slice(0, i + 1).reduce<number>((a, b) => a + b, 0));
      const units = unitsAt(stream, rows * Math.max(count, row.length));
      const found = T.multinomial(p, count, true, at(stream));
      expect(found.shape).toEqual([rows, count]);
      expect([...found.data]).toEqual(
        units.slice(0, rows * count).map((u) => sums.findIndex((sum) => sum > u * total)),
      );
      const most = Math.min(count, row.filter((w) => w > 0).length);
      const races = Array.from({ length: rows }, (_, r) => {
        const arrival = row.map((w, i) =>
          w === 0 ? Infinity : -Math.log1p(-(units[r * row.length + i] as number)) / w,
        );
        return [...row.keys()].sort((a, b) => (arrival[a] as number) - (arrival[b] as number) || a - b).slice(0, most);
      });
      expect(T.multinomial(p, most, false, at(stream)).toArray()).toEqual(races);
      expect(T.multinomial(p, most, undefined, at(stream)).toArray()).toEqual(races);
      expect([...T.multinomial(p.select(0, 0), most, false, at(stream)).data]).toEqual(races[0]);
    },
  });

  law('keeps inside its interval, however narrow', {
    rows: 70,
    formula: 'low ≤ uniform_(low, high) < high',
    tolerance: 'E',
    given: [streams, fc.constantFrom(-1, 0, 1, 2 ** 30, -(2 ** 30)), fc.integer({ min: 0, max: 24 }), floats],
    holds: (stream, high, bits, dtype) => {
      // So near to each other that rounding would reach the upper one.
      const low = high - Math.max(Math.abs(high), 2 ** -100) * 2 ** -bits;
      const [from, to] = dtype === 'float32' ? [Math.fround(low), Math.fround(high)] : [low, high];
      fc.pre(from < to);
      for (const value of zeros(64, { dtype }).uniform_(low, high, at(stream)).data)
        expect(value >= from && value < to).toBe(true);
    },
  });

  law('from tensors of means and deviations is these, stretched, over one normal draw', {
    rows: 70,
    formula: 'normal(μ, σ) = μ + σ z, z = randn of the shape that both stretch to',
    tolerance: 'D',
    given: [streams, fc.constantFrom('mean', 'std', 'both', 'neither'), fc.boolean(), fc.boolean()],
    holds: (stream, form, isShaped, isAsked) => {
      const own = { dtype: isAsked ? 'float32' : 'float64' } as const;
      const mean = T.tensor([[1], [-2]], own);
      const std = T.tensor([0.5, 2, 0], own);
      const [hasMean, hasStd] = [form === 'mean' || form === 'both', form === 'std' || form === 'both'];
      const shape = form === 'mean' ? [2, 1] : form === 'std' ? [3] : [2, 3];
      const found = T.normal(
        hasMean ? mean : 3,
        hasStd ? std : 1.5,
        isShaped || form === 'neither' ? shape : undefined,
        { ...at(stream), ...((isAsked || form === 'neither') && { dtype: 'float64' }) },
      );
      const z = randn(shape, { dtype: 'float64', ...at(stream) });
      const wanted = (hasStd ? z.mul(std.to('float64')) : z.mul(1.5)).add(hasMean ? mean.to('float64') : 3);
      expect([found.shape, found.dtype]).toEqual([shape, 'float64']);
      expectWithin(found, wanted, bounds.identity(wanted, 10));
    },
  });
});
