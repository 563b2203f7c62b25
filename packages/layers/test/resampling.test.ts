import { gradcheck } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { arange, manualSeed, ones, randn, type Tensor, zeros } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as layers from '../src/index.ts';

const { interpolate, pixelShuffle, pixelUnshuffle, channelShuffle } = layers;
type Mode = layers.InterpolationMode;
const float64 = { dtype: 'float64' } as const;
const RANKS: Readonly<Record<string, readonly number[]>> = {
  nearest: [1, 2, 3],
  'nearest-exact': [1, 2, 3],
  area: [1, 2, 3],
  linear: [1],
  bilinear: [2],
  bicubic: [2],
  trilinear: [3],
};

/** A mode, and sizes before and after that it is for. */
const drawn = fc
  .constantFrom(...Object.entries(RANKS).flatMap(([mode, ranks]) => ranks.map((rank) => [mode as Mode, rank] as const)))
  .chain(([mode, rank]) => {
    const sizes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: rank, maxLength: rank });
    const aligned = /linear|cubic/.test(mode) ? fc.boolean() : fc.constant(null);
    return fc.record({ mode: fc.constant(mode), from: sizes, to: sizes, alignCorners: aligned, seed: fc.nat() });
  });

describe('interpolation by law', () => {
  law('keeps constants, adds up, and stands still where sizes do', {
    rows: 102,
    formula: 'f(1) = 1, f(x + y) = f(x) + f(y), f(x; same size) = x',
    tolerance: 'D',
    given: [drawn],
    holds: ({ seed, mode, from, to, alignCorners }) => {
      manualSeed(seed);
      const run = (x: Tensor, size = to): Tensor => interpolate(x, { size, mode, alignCorners });
      const [x, y] = [randn([1, 2, ...from], float64), randn([1, 2, ...from], float64)];
      expect(run(x).shape).toEqual([1, 2, ...to]);
      expectWithin(run(ones([1, 2, ...from], float64)), ones([1, 2, ...to], float64), bounds.identity());
      expectWithin(run(x.add(y)), run(x).add(run(y)), bounds.identity(x.abs().add(y.abs())));
      expectWithin(run(x, from), x, bounds.identity(x));
    },
  });

  law('passes gradients in every mode', {
    rows: 75,
    formula: 'gradients = central differences',
    tolerance: 'D',
    given: [drawn],
    share: 0.2,
    holds: ({ seed, mode, from, to, alignCorners }) => {
      manualSeed(seed);
      gradcheck((x) => interpolate(x, { size: to, mode, alignCorners }), [randn([1, 1, ...from], float64)]);
    },
  });

  law('linear modes reproduce what is linear: with aligned corners everywhere, else between the outer middles', {
    rows: 102,
    formula: 'f(ramp) = ramp',
    tolerance: 'D',
    given: [fc.integer({ min: 2, max: 9 }), fc.integer({ min: 2, max: 20 }), fc.boolean()],
    holds: (from, to, aligned) => {
      const x = arange(0, from, 1, float64).reshape([1, 1, from]);
      const y = interpolate(x, { size: to, mode: 'linear', alignCorners: aligned }).data;
      for (let i = 0; i < to; i++) {
        const place = aligned ? (i * (from - 1)) / (to - 1) : ((i + 0.5) * from) / to - 0.5;
        expectWithin([y[i]!], [Math.min(from - 1, Math.max(0, place))], bounds.identity(from));
      }
    },
  });

  law('nearest by a whole factor repeats, area by a whole divisor averages', {
    rows: 102,
    formula: 'nearest · k = repeat k; area / k = mean of k',
    tolerance: 'D',
    given: [fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 }), fc.nat()],
    holds: (factor, size, seed) => {
      manualSeed(seed);
      const x = randn([1, 1, size, size], float64);
      const repeated = x.repeatInterleave(factor, 2).repeatInterleave(factor, 3);
      for (const mode of ['nearest', 'nearest-exact'] as const)
        expectSameBits(interpolate(x, { scaleFactor: factor, mode }), repeated);
      expectWithin(interpolate(repeated, { size, mode: 'area' }), x, bounds.identity(x));
    },
  });

  test('Upsample and its kin are interpolate with options kept', () => {
    const x = randn(1, 2, 3, 4);
    const options = { size: [5, 7], mode: 'bicubic' } as const;
    expectSameBits(new layers.Upsample(options).forward(x), interpolate(x, options));
    expectSameBits(new layers.UpsamplingNearest2d({ scaleFactor: 2 }).forward(x), interpolate(x, { scaleFactor: 2 }));
    expectSameBits(
      new layers.UpsamplingBilinear2d({ size: [6, 8] }).forward(x),
      interpolate(x, { size: [6, 8], mode: 'bilinear', alignCorners: true }),
    );
  });
});

describe('shuffles by law', () => {
  const small = fc.integer({ min: 1, max: 3 });

  law('pixelUnshuffle undoes pixelShuffle, and each pixel comes from the channel of its place', {
    rows: 102,
    formula: 'pixelUnshuffle(pixelShuffle x) = x',
    tolerance: 'E',
    given: [small, small, small, small, fc.boolean()],
    holds: (r, channels, height, width, batched) => {
      const shape = [...(batched ? [2] : []), channels * r * r, height, width];
      const x = arange(shape.reduce((a, b) => a * b)).reshape(shape);
      const y = pixelShuffle(x, r);
      expectSameBits(pixelUnshuffle(y, r), x);
      expectSameBits(new layers.PixelUnshuffle(r).forward(new layers.PixelShuffle(r).forward(x)), x);
      // (..., C r r, H, W) at row 0 and the last column: of each r r channels, channel r - 1
      const channel = arange(channels)
        .mul(r * r)
        .add(r - 1)
        .to('int32');
      const corner = (image: Tensor): Tensor => image.select(-1, image.shape.at(-1)! - 1).select(-1, 0);
      expectSameBits(corner(y), corner(x).indexSelect(-1, channel));
    },
  });

  law('channelShuffle by groups and by what is left undo each other', {
    rows: 102,
    formula: 'channelShuffle(C/g) ∘ channelShuffle(g) = id',
    tolerance: 'E',
    given: [small, small, small],
    holds: (groups, each, size) => {
      const x = arange(2 * groups * each * size).reshape([2, groups * each, size]);
      expectSameBits(channelShuffle(channelShuffle(x, groups), each), x);
      expectSameBits(new layers.ChannelShuffle(groups).forward(x), channelShuffle(x, groups));
    },
  });
});

describe('bad input is refused by name', () => {
  const x = zeros(1, 2, 4, 4);
  test.each<readonly [string, () => unknown, string]>([
    ['no size', () => interpolate(x, {}), 'interpolate: either size or scaleFactor must be given; got neither'],
    [
      'both',
      () => interpolate(x, { size: 2, scaleFactor: 2 }),
      'interpolate: either size or scaleFactor must be given; got both',
    ],
    [
      'an unknown mode',
      () => interpolate(x, { size: 2, mode: 'cubic' as never }),
      'interpolate: mode must be one of nearest,',
    ],
    [
      'a mode of another rank',
      () => interpolate(x, { size: 2, mode: 'linear' }),
      "interpolate: mode 'linear' is for [N, C, ...] with 1",
    ],
    [
      'aligned corners of nearest',
      () => interpolate(x, { size: 2, alignCorners: true }),
      'interpolate: alignCorners is for linear',
    ],
    ['half a size', () => interpolate(x, { size: 2.5 }), 'interpolate: size must be a whole number'],
    [
      'too many sizes',
      () => interpolate(x, { size: [2, 2, 2] }),
      'interpolate: size must be a number above 0, or 2 of them',
    ],
    [
      'a factor that leaves nothing',
      () => interpolate(x, { scaleFactor: 0.1 }),
      'interpolate: the result must have elements',
    ],
    [
      'an unknown option',
      () => interpolate(x, { size: 2, antialias: true } as never),
      "interpolate: there is no option 'antialias'",
    ],
    [
      'channels that are no square',
      // @ts-expect-error: the compiler refuses it too
      () => pixelShuffle(zeros(3, 2, 2), 2),
      'pixelShuffle: x must be [..., C * 4, H, W]; got [3, 2, 2]',
    ],
    // @ts-expect-error: the compiler refuses it too
    ['odd sides', () => pixelUnshuffle(zeros(1, 3, 2), 2), 'pixelUnshuffle: x must be'],
    ['groups that do not divide', () => channelShuffle(x, 3), 'channelShuffle: x must be [N, C * 3, ...]'],
    ['a factor of 0', () => new layers.PixelShuffle(0), 'PixelShuffle: upscaleFactor must be a whole number'],
  ])('%s', (_, run, message) => {
    expect(run).toThrow(message);
  });
});
