import { law } from '@tessera/laws';
import {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveAvgPool3d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
  type OutputSize,
} from '@tessera/layers';
import { gather, manualSeed, randn, type Tensor, type ValuesAndIndices } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin, gamma } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { expect } from 'vitest';

type AdaptiveMaxPool = (x: Tensor, size: OutputSize, options: { readonly returnIndices: true }) => ValuesAndIndices;
const ADAPTIVE_MAX: readonly [AdaptiveMaxPool, AdaptiveMaxPool, AdaptiveMaxPool, AdaptiveMaxPool] = [
  adaptiveMaxPool1d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
];
type AdaptiveAvgPool = (x: Tensor, size: OutputSize) => Tensor;
const ADAPTIVE_AVG: readonly [AdaptiveAvgPool, AdaptiveAvgPool, AdaptiveAvgPool, AdaptiveAvgPool] = [
  adaptiveAvgPool1d,
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveAvgPool3d,
];

/** All index tuples of a shape, in row-major order. */
function* tuples(shape: readonly number[]): Generator<readonly number[]> {
  const [size, ...rest] = shape;
  if (size === undefined) return yield [];
  for (let i = 0; i < size; i++) for (const tuple of tuples(rest)) yield [i, ...tuple];
}

const asked = fc.record({
  seed: fc.nat(),
  sizes: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 }),
  // null: as many as there are.
  targets: fc.array(fc.oneof({ arbitrary: fc.integer({ min: 0, max: 7 }), weight: 6 }, fc.constant(null)), {
    minLength: 3,
    maxLength: 3,
  }),
});

law('pooling to a size that is asked for is what loops give', {
  rows: 101,
  formula: 'window i = [⌊i n / m⌋, ⌈(i + 1) n / m⌉)',
  tolerance: ['S', 'E'],
  given: [asked],
  share: 0.6,
  holds: ({ seed, sizes, targets }) => {
    manualSeed(seed);
    const x = randn([1, 2, ...sizes]);
    const given = targets.slice(0, sizes.length);
    const target = given.map((n, d) => n ?? sizes[d]!);
    const mean = ADAPTIVE_AVG[sizes.length]!(x, given);
    const { values, indices } = ADAPTIVE_MAX[sizes.length]!(x, given, { returnIndices: true });
    for (const y of [mean, values, indices]) expect(y.shape).toEqual([1, 2, ...target]);
    if (target.includes(0)) return;
    // Also where all sizes stay, it is a tensor of its own.
    for (const y of [mean, values]) expect(y.storage).not.toBe(x.storage);
    const planes = x.reshape(2, -1).toArray() as number[][];
    const windows = [...tuples(target)].map((position) => {
      const ranges = position.map((p, d) => [
        Math.floor((p * sizes[d]!) / target[d]!),
        Math.ceil(((p + 1) * sizes[d]!) / target[d]!),
      ]);
      return [...tuples(sizes)].flatMap((at, place) =>
        at.every((i, d) => i >= ranges[d]![0]! && i < ranges[d]![1]!) ? [place] : [],
      );
    });
    const each = planes.flatMap((plane) => windows.map((places) => places.map((i) => plane[i]!)));
    const sum = (row: readonly number[]): number => row.reduce((a, b) => a + b, 0);
    expectWithin(
      mean,
      each.map((row) => sum(row) / row.length),
      bounds.conditioned(each.map((row) => (gamma(row.length + 6) * sum(row.map(Math.abs))) / row.length)),
    );
    expect([...values.data]).toEqual(each.map((row) => Math.max(...row)));
    expectSameBits(values.reshape(2, -1), gather(x.reshape(2, -1), 1, indices.reshape(2, -1)));
  },
});
