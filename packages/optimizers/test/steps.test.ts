import { requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { fromArray, Generator, randn, type Tensor } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Adam, AdamW, type AdamWOptions, type Optimizer, SGD } from '../src/index.ts';
import { FORMULAS } from './formulas.ts';

const SIZES = [1, 3, 4, 5, 8, 17];
const numbers = (n: number) =>
  fc.array(
    fc.integer({ min: -512, max: 512 }).map((i) => i / 256),
    { minLength: n, maxLength: n },
  );

/** A start and a few gradients, all of one length. */
const trajectory = fc
  .constantFrom(...SIZES)
  .chain((n) => fc.record({ start: numbers(n), gradients: fc.array(numbers(n), { minLength: 1, maxLength: 8 }) }));

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

type Rows = [Tensor, ...Tensor[]];
const column = (rows: readonly (readonly number[])[], i: number): number[] => rows.map((row) => row[i] as number);

describe.each(Object.entries(FORMULAS))('%s', (_, { optimizer, options, rule }) => {
  const Optimizer = optimizer as new (params: Tensor[], options: object) => Optimizer<never>;

  law('takes the steps of its formula', {
    rows: [153, 155, 158],
    formula: 'θ₁, θ₂, ... as the rule of the optimizer has them, number by number',
    tolerance: 'D',
    given: [trajectory, options],
    holds: ({ start, gradients }, given) => {
      const expected = start.map((value, i) => column(gradients, i).map(rule(given, value)));
      const final = expected.map((way) => way.at(-1) as number);
      expectWithin(
        run((p) => new Optimizer([p], given), start, gradients),
        final,
        bounds.identity(expected.flat()),
      );
    },
  });

  law('takes parameters so long that threads share them as it takes their parts', {
    rows: [45, 175],
    formula: 'θ[i ... i + k] of 2¹⁵ elements and more = θ of these elements alone',
    tolerance: 'E',
    given: [fc.integer({ min: 2 ** 15, max: 2 ** 17 }), fc.integer({ min: 1, max: 9 }), fc.nat(), options],
    share: 0.2,
    holds: (n, few, seed, given) => {
      const [start, ...gradients] = [0, 1, 2].map(
        (i): Tensor => randn([n], { generator: new Generator(seed + i) }),
      ) as Rows;
      const at = seed % (n - few);
      const steps = (first: number, count: number): Tensor => {
        const part = (x: Tensor): Tensor => x.narrow(0, first, count).clone();
        const p = requiresGrad<Tensor>(part(start));
        const method = new Optimizer([p], given);
        for (const g of gradients) {
          p.grad = part(g);
          method.step();
        }
        return p.detach();
      };
      expectSameBits(steps(0, n).narrow(0, at, few).contiguous(), steps(at, few));
    },
  });
});

describe('SGD', () => {
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
