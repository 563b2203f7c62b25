import { values } from '@tessera/arbitraries';
import { grad, requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import * as L from '@tessera/losses';
import { cat, full, type Tensor, tensor, zeros } from '@tessera/tensor';
import { bounds, expectAtMost, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect } from 'vitest';

const none = { reduction: 'none' } as const;
const double = { dtype: 'float64' } as const;
/** Lists of one length, of each kind that is named. */
const lists = (...kinds: readonly Parameters<typeof values>[0][]) =>
  fc
    .array(fc.tuple(...kinds.map((kind) => values(kind))), { minLength: 1, maxLength: 24 })
    .map((rows) => kinds.map((_, i): Tensor => tensor(rows.map((row) => row[i] as number))));
/** Rows of one width, one matrix of each kind. */
const matrices = (count: number, kind: Parameters<typeof values>[0] = 'dyadic') =>
  fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 })).chain(([n, c]) =>
    fc
      .array(fc.array(fc.array(values(kind), { minLength: c, maxLength: c }), { minLength: n, maxLength: n }), {
        minLength: count,
        maxLength: count,
      })
      .map((all) => all.map((rows): Tensor => tensor(rows))),
  );
const wide = (x: Tensor): Tensor => x.to('float64');
const signs = (x: Tensor): Tensor => x.ge(0).to('float32').mul(2).sub(1);

describe('binary cross-entropy', () => {
  law('with logits is that of their sigmoid, and cross-entropy of two classes', {
    rows: 141,
    formula: 'BCEWithLogits(x, t) = BCE(σ x, t) = CE([0, x], [1 - t, t])',
    tolerance: 'D',
    given: [lists([-12, 12], [0, 1])],
    holds: ([x, t]) => {
      const [logits, target] = [wide(x!), wide(t!)];
      const loss = L.binaryCrossEntropyWithLogits(logits, target, none);
      // Off saturation: 1 - σ(12) has lost 17 of 53 bits.
      expectWithin(L.binaryCrossEntropy(logits.sigmoid(), target, none), loss, bounds.identity(logits, logits.exp()));
      const classes = cat([logits.mul(0).unsqueeze(1), logits.unsqueeze(1)], 1);
      const shares = cat([target.neg().add(1).unsqueeze(1), target.unsqueeze(1)], 1);
      expectWithin(L.crossEntropy(classes, shares, none), loss, bounds.identity(logits));
    },
  });

  law('turns with its target, does not see a weight of 1, and is finite far out', {
    rows: 141,
    formula: 'BCE(x, t) = BCE(-x, 1 - t); posWeight 1 = none; finite for |x| ≤ 10⁴',
    tolerance: ['2P', 'E'],
    given: [lists([-1e4, 1e4], [0, 1])],
    holds: ([x, t]) => {
      const loss = L.binaryCrossEntropyWithLogits(x!, t!, none);
      expect(loss.isfinite().all().item()).toBe(1);
      const turned = L.binaryCrossEntropyWithLogits(x!.neg(), t!.neg().add(1), none);
      // Products and sums of x and t, and the logarithm.
      const near = bounds.terms(8, x!.abs().add(1));
      expectWithin(turned, loss, bounds.twoPaths(near));
      const weighted = L.binaryCrossEntropyWithLogits(x!, t!, { ...none, posWeight: tensor(1) });
      expectWithin(weighted, loss, bounds.twoPaths(near));
    },
  });
});

describe('distances', () => {
  law('of squares and of magnitudes are symmetric, exact to move and to scale, and 0 of the same alone', {
    rows: 142,
    formula: 'l(x, y) = l(y, x) ≥ 0; l(x + c, y + c) = l(x, y); MSE(2ᵏ x, 2ᵏ y) = 4ᵏ MSE; |x - z| ≤ |x - y| + |y - z|',
    tolerance: ['E', 'P'],
    given: [lists('dyadic', 'dyadic', 'dyadic'), fc.integer({ min: -8, max: 8 }), values('dyadic')],
    holds: ([x, y, z], k, c) => {
      for (const [loss, power] of [
        [L.mseLoss, 2],
        [L.l1Loss, 1],
      ] as const) {
        const each = loss(x!, y!, none);
        expectSameBits(loss(y!, x!, none), each);
        expectSameBits(loss(x!.add(c), y!.add(c), none), each);
        expectSameBits(loss(x!.mul(2 ** k), y!.mul(2 ** k), none), each.mul(2 ** (power * k)));
        expectAtMost(0, each);
        expectSameBits(each.eq(0), x!.eq(y!));
      }
      expectAtMost(L.l1Loss(x!, z!, none), L.l1Loss(x!, y!, none).add(L.l1Loss(y!, z!, none)));
    },
  });

  law("Huber's lies below both, and is half the square where delta is large", {
    rows: 143,
    formula: 'huber ≤ x²/2, ≤ δ |x|; δ → ∞: MSE / 2; smoothL1(β) = huber(β) / β; huber′ continuous at δ',
    tolerance: ['P', '2P', 'D'],
    given: [lists('dyadic', 'dyadic'), fc.constantFrom(0.25, 1, 3)],
    holds: ([x, y], delta) => {
      const huber = L.huberLoss(x!, y!, { ...none, delta });
      const apart = x!.sub(y!);
      const slack = bounds.ulps(3);
      expectAtMost(huber, L.mseLoss(x!, y!, none).div(2), slack);
      expectAtMost(huber, apart.abs().mul(delta), slack);
      expectWithin(L.huberLoss(x!, y!, { ...none, delta: 1e4 }), L.mseLoss(x!, y!, none).div(2), bounds.ulps(2));
      const near = bounds.terms(4, apart.square().add(apart.abs().mul(delta)).div(delta));
      expectWithin(L.smoothL1Loss(x!, y!, { ...none, beta: delta }), huber.div(delta), bounds.twoPaths(near));
      const slope = (at: number): number => {
        const p = requiresGrad<Tensor>(tensor([at], double));
        return (grad(L.huberLoss(p, zeros(1, double), { delta }), [p]) as Tensor[])[0]!.item();
      };
      expectWithin(slope(delta * (1 - 2 ** -40)), slope(delta * (1 + 2 ** -40)), bounds.identity(delta));
    },
  });
});

describe('likelihoods', () => {
  law('of counts and of measurements are least where they should be', {
    rows: 144,
    formula: '∇ Poisson(log t, t) = 0; ∇_μ Gaussian = 0 at μ = t; ∇_v = 0 at v = (μ - t)²',
    tolerance: 'D',
    given: [lists([0.25, 8], [-4, 4], [0.25, 4])],
    holds: ([t, mean, apart]) => {
      const count = wide(t!);
      const rate = requiresGrad<Tensor>(count.log());
      const [ofRate] = grad(L.poissonNLLLoss(rate, count, { reduction: 'sum' }), [rate]) as [Tensor];
      expectWithin(ofRate, 0, bounds.identity(count));
      const center = requiresGrad<Tensor>(wide(mean!));
      const variance = requiresGrad<Tensor>(wide(apart!).square());
      const [ofMean] = grad(L.gaussianNLLLoss(center, center.detach(), variance.detach(), { reduction: 'sum' }), [
        center,
      ]) as [Tensor];
      expectWithin(ofMean, 0, bounds.identity());
      const away = center.detach().add(wide(apart!));
      const [ofVariance] = grad(L.gaussianNLLLoss(center.detach(), away, variance, { reduction: 'sum' }), [
        variance,
      ]) as [Tensor];
      expectWithin(
        ofVariance,
        0,
        bounds.identity(away, variance.detach().reciprocal(), variance.detach().reciprocal()),
      );
    },
  });

  law('negative logarithms are linear in what they take', {
    rows: 144,
    formula: 'NLL(a x + b y) = a NLL(x) + b NLL(y)',
    tolerance: 'E',
    given: [matrices(2), fc.integer({ min: -4, max: 4 })],
    holds: ([x, y], a) => {
      const labels = tensor(
        Array.from({ length: x!.shape[0] as number }, (_, i) => i % (x!.shape[1] as number)),
        { dtype: 'int32' },
      );
      const nll = (t: Tensor): Tensor => L.nllLoss(t, labels, none) as Tensor;
      expectWithin(nll(x!.mul(a).add(y!)), nll(x!).mul(a).add(nll(y!)), bounds.exact);
    },
  });
});

describe('margins', () => {
  law('are 0 exactly where the margin holds', {
    rows: 145,
    formula: 'ranking(x, y, s) = 0 ⇔ s (x - y) ≥ m; ranking(x, y, s) = ranking(y, x, -s); hinge(x, -1) = 0 ⇔ x ≥ m',
    tolerance: 'E',
    given: [lists('dyadic', 'dyadic', 'dyadic'), fc.constantFrom(0, 0.5, 2)],
    holds: ([x, y, flag], margin) => {
      const sign = signs(flag!);
      const ranking = L.marginRankingLoss(x!, y!, sign, { ...none, margin });
      expectSameBits(ranking.eq(0), sign.mul(x!.sub(y!)).ge(margin));
      expectSameBits(L.marginRankingLoss(y!, x!, sign.neg(), { ...none, margin }), ranking);
      const apart = L.hingeEmbeddingLoss(x!, full([x!.count], -1), { ...none, margin });
      expectSameBits(apart.eq(0), x!.ge(margin));
    },
  });

  law('of classes and of vectors are 0 where the right one leads by the margin', {
    rows: 145,
    formula: 'multiMargin(x, y) = 0 ⇔ xᵧ - xⱼ ≥ m for all j; triplet = 0 ⇔ d(a, p) + m ≤ d(a, n)',
    tolerance: 'E',
    given: [matrices(1), fc.constantFrom(0.5, 1)],
    holds: ([x], margin) => {
      const rows = x!.toArray() as number[][];
      const leads = rows.map((row) => row.every((value, j) => j === 0 || row[0]! - value >= margin));
      const labels = zeros(rows.length, { dtype: 'int32' });
      const loss = L.multiMarginLoss(x!, labels, { ...none, margin });
      expect(loss.eq(0).toArray()).toEqual(leads);
      const far = L.tripletMarginLoss(x!, x!, x!.add(100), { ...none, margin });
      expectWithin(far, 0, bounds.exact);
    },
  });

  law('soft margins are cross-entropies', {
    rows: 146,
    formula: 'softMargin(x, s) = BCEWithLogits(x, (s + 1) / 2); multiLabelSoftMargin = mean over classes of it',
    tolerance: 'D',
    given: [matrices(2)],
    holds: ([x, flag]) => {
      const [logits, sign] = [wide(x!), wide(signs(flag!))];
      const target = sign.add(1).div(2);
      const each = L.binaryCrossEntropyWithLogits(logits, target, none);
      expectWithin(L.softMarginLoss(logits, sign, none), each, bounds.identity(logits));
      expectWithin(L.multilabelSoftMarginLoss(logits, target, none), each.mean(1), bounds.identity(logits));
    },
  });

  law('of triplets do not see a shift, and swapping makes them no larger', {
    rows: 147,
    formula:
      'triplet(a + c, p + c, n + c) = triplet; swap: d(a, n) ↦ min(d(a, n), d(p, n)); WithDistance(L2) = triplet',
    tolerance: ['E', 'P', 'D'],
    given: [matrices(3), values('dyadic')],
    holds: ([a, p, n], shift) => {
      const loss = L.tripletMarginLoss(a!, p!, n!, none);
      expectSameBits(L.tripletMarginLoss(a!.add(shift), p!.add(shift), n!.add(shift), none), loss);
      // Swapped, the negative is the nearer one: the loss is no smaller.
      expectAtMost(loss, L.tripletMarginLoss(a!, p!, n!, { ...none, swap: true }));
      const [x, y, z] = [wide(a!), wide(p!), wide(n!)];
      const plain = L.tripletMarginLoss(x, y, z, none);
      expectWithin(
        L.tripletMarginWithDistanceLoss(x, y, z, none),
        plain,
        bounds.identity(x.abs().add(y.abs()).add(z.abs())),
      );
    },
  });

  law('of directions see no positive scale, and lie in [0, 2]', {
    rows: 148,
    formula: 'cosine(2ᵏ x, y, s) = cosine(x, y, s) ∈ [0, 2]',
    tolerance: ['E', 'P'],
    given: [matrices(2), fc.integer({ min: -8, max: 8 })],
    holds: ([x, y], k) => {
      // The 1e-12 that is added under the root must not be seen.
      const [a, b] = [x!.abs().add(0.25), y!.add(0.25)];
      const sign = signs(y!.select(1, 0));
      const loss = L.cosineEmbeddingLoss(a, b, sign, none);
      const near = bounds.terms(4 * (a.shape[1] as number) + 8, 2);
      expectWithin(L.cosineEmbeddingLoss(a.mul(2 ** k), b, sign, none), loss, bounds.twoPaths(near));
      expectAtMost(0, loss, near);
      expectAtMost(loss, 2, near);
    },
  });
});

law('losses are least, with a gradient of 0, where they say', {
  rows: 151,
  formula: '∇l = 0 at: x = y (squares, Huber); σ(x) = t; softmax(x) = t; q = p',
  tolerance: 'D',
  given: [matrices(1)],
  holds: ([given]) => {
    const x = wide(given as Tensor).div(8);
    const slope = (f: (x: Tensor) => Tensor, at: Tensor): Tensor => {
      const leaf = requiresGrad(at.clone());
      return grad([f(leaf)], [leaf])[0] as Tensor;
    };
    const least: readonly (readonly [(x: Tensor) => Tensor, Tensor])[] = [
      [(input) => L.mseLoss(input, x), x],
      [(input) => L.huberLoss(input, x), x],
      [(input) => L.smoothL1Loss(input, x), x],
      [(input) => L.binaryCrossEntropyWithLogits(input, x.sigmoid()), x],
      [(input) => L.binaryCrossEntropy(input, x.sigmoid()), x.sigmoid()],
      [(input) => L.crossEntropy(input, x.softmax(-1)), x],
      [(input) => L.klDiv(input.logSoftmax(-1), x.softmax(-1), { reduction: 'batchmean' }), x],
    ];
    for (const [f, at] of least) expectWithin(slope(f, at), 0, bounds.identity(x, x.sigmoid().reciprocal()));
  },
});
