import { grad, requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { ctcLoss } from '@tessera/losses';
import {
  fromArray,
  Generator,
  IndexError,
  logSoftmax,
  randn,
  ShapeError,
  type Tensor,
  tensor,
  ValueError,
  zeros,
} from '@tessera/tensor';
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

/** Strings of labels that are no blank, and how many frames each has. */
const batches = fc
  .record({ most: fc.integer({ min: 0, max: 5 }), classes: fc.integer({ min: 2, max: 4 }), seed: fc.nat() })
  .chain(({ most, classes, seed }) =>
    fc.record({
      most: fc.constant(most),
      classes: fc.constant(classes),
      seed: fc.constant(seed),
      blank: fc.nat(classes - 1),
      samples: fc.array(fc.record({ labels: fc.array(fc.nat(classes - 2), { maxLength: 4 }), frames: fc.nat(most) }), {
        minLength: 1,
        maxLength: 3,
      }),
    }),
  );

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

  law('of long strings, or of chances too small for any float, is that of the logarithms', {
    rows: 149,
    formula: 'CTC(x - k) = CTC(x) + k T, with the same gradient; αₜ(s) = log Σ exp αₜ₋₁(...) + xₜ(lₛ), forwards',
    tolerance: 'D',
    given: [
      fc.integer({ min: 1, max: 120 }),
      fc.integer({ min: 2, max: 4 }),
      fc.array(fc.nat(9), { maxLength: 30 }),
      fc.constantFrom(0, 5, 300, 1e5),
      fc.nat(),
    ],
    share: 0.5,
    holds: (t, classes, drawn, shift, seed) => {
      const labels = drawn.map((label) => 1 + (label % (classes - 1)));
      const logProbs = logSoftmax(randn([t, classes], { dtype: 'float64', generator: new Generator(seed) }), -1);
      const run = (rows: Tensor): readonly [number, Tensor] => {
        const leaf = requiresGrad<Tensor>(rows.clone());
        const loss = ctcLoss(leaf, tensor(labels, int), t, labels.length, { reduction: 'sum' });
        return [loss.item(), grad(loss, [leaf])[0] as Tensor];
      };
      const x = logProbs.toArray() as number[][];
      // Blanks stand between labels and around them.
      const states = [0, ...labels.flatMap((label) => [label, 0])];
      const add = (terms: readonly number[]): number => {
        const top = Math.max(...terms);
        return top === -Infinity ? top : top + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - top), 0));
      };
      let alpha = states.map((label, s) => (s < 2 ? x[0]![label]! : -Infinity));
      for (let frame = 1; frame < t; frame++) {
        const before = alpha;
        const skips = (s: number): boolean => s > 1 && states[s] !== 0 && states[s] !== states[s - 2];
        alpha = states.map(
          (label, s) =>
            x[frame]![label]! + add([before[s]!, before[s - 1] ?? -Infinity, skips(s) ? before[s - 2]! : -Infinity]),
        );
      }
      const expected = -add(alpha.slice(-2));
      const [loss, slope] = run(logProbs);
      expectWithin(loss, expected, bounds.identity(t));
      const [moved, sameSlope] = run(logProbs.sub(shift));
      expectWithin(moved, expected + shift * t, bounds.identity(shift * t, t));
      if (expected !== Infinity) expectWithin(sameSlope, slope, bounds.identity(shift, t));
    },
  });

  law('takes a batch as each string by itself, in rows or one after the other, and reduces what is left', {
    rows: [136, 149],
    formula: 'CTC(batch) = [CTC(x₁, l₁), ...]; mean = Σ CTC / max(1, |l|) / N; needed > T: ∞, or 0 with zeroInfinity',
    tolerance: 'D',
    given: [batches, fc.constantFrom('none', 'mean', 'sum', undefined), fc.boolean(), fc.boolean()],
    holds: ({ most, classes, samples, blank, seed }, reduction, zeroInfinity, inRows) => {
      const logProbs = logSoftmax(
        randn([most, samples.length, classes], { dtype: 'float64', generator: new Generator(seed) }),
        -1,
      );
      const labels = samples.map(({ labels }) => labels.map((label) => (label >= blank ? label + 1 : label)));
      const longest = Math.max(...labels.map((string) => string.length));
      // What stands behind a string is not read, were it no label.
      const rows = labels.map((string) => [...string, ...Array<number>(longest - string.length).fill(blank)]);
      const targets = inRows
        ? fromArray(rows.flat(), [rows.length, longest], int)
        : fromArray(labels.flat(), [labels.flat().length], int);
      const frames = samples.map((sample) => Math.min(most, sample.frames));
      const lengths = labels.map((string) => string.length);
      const each = samples.map((_, n) => {
        const alone = (): number => lossOf(logProbs.select(1, n).narrow(0, 0, frames[n]!), labels[n]!, blank);
        // Without a frame there is the empty string alone.
        const ofNothing = lengths[n] === 0 ? 0 : Number.POSITIVE_INFINITY;
        const loss = frames[n] === 0 ? ofNothing : alone();
        return loss === Number.POSITIVE_INFINITY && zeroInfinity ? 0 : loss;
      });
      const total = each.reduce((sum, loss) => sum + loss, 0);
      const mean = each.reduce((sum, loss, n) => sum + loss / Math.max(1, lengths[n]!), 0) / each.length;
      const expected = reduction === 'none' ? each : reduction === 'sum' ? total : mean;
      const options = { blank, zeroInfinity, ...(reduction !== undefined && { reduction: reduction as 'mean' }) };
      const leaf: Tensor = requiresGrad(logProbs);
      const got = ctcLoss(leaf, targets, tensor(frames, int), lengths, options);
      expectWithin(got.detach(), expected, bounds.identity(each.filter(Number.isFinite)));
      // A string that does not fit has no gradient, or one of 0. The shares of a frame that is there add up to its weight.
      const [g] = grad([got.sum()], [leaf]);
      const shares = (g as Tensor).sum(2).toArray() as number[][];
      for (const [n, loss] of each.entries())
        for (const [t, row] of shares.entries()) {
          const weight = reduction === 'none' || reduction === 'sum' ? 1 : 1 / Math.max(1, lengths[n]!) / each.length;
          const isInside = t < frames[n]!;
          const fits = loss !== Number.POSITIVE_INFINITY && !(loss === 0 && lengths[n]! > 0);
          const share = !isInside ? 0 : fits ? -weight : zeroInfinity ? 0 : Number.NaN;
          expectWithin(row[n]!, share, bounds.identity());
        }
    },
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
