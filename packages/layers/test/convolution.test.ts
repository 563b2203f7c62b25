import { requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { type ConvOptions, conv1d, conv2d, conv3d } from '@tessera/layers';
import { cat, eye, linear, manualSeed, pad, rand, randn, type Tensor, tensor, zeros } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

type Conv = (x: Tensor, weight: Tensor, options: ConvOptions) => Tensor;
const CONV: readonly [Conv, Conv, Conv, Conv] = [conv1d, conv1d, conv2d, conv3d];
const _float64 = { dtype: 'float64' } as const;
const side = fc.integer({ min: 1, max: 5 });

interface Drawn {
  readonly seed: number;
  readonly batch: number;
  readonly groups: number;
  readonly perGroup: number;
  readonly out: number;
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  readonly more: readonly number[];
}

/** Convolutions of one to three spatial dimensions. */
const drawn: fc.Arbitrary<Drawn> = fc.integer({ min: 1, max: 3 }).chain((rank) => {
  const each = (min: number, max: number) => fc.array(fc.integer({ min, max }), { minLength: rank, maxLength: rank });
  return fc.record({
    seed: fc.nat(),
    batch: fc.integer({ min: 1, max: 2 }),
    groups: fc.integer({ min: 1, max: 3 }),
    perGroup: fc.integer({ min: 1, max: 3 }),
    out: fc.integer({ min: 1, max: 2 }),
    kernel: each(1, 3),
    stride: each(1, 3),
    padding: each(0, 2),
    dilation: each(1, 2),
    more: each(0, rank === 3 ? 2 : 4),
  });
});

function operandsOf({ seed, batch, groups, perGroup, out, kernel, dilation, more }: Drawn) {
  manualSeed(seed);
  const sizes = kernel.map((k, d) => (dilation[d] as number) * (k - 1) + 1 + (more[d] as number));
  const x = randn([batch, groups * perGroup, ...sizes]);
  const weight = randn([groups * out, perGroup, ...kernel]);
  return { x, weight, bias: randn(groups * out) };
}

/** All index tuples of a shape, in row-major order. */
function* tuples(shape: readonly number[]): Generator<readonly number[]> {
  const [size, ...rest] = shape;
  if (size === undefined) return yield [];
  for (let i = 0; i < size; i++) for (const tuple of tuples(rest)) yield [i, ...tuple];
}

function flat(shape: readonly number[], index: readonly number[]): number {
  return shape.reduce((place, size, d) => place * size + (index[d] as number), 0);
}

/** Loops over everything, in float64: the results, and the sums of the terms' magnitudes. */
function loops(x: Tensor, weight: Tensor, { stride, padding, dilation, groups }: Drawn) {
  const [out, perGroup, ...kernel] = weight.shape as [number, number, ...number[]];
  const sizes = x.shape.slice(2);
  const positions = sizes.map((size, d) => {
    const reach = size + 2 * (padding[d] as number) - (dilation[d] as number) * ((kernel[d] as number) - 1) - 1;
    return Math.floor(reach / (stride[d] as number)) + 1;
  });
  const shape = [x.shape[0] as number, out, ...positions];
  const [xs, ws] = [x.data, weight.data];
  const [values, magnitudes]: [number[], number[]] = [[], []];
  for (const [n, o, ...position] of tuples(shape) as Generator<[number, number, ...number[]]>) {
    let [total, magnitude] = [0, 0];
    for (const [c, ...k] of tuples([perGroup, ...kernel]) as Generator<[number, ...number[]]>) {
      const place = position.map((p, d) => p * stride[d]! + k[d]! * dilation[d]! - padding[d]!);
      if (place.some((at, d) => at < 0 || at >= sizes[d]!)) continue;
      const channel = Math.floor(o / (out / groups)) * perGroup + c;
      const term = xs[flat(x.shape, [n, channel, ...place])]! * ws[flat(weight.shape, [o, c, ...k])]!;
      total += term;
      magnitude += Math.abs(term);
    }
    values.push(total);
    magnitudes.push(magnitude);
  }
  return { shape, values, magnitudes, terms: (perGroup as number) * kernel.reduce((a, b) => a * b, 1) };
}

describe('convolution by law', () => {
  law('is what loops give', {
    rows: 96,
    formula: 'y[o, p] = Σ x[c, s p + d k - pad] w[o, c, k] + b[o]',
    tolerance: 'M',
    given: [drawn],
    share: 0.6,
    holds: (example) => {
      const { x, weight, bias } = operandsOf(example);
      const { stride, padding, dilation, groups } = example;
      const y = CONV[stride.length]!(x, weight, { bias, stride, padding, dilation, groups });
      const { shape, values, magnitudes, terms } = loops(x, weight, example);
      expect(y.shape).toEqual(shape);
      const channel = (i: number): number => bias.data[Math.floor(i / (y.count / shape[0]! / shape[1]!)) % shape[1]!]!;
      expectWithin(
        y,
        values.map((value, i) => value + channel(i)),
        bounds.terms(
          terms + 2,
          magnitudes.map((magnitude, i) => magnitude + Math.abs(channel(i))),
        ),
      );
    },
  });

  law('with a kernel that is 1 in the middle gives the input, bit for bit', {
    rows: 97,
    formula: 'conv(x, δ) = x',
    tolerance: 'E',
    given: [fc.nat(), side, side, side],
    holds: (seed, c, h, w) => {
      manualSeed(seed);
      const x = randn(2, c, h, w);
      const dirac = zeros(c, c, 3, 3);
      dirac.select(-1, 1).select(-1, 1).copy_(eye(c));
      expectSameBits(conv2d(x, dirac, { padding: 'same' }), x);
    },
  });

  law('with a kernel of one element is a linear map of channels', {
    rows: 97,
    formula: 'conv₁ₓ₁(x) = linear over channels',
    tolerance: '2P',
    given: [fc.nat(), side, side, side, side],
    holds: (seed, c, out, h, w) => {
      manualSeed(seed);
      const [x, weight, bias] = [randn(2, c, h, w), randn(out, c, 1, 1), randn(out)];
      const y = conv2d(x, weight, { bias });
      // (N, C, H, W) -> (N, H, W, C) and back
      const other = linear(x.permute([0, 2, 3, 1]), weight.reshape(out, c), bias).permute([0, 3, 1, 2]);
      const limit = bounds.terms(c + 2, conv2d(x.abs(), weight.abs(), { bias: bias.abs() }));
      expectWithin(y, other, bounds.twoPaths(limit));
    },
  });

  law('in groups is each group by itself, side by side', {
    rows: 98,
    formula: 'conv(x; g groups) = [conv(x₁) | ... | conv(x_g)]',
    tolerance: '2P',
    given: [fc.nat(), side, side, fc.integer({ min: 1, max: 3 })],
    holds: (seed, perGroup, out, groups) => {
      manualSeed(seed);
      const [x, weight] = [randn(2, groups * perGroup, 9), randn(groups * out, perGroup, 3)];
      const parts = Array.from({ length: groups }, (_, g) =>
        conv1d(
          x.slice(1, perGroup * g, perGroup * (g + 1)).contiguous(),
          weight.slice(0, out * g, out * (g + 1)).contiguous(),
        ),
      );
      const limit = bounds.terms(3 * perGroup + 1, conv1d(x.abs(), weight.abs(), { groups }));
      expectWithin(conv1d(x, weight, { groups }), cat(parts, 1), bounds.twoPaths(limit));
    },
  });

  law('with a stride is every s-th place; with a dilation, a kernel with zeros in it', {
    rows: 98,
    formula: 'conv(x; s) = conv(x)[::s]; conv(x, w; dilation d) = conv(x, w with d - 1 zeros between)',
    tolerance: '2P',
    given: [fc.nat(), side, side, fc.integer({ min: 1, max: 3 })],
    holds: (seed, c, out, by) => {
      manualSeed(seed);
      const [x, weight] = [randn(2, c, 11), randn(out, c, 3)];
      const both = (options: ConvOptions) => {
        const limit = bounds.terms(3 * c + 1, conv1d(x.abs(), weight.abs(), options));
        return bounds.twoPaths(limit);
      };
      const strided = conv1d(x, weight).slice(2, 0, null, by);
      expectWithin(conv1d(x, weight, { stride: by }), strided, both({ stride: by }));
      const wide = zeros(out, c, 2 * by + 1);
      wide.slice(2, 0, null, by).copy_(weight);
      expectWithin(conv1d(x, weight, { dilation: by }), conv1d(x, wide), both({ dilation: by }));
    },
  });

  law('is linear in the input and in the weight, and moves with the input', {
    rows: 98,
    formula:
      'conv(x + y, w) = conv(x, w) + conv(y, w); conv(x, w + v) likewise; conv(roll x) = roll conv(x) on a circle',
    tolerance: ['2P', 'E'],
    given: [fc.nat(), side, side, fc.integer({ min: 0, max: 8 })],
    holds: (seed, c, out, shift) => {
      manualSeed(seed);
      const [x, y, w, v] = [randn(2, c, 9), randn(2, c, 9), randn(out, c, 3), randn(out, c, 3)];
      const size = conv1d(x.abs().add(y.abs()), w.abs().add(v.abs()));
      const limit = bounds.terms(3 * c + 2, size);
      expectWithin(conv1d(x.add(y), w), conv1d(x, w).add(conv1d(y, w)), bounds.twoPaths(limit));
      expectWithin(conv1d(x, w.add(v)), conv1d(x, w).add(conv1d(x, v)), bounds.twoPaths(limit));
      const circle = (t: Tensor): Tensor => conv1d(pad(t, [1, 1], { mode: 'circular' }), w);
      const turned = bounds.terms(
        3 * c + 1,
        circle(x.abs())
          .abs()
          .add(conv1d(pad(x.abs(), [1, 1], { mode: 'circular' }), w.abs()).roll(shift, 2)),
      );
      expectWithin(circle(x.roll(shift, 2)), circle(x).roll(shift, 2), bounds.twoPaths(turned));
    },
  });

  law('of whole numbers is exact, whatever the layout of windows', {
    rows: 96,
    formula: 'conv(x, w) = Σ x w for |x|, |w| ≤ 64',
    tolerance: 'E',
    given: [drawn],
    share: 0.5,
    holds: (example) => {
      const { x, weight } = operandsOf(example);
      const [whole, ofWeight] = [x.mul(20).round().clamp(-64, 64), weight.mul(20).round().clamp(-64, 64)];
      const { stride, padding, dilation, groups } = example;
      const y = CONV[stride.length]!(whole, ofWeight, { stride, padding, dilation, groups });
      expectWithin(y, loops(whole, ofWeight, example).values, bounds.exact);
    },
  });

  law('in one dimension is that in two with height 1, and an image alone is a batch of one', {
    rows: [95, 97],
    formula: 'conv1d(x) = conv2d(x with H = 1); conv(x) = conv([x])[0]',
    tolerance: 'E',
    given: [fc.nat(), side, side],
    holds: (seed, c, out) => {
      manualSeed(seed);
      const [x, weight, bias] = [randn(2, c, 8), randn(out, c, 3), randn(out)];
      const y = conv1d(x, weight, { bias, padding: 1 });
      expectSameBits(conv2d(x.unsqueeze(2), weight.unsqueeze(2), { bias, padding: [0, 1] }).squeeze(2), y);
      expectSameBits(conv1d(x.select(0, 1), weight, { bias, padding: 1 }), y.select(0, 1));
    },
  });

  test('of more windows than are laid out at once is each image by itself', () => {
    const shape: readonly number[] = [3, 1, 2 ** 21];
    // zeros and ones: all sums are exact
    const x = rand(shape).lt(0.5).to('float32');
    const weight: Tensor = requiresGrad(tensor([[[1, 2, 4]]]));
    const y = conv1d(x, weight);
    y.sum().backward();
    expectSameBits(y.detach().slice(0, 1, 2), conv1d(x.slice(0, 1, 2), weight.detach()));
    const met = [0, 1, 2].map((k) =>
      x
        .slice(2, k, 2 ** 21 - 2 + k)
        .sum()
        .item(),
    );
    expect(weight.grad?.toArray()).toEqual([[met]]);
  });

  test('of a batch without images is empty', () => {
    expect(conv2d(zeros(0, 3, 8, 8), zeros(4, 3, 3, 3)).shape).toEqual([0, 4, 6, 6]);
  });
});
