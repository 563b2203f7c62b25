import { gradcheck } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { arange, manualSeed, ones, randn, type Tensor, zeros } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { conv2d, Fold, fold, Unfold, unfold } from '../src/index.ts';

const float64 = { dtype: 'float64' } as const;
const pair = (min: number, max: number) => fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));

/** Windows, and images that they fit. */
const drawn = fc
  .record({
    seed: fc.nat(),
    channels: fc.integer({ min: 1, max: 3 }),
    kernel: pair(1, 3),
    stride: pair(1, 3),
    dilation: pair(1, 2),
    padding: pair(0, 2),
    more: pair(0, 4),
  })
  .map(({ kernel, dilation, more, ...rest }) => ({
    ...rest,
    kernel,
    dilation,
    sizes: kernel.map((k, d) => dilation[d]! * (k - 1) + 1 + more[d]!) as [number, number],
  }));

const inner = (a: Tensor, b: Tensor): number => a.mul(b).sum().item();

describe('unfold and fold by law', () => {
  law('a product of a weight with columns is the convolution', {
    rows: 96,
    formula: 'conv(x) = W unfold(x)',
    tolerance: 'D',
    given: [drawn],
    holds: ({ seed, channels, kernel, sizes, ...options }) => {
      manualSeed(seed);
      const x = randn([2, channels, ...sizes], float64);
      const weight = randn([3, channels, ...kernel], float64);
      const expected = conv2d(x, weight as Tensor, options);
      // (O, C K) (N, C K, L) -> (N, O, L)
      const found = weight.reshape([3, -1]).matmul(unfold(x, kernel, options));
      expectWithin(found, expected.flatten(2), bounds.identity(x, weight));
    },
  });

  law('are adjoint: <unfold x, y> = <x, fold y>', {
    rows: 100,
    formula: '⟨unfold x, y⟩ = ⟨x, fold y⟩',
    tolerance: 'D',
    given: [drawn],
    holds: ({ seed, channels, kernel, sizes, ...options }) => {
      manualSeed(seed);
      const x = randn([2, channels, ...sizes], float64);
      const columns = unfold(x, kernel, options);
      const y = randn(columns.shape, float64);
      const folded = fold(y, sizes, kernel, options);
      expect(folded.shape).toEqual(x.shape);
      expectWithin([inner(columns, y)], [inner(x, folded)], bounds.identity(inner(columns.abs(), y.abs()) + 1));
    },
  });

  law('each element comes back as often as windows hold it', {
    rows: 100,
    formula: 'fold(unfold x) = x · fold(unfold 1)',
    tolerance: 'D',
    given: [drawn],
    holds: ({ seed, channels, kernel, sizes, ...options }) => {
      manualSeed(seed);
      const x = arange(0, channels * sizes[0] * sizes[1], 1, float64).reshape([channels, ...sizes]);
      const both = (image: Tensor): Tensor => fold(unfold(image, kernel, options), sizes, kernel, options);
      expect([unfold(x, kernel, options).ndim, both(x).shape]).toEqual([2, x.shape]);
      expectSameBits(both(x), x.mul(both(ones([channels, ...sizes], float64))));
    },
  });

  law('pass gradients, and are their layers', {
    rows: 75,
    formula: 'gradients = central differences',
    tolerance: 'D',
    given: [drawn],
    share: 0.1,
    holds: ({ seed, kernel, sizes, ...options }) => {
      manualSeed(seed);
      const { channels: _, ...settings } = options;
      const x = randn([1, 1, ...sizes], float64);
      const columns = unfold(x, kernel, settings);
      gradcheck((image) => unfold(image, kernel, settings), [x]);
      gradcheck((one) => fold(one, sizes, kernel, settings), [randn(columns.shape, float64)]);
      expectSameBits(new Unfold(kernel, settings).forward(x), columns);
      expectSameBits(new Fold(sizes, kernel, settings).forward(columns), fold(columns, sizes, kernel, settings));
    },
  });
});

describe('bad input is refused by name', () => {
  test.each<readonly [string, () => unknown, string]>([
    ['a kernel that does not fit', () => unfold(zeros(1, 2, 2), 3), 'unfold: windows must fit the padded input'],
    ['a rank too few', () => unfold(zeros(2, 2), 2), 'unfold: input must be'],
    [
      'an unknown option',
      () => unfold(zeros(1, 2, 2), 2, { strides: 1 } as never),
      "unfold: there is no option 'strides'",
    ],
    [
      'other columns',
      () => fold(zeros(4, 5), 3, 2),
      'fold: x must be [N, C * 4, 4] or [C * 4, 4] for a result of [3, 3]',
    ],
    ['half a channel', () => fold(zeros(3, 4), 3, 2), 'fold: x must be [N, C * 4, 4]'],
    ['a size of 0', () => new Fold(0, 2), 'Fold: outputSize must be'],
    ['a stride of 0', () => new Unfold(2, { stride: 0 }), 'Unfold: stride must be'],
  ])('%s', (_, run, message) => {
    expect(run).toThrow(message);
  });
});
