import { gradcheck } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { pad, randn, tensor, zeros } from '@tessera/tensor';
import { expectSameBits } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as layers from '../src/index.ts';

const kinds = [
  ['ZeroPad', 'constant', 0],
  ['ConstantPad', 'constant', 2.5],
  ['ReflectionPad', 'reflect', 0],
  ['ReplicationPad', 'replicate', 0],
  ['CircularPad', 'circular', 0],
] as const;

const table = kinds.flatMap(([kind, mode, value]) =>
  ([1, 2, 3] as const).map((dims) => [`${kind}${dims}d` as keyof typeof layers, dims, mode, value] as const),
);

describe.each(table)('%s', (name, dims, mode, value) => {
  // biome-ignore lint/performance/noDynamicNamespaceImportAccess: the names are the table.
  const Layer = layers[name] as unknown as new (padding: unknown, value?: number) => layers.Layer;
  const make = (padding: unknown) => new Layer(padding, value);
  const sides = fc.array(fc.integer({ min: -1, max: 2 }), { minLength: 2 * dims, maxLength: 2 * dims });

  law('pads the last dimensions, from the last on', {
    rows: 10,
    formula: 'PadNd(x) = pad(x)',
    tolerance: 'E',
    given: [sides, fc.boolean()],
    holds: (padding, batched) => {
      const x = randn([...(batched ? [2] : []), 2, ...Array<number>(dims).fill(3)]);
      const options = mode === 'constant' ? { mode, value } : { mode };
      expectSameBits(make(padding).forward(x), pad(x, padding, options));
    },
  });

  test('takes one number for all sides, and passes gradients', () => {
    const x = randn([1, 1, ...Array<number>(dims).fill(2)], { dtype: 'float64' });
    const layer = make(1);
    expect(layer.forward(x).shape).toEqual([1, 1, ...Array<number>(dims).fill(4)]);
    gradcheck((t) => layer.forward(t), [x]);
  });

  test('refuses by name', () => {
    expect(() => make([1])).toThrow(`${name}: padding must be a number or ${2 * dims} of them; got [1]`);
    expect(() => make(1.5)).toThrow(`${name}: padding must be a whole number`);
    if (dims > 1) expect(() => make(1).forward(zeros(3))).toThrow(`${name}: x must have `);
  });
});

test('the order of paddings is that of PyTorch', () => {
  const x = tensor([
    [
      [1, 2],
      [3, 4],
    ],
  ]);
  expect(new layers.ConstantPad2d([1, 0, 0, 1], 9).forward(x).toArray()).toEqual([
    [
      [9, 1, 2],
      [9, 3, 4],
      [9, 9, 9],
    ],
  ]);
  expect(new layers.ReflectionPad1d([1, 1]).forward(tensor([[1, 2, 3]])).toArray()).toEqual([[2, 1, 2, 3, 2]]);
  expect(new layers.CircularPad1d([2, 1]).forward(tensor([[1, 2, 3]])).toArray()).toEqual([[2, 3, 1, 2, 3, 1]]);
});
