import { gradcheck, requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import {
  AdaptiveAvgPool2d,
  AdaptiveMaxPool1d,
  AvgPool1d,
  type AvgPoolOptions,
  adaptiveAvgPool2d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  conv2d,
  MaxPool2d,
  type MaxPoolOptions,
  maxPool1d,
  maxPool2d,
  maxPool3d,
  type PerDim,
} from '@tessera/layers';
import { full, gather, manualSeed, randn, type Tensor, tensor, type ValuesAndIndices, zeros } from '@tessera/tensor';
import { bounds, expectAtMost, expectSameBits, expectWithin, gamma } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

type MaxPool = (
  x: Tensor,
  size: PerDim,
  options: MaxPoolOptions & { readonly returnIndices: true },
) => ValuesAndIndices;
const MAX: readonly [MaxPool, MaxPool, MaxPool, MaxPool] = [maxPool1d, maxPool1d, maxPool2d, maxPool3d];
type AvgPool = (x: Tensor, size: PerDim, options: AvgPoolOptions) => Tensor;
const AVG: readonly [AvgPool, AvgPool, AvgPool, AvgPool] = [avgPool1d, avgPool1d, avgPool2d, avgPool3d];
const float64 = { dtype: 'float64' } as const;

interface Drawn {
  readonly seed: number;
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  readonly more: readonly number[];
  readonly ceilMode: boolean;
}

const drawn: fc.Arbitrary<Drawn> = fc.integer({ min: 1, max: 3 }).chain((rank) => {
  const each = (min: number, max: number) => fc.array(fc.integer({ min, max }), { minLength: rank, maxLength: rank });
  return each(1, 4).chain((kernel) =>
    fc.record({
      seed: fc.nat(),
      kernel: fc.constant(kernel),
      stride: each(1, 3),
      padding: fc.tuple(...kernel.map((k) => fc.integer({ min: 0, max: Math.floor(k / 2) }))),
      dilation: each(1, 2),
      more: each(0, rank === 3 ? 2 : 4),
      ceilMode: fc.boolean(),
    }),
  );
});

/** All index tuples of a shape, in row-major order. */
function* tuples(shape: readonly number[]): Generator<readonly number[]> {
  const [size, ...rest] = shape;
  if (size === undefined) return yield [];
  for (let i = 0; i < size; i++) for (const tuple of tuples(rest)) yield [i, ...tuple];
}

/** The elements of one window that lie in the plane, and how many it has with the padding. */
interface Window {
  readonly places: readonly number[];
  readonly padded: number;
}

/** PyTorch's rule, dimension by dimension: starts, and a last one only where it lies in the input or the padding before. */
function windowsOf(sizes: readonly number[], { kernel, stride, padding, dilation, ceilMode }: Drawn) {
  const counts = sizes.map((size, d) => {
    const room = size + 2 * padding[d]! - dilation[d]! * (kernel[d]! - 1) - 1;
    const count = Math[ceilMode ? 'ceil' : 'floor'](room / stride[d]!) + 1;
    return ceilMode && (count - 1) * stride[d]! >= size + padding[d]! ? count - 1 : count;
  });
  const windows = [...tuples(counts)].map((position): Window => {
    const places: number[] = [];
    let padded = 0;
    for (const k of tuples(kernel)) {
      const at = position.map((p, d) => p * stride[d]! + k[d]! * dilation[d]! - padding[d]!);
      if (at.every((i, d) => i < sizes[d]! + padding[d]!)) padded++;
      if (at.some((i, d) => i < 0 || i >= sizes[d]!)) continue;
      places.push(at.reduce((place, i, d) => place * sizes[d]! + i, 0));
    }
    return { places, padded };
  });
  return { counts, windows };
}

function inputOf({ seed, kernel, dilation, more }: Drawn): { x: Tensor; sizes: number[] } {
  manualSeed(seed);
  const sizes = kernel.map((k, d) => dilation[d]! * (k - 1) + 1 + more[d]!);
  return { x: randn([2, 2, ...sizes]), sizes };
}

describe('pooling is what loops give', () => {
  law('the greatest, and where it stands', {
    rows: 101,
    formula: 'y = max over the window, x[index] = y',
    tolerance: 'E',
    given: [drawn],
    share: 0.6,
    holds: (example) => {
      const { x, sizes } = inputOf(example);
      const { kernel, stride, padding, dilation, ceilMode } = example;
      const options = { stride, padding, dilation, ceilMode, returnIndices: true } as const;
      const { values, indices } = MAX[kernel.length]!(x, kernel, options);
      const { counts, windows } = windowsOf(sizes, example);
      expect(values.shape).toEqual([2, 2, ...counts]);
      expect(indices.shape).toEqual(values.shape);
      const planes = x.reshape(4, -1);
      const expected = planes.toArray() as number[][];
      const best = expected.flatMap((plane) =>
        windows.map(({ places }) => places.reduce((a, b) => (plane[b]! > plane[a]! ? b : a), places[0]!)),
      );
      expect([...indices.data]).toEqual(best);
      expectSameBits(values.reshape(4, -1), gather(planes, 1, indices.reshape(4, -1)));
    },
  });

  law('the mean, with padding and without', {
    rows: 101,
    formula: 'y = Σ over the window / its size',
    tolerance: 'S',
    given: [drawn, fc.boolean(), fc.option(fc.integer({ min: 1, max: 5 }))],
    share: 0.6,
    holds: (wide, countIncludePad, divisor) => {
      const example = { ...wide, dilation: wide.dilation.map(() => 1) };
      const { x, sizes } = inputOf(example);
      const { kernel, stride, padding, ceilMode } = example;
      const options = { stride, padding, ceilMode, countIncludePad, divisorOverride: divisor };
      const y = AVG[kernel.length]!(x, kernel, options);
      const { counts, windows } = windowsOf(sizes, example);
      expect(y.shape).toEqual([2, 2, ...counts]);
      const sums = (x.reshape(4, -1).toArray() as number[][]).flatMap((plane) =>
        windows.map(({ places, padded }) => ({
          by: divisor ?? (countIncludePad ? padded : places.length),
          sum: places.reduce((total, i) => total + plane[i]!, 0),
          size: places.reduce((total, i) => total + Math.abs(plane[i]!), 0),
          n: places.length,
        })),
      );
      expectWithin(
        y,
        sums.map(({ sum, by }) => sum / by),
        bounds.conditioned(sums.map(({ size, by, n }) => (gamma(n + 2) * size) / by)),
      );
    },
  });
});

describe('pooling by law', () => {
  const planes = [fc.nat(), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })] as const;
  const image = (seed: number, height: number, width: number): Tensor => {
    manualSeed(seed);
    return randn([2, 3, height, width]);
  };

  law('windows of one element change nothing, and to one element is the whole plane', {
    rows: 101,
    formula: 'pool(x; 1) = x = adaptive(x; same size); adaptive(x; 1) = mean, max of the plane',
    tolerance: ['E', '2P'],
    given: [...planes],
    holds: (seed, height, width) => {
      const x = image(seed, height, width);
      expectSameBits(maxPool2d(x, 1), x);
      expectSameBits(avgPool2d(x, 1), x);
      expectSameBits(adaptiveAvgPool2d(x, [null, width]), x);
      expectSameBits(adaptiveMaxPool2d(x, [height, null]), x);
      const limit = bounds.terms(height * width + 2, x.abs().mean([2, 3], { keepdim: true }));
      expectWithin(adaptiveAvgPool2d(x, 1), x.mean([2, 3], { keepdim: true }), bounds.twoPaths(limit));
      expectSameBits(adaptiveMaxPool2d(x, 1), x.amax([2, 3], { keepdim: true }));
    },
  });

  law('the greatest is no less than the mean, and commutes with what is monotone', {
    rows: 101,
    formula: 'max ≥ avg; max(φ x) = φ(max x); avg = conv with 1 / k; adaptive by whole parts = windows of one size',
    tolerance: ['P', 'E', '2P'],
    given: [...planes],
    holds: (seed, rows, columns) => {
      const x = image(seed, 2 * rows, 3 * columns);
      const size = [2, 3] as const;
      const limit = bounds.terms(10, avgPool2d(x.abs(), size));
      expectAtMost(avgPool2d(x, size), maxPool2d(x, size), limit);
      expectSameBits(maxPool2d(x.exp(), size), maxPool2d(x, size).exp());
      expectWithin(adaptiveAvgPool2d(x, [rows, columns]), avgPool2d(x, size), bounds.twoPaths(limit));
      expectSameBits(adaptiveMaxPool2d(x, [rows, columns]), maxPool2d(x, size));
      const kernel = full([3, 1, 2, 3], 1 / 6);
      expectWithin(conv2d(x, kernel, { stride: size, groups: 3 }), avgPool2d(x, size), bounds.twoPaths(limit));
    },
  });

  test('an image alone is a batch of one', () => {
    const x = randn(3, 6, 8);
    const { values, indices } = maxPool2d(x, 2, { returnIndices: true });
    const batch = maxPool2d(x.unsqueeze(0), 2, { returnIndices: true });
    expectSameBits(values, batch.values.squeeze(0));
    expectSameBits(indices, batch.indices.squeeze(0));
    expectSameBits(avgPool2d(x, 2), avgPool2d(x.unsqueeze(0), 2).squeeze(0));
    expectSameBits(adaptiveAvgPool2d(x, 4), adaptiveAvgPool2d(x.unsqueeze(0), 4).squeeze(0));
  });
});

describe('at the edges', () => {
  test('a last window must start before the padding that follows', () => {
    expect(maxPool1d(zeros(1, 1, 4), 2, { stride: 3, padding: 1, ceilMode: true }).shape).toEqual([1, 1, 2]);
    expect(avgPool1d(tensor([[[1, 2, 3]]]), 2, { ceilMode: true }).toArray()).toEqual([[[1.5, 3]]]);
  });

  test('padding is less than all numbers, and never chosen', () => {
    const low = tensor([[[-Infinity, -5, -Infinity]]]);
    const { values, indices } = maxPool1d(low, 2, { stride: 1, padding: 1, returnIndices: true });
    expect(values.toArray()).toEqual([[[-Infinity, -5, -5, -Infinity]]]);
    expect(indices.toArray()).toEqual([[[0, 1, 1, 2]]]);
  });

  test('NaN comes through', () => {
    const x = tensor([[[1, Number.NaN, 2, 3]]]);
    expect(maxPool1d(x, 2).toArray()).toEqual([[[Number.NaN, 3]]]);
    expect(adaptiveMaxPool1d(x, 2).toArray()).toEqual([[[Number.NaN, 3]]]);
  });

  test('the first of equals gets the gradient', () => {
    for (const pool of [(x: Tensor) => maxPool2d(x, 2), (x: Tensor) => adaptiveMaxPool2d(x, 1)]) {
      const x = requiresGrad(
        tensor([
          [
            [
              [1, 7],
              [7, 7],
            ],
          ],
        ]),
      );
      pool(x).sum().backward();
      expect(x.grad?.toArray()).toEqual([
        [
          [
            [0, 1],
            [0, 0],
          ],
        ],
      ]);
    }
  });

  test('a batch without images, and no windows at all', () => {
    expect(maxPool2d(zeros(0, 2, 4, 4), 2).shape).toEqual([0, 2, 2, 2]);
    expect(avgPool2d(zeros(0, 2, 4, 4), 2).shape).toEqual([0, 2, 2, 2]);
    expect(adaptiveAvgPool2d(zeros(1, 2, 4, 4), [0, null]).shape).toEqual([1, 2, 0, 4]);
    expect(adaptiveMaxPool2d(zeros(1, 2, 4, 4), [0, 3]).shape).toEqual([1, 2, 0, 3]);
  });
});

describe('gradients', () => {
  const x = () => randn([1, 2, 5, 4], float64);
  test.each<readonly [string, (x: Tensor) => Tensor]>([
    ['of the greatest', (x) => maxPool2d(x, 3, { stride: 2, padding: 1, ceilMode: true })],
    ['of the greatest, apart', (x) => maxPool2d(x, 2, { stride: 1, dilation: [2, 1] })],
    ['of the mean', (x) => avgPool2d(x, 3, { stride: 2, padding: 1, countIncludePad: false })],
    ['of the greatest of a size', (x) => adaptiveMaxPool2d(x, [3, 2])],
    ['of the mean of a size', (x) => adaptiveAvgPool2d(x, [3, 3])],
  ])('%s', (_what, pool) => {
    expect(gradcheck(pool, [x()])).toBe(true);
  });
});

describe('layers', () => {
  test('are their functions', () => {
    const x = randn(2, 3, 8, 8);
    const options = { stride: 2, padding: 1 };
    expectSameBits(new MaxPool2d(3, options).forward(x), maxPool2d(x, 3, options));
    const { indices } = new MaxPool2d(3, { ...options, returnIndices: true }).forward(x);
    expectSameBits(indices, maxPool2d(x, 3, { ...options, returnIndices: true }).indices);
    expectSameBits(new AvgPool1d(2).forward(x.select(0, 0)), avgPool1d(x.select(0, 0), 2));
    expectSameBits(new AdaptiveAvgPool2d([null, 3]).forward(x), adaptiveAvgPool2d(x, [null, 3]));
    const best = new AdaptiveMaxPool1d(2, { returnIndices: true }).forward(x.select(0, 0));
    expectSameBits(best.values, adaptiveMaxPool1d(x.select(0, 0), 2));
  });

  test('print their settings', () => {
    expect(String(new MaxPool2d(3, { stride: 2, padding: 1 }))).toBe(
      'MaxPool2d(kernelSize=[3, 3], stride=[2, 2], padding=[1, 1], ceilMode=false, dilation=[1, 1])',
    );
    expect(String(new AvgPool1d(2))).toBe(
      'AvgPool1d(kernelSize=[2], stride=[2], padding=[0], ceilMode=false, countIncludePad=true)',
    );
    expect(String(new AdaptiveAvgPool2d([null, 7]))).toBe('AdaptiveAvgPool2d(outputSize=[null, 7])');
  });
});
