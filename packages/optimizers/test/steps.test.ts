import { requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { fromArray, type Tensor } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Adam, AdamW, type AdamWOptions, type Optimizer, SGD, type SGDOptions } from '../src/index.ts';

const SIZES = [1, 3, 4, 5, 8, 17];
const numbers = (n: number) =>
  fc.array(
    fc.integer({ min: -512, max: 512 }).map((i) => i / 256),
    { minLength: n, maxLength: n },
  );

/** A start and a few gradients, all of one length. */
const trajectory = fc
  .constantFrom(...SIZES)
  .chain((n) => fc.record({ start: numbers(n), gradients: fc.array(numbers(n), { minLength: 1, maxLength: 5 }) }));

function run(
  make: (p: Tensor) => Optimizer<never>,
  start: readonly number[],
  gradients: readonly (readonly number[])[],
  dtype: 'float32' | 'float64' = 'float64',
): Tensor {
  const p = requiresGrad(fromArray(start, [start.length], { dtype }));
  const optimizer = make(p);
  for (const g of gradients) {
    p.grad = fromArray(g, [g.length], { dtype });
    optimizer.step();
  }
  return p.detach();
}

const sgdOptions: fc.Arbitrary<Partial<SGDOptions>> = fc.record({
  lr: fc.constantFrom(0, 0.1, 1),
  momentum: fc.constantFrom(0, 0.9),
  dampening: fc.constantFrom(0, 0.5),
  weightDecay: fc.constantFrom(0, 0.1),
  maximize: fc.boolean(),
});

/** The rule of the docstring, one number at a time. */
function sgdByHand(start: number, gradients: readonly number[], o: Partial<SGDOptions>): number {
  const { lr = 0, momentum = 0, dampening = 0, weightDecay = 0, nesterov = false, maximize = false } = o;
  let p = start;
  let b: number | undefined;
  for (const gradient of gradients) {
    const g = (maximize ? -gradient : gradient) + weightDecay * p;
    b = momentum === 0 ? g : b === undefined ? g : momentum * b + (1 - dampening) * g;
    p -= lr * (nesterov ? g + momentum * b : b);
  }
  return p;
}

function adamByHand(start: number, gradients: readonly number[], o: AdamWOptions, decoupled: boolean): number {
  const { lr, betas, eps, weightDecay, amsgrad, maximize } = o;
  let [p, m, v, greatest] = [start, 0, 0, 0];
  gradients.forEach((gradient, i) => {
    const g = (maximize ? -gradient : gradient) + (decoupled ? 0 : weightDecay * p);
    if (decoupled) p *= 1 - lr * weightDecay;
    m = betas[0] * m + (1 - betas[0]) * g;
    v = betas[1] * v + (1 - betas[1]) * g * g;
    greatest = Math.max(greatest, v);
    const square = (amsgrad ? greatest : v) / (1 - betas[1] ** (i + 1));
    p -= (lr * (m / (1 - betas[0] ** (i + 1)))) / (Math.sqrt(square) + eps);
  });
  return p;
}

const column = (rows: readonly (readonly number[])[], i: number): number[] => rows.map((row) => row[i] as number);

describe('SGD', () => {
  law('takes the steps of its formula', {
    rows: 153,
    formula: "b = μ b + (1 - d) g; p' = p - lr b",
    tolerance: 'D',
    given: [trajectory, sgdOptions],
    holds: ({ start, gradients }, options) => {
      const expected = start.map((value, i) => sgdByHand(value, column(gradients, i), options));
      expectWithin(
        run((p) => new SGD([p], options) as never, start, gradients),
        expected,
        bounds.identity(expected),
      );
    },
  });

  law('takes the steps of its formula with Nesterov momentum', {
    rows: 153,
    formula: "b = μ b + g; p' = p - lr (g + μ b)",
    tolerance: 'D',
    given: [trajectory],
    holds: ({ start, gradients }) => {
      const options = { lr: 0.1, momentum: 0.9, nesterov: true };
      const expected = start.map((value, i) => sgdByHand(value, column(gradients, i), options));
      expectWithin(
        run((p) => new SGD([p], options) as never, start, gradients),
        expected,
        bounds.identity(expected),
      );
    },
  });

  law('without momentum or decay is linear in the gradients', {
    rows: 154,
    formula: 'SGD(2 g) from 0 = 2 SGD(g)',
    tolerance: 'E',
    given: [trajectory],
    holds: ({ start, gradients }) => {
      const zero = start.map(() => 0);
      const once = run((p) => new SGD([p], { lr: 1, momentum: 0.5 }) as never, zero, gradients, 'float32');
      const twice = run(
        (p) => new SGD([p], { lr: 1, momentum: 0.5 }) as never,
        zero,
        gradients.map((g) => g.map((x) => 2 * x)),
        'float32',
      );
      expectSameBits(twice, once.mul(2));
    },
  });
});

describe('Adam and AdamW', () => {
  const options: fc.Arbitrary<AdamWOptions> = fc.record({
    lr: fc.constantFrom(0, 1e-3, 0.1),
    betas: fc.constantFrom([0.9, 0.999] as const, [0, 0] as const),
    eps: fc.constantFrom(1e-8, 1e-3),
    weightDecay: fc.constantFrom(0, 0.1),
    amsgrad: fc.boolean(),
    maximize: fc.boolean(),
  });

  law('take the steps of their formulas', {
    rows: [155, 158],
    formula: "p' = p - lr m̂ / (√v̂ + ε)",
    tolerance: 'D',
    given: [trajectory, options, fc.boolean()],
    holds: ({ start, gradients }, o, w) => {
      const expected = start.map((value, i) => adamByHand(value, column(gradients, i), o, w));
      expectWithin(
        run((p) => (w ? new AdamW([p], o) : new Adam([p], o)) as never, start, gradients),
        expected,
        bounds.identity(expected),
      );
    },
  });

  law('are one without weight decay, bit for bit', {
    rows: 158,
    formula: 'AdamW(λ = 0) = Adam',
    tolerance: 'E',
    given: [trajectory, options],
    holds: ({ start, gradients }, o) => {
      const plain = { ...o, weightDecay: 0 };
      expectSameBits(
        run((p) => new Adam([p], plain) as never, start, gradients, 'float32'),
        run((p) => new AdamW([p], plain) as never, start, gradients, 'float32'),
      );
    },
  });

  law('shrinks a parameter with a zero gradient by exactly 1 - lr * weightDecay', {
    rows: 158,
    formula: "g = 0: p' = (1 - lr λ) p",
    tolerance: 'E',
    given: [trajectory],
    holds: ({ start }) => {
      const lr = 0.5;
      const stepped = run(
        (p) => new AdamW([p], { lr, weightDecay: 0.5 }) as never,
        start,
        [start.map(() => 0)],
        'float32',
      );
      expectSameBits(stepped, fromArray(start, [start.length]).mul(0.75));
    },
  });
});

describe('bad input', () => {
  const p = requiresGrad(fromArray([1], [1]));
  test.each([
    ['a negative rate', () => new SGD([p], { lr: -1 }), /SGD: lr must be in \[0, Infinity\); got -1/],
    ['NaN', () => new AdamW([p], { lr: Number.NaN }), /AdamW: lr/],
    ['beta of 1', () => new AdamW([p], { betas: [1, 0.9] }), /AdamW: betas\[0\] must be in \[0, 1\)/],
    ['no parameters', () => new SGD([]), /SGD: there must be parameters/],
    ['something that is no list', () => new SGD(3 as never), /SGD: params must be a list/],
    ['something that is no tensor', () => new SGD([{} as never]), /SGD: parameter 0 must be a tensor/],
    ['a parameter twice', () => new SGD([p, p]), /SGD: a parameter may be given once/],
    ['nesterov without momentum', () => new SGD([p], { nesterov: true }), /SGD: nesterov needs a momentum/],
    ['an unknown option', () => new SGD([p], { learningRate: 1 } as never), /SGD: there is no option 'learningRate'/],
    [
      'an unknown option of a group',
      () => new AdamW([{ params: [p], decay: 1 } as never]),
      /AdamW: there is no option 'decay'/,
    ],
    [
      'an unknown option of a state',
      () => new SGD([p]).loadStateDict({ state: {}, param_groups: [{ params: [0], decay: 1 } as never] }),
      /loadStateDict: there is no option 'decay'/,
    ],
    ['a result of an op', () => new SGD([p.mul(2)]), /SGD: parameters must be leaves/],
  ])('%s is refused by name', (_what, make, message) => {
    expect(make).toThrow(message);
  });
});
