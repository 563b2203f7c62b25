import { law } from '@tessera/laws';
import { elementwise, Generator, initialSeed, linspace, manualSeed, type Nested, type Tensor } from '@tessera/tensor';
import { contiguousStrides } from '@tessera/tensor/core';
import { expectSameBits } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { expect } from 'vitest';
import { filled, shapes, tensors } from './meanings/draw.ts';
import { build, tensorOf } from './meanings/plain.ts';

const nestedValues = (values: Nested): (number | boolean)[] =>
  Array.isArray(values) ? values.flatMap(nestedValues) : [values];
const nestedShape = (values: Nested): number[] =>
  Array.isArray(values) ? [values.length, ...(values.length > 0 ? nestedShape(values[0] as Nested) : [])] : [];

law('a tensor is the same in every way it is read', {
  rows: 12,
  formula: 'data = read() = toArray() = [...x]; dim, numel, size, stride of its shape',
  tolerance: 'E',
  given: [tensors({ rank: [0, 4], sizes: [1, 0, 2, 3] })],
  holds: async (plain) => {
    const { shape, data, dtype } = plain;
    const x = tensorOf(plain);
    expect([x.dim(), x.numel(), x.size(), x.stride()]).toEqual([
      shape.length,
      data.length,
      shape,
      contiguousStrides(shape),
    ]);
    shape.forEach((size, d) => {
      expect([x.size(d), x.size(d - shape.length)]).toEqual([size, size]);
    });
    expect([...x.data]).toEqual(data);
    expect([...(await x.read())]).toEqual(data);
    const nested = x.toArray();
    expect(nestedValues(nested)).toEqual(data.map((value) => (dtype === 'bool' ? value === 1 : value)));
    if (data.length > 0) expect(nestedShape(nested)).toEqual(shape);
    expect([...x.toBigInt64Array()]).toEqual(data.map((value) => BigInt(Math.trunc(value))));
    if (data.length === 1) expect(x.item()).toBe(data[0]);
    if (shape.length > 0)
      expect([...x].map(({ data: row }) => [...row])).toEqual(x.unbind(0).map((row) => [...row.data]));
  },
});

law('T turns all dimensions round, and mT the last two', {
  rows: 2,
  formula: 'xᵀ[i, j, k] = x[k, j, i]; mT[i, j, k] = x[i, k, j]',
  tolerance: 'E',
  given: [tensors({ rank: [2, 4] })],
  holds: (plain) => {
    const x = tensorOf(plain);
    const last = [...plain.shape.keys()].slice(0, -2);
    const [a, b] = [plain.shape.length - 2, plain.shape.length - 1];
    expectSameBits(x.T, x.permute([...plain.shape.keys()].reverse()));
    expectSameBits(x.mT, x.permute([...last, b, a]));
    expectSameBits(x.mT.mT, x);
  },
});

law('an op that is made of a formula is that formula, and shows its record', {
  rows: [18, 89],
  formula: "elementwise('f', { f })(x, y) = f(x, y)",
  tolerance: 'E',
  given: [
    shapes({}).chain((shape) =>
      fc.tuple(filled(shape, { dtypes: ['float64'] }), filled(shape, { dtypes: ['float64'] }), fc.boolean()),
    ),
  ],
  holds: ([a, b, isBool]) => {
    const rule = (x: number, y: number): number => (isBool ? Number(x < y) : x * y - x);
    const own = elementwise('own', {
      f: rule,
      ...(isBool && { result: 'bool' }),
      vjp: { x: 'none', y: 'none' },
    });
    expect([own.kind, own.name, own.operands, Object.keys(own).includes('f')]).toEqual([
      'elementwise',
      'own',
      ['x', 'y'],
      true,
    ]);
    const found = (own as unknown as (...of: Tensor[]) => Tensor)(tensorOf(a), tensorOf(b));
    const wanted = build(a.shape, isBool ? 'bool' : 'float64', () => 0);
    expectSameBits(found, tensorOf({ ...wanted, data: a.data.map((x, i) => rule(x, b.data[i] as number)) }));
  },
});

law('linspace has both ends exactly, and is the same from either end', {
  rows: 13,
  formula: 'linspace(a, b)[0] = a, [-1] = b; linspace(a, b) = flip(linspace(b, a))',
  tolerance: 'E',
  given: [
    fc.tuple(fc.float({ noNaN: true, min: -99, max: 99 }), fc.float({ noNaN: true, min: -99, max: 99 })),
    fc.integer({ min: 2, max: 40 }),
    fc.constantFrom<'float32' | 'float64'>('float32', 'float64'),
  ],
  holds: ([start, end], steps, dtype) => {
    const there = [...linspace(start, end, steps, { dtype }).data];
    expect([there[0] === start, there.at(-1) === end]).toEqual([true, true]);
    const back = [...linspace(end, start, steps, { dtype }).data].reverse();
    // The one in the middle is counted from one of the ends.
    there.forEach((value, i) => {
      if (2 * i !== steps - 1) expect(value === back[i]).toBe(true);
    });
  },
});

law('a generator tells its seed, and so does the default one', {
  rows: 70,
  formula: 'seed(Generator(s)) = s = initialSeed() after manualSeed(s)',
  tolerance: 'E',
  given: [fc.maxSafeInteger()],
  holds: (seed) => {
    const generator = new Generator(seed);
    expect([generator.seed, generator.offset, generator.state]).toEqual([seed, 0, { seed, offset: 0 }]);
    expect(new Generator().manualSeed(seed).state).toEqual({ seed, offset: 0 });
    manualSeed(seed);
    expect(initialSeed()).toBe(seed);
    expect(new Generator().seed).not.toBe(new Generator().seed);
  },
});
