import { gradcheck, gradgradcheck } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { manualSeed, randn, type Tensor, zeros } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as layers from '../src/index.ts';

const { conv1d, conv2d, conv3d, convTranspose1d, convTranspose2d, convTranspose3d } = layers;
type Function = (x: Tensor, weight: Tensor, options: object) => Tensor;
const FORWARD = [conv1d, conv2d, conv3d] as readonly unknown[] as readonly Function[];
const BACKWARD = [convTranspose1d, convTranspose2d, convTranspose3d] as readonly Function[];
const LAYERS = [layers.ConvTranspose1d, layers.ConvTranspose2d, layers.ConvTranspose3d];
const float64 = { dtype: 'float64' } as const;

/** Convolutions of one to three dimensions, and images that they fit. */
const drawn = fc.integer({ min: 1, max: 3 }).chain((rank) => {
  const each = (min: number, max: number) => fc.array(fc.integer({ min, max }), { minLength: rank, maxLength: rank });
  return fc.record({
    seed: fc.nat(),
    groups: fc.integer({ min: 1, max: 2 }),
    perGroup: fc.integer({ min: 1, max: 2 }),
    out: fc.integer({ min: 1, max: 2 }),
    kernel: each(1, 3),
    stride: each(1, 3),
    dilation: each(1, 2),
    padding: each(0, 1),
    more: each(1, 4),
  });
});

const inner = (a: Tensor, b: Tensor): number => a.mul(b).sum().item();

describe('transposed convolution by law', () => {
  law('is the adjoint of the convolution with the same weight: <conv x, y> = <x, convTranspose y>', {
    rows: 99,
    formula: '⟨conv(x), y⟩ = ⟨x, convTranspose(y)⟩',
    tolerance: 'D',
    given: [drawn],
    holds: ({ seed, groups, perGroup, out, kernel, stride, dilation, padding, more }) => {
      manualSeed(seed);
      const sizes = kernel.map((k, d) => dilation[d]! * (k - 1) + 1 + more[d]!);
      const x = randn([2, groups * perGroup, ...sizes], float64);
      const weight = randn([groups * out, perGroup, ...kernel], float64);
      const options = { stride, dilation, padding, groups };
      const convolved = FORWARD[kernel.length - 1]!(x, weight, options);
      const y = randn(convolved.shape, float64);
      // What the last window does not reach is what outputPadding makes up for.
      const outputPadding = sizes.map(
        (size, d) => (size + 2 * padding[d]! - dilation[d]! * (kernel[d]! - 1) - 1) % stride[d]!,
      );
      const back = BACKWARD[kernel.length - 1]!(y, weight, { ...options, outputPadding });
      expect(back.shape).toEqual(x.shape);
      expectWithin([inner(convolved, y)], [inner(x, back)], bounds.identity(inner(convolved.abs(), y.abs()) + 1));
    },
  });

  law('takes an image alone as a batch of one, and adds a bias to each channel', {
    rows: 95,
    formula: 'f(x) = f([x])[0]',
    tolerance: 'E',
    given: [drawn],
    share: 0.3,
    holds: ({ seed, groups, perGroup, out, kernel, stride }) => {
      manualSeed(seed);
      const run = BACKWARD[kernel.length - 1]!;
      const x = randn([groups * perGroup, ...kernel.map(() => 3)], float64);
      const weight = randn([groups * perGroup, out, ...kernel], float64);
      const bias = randn([groups * out], float64);
      const alone = run(x, weight, { bias, stride, groups });
      const batched = run(x.unsqueeze(0), weight, { stride, groups });
      const shifted = batched.add(bias.reshape([groups * out, ...kernel.map(() => 1)]));
      expectWithin(alone.unsqueeze(0), shifted, bounds.exact);
    },
  });

  law('has the gradients of every operand, and of those again', {
    rows: [75, 84],
    formula: 'gradients = central differences',
    tolerance: 'D',
    given: [drawn],
    share: 0.08,
    holds: ({ seed, groups, perGroup, out, kernel, stride, dilation }) => {
      manualSeed(seed);
      const run = BACKWARD[kernel.length - 1]!;
      const x = randn([1, groups * perGroup, ...kernel.map(() => 2)], float64);
      const operands = [x, randn([groups * perGroup, out, ...kernel], float64), randn([groups * out], float64)];
      const f = (input: Tensor, weight: Tensor, bias: Tensor): Tensor =>
        run(input, weight, { bias, stride, dilation, groups });
      gradcheck(f as never, operands);
      if (kernel.length === 1) gradgradcheck(f as never, operands);
    },
  });
});

describe('layers', () => {
  law('reach every size that a convolution comes from', {
    rows: [98, 99],
    formula: 'ConvTranspose(x; outputSize) = convTranspose(x; outputPadding = outputSize - the least one)',
    tolerance: 'E',
    given: [
      fc.array(
        fc
          .integer({ min: 1, max: 3 })
          .chain((stride) =>
            fc.record({ stride: fc.constant(stride), more: fc.nat(stride - 1), size: fc.integer({ min: 1, max: 3 }) }),
          ),
        { minLength: 1, maxLength: 3 },
      ),
      fc.boolean(),
      fc.boolean(),
      fc.nat(),
    ],
    holds: (dims, isWhole, isBatched, seed) => {
      manualSeed(seed);
      const rank = dims.length;
      const stride = dims.map((one) => one.stride);
      const layer = new LAYERS[rank - 1]!(2, 4, 3, { stride: stride as never, groups: 2 });
      const x = randn([...(isBatched ? [2] : []), 2, ...dims.map(({ size }) => size)]);
      const outputPadding = dims.map(({ more }) => more);
      const sizes = dims.map((one) => (one.size - 1) * one.stride + 3 + one.more);
      const shape = [...(isBatched ? [2] : []), 4, ...sizes];
      // All that the result will be, or what follows its channels.
      const y = layer.forward(x, { outputSize: isWhole ? shape : sizes });
      expect(y.shape).toEqual(shape);
      const { weight, bias } = layer;
      expectSameBits(y.detach(), BACKWARD[rank - 1]!(x, weight, { bias, stride, groups: 2, outputPadding }).detach());
    },
  });

  test.each([1, 2, 3] as const)('ConvTranspose%id refuses a size that no convolution comes from', (rank) => {
    const layer = new LAYERS[rank - 1]!(2, 4, 3, { stride: 3, groups: 2 });
    const x = randn([1, 2, ...Array<number>(rank).fill(3)]);
    for (const size of [8, 12])
      expect(() => layer.forward(x, { outputSize: Array<number>(rank).fill(size) })).toThrow(
        `ConvTranspose${rank}d: outputSize must lie from`,
      );
  });
});

describe('bad input is refused by name', () => {
  const x = zeros(1, 4, 5, 5);
  test.each<readonly [string, () => unknown, string]>([
    [
      'other channels',
      () => convTranspose2d(x, zeros(3, 2, 3, 3)),
      'convTranspose2d: input must have 3 channels; got [1, 4, 5, 5] (4)',
    ],
    ['a weight of another rank', () => convTranspose2d(x, zeros(4, 2, 3)), 'convTranspose2d: weight must be ['],
    [
      'groups that do not divide',
      () => convTranspose2d(x, zeros(4, 2, 3, 3), { groups: 3 }),
      'convTranspose2d: weight must be',
    ],
    [
      'a bias of another length',
      () => convTranspose2d(x, zeros(4, 2, 3, 3), { bias: zeros(4) }),
      'convTranspose2d: bias must have one number for each output channel; got [4] for 2',
    ],
    [
      'too much outputPadding',
      () => convTranspose2d(x, zeros(4, 2, 3, 3), { stride: 2, outputPadding: 2 }),
      'convTranspose2d: outputPadding must be smaller than the stride or the dilation; got 2 for stride 2',
    ],
    [
      'a result without elements',
      () => convTranspose2d(zeros(1, 4, 1, 1), zeros(4, 2, 1, 1), { padding: 1 }),
      'convTranspose2d: padding must leave elements; got 2 of 1 in dim -2',
    ],
    [
      'an unknown option',
      () => convTranspose2d(x, zeros(4, 2, 3, 3), { paddingMode: 'zeros' } as never),
      "convTranspose2d: there is no option 'paddingMode'",
    ],
    [
      'an unknown option of a layer',
      () => new layers.ConvTranspose2d(4, 2, 3, { strides: 2 } as never),
      "ConvTranspose2d: there is no option 'strides'",
    ],
    [
      'another padding',
      () => new layers.ConvTranspose2d(4, 2, 3, { paddingMode: 'reflect' as never }),
      'ConvTranspose2d: paddingMode must be zeros; got "reflect"; try \'zeros\'',
    ],
    [
      'channels that groups do not divide',
      () => new layers.ConvTranspose1d(4, 3, 3, { groups: 2 }),
      'ConvTranspose1d: groups must divide',
    ],
  ])('%s', (_, run, message) => {
    expect(run).toThrow(message);
  });
});
