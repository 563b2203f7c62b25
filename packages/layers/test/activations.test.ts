import { shapes } from '@tessera/arbitraries';
import { gradcheck } from '@tessera/autograd';
import { law } from '@tessera/laws';
import * as tessera from '@tessera/tensor';
import { randn, type Tensor, tensor, zeros } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as layers from '../src/index.ts';

type Options = Readonly<Record<string, number | string>>;
type Function = (x: Tensor, options?: Options) => Tensor;
type Class = new (options?: Options) => layers.Module & { forward(x: Tensor): Tensor };

/** Every activation as a module, its function, and options to try. */
const table: readonly (readonly [string, unknown, unknown, Options])[] = [
  ['ReLU', layers.ReLU, tessera.relu, {}],
  ['ReLU6', layers.ReLU6, tessera.relu6, {}],
  ['LeakyReLU', layers.LeakyReLU, tessera.leakyRelu, { negativeSlope: 0.2 }],
  ['ELU', layers.ELU, tessera.elu, { alpha: 0.5 }],
  ['CELU', layers.CELU, tessera.celu, { alpha: 2 }],
  ['SELU', layers.SELU, tessera.selu, {}],
  ['Sigmoid', layers.Sigmoid, tessera.sigmoid, {}],
  ['LogSigmoid', layers.LogSigmoid, tessera.logsigmoid, {}],
  ['Tanh', layers.Tanh, tessera.tanh, {}],
  ['Tanhshrink', layers.Tanhshrink, tessera.tanhshrink, {}],
  ['GELU', layers.GELU, tessera.gelu, { approximate: 'tanh' }],
  ['SiLU', layers.SiLU, tessera.silu, {}],
  ['Mish', layers.Mish, tessera.mish, {}],
  ['Softplus', layers.Softplus, tessera.softplus, { beta: 2, threshold: 5 }],
  ['Softsign', layers.Softsign, tessera.softsign, {}],
  ['Hardtanh', layers.Hardtanh, tessera.hardtanh, { minVal: -2, maxVal: 0.5 }],
  ['Hardsigmoid', layers.Hardsigmoid, tessera.hardsigmoid, {}],
  ['Hardswish', layers.Hardswish, tessera.hardswish, {}],
  ['Softshrink', layers.Softshrink, tessera.softshrink, { lambd: 1 }],
  ['Hardshrink', layers.Hardshrink, tessera.hardshrink, { lambd: 1 }],
];

describe.each(table)('%s', (_name, Module, f, options) => {
  const Layer = Module as Class;
  const run = f as Function;
  const all = Object.keys(options).length > 0 ? [{}, options] : [{}];

  law('gives what its function gives, in the same shape', {
    rows: 31,
    formula: 'Layer(x) = function(x)',
    tolerance: 'E',
    given: [shapes(), fc.constantFrom(...all)],
    holds: (shape, given) => {
      const x = randn(shape);
      const y = new Layer(given).forward(x);
      expect(y.shape).toEqual(shape);
      expectSameBits(y, Object.keys(given).length > 0 ? run(x, given) : run(x));
    },
  });

  test('is a number for the largest numbers', () => {
    const y = new Layer(options).forward(tensor([3e38, -3e38, 88, -88, 710, -710]));
    for (const value of y.data) expect(value).not.toBeNaN();
  });
});

const withOptions = table.filter(([, , , options]) => Object.keys(options).length > 0);
test.each(withOptions)('%s refuses options that there are not', (_name, Module) => {
  expect(() => new (Module as Class)({ slope: 1 })).toThrow(/: there is no option 'slope'; got 1 for it; try /);
});

describe('PReLU', () => {
  law('learns a weight for each channel', {
    rows: 31,
    formula: 'PReLU(x) = max(0, x) + a min(0, x)',
    tolerance: 'D',
    given: [fc.integer({ min: 1, max: 4 }), fc.constantFrom(undefined, 0.5, -1)],
    holds: (channels, init) => {
      const layer = new layers.PReLU({ numParameters: channels, ...(init && { init }) }).double();
      expect(Object.entries(layer.stateDict()).map(([name, w]) => [name, w.shape])).toEqual([['weight', [channels]]]);
      gradcheck((x) => layer.forward(x), [randn(2, channels, 3, { dtype: 'float64' })]);
      const x = randn(2, channels, { dtype: 'float64' });
      expectWithin(layer.forward(x), tessera.leakyRelu(x, { negativeSlope: init ?? 0.25 }), bounds.identity(x));
    },
  });

  test('refuses as many weights as there are no channels', () => {
    expect(() => new layers.PReLU({ numParameters: 3 }).forward(zeros(2, 4))).toThrow(
      'prelu: weight must be [1] or [4], one for each channel; got [3] for x [2, 4]; try zeros(4)',
    );
  });
});

describe('RReLU', () => {
  test('draws slopes within its bounds in training, and takes their mean in evaluation', () => {
    const layer = new layers.RReLU({ lower: 0.25, upper: 0.5 });
    const slopes = Array.from(layer.forward(tensor(Array(200).fill(-1))).neg().data);
    expect(Math.min(...slopes)).toBeGreaterThanOrEqual(0.25);
    expect(Math.max(...slopes)).toBeLessThanOrEqual(0.5);
    expect(new Set(slopes).size).toBeGreaterThan(100);
    expect(
      layer
        .eval()
        .forward(tensor([-8, 8]))
        .toArray(),
    ).toEqual([-3, 8]);
  });
});

describe('the family of softmax', () => {
  law('agrees among itself', {
    rows: 107,
    formula: 'exp(LogSoftmax x) = Softmax x = Softmin(-x)',
    tolerance: 'D',
    given: [fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })],
    holds: (n, c) => {
      const x = randn(n, c, { dtype: 'float64' });
      const soft = new layers.Softmax(1).forward(x);
      expectWithin(new layers.LogSoftmax(1).forward(x).exp(), soft, bounds.identity());
      expectWithin(new layers.Softmin(1).forward(x.neg()), soft, bounds.identity());
      const image = randn(n, c, 2, 2, { dtype: 'float64' });
      expectWithin(new layers.Softmax2d().forward(image).sum(1), 1, bounds.identity());
    },
  });

  test('Softmax2d is for images', () => {
    expect(() => new layers.Softmax2d().forward(zeros(2, 3))).toThrow('Softmax2d: x must be [N, C, H, W] or [C, H, W]');
  });
});

test('GLU gates one half by the other', () => {
  const x = randn(3, 4);
  expectSameBits(new layers.GLU().forward(x), x.narrow(1, 0, 2).mul(tessera.sigmoid(x.narrow(1, 2, 2))));
  // @ts-expect-error: the compiler refuses it too
  expect(() => new layers.GLU().forward(zeros(3))).toThrow('glu: the size along dim -1 must be even; got [3]');
});

test('Threshold replaces what is not above it', () => {
  expect(new layers.Threshold(0.5, 20).forward(tensor([0, 1, 2])).toArray()).toEqual([20, 1, 2]);
});
