import { arrays, values } from '@tessera/arbitraries';
import { law } from '@tessera/laws';
import * as T from '@tessera/tensor';
import { arange, fromArray, oneHot, type Tensor, tensor, zeros } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const whole = (data: number[]) => tensor(data, { dtype: 'int32' });
const matrices = arrays({ shape: { rank: 2, sizes: [1, 2, 3, 5, 9] }, values: 'integers', constantRows: false }).map(
  ({ shape, data }) => fromArray(data, shape),
);
const picks = (x: Tensor, dim: number) =>
  fc.array(fc.integer({ min: 0, max: (x.shape[dim] as number) - 1 }), { minLength: 1, maxLength: 12 });
const drawn = matrices.chain((x) => fc.tuple(fc.constant(x), picks(x, 0)));
const row = fc.array(fc.oneof(values('ties'), values('finite')), { minLength: 1, maxLength: 60 });

describe('picking and putting', () => {
  law('indexSelect picks rows, and is a product with one-hot rows', {
    rows: [65, 67],
    formula: 'indexSelect(x, i) = oneHot(i) x',
    tolerance: 'E',
    given: [drawn],
    holds: ([x, picked]) => {
      const got = T.indexSelect(x, 0, whole(picked));
      expect(got.toArray()).toEqual(picked.map((i) => (x.toArray() as number[][])[i]));
      const hot = oneHot(whole(picked), x.shape[0] as number).to('float32');
      expectWithin(T.matmul(hot, x), got, bounds.exact);
    },
  });

  law('a permutation and its inverse are the identity', {
    rows: 65,
    formula: 'x[p][p⁻¹] = x; gather(scatter(x, p), p) = x',
    tolerance: 'E',
    given: [
      matrices.chain((x) =>
        fc.tuple(
          fc.constant(x),
          fc.shuffledSubarray([...Array(x.shape[0] as number).keys()], { minLength: x.shape[0] as number }),
        ),
      ),
    ],
    holds: ([x, p]) => {
      const inverse = p.map((_, i) => p.indexOf(i));
      expectSameBits(T.indexSelect(T.indexSelect(x, 0, whole(p)), 0, whole(inverse)), x);
      const places = whole(p)
        .unsqueeze(1)
        .expand([...x.shape]);
      expectSameBits(
        zeros([...x.shape])
          .scatter(0, places, x)
          .gather(0, places),
        x,
      );
    },
  });

  law('gather and scatterAdd are adjoint', {
    rows: 64,
    formula: '⟨scatterAdd(0, i, y), x⟩ = ⟨y, gather(x, i)⟩',
    tolerance: 'E',
    given: [drawn],
    holds: ([x, picked]) => {
      const columns = x.shape[1] as number;
      const index = whole(picked).unsqueeze(1).expand([picked.length, columns]);
      const y = arange(picked.length * columns)
        .reshape(picked.length, columns)
        .to('float32');
      const left = zeros([...x.shape])
        .scatterAdd(0, index, y)
        .mul(x)
        .sum();
      expectWithin(left, y.mul(x.gather(0, index)).sum(), bounds.exact);
    },
  });

  law('masks: select and scatter back', {
    rows: [15, 65],
    formula: '|maskedSelect(x, m)| = |m|; maskedScatter back = where',
    tolerance: 'E',
    given: [matrices],
    holds: (x) => {
      const mask = x.gt(0);
      const kept = x.maskedSelect(mask);
      expect(Array.from(kept.data)).toEqual(Array.from(x.data).filter((value) => value > 0));
      expectSameBits(T.maskedScatter(x.mul(0), mask, kept), T.where(mask, x, x.mul(0)));
      expect(x.nonzero().shape).toEqual([Array.from(x.data).filter((value) => value !== 0).length, 2]);
    },
  });

  test('indices out of range are refused before anything is touched', () => {
    const x = zeros(2, 3);
    for (const bad of [2, -3]) {
      expect(() => T.indexSelect(x, 0, whole([bad]))).toThrow(T.IndexError);
      expect(() => x.gather(0, whole([bad]).reshape(1, 1))).toThrow(T.IndexError);
      expect(() => x.scatter_(0, whole([bad]).reshape(1, 1), 1)).toThrow(T.IndexError);
    }
    expect(x.version).toBe(0);
    expectWithin(x, 0, bounds.exact);
  });
});

describe('order', () => {
  law('sort is ordered, stable, a permutation, and idempotent', {
    rows: 68,
    formula: 'sort: ordered, stable, a permutation, idempotent',
    tolerance: 'E',
    given: [row, fc.boolean()],
    holds: (data, descending) => {
      const x = tensor(data);
      const { values: sorted, indices } = x.sort(0, { descending });
      const stable = [...data.keys()].sort(
        (a, b) => (descending ? -1 : 1) * (Math.fround(data[a]!) - Math.fround(data[b]!)) || a - b,
      );
      expect(Array.from(indices.data)).toEqual(stable);
      expectSameBits(T.indexSelect(x, 0, indices), sorted);
      expectSameBits(sorted.sort(0, { descending }).values, sorted);
      expectSameBits(x.argsort(0, { descending }), indices);
      const rank = indices.argsort();
      expect(stable.map((place) => rank.data[place])).toEqual([...stable.keys()]);
    },
  });

  law('topk is the head of sort, kthvalue one of it', {
    rows: 68,
    formula: 'topk = head of sort; kthvalue = sort[k - 1]',
    tolerance: 'E',
    given: [row, fc.nat({ max: 59 })],
    holds: (data, n) => {
      const x = tensor(data);
      const k = Math.min(data.length, n + 1);
      expectSameBits(x.topk(k).values, x.sort(0, { descending: true }).values.narrow(0, 0, k).contiguous());
      expectWithin(x.kthvalue(k).values, x.sort(0).values.select(0, k - 1), bounds.exact);
    },
  });

  law('unique and bincount count everything once', {
    rows: 69,
    formula: 'Σ counts = n; unique[inverse] = x',
    tolerance: 'E',
    given: [row],
    holds: (data) => {
      const { values: found, inverse, counts } = T.unique(tensor(data));
      expect(Array.from(found.data)).toEqual(
        [...new Set(Array.from(tensor(data).data, (value) => value + 0))].sort((a, b) => a - b),
      );
      expect(counts.sum().item()).toBe(data.length);
      expectWithin(T.indexSelect(found, 0, inverse), tensor(data), bounds.exact);
      const labels = data.map((value) => Math.abs(Math.trunc(value)) % 7);
      expect(T.bincount(whole(labels)).sum().item()).toBe(data.length);
      expect(T.histc(tensor(data), { bins: 5 }).sum().item()).toBe(data.length);
    },
  });

  law('searchsorted finds the place: all before are smaller', {
    rows: 69,
    formula: 's[i - 1] < v ≤ s[i]',
    tolerance: 'E',
    given: [row, row],
    holds: (data, wanted) => {
      const sorted = tensor(data).sort(0).values;
      const found = T.searchsorted(sorted, tensor(wanted));
      found.data.forEach((place, i) => {
        const value = Math.fround(wanted[i] as number);
        if (place > 0) expect(sorted.data[place - 1]).toBeLessThan(value);
        if (place < data.length) expect(sorted.data[place]).toBeGreaterThanOrEqual(value);
      });
    },
  });
});
