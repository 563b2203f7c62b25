import { law } from '@tessera/laws';
import * as L from '@tessera/layers';
import { bernoulli, dropout, full, Generator, manualSeed, ones, randn, type Tensor } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin, UNIT_FLOAT32 } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect } from 'vitest';

type Drop = (
  x: Tensor,
  p?: number,
  options?: { readonly training?: boolean; readonly generator?: Generator },
) => Tensor;
type Layer = new (p?: number) => L.Module & { forward(x: Tensor): Tensor };

/** The layer, its function, a shape, how many dimensions have a number of their own, and whether what goes becomes SELU's floor. */
const KINDS: readonly (readonly [string, Layer, Drop, readonly number[], number, boolean])[] = [
  ['Dropout', L.Dropout, dropout, [3, 5], 2, false],
  ['Dropout1d', L.Dropout1d, L.dropout1d, [3, 4, 2], 2, false],
  ['Dropout1d of one sample', L.Dropout1d, L.dropout1d, [4, 2], 1, false],
  ['Dropout2d', L.Dropout2d, L.dropout2d, [2, 4, 2, 3], 2, false],
  ['Dropout3d', L.Dropout3d, L.dropout3d, [2, 3, 2, 2, 2], 2, false],
  ['Dropout3d of one sample', L.Dropout3d, L.dropout3d, [3, 2, 2, 2], 1, false],
  ['AlphaDropout', L.AlphaDropout, L.alphaDropout, [3, 5], 2, true],
  ['FeatureAlphaDropout', L.FeatureAlphaDropout, L.featureAlphaDropout, [3, 4, 2], 2, true],
];
/** Where SELU levels off. */
const FLOOR = -1.6732632423543772 * 1.0507009873554805;

describe.each(KINDS)('%s', (_, Layer, run, shape, own, isFloored) => {
  law('is a mask of its own for each element or channel, the same from the same stream', {
    rows: 106,
    formula: 'y = m x / (1 - p), or a (m x + (1 - m) floor) + b, with m constant in a channel; p = 0 or evaluation: x',
    tolerance: 'D',
    given: [fc.constantFrom(0.25, 0.5, undefined), fc.nat(), fc.constantFrom('float64', 'float32')],
    holds: (given, seed, dtype) => {
      const p = given ?? 0.5;
      const x = randn([...shape], { dtype: dtype as 'float32' })
        .abs()
        .add(1);
      const from = () => ({ generator: new Generator(seed) });
      const y = run(x, given, from());
      expect([y.shape, y.dtype]).toEqual([[...shape], dtype]);
      expectSameBits(run(x, given, { training: true, ...from() }), y);
      // What the place and the stream alone decide, channel by channel.
      const scale = 1 / Math.sqrt((FLOOR ** 2 * p + 1) * (1 - p));
      const kept = isFloored ? (value: number) => scale * (value - FLOOR * p) : (value: number) => value / (1 - p);
      const gone = isFloored ? scale * (FLOOR - FLOOR * p) : 0;
      const inner = shape.slice(own).reduce((a, b) => a * b, 1);
      const masks: boolean[] = [];
      const [got, values] = [y.data, x.data];
      // A product, a sum, a product and a difference, of what is no larger than the floor beside it.
      const slack =
        dtype === 'float64'
          ? bounds.identity(10)
          : bounds.conditioned((value) => 4 * UNIT_FLOAT32 * (Math.abs(value) + 2 * Math.abs(FLOOR)));
      for (let start = 0; start < got.length; start += inner) {
        const stays =
          Math.abs((got[start] as number) - gone) > Math.abs((got[start] as number) - kept(values[start] as number));
        masks.push(stays);
        for (let i = start; i < start + inner; i++)
          expectWithin([got[i] as number], [stays ? kept(values[i] as number) : gone], slack);
      }
      const other = run(ones([...shape], { dtype: dtype as 'float32' }), given, from()).data;
      masks.forEach((stays, i) => {
        expectWithin([other[i * inner] as number], [stays ? kept(1) : gone], slack);
      });
      // Each has a draw of its own.
      const draws = isFloored
        ? bernoulli(full([masks.length], 1 - p, { dtype: dtype as 'float32' }), from())
        : dropout(ones(masks.length, { dtype: dtype as 'float32' }), p, from());
      expect(masks).toEqual(Array.from(draws.data, (value) => value !== 0));
      // The ends.
      expect(run(x, 0, from())).toBe(x);
      expect(run(x, given, { training: false })).toBe(x);
      expect(run(x, 1, from()).data.every((value) => value === 0)).toBe(true);
      // As a layer, from the default stream.
      const layer = given === undefined ? new Layer() : new Layer(given);
      manualSeed(seed);
      const drawn = layer.forward(x);
      manualSeed(seed);
      expectSameBits(drawn, run(x, p));
      expectSameBits(layer.eval().forward(x), x);
    },
  });
});
