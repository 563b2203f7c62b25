import { test } from '@fast-check/vitest';
import { logits } from '@tessera/arbitraries';
import { logSoftmax, logsumexp, softmax, softmin, type Tensor, tensor } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { expect } from 'vitest';

const rows = logits({ rows: [1, 8], classes: [1, 70] });
const masked = logits({ rows: [1, 4], classes: [1, 40], masked: true });

test.prop([rows])('every softmax row sums to 1', (x) => {
  expectWithin(sums(softmax(tensor(x), -1)), 1, bounds.softmaxSum(x));
});

test.prop([masked])('every softmax row sums to 1, masked classes or not', (x) => {
  expectWithin(sums(softmax(tensor(x), -1)), 1, bounds.softmaxSum(x));
});

/** The sums of the float32 entries, without further roundings. */
function sums(y: Tensor): Tensor {
  return y.to('float64').sum(-1);
}

test.prop([rows])('softmax is the formula in float64, to the bound of its roundings', (x) => {
  expectWithin(softmax(tensor(x), -1), softmax(tensor(x, { dtype: 'float64' }), -1), bounds.softmax(x));
});

test.prop([rows])('entries lie in [0, 1] and keep the order of the logits', (x) => {
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
});

const dyadic = fc.integer({ min: -2048, max: 2048 }).map((i) => i / 256);
const dyadicRow = fc.array(dyadic, { minLength: 1, maxLength: 40 });

test.prop([dyadicRow, dyadic])('a shift of all logits changes no bit, where the shift is exact', (row, shift) => {
  expectSameBits(softmax(tensor(row.map((value) => value + shift)), -1), softmax(tensor(row), -1));
});

test.prop([dyadicRow])('a logit of -Infinity weighs nothing', (row) => {
  const wide = softmax(tensor([...row, -Infinity]), -1).data;
  expect(wide.at(-1)).toBe(0);
  expectWithin(
    wide.subarray(0, row.length),
    softmax(tensor(row), -1),
    bounds.twoPaths(bounds.softmax(row), bounds.softmax(row)),
  );
});

test.prop([rows])('logSoftmax is the logarithm of softmax, softmin the softmax of -x', (x) => {
  const exact = softmax(tensor(x, { dtype: 'float64' }), -1).log();
  const limit = bounds.logSumExp(x);
  const width = x[0]?.length ?? 1;
  const shifted = x.flatMap((row) => row.map((value) => Math.max(...row) - value));
  expectWithin(logSoftmax(tensor(x), -1), exact, (y, i) =>
    // Where softmax underflows float64 its logarithm says nothing.
    y < -700
      ? Infinity
      : 2 * (limit[Math.floor(i / width)] as number) + 2 ** -23 * (Math.abs(y) + (shifted[i] as number)),
  );
  expectSameBits(softmin(tensor(x), -1), softmax(tensor(x).neg(), -1));
});

test.prop([rows])('logsumexp lies between the maximum and the maximum + log n, within its bound', (x) => {
  const lse = logsumexp(tensor(x), -1);
  const precise = logsumexp(tensor(x, { dtype: 'float64' }), -1).data;
  const limit = bounds.logSumExp(x);
  expectWithin(lse, precise, limit);
  x.forEach((row, r) => {
    const greatest = Math.max(...row.map(Math.fround));
    const slack = limit[r] as number;
    expect(lse.data[r]).toBeGreaterThanOrEqual(greatest - slack);
    expect(lse.data[r]).toBeLessThanOrEqual(greatest + Math.log(row.length) + slack);
  });
});

test.prop([fc.array(dyadicRow, { minLength: 1, maxLength: 3 }), fc.integer({ min: 0, max: 2 })])(
  'any dimension is like the last',
  (list, extra) => {
    const width = Math.min(...list.map((row) => row.length));
    const x = tensor(list.map((row) => row.slice(0, width)))
      .unsqueeze(-1)
      .expand(list.length, width, extra + 1);
    expectSameBits(softmax(x, 1), softmax(x.transpose(1, 2).contiguous(), 2).transpose(1, 2));
  },
);
