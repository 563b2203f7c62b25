import { test } from '@fast-check/vitest';
import { logits, type OneHot, oneHot, probabilities } from '@tessera/arbitraries';
import { requiresGrad } from '@tessera/autograd';
import { crossEntropy, klDiv } from '@tessera/losses';
import { IndexError, logSoftmax, ones, softmax, type Tensor, tensor, ValueError, zeros } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test as plain } from 'vitest';

const labels = (indices: number[]) => tensor(indices, { dtype: 'int32' });
const double = { dtype: 'float64' } as const;

/** Logits and one label for each row. */
const labelled: fc.Arbitrary<[number[][], OneHot]> = fc
  .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 40 }))
  .chain(([rows, classes]) => fc.tuple(logits({ rows, classes }), oneHot({ rows, classes })));

test.prop([labelled])('cross-entropy with one-hot labels equals KL divergence', (drawn) => {
  const [x, target] = drawn;
  const input = tensor(x);
  const divergence = klDiv(logSoftmax(input, -1), tensor(target.rows), { reduction: 'none' }).sum(-1);
  const limit = bounds.twoPaths(bounds.logSumExp(x), rounding(x));
  // Two float32 ways to one value: each may be off by its own roundings.
  const both = bounds.twoPaths(limit, limit);
  expectWithin(crossEntropy(input, labels(target.labels), { reduction: 'none' }), divergence, both);
  expectWithin(crossEntropy(input, tensor(target.rows), { reduction: 'none' }), divergence, both);
  expectWithin(crossEntropy(input, labels(target.labels), { reduction: 'none' }), reference(x, target.labels), limit);
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
function rounding(x: readonly (readonly number[])[]): number[] {
  return x.map((row) => 2 ** -23 * (Math.max(...row) - Math.min(...row) + Math.log(row.length)) + 2 ** -126);
}

test.prop([labelled])('its gradient is softmax - one-hot, and its rows sum to 0', ([x, target]) => {
  const input = requiresGrad(tensor(x));
  crossEntropy(input, labels(target.labels), { reduction: 'sum' }).backward();
  const expected = softmax(tensor(x, double), -1).sub(tensor(target.rows, double));
  const soft = bounds.softmax(x);
  expectWithin(input.grad as Tensor, expected, (y, i) => (soft[i] as number) + 2 ** -23 * Math.abs(y));
  expectWithin((input.grad as Tensor).to('float64').sum(-1), 0, (target.classes + 2) * 2 ** -23);
});

describe('cross-entropy', () => {
  const dyadic = fc.array(
    fc.integer({ min: -2048, max: 2048 }).map((i) => i / 256),
    { minLength: 2, maxLength: 20 },
  );

  test.prop([dyadic, fc.integer({ min: -512, max: 512 })])(
    'a shift of all logits changes nothing, where the shift is exact',
    (row, shift) => {
      const [a, b] = [tensor([row]), tensor([row.map((value) => value + shift / 256)])];
      expectWithin(
        crossEntropy(a, labels([0])),
        crossEntropy(b, labels([0])),
        bounds.twoPaths(bounds.logSumExp([row]), bounds.logSumExp([row.map((value) => value + shift / 256)])),
      );
    },
  );

  test.prop([fc.integer({ min: 1, max: 200 })])('of equal logits is log C', (classes) => {
    expectWithin(crossEntropy(zeros(1, classes), labels([0])), Math.log(classes), bounds.ulps(2));
  });

  test.prop([labelled])('reductions agree', ([x, { labels: indices }]) => {
    const input = tensor(x, double);
    const each = crossEntropy(input, labels(indices), { reduction: 'none' });
    const scale = 1 + each.abs().sum().item();
    expectWithin(crossEntropy(input, labels(indices), { reduction: 'sum' }), each.sum(), bounds.identity(scale));
    expectWithin(crossEntropy(input, labels(indices)), each.mean(), bounds.identity(scale));
  });

  test.prop([labelled, fc.array(fc.boolean(), { minLength: 8, maxLength: 8 })])(
    'ignoreIndex removes rows',
    ([x, { labels: indices }], hidden) => {
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
      expectWithin(loss, rest, bounds.identity(1 + Math.abs(rest.item())));
    },
  );

  test.prop([labelled, fc.constantFrom(0, 0.1, 0.5, 1)])(
    'label smoothing mixes in the mean over classes',
    ([x, { labels: indices }], share) => {
      const input = tensor(x, double);
      const smooth = crossEntropy(input, labels(indices), { labelSmoothing: share });
      const uniform = logSoftmax(input, -1).mean(-1).neg().mean();
      const mixed = crossEntropy(input, labels(indices))
        .mul(1 - share)
        .add(uniform.mul(share));
      expectWithin(smooth, mixed, bounds.identity(1 + Math.abs(mixed.item()) + 2e4));
    },
  );

  test.prop([labelled])('weights of 1 change nothing', ([x, { labels: indices, classes }]) => {
    const input = tensor(x, double);
    const weighted = crossEntropy(input, labels(indices), { weight: ones(classes, double) });
    expectWithin(weighted, crossEntropy(input, labels(indices)), bounds.identity(1 + Math.abs(weighted.item())));
  });

  plain('refuses labels that are no classes', () => {
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

  test.prop([pairs])('is at least 0, and 0 of a distribution and itself', ([q, p]) => {
    const slack = 1e-12;
    for (const value of klDiv(tensor(q, double).log(), tensor(p, double), { reduction: 'none' }).sum(-1).data)
      expect(value).toBeGreaterThanOrEqual(-slack);
    expectWithin(klDiv(tensor(q, double).log(), tensor(q, double), { reduction: 'none' }), 0, slack);
  });

  test.prop([pairs])('cross-entropy is entropy plus divergence', ([q, p]) => {
    const [input, target] = [tensor(q, double).log(), tensor(p, double)];
    const entropy = klDiv(zeros(target.shape[0] as number, target.shape[1] as number, double), target, {
      reduction: 'none',
    })
      .sum(-1)
      .neg();
    const divergence = klDiv(input, target, { reduction: 'none' }).sum(-1);
    expectWithin(crossEntropy(input, target, { reduction: 'none' }), entropy.add(divergence), bounds.identity(20));
  });

  test.prop([pairs])('takes logarithms as targets', ([q, p]) => {
    const target = tensor(
      p.map((row) => row.map((value) => value + 1)),
      double,
    );
    const input = tensor(q, double).log();
    expectWithin(klDiv(input, target.log(), { logTarget: true }), klDiv(input, target), bounds.identity(10));
    expectSameBits(klDiv(input, target, { reduction: 'batchmean' }), klDiv(input, target, { reduction: 'sum' }).div(2));
  });
});
