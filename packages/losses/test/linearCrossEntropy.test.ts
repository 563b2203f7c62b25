import { gradcheck, requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { crossEntropy, LinearCrossEntropyLoss, linearCrossEntropy, linearCrossEntropyOp } from '@tessera/losses';
import { Generator, linear, ones, randint, randn, softmax, type Tensor, tensor, zeros } from '@tessera/tensor';
import { apply } from '@tessera/tensor/core';
import { bounds, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const double = { dtype: 'float64' } as const;

const size = fc.integer({ min: 1, max: 7 });
const drawn = fc
  .tuple(size, size, size)
  .chain(([n, d, c]) =>
    fc.tuple(
      fc.constant([n, d, c] as const),
      fc.array(fc.integer({ min: -1, max: c - 1 }), { minLength: n, maxLength: n }),
    ),
  );

describe('linearCrossEntropy', () => {
  law('is crossEntropy of linear, and so are its gradients', {
    rows: 150,
    formula: 'LCE(x, W, b) = CE(x Wᵀ + b), and ∇',
    tolerance: 'D',
    given: [drawn, fc.constantFrom(0, 0.1), fc.constantFrom<'mean' | 'sum' | 'none'>('mean', 'sum', 'none')],
    holds: ([[n, d, c], labels], labelSmoothing, reduction) => {
      const target = tensor(labels, { dtype: 'int32' });
      const make = (): Tensor[] => [randn(n, d, double), randn(c, d, double), randn(c, double)];
      const [x, weight, bias] = make().map((t) => requiresGrad(t)) as [Tensor, Tensor, Tensor];
      const options = { ignoreIndex: -1, labelSmoothing, reduction };
      const fused = linearCrossEntropy(x, weight, target, { ...options, linearBias: bias });
      fused.sum().backward();
      const got = [x, weight, bias].map((t) => {
        const grad = t.grad as Tensor;
        t.grad = null;
        return grad;
      });
      const plainly: Tensor = crossEntropy<Tensor, Tensor, 'none'>(linear(x, weight, bias), target, options as never);
      plainly.sum().backward();
      if (labels.every((label) => label < 0) && reduction === 'mean') return;
      expectWithin(fused, plainly, bounds.identity(plainly));
      for (const [i, t] of [x, weight, bias].entries())
        expectWithin(got[i] as Tensor, t.grad as Tensor, bounds.identity(t.grad as Tensor));
    },
  });

  law('is the same for any number of rows at a time', {
    rows: 150,
    formula: 'LCE for any chunk: the same',
    tolerance: 'D',
    given: [drawn, fc.integer({ min: 1, max: 60 })],
    holds: ([[n, d, c], labels], most) => {
      const operands = [
        randn(n, d, double),
        randn(c, d, double),
        randn(c, double),
        tensor(labels, { dtype: 'int32' }),
        ones(c, double),
      ];
      const run = (mostLogits: number): Tensor =>
        apply(linearCrossEntropyOp, operands, { ignoreIndex: -1, labelSmoothing: 0, mostLogits });
      const whole = run(2 ** 20);
      expectWithin(run(most), whole, bounds.identity(whole));
    },
  });

  law('takes rows in any number of dimensions, probabilities as targets, and a head without bias', {
    rows: 150,
    formula: 'LCE(x: [..., D], t) = CE(x Wᵀ: [..., C], t)',
    tolerance: 'D',
    given: [
      fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
      size,
      size,
      fc.boolean(),
      fc.constantFrom<'mean' | 'sum' | 'none'>('mean', 'sum', 'none'),
      fc.nat(),
    ],
    holds: (lead, d, c, soft, reduction, seed) => {
      const generator = new Generator(seed);
      const draw = (...shape: number[]): Tensor => randn(shape, { ...double, generator });
      const [x, weight] = [draw(...lead, d), draw(c, d)];
      const target = soft ? softmax(draw(...lead, c), -1) : randint(0, c, lead, { dtype: 'int32', generator });
      const flat = linear(x, weight).reshape(-1, c);
      const labels = soft ? target.reshape(-1, c) : target.reshape(-1);
      const plainly: Tensor = crossEntropy<Tensor, Tensor, 'none'>(flat, labels, { reduction } as never);
      const fused = linearCrossEntropy(x, weight, target, { reduction });
      expect(fused.shape).toEqual(reduction === 'none' ? lead : []);
      expectWithin(fused.reshape(plainly.shape), plainly, bounds.identity(plainly, x));
      const layer = new LinearCrossEntropyLoss({ weight, bias: null }, { reduction });
      expectWithin(layer.forward(x, target), fused, bounds.exact);
    },
  });

  test('reads the weight and bias of a head', () => {
    const head = { weight: requiresGrad(randn(5, 3, double)), bias: requiresGrad(randn(5, double)) };
    const loss = new LinearCrossEntropyLoss(head, { labelSmoothing: 0.1 });
    const target = tensor(
      [
        [0, 4],
        [2, 1],
      ],
      { dtype: 'int32' },
    );
    gradcheck((x) => loss.forward(x, target), [randn(2, 2, 3, double)]);
    loss.forward(randn(2, 2, 3, double), target).backward();
    expect(head.weight.grad?.shape).toEqual([5, 3]);
    expect(head.bias.grad?.shape).toEqual([5]);
  });

  test('refuses by name', () => {
    const target = tensor([0, 1], { dtype: 'int32' });
    expect(() => linearCrossEntropy(zeros(2, 3), zeros(5, 4), target)).toThrow(
      'linearCrossEntropy: input must be [..., D] with a weight [C, D]; got [2, 3] and [5, 4]; try the weight of a Linear(D, C)',
    );
    expect(() => linearCrossEntropy(zeros(2, 3), zeros(1, 3), target)).toThrow(
      'linearCrossEntropy: target must be in [0, 1); got 1 at index [1]',
    );
    expect(() => linearCrossEntropy(zeros(2, 3), zeros(5, 3), target, { bias: null } as never)).toThrow(
      "linearCrossEntropy: there is no option 'bias'",
    );
  });
});
