import { logits, type OneHot, oneHot, probabilities } from '@tessera/arbitraries';
import { requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { crossEntropy, klDiv } from '@tessera/losses';
import { IndexError, logSoftmax, norm, ones, softmax, type Tensor, tensor, ValueError, zeros } from '@tessera/tensor';
import { type Bound, bounds, expectAtMost, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const labels = (indices: number[]) => tensor(indices, { dtype: 'int32' });
const double = { dtype: 'float64' } as const;

/** Logits and one label for each row. */
const labelled: fc.Arbitrary<[number[][], OneHot]> = fc
  .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 40 }))
  .chain(([rows, classes]) => fc.tuple(logits({ rows, classes }), oneHot({ rows, classes })));

law('cross-entropy with one-hot labels equals KL divergence', {
  rows: 137,
  formula: 'CE(x, y) = KL(onehot(y) ‖ softmax x)',
  tolerance: '2P',
  given: [labelled],
  holds: (drawn) => {
    const [x, target] = drawn;
    const input = tensor(x);
    const divergence = klDiv(logSoftmax(input, -1), tensor(target.rows), { reduction: 'none' }).sum(-1);
    const limit = bounds.twoPaths(bounds.logSumExp(x), rounding(x));
    // Two float32 ways to one value: each may be off by its own roundings.
    const both = bounds.twoPaths(limit);
    expectWithin(crossEntropy(input, labels(target.labels), { reduction: 'none' }), divergence, both);
    expectWithin(crossEntropy(input, tensor(target.rows), { reduction: 'none' }), divergence, both);
    expectWithin(crossEntropy(input, labels(target.labels), { reduction: 'none' }), reference(x, target.labels), limit);
  },
});

/** log sum exp(x) - x[label] in float64, of the float32 logits. */
function reference(x: readonly (readonly number[])[], indices: readonly number[]): Tensor {
  const precise = tensor(
    x.map((row) => row.map(Math.fround)),
    double,
  );
  return crossEntropyOf(logSoftmax(precise, -1), indices);
}

function crossEntropyOf(logProbabilities: Tensor, indices: readonly number[]): Tensor {
  return tensor(
    indices.map((label, row) => -logProbabilities.select(0, row).select(0, label).item()),
    double,
  );
}

/** The last subtraction rounds once more, relative to what it gives. */
function rounding(x: readonly (readonly number[])[]): Bound {
  return bounds.terms(
    2,
    x.map((row) => Math.max(...row) - Math.min(...row) + Math.log(row.length)),
  );
}

law('its gradient is softmax - one-hot, and its rows sum to 0', {
  rows: 139,
  formula: '∇ₓ CE = softmax x - onehot(y), Σ = 0, ‖∇‖ ≤ √2',
  tolerance: 'C',
  given: [labelled],
  holds: ([x, target]) => {
    const input = requiresGrad(tensor(x));
    crossEntropy(input, labels(target.labels), { reduction: 'sum' }).backward();
    const expected = softmax(tensor(x, double), -1).sub(tensor(target.rows, double));
    const soft = bounds.softmax(x);
    expectWithin(input.grad as Tensor, expected, bounds.twoPaths(soft, bounds.ulps(1)));
    // The entries of a row add up to less than 2 in magnitude.
    expectWithin((input.grad as Tensor).to('float64').sum(-1), 0, bounds.terms(target.classes + 2, 2));
    expectAtMost(norm(input.grad as Tensor, 2, -1), Math.SQRT2, bounds.terms(target.classes + 2, 2));
  },
});

describe('cross-entropy', () => {
  const dyadic = fc.array(
    fc.integer({ min: -2048, max: 2048 }).map((i) => i / 256),
    { minLength: 2, maxLength: 20 },
  );

  law('a shift of all logits changes nothing, where the shift is exact', {
    rows: 137,
    formula: 'CE(x + c) = CE(x)',
    tolerance: '2P',
    given: [dyadic, fc.integer({ min: -512, max: 512 })],
    holds: (row, shift) => {
      const moved = row.map((value) => value + shift / 256);
      const [a, b] = [tensor([row]), tensor([moved])];
      const bound = bounds.twoPaths(bounds.logSumExp([row]), bounds.logSumExp([moved]));
      expectWithin(crossEntropy(a, labels([0])), crossEntropy(b, labels([0])), bound);
    },
  });

  law('of equal logits is log C', {
    rows: 137,
    formula: 'CE(c, ..., c) = log C',
    tolerance: 'U',
    given: [fc.integer({ min: 1, max: 200 })],
    holds: (classes) => {
      expectWithin(crossEntropy(zeros(1, classes), labels([0])), Math.log(classes), bounds.ulps(2));
    },
  });

  law('reductions agree', {
    rows: 136,
    formula: 'sum = Σ none, mean = sum / n',
    tolerance: 'D',
    given: [labelled],
    holds: ([x, { labels: indices }]) => {
      const input = tensor(x, double);
      const each = crossEntropy(input, labels(indices), { reduction: 'none' });
      const scale = 1 + each.abs().sum().item();
      expectWithin(crossEntropy(input, labels(indices), { reduction: 'sum' }), each.sum(), bounds.identity(scale));
      expectWithin(crossEntropy(input, labels(indices)), each.mean(), bounds.identity(scale));
    },
  });

  law('ignoreIndex removes rows', {
    rows: 140,
    formula: 'CE with ignored rows = CE without those rows',
    tolerance: 'D',
    given: [labelled, fc.array(fc.boolean(), { minLength: 8, maxLength: 8 })],
    holds: ([x, { labels: indices }], hidden) => {
      const kept = indices.flatMap((_, i) => (hidden[i] ? [] : [i]));
      const input = tensor(x, double);
      const masked = indices.map((label, i) => (hidden[i] ? -100 : label));
      const loss = crossEntropy(input, labels(masked));
      if (kept.length === 0) return void expect(loss.item()).toBeNaN();
      const rest = crossEntropy(
        tensor(
          kept.map((i) => x[i] as number[]),
          double,
        ),
        labels(kept.map((i) => indices[i] as number)),
      );
      expectWithin(loss, rest, bounds.identity(input));
    },
  });

  law('label smoothing mixes in the mean over classes', {
    rows: 140,
    formula: 'CE_ε = (1 - ε) CE + ε mean over classes',
    tolerance: 'D',
    given: [labelled, fc.constantFrom(0, 0.1, 0.5, 1)],
    holds: ([x, { labels: indices }], share) => {
      const input = tensor(x, double);
      const smooth = crossEntropy(input, labels(indices), { labelSmoothing: share });
      const uniform = logSoftmax(input, -1).mean(-1).neg().mean();
      const mixed = crossEntropy(input, labels(indices))
        .mul(1 - share)
        .add(uniform.mul(share));
      expectWithin(smooth, mixed, bounds.identity(input));
    },
  });

  law('weights of 1 change nothing', {
    rows: 140,
    formula: 'CE(weight = 1) = CE',
    tolerance: 'D',
    given: [labelled],
    holds: ([x, { labels: indices, classes }]) => {
      const input = tensor(x, double);
      const weighted = crossEntropy(input, labels(indices), { weight: ones(classes, double) });
      expectWithin(weighted, crossEntropy(input, labels(indices)), bounds.identity(input));
    },
  });

  test('refuses labels that are no classes', () => {
    expect(() => crossEntropy(zeros(2, 3), labels([0, 3]))).toThrow(IndexError);
    expect(() => crossEntropy(zeros(2, 3), labels([0, 3]))).toThrow(
      'crossEntropy: target must be in [0, 3); got 3 at index [1]; try ignoreIndex or check the labels',
    );
    expect(() => crossEntropy(zeros(2, 3), labels([0, -1]))).toThrow(IndexError);
    expect(() => crossEntropy(zeros(2, 3), labels([0, 1]), { labelSmoothing: 2 })).toThrow(ValueError);
  });
});

describe('KL divergence', () => {
  const pairs = fc
    .integer({ min: 1, max: 20 })
    .chain((classes) =>
      fc.tuple(probabilities({ rows: 2, classes, positive: true }), probabilities({ rows: 2, classes })),
    );

  law('is at least 0, and 0 of a distribution and itself', {
    rows: 138,
    formula: 'KL(p ‖ q) ≥ 0, KL(p ‖ p) = 0',
    tolerance: 'P',
    given: [pairs],
    holds: ([q, p]) => {
      const log = tensor(q, double).log();
      expectAtMost(0, klDiv(log, tensor(p, double), { reduction: 'none' }).sum(-1), bounds.identity(log));
      expectWithin(klDiv(log, tensor(q, double), { reduction: 'none' }), 0, bounds.identity(log));
    },
  });

  law('cross-entropy is entropy plus divergence', {
    rows: 138,
    formula: 'CE(p, q) = H(p) + KL(p ‖ q)',
    tolerance: 'D',
    given: [pairs],
    holds: ([q, p]) => {
      const [input, target] = [tensor(q, double).log(), tensor(p, double)];
      const entropy = klDiv(zeros(target.shape[0] as number, target.shape[1] as number, double), target, {
        reduction: 'none',
      })
        .sum(-1)
        .neg();
      const divergence = klDiv(input, target, { reduction: 'none' }).sum(-1);
      expectWithin(crossEntropy(input, target, { reduction: 'none' }), entropy.add(divergence), bounds.identity(input));
    },
  });

  law('to the middle of two is symmetric, and at most log 2', {
    rows: 138,
    formula: 'JS(p, q) = (KL(p ‖ m) + KL(q ‖ m)) / 2 = JS(q, p) ∈ [0, log 2], m = (p + q) / 2',
    tolerance: ['D', 'P'],
    given: [pairs],
    holds: ([q, p]) => {
      const [one, other] = [tensor(p, double), tensor(q, double)];
      const js = (a: Tensor, b: Tensor): Tensor => {
        const middle = a.add(b).div(2).log();
        const [left, right] = [a, b].map((t): Tensor => klDiv(middle, t, { reduction: 'none' }).sum(-1));
        return (left as Tensor).add(right as Tensor).div(2);
      };
      expectWithin(js(one, other), js(other, one), bounds.identity());
      expectAtMost(js(one, other), Math.LN2, bounds.identity());
      expectAtMost(0, js(one, other), bounds.identity());
    },
  });

  law('takes logarithms as targets', {
    rows: 138,
    formula: 'KL(log target) = KL(target)',
    tolerance: 'D',
    given: [pairs],
    holds: ([q, p]) => {
      const target = tensor(
        p.map((row) => row.map((value) => value + 1)),
        double,
      );
      const input = tensor(q, double).log();
      expectWithin(klDiv(input, target.log(), { logTarget: true }), klDiv(input, target), bounds.identity(input));
      expectSameBits(
        klDiv(input, target, { reduction: 'batchmean' }),
        klDiv(input, target, { reduction: 'sum' }).div(2),
      );
    },
  });
});
