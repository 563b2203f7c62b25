import { requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { Generator, ones, randn, type Tensor, zeros } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as layers from '../src/index.ts';

const channels = [
  [
    'Dropout1d',
    layers.Dropout1d,
    layers.dropout1d,
    [
      [3, 4, 5],
      [4, 5],
    ],
  ],
  [
    'Dropout2d',
    layers.Dropout2d,
    layers.dropout2d,
    [
      [3, 4, 2, 2],
      [3, 4, 5],
    ],
  ],
  [
    'Dropout3d',
    layers.Dropout3d,
    layers.dropout3d,
    [
      [3, 4, 2, 2, 1],
      [4, 2, 2, 1],
    ],
  ],
] as const;

describe.each(channels)('%s', (name, Layer, f, shapes) => {
  law('drops whole channels, and scales the others', {
    rows: 106,
    formula: 'channel = 0 or x / (1 - p)',
    tolerance: 'E',
    given: [fc.constantFrom(...shapes), fc.constantFrom(0.25, 0.5), fc.nat()],
    holds: (shape, p, seed) => {
      const y = f(ones([...shape]), p, { generator: new Generator(seed) });
      const batched = shape.length === shapes[0].length || (name === 'Dropout2d' && shape.length === 3);
      const rows = y.reshape(batched ? (shape[0] as number) * (shape[1] as number) : (shape[0] as number), -1);
      for (const row of rows.toArray() as number[][]) {
        expect(new Set(row).size).toBe(1);
        expect([0, Math.fround(1 / (1 - p))]).toContain(row[0]);
      }
      expectSameBits(f(ones([...shape]), p, { generator: new Generator(seed) }), y);
    },
  });

  test('is the identity in evaluation, and refuses other dimensions', () => {
    const x = randn([...shapes[0]]);
    expectSameBits(new Layer(0.5).eval().forward(x), x);
    expect(() => new Layer(0.5).forward(zeros(3))).toThrow(/^dropout\dd: x must have .* dimensions; got \[3\]/);
    expect(() => new Layer(2)).toThrow(`${name}: p must be in [0, 1]; got 2`);
  });
});

describe('AlphaDropout', () => {
  test('keeps a mean of 0 and a variance of 1', () => {
    const x = randn(200_000, { generator: new Generator(1) });
    for (const p of [0.1, 0.5]) {
      const y = layers.alphaDropout(x, p, { generator: new Generator(2) });
      expectWithin(y.mean(), 0, bounds.mean(1, y.count));
      // The fourth moment of what is kept and what is dropped is below 9.
      expectWithin(y.square().mean(), 1, bounds.variance(9, y.count));
    }
  });

  test('drops to one value, whole channels where that is asked', () => {
    const y = layers.featureAlphaDropout(randn(20, 10, 3), 0.5, { generator: new Generator(3) });
    const rows = y.reshape(200, 3).toArray() as number[][];
    const dropped = rows.filter((row) => new Set(row).size === 1);
    expect(dropped.length).toBeGreaterThan(50);
    expect(new Set(dropped.flat()).size).toBe(1);
    expect(new layers.AlphaDropout(1).forward(ones(2)).toArray()).toEqual([0, 0]);
    expectSameBits(new layers.FeatureAlphaDropout(0.5).eval().forward(ones(2, 2)), ones(2, 2));
  });

  test('passes gradients to what stays', () => {
    const x = requiresGrad(ones(50));
    const y = layers.alphaDropout(x, 0.5);
    y.sum().backward();
    const floor = Math.min(...y.data);
    for (const [i, g] of Array.from((x.grad as Tensor).data).entries()) expect(g === 0).toBe(y.data[i] === floor);
  });
});
