import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Layout } from '../src/adapter.ts';
import { build } from '../src/build.ts';

const data = [1, 2, 3, 4, 5, 6];
const input = (layout: Layout, values: readonly number[] = data) =>
  build({ shape: [2, 3], data: values, dtype: 'float32', requiresGrad: false, layout });

test('a permuted input is a permutation of contiguous memory', () => {
  const x = input({ kind: 'permuted', perm: [1, 0] });
  expect([...x.data]).toEqual(data);
  expect(x.stride()).toEqual([1, 2]);
});

test('a sliced input steps over every second element', () => {
  const x = input({ kind: 'sliced', dim: 1 });
  expect([...x.data]).toEqual(data);
  expect(x.stride()).toEqual([6, 2]);
  expect(x.offset).toBe(1);
});

test('an expanded input repeats its memory', () => {
  const x = input({ kind: 'expanded', dims: [0] }, [1, 2, 3, 1, 2, 3]);
  expect([...x.data]).toEqual([1, 2, 3, 1, 2, 3]);
  expect(x.stride()).toEqual([0, 1]);
});

test('whole numbers of 64 bits become int32', () => {
  expect(build({ shape: [1], data: [7], dtype: 'int64', requiresGrad: false }).dtype).toBe('int32');
});

test('every layout keeps the logical values', () => {
  const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(shapes, fc.nat(), fc.constantFrom('permuted', 'sliced', 'expanded'), (shape, pick, kind) => {
      const dim = pick % shape.length;
      const perm = shape.map((_, i) => (i + pick) % shape.length);
      const step = shape.slice(dim + 1).reduce((product, size) => product * size, 1);
      const count = shape.reduce((product, size) => product * size, 1);
      const values = Array.from({ length: count }, (_, i) => {
        const along = Math.floor(i / step) % (shape[dim] as number);
        return kind === 'expanded' ? i - along * step : i;
      });
      const layout: Layout =
        kind === 'permuted' ? { kind, perm } : kind === 'sliced' ? { kind, dim } : { kind: 'expanded', dims: [dim] };
      const x = build({ shape, data: values, dtype: 'float64', requiresGrad: false, layout });
      expect(x.shape).toEqual(shape);
      expect([...x.data]).toEqual(values);
    }),
  );
});
