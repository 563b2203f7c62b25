import { law } from '@tessera/laws';
import { ctcLoss } from '@tessera/losses';
import { IndexError, logSoftmax, ShapeError, type Tensor, tensor, ValueError, zeros } from '@tessera/tensor';
import { bounds, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const int = { dtype: 'int32' } as const;

/** Log-probabilities of up to 5 frames over up to 3 classes, of one string. */
const frames = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 2, max: 3 }))
  .chain(([t, c]) =>
    fc.array(fc.array(fc.integer({ min: -20, max: 20 }), { minLength: c, maxLength: c }), {
      minLength: t,
      maxLength: t,
    }),
  )
  .map((rows) => logSoftmax(tensor(rows, { dtype: 'float64' }).div(10), -1));

/** All strings of `length` symbols below `count`. */
function strings(length: number, count: number): number[][] {
  if (length === 0) return [[]];
  return strings(length - 1, count).flatMap((head) => Array.from({ length: count }, (_, last) => [...head, last]));
}

/** Repeats become one, then blanks go. */
function collapsed(path: readonly number[], blank: number): number[] {
  return path.filter((label, i) => label !== path[i - 1]).filter((label) => label !== blank);
}

const lossOf = (logProbs: Tensor, labels: readonly number[], blank: number): number =>
  ctcLoss(logProbs, tensor([...labels], int), logProbs.shape[0] as number, labels.length, {
    blank,
    reduction: 'sum',
  }).item();

describe('ctcLoss', () => {
  law('sums up all alignments, one by one', {
    rows: 149,
    formula: 'exp(-CTC(l)) = Σ over alignments of l Π p; Σ over l = 1',
    tolerance: 'D',
    given: [frames, fc.nat({ max: 1 })],
    holds: (logProbs, blank) => {
      const [t, c] = logProbs.shape as unknown as [number, number];
      const rows = Array.from(logProbs.data);
      const likelihoods = new Map<string, number>();
      for (const path of strings(t, c)) {
        const key = collapsed(path, blank).join();
        const chance = Math.exp(path.reduce((sum, label, frame) => sum + (rows[frame * c + label] as number), 0));
        likelihoods.set(key, (likelihoods.get(key) ?? 0) + chance);
      }
      let total = 0;
      for (const [key, likelihood] of likelihoods) {
        const loss = lossOf(logProbs, key === '' ? [] : key.split(',').map(Number), blank);
        expectWithin(tensor(loss, { dtype: 'float64' }), -Math.log(likelihood), bounds.identity(loss));
        total += Math.exp(-loss);
      }
      expectWithin(tensor(total, { dtype: 'float64' }), 1, bounds.identity());
    },
  });

  test('is infinite for a string that needs more frames, or 0 with zeroInfinity', () => {
    const logProbs = logSoftmax(zeros(2, 1, 3), -1);
    expect(ctcLoss(logProbs, tensor([[1, 1]], int), [2], [2]).item()).toBe(Number.POSITIVE_INFINITY);
    expect(ctcLoss(logProbs, tensor([[1, 1]], int), [2], [2], { zeroInfinity: true }).item()).toBe(0);
  });

  test('takes targets in rows and one after the other', () => {
    const logProbs = logSoftmax(
      tensor([
        [
          [1, 2, 3],
          [2, 0, 1],
        ],
        [
          [0, 1, 0],
          [1, 1, 0],
        ],
        [
          [2, 0, 0],
          [0, 0, 1],
        ],
      ]),
      -1,
    );
    const inRows = ctcLoss(
      logProbs,
      tensor(
        [
          [1, 2],
          [2, 0],
        ],
        int,
      ),
      [3, 2],
      [2, 1],
    );
    expectWithin(ctcLoss(logProbs, tensor([1, 2, 2], int), tensor([3, 2], int), [2, 1]), inRows, bounds.exact);
  });

  test.each<readonly [unknown, string, () => unknown]>([
    [ShapeError, 'logProbs must be [T, N, C] or [T, C]; got [3]', () => ctcLoss(zeros(3), tensor([1], int), 3, 1)],
    [IndexError, 'other than the blank 0; got 3', () => ctcLoss(zeros(3, 3), tensor([3], int), 3, 1)],
    [IndexError, 'other than the blank 0; got 0', () => ctcLoss(zeros(3, 3), tensor([0], int), 3, 1)],
    [
      ValueError,
      'inputLengths must be whole numbers in [0, 3]; got 4',
      () => ctcLoss(zeros(3, 3), tensor([1], int), 4, 1),
    ],
    [
      ShapeError,
      'targetLengths must have a number for each of 2',
      () => ctcLoss(zeros(3, 2, 3), zeros(2, 1, int), [3, 3], [1]),
    ],
  ])('refuses by name (%#)', (_, message, run) => {
    expect(run).toThrow(message);
  });
});
