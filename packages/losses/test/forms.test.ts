import { grad, requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import * as L from '@tessera/losses';
import { fromArray, Generator, logSoftmax, randint, randn, type Tensor, tensor } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { expect } from 'vitest';

// What losses take in several forms, and what they are far out.

const double = { dtype: 'float64' } as const;
const none = { reduction: 'none' } as const;
const count = fc.integer({ min: 1, max: 5 });

law('take one sample alone as a batch of one', {
  rows: 136,
  formula: 'l(x) = l([x])[0]',
  tolerance: 'E',
  given: [count, fc.integer({ min: 2, max: 5 }), fc.nat()],
  holds: (n, c, seed) => {
    const generator = new Generator(seed);
    const draw = (...shape: number[]): Tensor => randn(shape, { ...double, generator });
    const [x, y] = [draw(n, c), draw(n, c)];
    const labels = randint(0, c, [n], { dtype: 'int32', generator });
    const signs = draw(n).sign();
    // Some labels, and then -1.
    const lists = fromArray(
      Array.from({ length: n * c }, (_, i) => (i % c === 0 ? (i / c) % c : -1)),
      [n, c],
      { dtype: 'int32' },
    );
    const logProbs = logSoftmax(draw(4, 1, c), -1);
    const one = (of: Tensor): Tensor => of.select(0, 0);
    const pairs: readonly (readonly [Tensor, Tensor])[] = [
      [L.multiMarginLoss(one(x), one(labels) as never, none), L.multiMarginLoss(x, labels, none)],
      [L.multilabelMarginLoss(one(x), one(lists), none), L.multilabelMarginLoss(x, lists, none)],
      [L.multilabelSoftMarginLoss(one(x), one(y).sigmoid(), none), L.multilabelSoftMarginLoss(x, y.sigmoid(), none)],
      [L.cosineEmbeddingLoss(one(x), one(y), one(signs), none), L.cosineEmbeddingLoss(x, y, signs, none)],
      [L.nllLoss(one(x), one(labels) as never, none), L.nllLoss(x, labels as never, none)],
      [L.focalLoss(one(x), one(labels) as never, none), L.focalLoss(x, labels as never, none)],
      [L.crossEntropy(one(x), one(labels) as never, none), L.crossEntropy(x, labels as never, none)],
      [L.tripletMarginLoss(one(x), one(y), one(x).neg(), none), L.tripletMarginLoss(x, y, x.neg(), none)],
      [
        L.ctcLoss(logProbs.select(1, 0), tensor([1], { dtype: 'int32' }), 4, 1, none),
        L.ctcLoss(logProbs, tensor([[1]], { dtype: 'int32' }), [4], [1], none),
      ],
    ];
    for (const [alone, batch] of pairs) {
      expect(alone.shape).toEqual([]);
      expectSameBits(alone, batch.select(0, 0));
    }
  },
});

law('a variance may be a number, one for each sample, or one for each element', {
  rows: 144,
  formula: 'Gaussian(x, y, v) = Gaussian(x, y, v expanded)',
  tolerance: 'E',
  given: [fc.array(count, { maxLength: 2 }), count, count, fc.nat()],
  holds: (lead, n, d, seed) => {
    const generator = new Generator(seed);
    const shape = [...lead, n, d];
    const [x, y] = [randn(shape, { ...double, generator }), randn(shape, { ...double, generator })];
    const v = randn([...lead, n, 1], { ...double, generator })
      .square()
      .add(0.5);
    const whole = v.expand(shape);
    const expected = L.gaussianNLLLoss(x, y, whole, none);
    expectSameBits(L.gaussianNLLLoss(x, y, v, none), expected);
    // [n] beside [n, d] means samples, unless it is the whole shape.
    if (n !== d) expectSameBits(L.gaussianNLLLoss(x, y, v.squeeze(-1), none), expected);
    expectSameBits(L.gaussianNLLLoss(x, y, 0.75, none), L.gaussianNLLLoss(x, y, whole.mul(0).add(0.75), none));
  },
});

law('overlap is 1 minus twice what both have, over all that there is', {
  rows: 136,
  formula: 'dice = 1 - (2 Σ x y + s) / (Σ x + Σ y + s), for each sample and channel',
  tolerance: 'D',
  given: [count, count, count, fc.constantFrom(undefined, 0.5), fc.nat()],
  holds: (n, c, d, smooth, seed) => {
    const generator = new Generator(seed);
    const draw = (): Tensor => randn([n, c, d, 2], { ...double, generator }).sigmoid();
    const [x, y] = [draw(), draw()];
    const s = smooth ?? 1;
    const over = (t: Tensor): Tensor => t.sum([2, 3]);
    const expected = over(x.mul(y))
      .mul(2)
      .add(s)
      .div(over(x).add(over(y)).add(s))
      .neg()
      .add(1);
    const options = smooth === undefined ? none : { ...none, smooth };
    expectWithin(L.diceLoss(x, y, options), expected, bounds.identity());
    const { reduction: _, ...rest } = options;
    expectWithin(L.diceLoss(x, y, rest), expected.mean(), bounds.identity());
  },
});

law('focal losses have finite slopes where nothing is left to learn', {
  rows: 151,
  formula: '|x| ≤ 10³, γ ≥ 0: l and ∇l are finite',
  tolerance: 'E',
  given: [fc.constantFrom(-1000, -40, 0, 40, 1000), fc.constantFrom(0, 0.25, 0.5, 1, 2)],
  holds: (far, gamma) => {
    for (const dtype of ['float32', 'float64'] as const) {
      const x: Tensor = requiresGrad(tensor([far, -far, far], { dtype }));
      const rows: Tensor = requiresGrad(
        tensor(
          [
            [far, 0],
            [0, far],
          ],
          { dtype },
        ),
      );
      const losses = [
        L.sigmoidFocalLoss(x, tensor([1, 0, 0], { dtype }), { gamma }),
        L.focalLoss(rows, tensor([0, 1], { dtype: 'int32' }) as never, { gamma }) as Tensor,
      ];
      for (const [i, leaf] of [x, rows].entries()) {
        const [g] = grad([losses[i] as Tensor], [leaf]) as [Tensor];
        expect([losses[i]!.detach().isfinite().all().item(), g.isfinite().all().item()].map(Boolean)).toEqual([
          true,
          true,
        ]);
      }
    }
  },
});

const ALIKE: readonly ((x: Tensor, y: Tensor) => Tensor)[] = [
  (x, y) => L.mseLoss(x, y, none),
  (x, y) => L.l1Loss(x, y, none),
  (x, y) => L.smoothL1Loss(x, y, none),
  (x, y) => L.huberLoss(x, y, none),
  (x, y) => L.binaryCrossEntropy(x.sigmoid(), y, none),
  (x, y) => L.binaryCrossEntropyWithLogits(x, y, none),
  (x, y) => L.gaussianNLLLoss(x, y, 0.5, none),
  (x, y) => L.multilabelSoftMarginLoss(x.unsqueeze(0), y.unsqueeze(0), none),
  (x, y) => L.diceLoss(x.unsqueeze(0).unsqueeze(0), y.unsqueeze(0).unsqueeze(0)),
  (x, y) => L.softMarginLoss(x, y, none),
  (x, y) => L.sigmoidFocalLoss(x, y, none),
  (x, y) => L.hingeEmbeddingLoss(x, y, none),
];

law('take a target of another dtype as one of their input', {
  rows: 136,
  formula: 'l(x, y) = l(x, y in the dtype of x), which is the dtype of the loss',
  tolerance: 'E',
  given: [
    fc.constantFrom(...ALIKE),
    fc.constantFrom('float32' as const, 'float64' as const),
    fc.constantFrom('float32' as const, 'float64' as const, 'int32' as const, 'uint8' as const, 'bool' as const),
    count,
    fc.nat(),
  ],
  holds: (loss, dtype, other, n, seed) => {
    const generator = new Generator(seed);
    const x = randn([n], { dtype, generator });
    const y = randint(0, 2, [n], { dtype: 'int32', generator }).to(other);
    const found = loss(x, y);
    expect(found.dtype).toBe(dtype);
    expectSameBits(found, loss(x, y.to(dtype)));
  },
});
