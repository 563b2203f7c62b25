import { Conv1d, Conv2d, conv1d, conv2d } from '@tessera/layers';
import { fromArray, zeros } from '@tessera/tensor';
import { describe, expect, test } from 'vitest';

const float64 = { dtype: 'float64' } as const;

describe('bad input is refused by name', () => {
  const x = zeros(8, 4, 28, 28);
  test.each<readonly [string, () => unknown, string]>([
    [
      'other channels',
      // @ts-expect-error: the compiler refuses it too
      () => conv2d(x, zeros(16, 3, 3, 3)),
      'conv2d: input must have 3 channels; got [8, 4, 28, 28] (4); try groups or a weight [16, 4, 3, 3]',
    ],
    [
      'a rank too few',
      // @ts-expect-error: the compiler refuses it too
      () => conv2d(zeros(28, 28), zeros(1, 1, 3, 3)),
      'conv2d: input must be [N, C, H, W] or [C, H, W]; got [28, 28]; try unsqueeze(0)',
    ],
    [
      'a weight of another rank',
      // @ts-expect-error: the compiler refuses it too
      () => conv2d(x, zeros(16, 4, 3)),
      'conv2d: weight must be [outChannels, inChannels / groups, kh, kw]; got [16, 4, 3]',
    ],
    [
      'groups that do not divide',
      // @ts-expect-error: the compiler refuses it too
      () => conv2d(x, zeros(3, 2, 3, 3), { groups: 2 }),
      "conv2d: groups must divide the weight's output channels; got [3, 2, 3, 3] (3) for 2 groups",
    ],
    [
      'a bias of another length',
      () => conv2d(x, zeros(2, 4, 3, 3), { bias: zeros(3) }),
      'conv2d: bias must have one number for each output channel; got [3] for 2',
    ],
    [
      'a kernel that does not fit',
      // @ts-expect-error: the compiler refuses it too
      () => conv1d(zeros(1, 1, 3), zeros(1, 1, 5)),
      'conv1d: windows must fit the padded input; got size 5 for 3 in dim -1',
    ],
    // @ts-expect-error: the compiler refuses it too
    ['an empty image', () => conv1d(zeros(1, 1, 0), zeros(1, 1, 1)), 'conv1d: spatial dimensions must not be empty'],
    [
      "'same' with a stride",
      () => conv1d(zeros(1, 1, 3), zeros(1, 1, 2), { padding: 'same', stride: 2 }),
      "conv1d: padding 'same' is for stride 1; got stride 2",
    ],
    [
      'an unknown padding',
      () => conv1d(zeros(1, 1, 3), zeros(1, 1, 2), { padding: 'full' as never }),
      "conv1d: padding must be 'same', 'valid' or whole numbers",
    ],
    [
      'a stride of 0',
      () => conv1d(zeros(1, 1, 3), zeros(1, 1, 2), { stride: 0 }),
      'conv1d: stride must be a whole number in [1,',
    ],
    [
      'too many strides',
      () => conv1d(zeros(1, 1, 3), zeros(1, 1, 2), { stride: [1, 1] }),
      'conv1d: stride must be a whole number; got [1, 1]',
    ],
    ['another dtype', () => conv1d(zeros(1, 1, 3), zeros([1, 1, 2], float64)), 'conv1d: operands must have one dtype'],
    [
      'integers',
      () => conv1d(fromArray(new Int32Array(3), [1, 1, 3]), zeros(1, 1, 2)),
      'conv1d: x must be float32 or float64',
    ],
    ['no tensor', () => conv1d([1] as never, zeros(1, 1, 2)), 'conv1d: x must be a tensor'],
    ['no weight', () => conv1d(zeros(1, 1, 3), null as never), 'conv1d: weight must be a tensor'],
    [
      'a layer of groups that do not divide',
      () => new Conv2d(4, 6, 3, { groups: 3 }),
      'Conv2d: groups must divide inChannels and outChannels; got 3 for 4 and 6',
    ],
    [
      'a layer of an unknown mode',
      () => new Conv1d(1, 1, 1, { paddingMode: 'mirror' as never }),
      'Conv1d: paddingMode must be one of',
    ],
    [
      'a mirror longer than the image',
      () => new Conv1d(1, 1, 5, { padding: 3, paddingMode: 'reflect' }).forward(zeros(1, 1, 3)),
      "Conv1d: paddingMode 'reflect' pads by at most 2 in dim -1; got padding 3 for [1, 1, 3]",
    ],
    [
      'an image of other channels',
      // @ts-expect-error: the compiler refuses it too
      () => new Conv1d(2, 1, 1, { paddingMode: 'reflect', padding: 1 }).forward(zeros(1, 3, 4)),
      'Conv1d: input must have 2 channels',
    ],
    ['a kernel of size 0', () => new Conv1d(1, 1, 0), 'Conv1d: kernelSize must be a whole number in [1,'],
  ])('%s', (_what, run, message) => {
    expect(run).toThrow(message);
  });
});
