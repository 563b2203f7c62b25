import { gradcheck, gradgradcheck } from '@tessera/autograd';
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
import { ones, pad, randn, type Tensor, tensor, zeros } from '@tessera/tensor';
import { expectAtMost, expectSameBits } from '@tessera/tensor/testing';
import { describe, expect, test } from 'vitest';

type Conv = (x: Tensor, weight: Tensor, options: ConvOptions) => Tensor;
const CONV: readonly [Conv, Conv, Conv, Conv] = [conv1d, conv1d, conv2d, conv3d];
const float64 = { dtype: 'float64' } as const;

describe('padding', () => {
  test("'same' keeps sizes, and pads the odd element at the end", () => {
    const y = conv1d(tensor([[[1, 2, 3]]]), ones(1, 1, 2), { padding: 'same' });
    expect(y.toArray()).toEqual([[[3, 5, 3]]]);
    for (const kernel of [1, 2, 3, 4, 5])
      for (const dilation of [1, 2, 3]) {
        const same = conv2d(zeros(1, 1, 6, 7), zeros(1, 1, kernel, 1), { padding: 'same', dilation });
        expect(same.shape).toEqual([1, 1, 6, 7]);
      }
    expectSameBits(conv1d(ones(1, 1, 5), ones(1, 1, 2), { padding: 'valid' }), conv1d(ones(1, 1, 5), ones(1, 1, 2)));
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
