import {
  AvgPool1d,
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveMaxPool1d,
  avgPool1d,
  avgPool2d,
  MaxPool2d,
  maxPool1d,
  maxPool2d,
} from '@tessera/layers';
import { zeros } from '@tessera/tensor';
import { describe, expect, test } from 'vitest';

describe('bad input is refused by name', () => {
  const x = zeros(1, 1, 3, 3);
  test.each<readonly [string, () => unknown, string]>([
    [
      'windows that do not fit',
      // @ts-expect-error: the compiler refuses it too
      () => maxPool2d(x, 5),
      'maxPool2d: windows must fit the padded input; got size 5 for 3 in dim -2; try padding or a smaller kernel',
    ],
    [
      'too much padding',
      () => avgPool2d(x, 2, { padding: [1, 2] }),
      'avgPool2d: padding may be at most half the kernel; got padding 2 for size 2; try 1',
    ],
    // @ts-expect-error: the compiler refuses it too
    ['another rank', () => maxPool1d(zeros(3), 2), 'maxPool1d: input must be [N, C, L] or [C, L]; got [3]; try'],
    [
      'no elements',
      // @ts-expect-error: the compiler refuses it too
      () => adaptiveAvgPool1d(zeros(1, 2, 0), 1),
      'adaptiveAvgPool1d: spatial dimensions must not be empty; got [1, 2, 0] (0 in dim -1)',
    ],
    ['a kernel of size 0', () => avgPool1d(zeros(1, 1, 3), 0), 'avgPool1d: kernelSize must be a whole number in [1,'],
    [
      'a list of another length',
      () => maxPool2d(x, [2]),
      'maxPool2d: kernelSize must be a whole number, or 2 of them; got [2]; try [1, 1]',
    ],
    ['a stride of 0', () => maxPool2d(x, 2, { stride: 0 }), 'maxPool2d: stride must be a whole number in [1,'],
    [
      'a divisor of 0',
      () => avgPool2d(x, 2, { divisorOverride: 0 }),
      'avgPool2d: divisorOverride must be a whole number in [1,',
    ],
    [
      'a flag that is none',
      () => maxPool2d(x, 2, { ceilMode: 1 as never }),
      'maxPool2d: ceilMode must be true or false; got 1',
    ],
    ['integers', () => maxPool2d(x.to('int32'), 2), 'maxPool2d: x must be float32 or float64; got int32'],
    ['no tensor', () => avgPool1d([1] as never, 2), 'avgPool1d: x must be a tensor'],
    [
      'half a size',
      () => adaptiveMaxPool1d(zeros(1, 2, 4), 1.5),
      'adaptiveMaxPool1d: outputSize must be a whole number in [0,',
    ],
    [
      'sizes of another rank',
      () => adaptiveAvgPool2d(x, [1]),
      'adaptiveAvgPool2d: outputSize must be a whole number, or a list of 2',
    ],
    [
      'a layer',
      // @ts-expect-error: the compiler refuses it too
      () => new MaxPool2d(2).forward(zeros(3, 1)),
      'MaxPool2d: input must be [N, C, H, W] or [C, H, W]; got [3, 1]',
    ],
    [
      'a layer of too much padding',
      () => new AvgPool1d(2, { padding: 2 }),
      'AvgPool1d: padding may be at most half the kernel',
    ],
  ])('%s', (_what, run, message) => {
    expect(run).toThrow(message);
  });
});
