import { logits } from '@tessera/arbitraries';
import { law } from '@tessera/laws';
import { logSoftmax, logsumexp, softmax, softmin, type Tensor, tensor } from '@tessera/tensor';
import { bounds, expectAtMost, expectSameBits, expectWithin, UNIT_FLOAT32 as u } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { expect } from 'vitest';

const rows = logits({ rows: [1, 8], classes: [1, 70] });
const masked = logits({ rows: [1, 4], classes: [1, 40], masked: true });

law('every softmax row sums to 1', {
  rows: 107,
  formula: 'Σᵢ softmax(x)ᵢ = 1',
  tolerance: 'C',
  given: [rows],
  holds: (x) => {
    expectWithin(sums(softmax(tensor(x), -1)), 1, bounds.softmaxSum(x));
  },
});

law('every softmax row sums to 1, masked classes or not', {
  rows: 107,
  formula: 'Σᵢ softmax(x)ᵢ = 1 with xⱼ = -∞',
  tolerance: 'C',
  given: [masked],
  holds: (x) => {
    expectWithin(sums(softmax(tensor(x), -1)), 1, bounds.softmaxSum(x));
  },
});

/** The sums of the float32 entries, without further roundings. */
function sums(y: Tensor): Tensor {
  return y.to('float64').sum(-1);
}

law('softmax is the formula in float64, to the bound of its roundings', {
  rows: 107,
  formula: 'softmax(x)ᵢ = exp(xᵢ - max) / Σ exp(xⱼ - max)',
  tolerance: 'C',
  given: [rows],
  holds: (x) => {
    expectWithin(softmax(tensor(x), -1), softmax(tensor(x, { dtype: 'float64' }), -1), bounds.softmax(x));
  },
});

law('entries lie in [0, 1] and keep the order of the logits', {
  rows: 107,
  formula: '0 ≤ softmax(x) ≤ 1; xᵢ < xⱼ ⇒ softmax(x)ᵢ ≤ softmax(x)ⱼ',
  tolerance: 'E',
  given: [rows],
  holds: (x) => {
    const y = softmax(tensor(x), -1).toArray() as number[][];
    y.forEach((row, r) => {
      for (const p of row) expect(p >= 0 && p <= 1).toBe(true);
      const logit = x[r] as number[];
      for (let i = 1; i < row.length; i++) {
        const [a, b] = [Math.fround(logit[i - 1] as number), Math.fround(logit[i] as number)];
        if (a < b) expect(row[i - 1]).toBeLessThanOrEqual(row[i] as number);
        if (a === b) expect(row[i - 1]).toBe(row[i]);
      }
    });
  },
});

const dyadic = fc.integer({ min: -2048, max: 2048 }).map((i) => i / 256);
const dyadicRow = fc.array(dyadic, { minLength: 1, maxLength: 40 });

law('a shift of all logits changes no bit, where the shift is exact', {
  rows: 107,
  formula: 'softmax(x + c) = softmax(x)',
  tolerance: 'E',
  given: [dyadicRow, dyadic],
  holds: (row, shift) => {
    expectSameBits(softmax(tensor(row.map((value) => value + shift)), -1), softmax(tensor(row), -1));
  },
});

law('a logit of -Infinity weighs nothing', {
  rows: 107,
  formula: 'softmax([x, -∞]) = [softmax(x), 0]',
  tolerance: '2P',
  given: [dyadicRow],
  holds: (row) => {
    const wide = softmax(tensor([...row, -Infinity]), -1).data;
    expect(wide.at(-1)).toBe(0);
    expectWithin(wide.subarray(0, row.length), softmax(tensor(row), -1), bounds.twoPaths(bounds.softmax(row)));
  },
});

law('logSoftmax is the logarithm of softmax, softmin the softmax of -x', {
  rows: 107,
  formula: 'logSoftmax = log ∘ softmax; softmin(x) = softmax(-x)',
  tolerance: 'C',
  given: [rows],
  holds: (x) => {
    const exact = softmax(tensor(x, { dtype: 'float64' }), -1).log();
    const limit = bounds.logSumExp(x);
    const width = x[0]?.length ?? 1;
    const shifted = x.flatMap((row) => row.map((value) => Math.max(...row) - value));
    expectWithin(
      logSoftmax(tensor(x), -1),
      exact,
      // Where softmax underflows float64 its logarithm says nothing.
      bounds.conditioned((y, i) =>
        y < -700 ? Infinity : 2 * limit.at(Math.floor(i / width)) + 2 * u * (Math.abs(y) + (shifted[i] as number)),
      ),
    );
    expectSameBits(softmin(tensor(x), -1), softmax(tensor(x).neg(), -1));
  },
});

law('logsumexp lies between the maximum and the maximum + log n, within its bound', {
  rows: 51,
  formula: 'max x ≤ lse(x) ≤ max x + log n; lse([x]) = x; lse([c, ..., c]) = c + log n',
  tolerance: ['C', 'P', 'E'],
  given: [rows],
  holds: (x) => {
    const lse = logsumexp(tensor(x), -1);
    const precise = logsumexp(tensor(x, { dtype: 'float64' }), -1).data;
    const limit = bounds.logSumExp(x);
    expectWithin(lse, precise, limit);
    const greatest = x.map((row) => Math.max(...row.map(Math.fround)));
    expectAtMost(greatest, lse, limit);
    expectAtMost(
      lse,
      greatest.map((most, r) => most + Math.log(x[r]!.length)),
      limit,
    );
    // of one element it is that element, of equal ones x + log n
    const [alone] = x[0] as [number];
    expectSameBits(logsumexp(tensor([[alone]]), -1), tensor([alone]));
    const equal = x.map((row) => row.map(() => row[0] as number));
    const beyond = equal.map((row) => Math.fround(row[0] as number) + Math.log(row.length));
    expectWithin(logsumexp(tensor(equal), -1), beyond, bounds.logSumExp(equal));
  },
});

law('any dimension is like the last', {
  rows: 107,
  formula: 'softmax(x, d) = softmax(xᵀ, -1)ᵀ',
  tolerance: 'E',
  given: [fc.array(dyadicRow, { minLength: 1, maxLength: 3 }), fc.integer({ min: 0, max: 2 })],
  holds: (list, extra) => {
    const width = Math.min(...list.map((row) => row.length));
    const x = tensor(list.map((row) => row.slice(0, width)))
      .unsqueeze(-1)
      .expand(list.length, width, extra + 1);
    expectSameBits(softmax(x, 1), softmax(x.transpose(1, 2).contiguous(), 2).transpose(1, 2));
  },
});
