import { gradcheck, gradgradcheck } from '@tessera/autograd';
import { law } from '@tessera/laws';
import {
  Conv1d,
  Conv2d,
  Conv3d,
  type ConvOptions,
  type ConvPaddingMode,
  conv1d,
  conv2d,
  conv3d,
} from '@tessera/layers';
import { manualSeed, pad, randn, type Tensor } from '@tessera/tensor';
import { expectAtMost, expectSameBits } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

type Conv = (x: Tensor, weight: Tensor, options: ConvOptions) => Tensor;
const CONV: readonly [Conv, Conv, Conv, Conv] = [conv1d, conv1d, conv2d, conv3d];
const float64 = { dtype: 'float64' } as const;

describe('padding', () => {
  law("'same' keeps sizes and pads the odd element at the end, 'valid' pads nothing", {
    rows: 96,
    formula: "conv(x, 'same') = conv(pad(x, ⌊d (k - 1) / 2⌋, ⌈d (k - 1) / 2⌉)); conv(x, 'valid') = conv(x, 0)",
    tolerance: 'E',
    given: [
      fc.array(
        fc.record({
          size: fc.integer({ min: 1, max: 6 }),
          kernel: fc.integer({ min: 1, max: 5 }),
          gap: fc.integer({ min: 1, max: 3 }),
        }),
        { minLength: 1, maxLength: 3 },
      ),
      fc.nat(),
    ],
    holds: (dims, seed) => {
      manualSeed(seed);
      const [kernel, dilation] = [dims.map((one) => one.kernel), dims.map((one) => one.gap)];
      const conv = CONV[dims.length] as Conv;
      const sizes = dims.map(({ size }) => size);
      const x = randn([2, 2, ...sizes]);
      const weight = randn([3, 2, ...kernel]);
      const spans = dims.map((one) => one.gap * (one.kernel - 1));
      const sides = spans.toReversed().flatMap((span) => [Math.floor(span / 2), Math.ceil(span / 2)]);
      const same = conv(x, weight, { padding: 'same', dilation });
      expect(same.shape).toEqual([2, 3, ...sizes]);
      const whole = pad(x, sides);
      expectSameBits(same, conv(whole, weight, { dilation }));
      expectSameBits(conv(whole, weight, { dilation, padding: 'valid' }), same);
    },
  });

  test.each<Exclude<ConvPaddingMode, 'zeros'>>(['reflect', 'replicate', 'circular'])(
    'mode %s is `pad` first',
    (paddingMode) => {
      const layer = new Conv2d(2, 3, [3, 2], { padding: [2, 1], paddingMode });
      const x = randn(2, 2, 4, 5);
      const padded = pad(x, [1, 1, 2, 2], { mode: paddingMode });
      const { weight, bias } = layer;
      expectSameBits(layer.forward(x).detach(), conv2d(padded, weight.detach(), { bias: bias!.detach() }));
    },
  );
});

describe('gradients', () => {
  const cases: readonly (readonly [number, readonly number[], readonly number[], ConvOptions])[] = [
    [1, [2, 4, 7], [4, 2, 3], { stride: 2, padding: 1, groups: 2 }],
    [1, [3, 6], [2, 3, 2], { padding: 'same', dilation: 2 }],
    [2, [2, 2, 5, 4], [3, 2, 2, 3], { stride: [2, 1], padding: [0, 2], dilation: [1, 2] }],
    [2, [1, 2, 4, 5], [2, 1, 1, 2], { stride: 3, groups: 2 }],
    [3, [1, 2, 3, 3, 2], [2, 2, 2, 2, 1], { stride: [1, 2, 1], padding: [1, 0, 1] }],
  ];

  test.each(cases)('conv%id of %j with %j and %j', (rank, shape, kernel, options) => {
    const operands = [randn(shape, float64), randn(kernel, float64), randn(kernel[0]!, float64)];
    const f = (x: Tensor, weight: Tensor, bias: Tensor): Tensor => CONV[rank]!(x, weight, { ...options, bias });
    expect(gradcheck(f as never, operands)).toBe(true);
    if (rank < 3) expect(gradgradcheck(f as never, operands)).toBe(true);
  });

  test('without what needs none', () => {
    const layer = new Conv1d(1, 2, 3, { bias: false });
    layer
      .forward(randn(1, 1, 5))
      .sum()
      .backward();
    expect(layer.weight.grad?.shape).toEqual([2, 1, 3]);
  });
});

describe('layers', () => {
  test('have the state of PyTorch, and start within 1 / sqrt(fan in)', () => {
    const layer = new Conv2d(6, 4, [3, 5], { groups: 2 });
    expect(Object.keys(layer.stateDict())).toEqual(['weight', 'bias']);
    expect(layer.weight.shape).toEqual([4, 3, 3, 5]);
    expect([layer.kernelSize, layer.stride, layer.dilation, layer.groups]).toEqual([[3, 5], [1, 1], [1, 1], 2]);
    const bound = Math.fround(1 / Math.sqrt(45));
    for (const parameter of layer.parameters()) {
      expectAtMost(parameter.detach().abs(), bound);
    }
    expect(Math.max(...layer.weight.data)).toBeGreaterThan(bound / 2);
  });

  test('are their functions', () => {
    const layer = new Conv3d(2, 3, 2, { stride: [1, 2, 1], padding: 1 });
    const x = randn(1, 2, 3, 4, 3);
    const options = { bias: layer.bias!.detach(), stride: [1, 2, 1], padding: 1 };
    expectSameBits(layer.forward(x).detach(), conv3d(x, layer.weight.detach(), options));
  });

  test('print their settings', () => {
    expect(String(new Conv1d(3, 8, 5))).toBe('Conv1d(3, 8, kernelSize=[5], stride=[1])');
    expect(
      String(new Conv2d(4, 8, 3, { padding: 'same', dilation: 2, groups: 4, bias: false, paddingMode: 'circular' })),
    ).toBe(
      'Conv2d(4, 8, kernelSize=[3, 3], stride=[1, 1], padding=same, dilation=[2, 2], groups=4, bias=false, paddingMode=circular)',
    );
  });
});
