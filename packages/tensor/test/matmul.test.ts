import { test } from '@fast-check/vitest';
import { arrays } from '@tessera/arbitraries';
import * as T from '@tessera/tensor';
import { einsum, eye, fromArray, matmul, type Tensor, zeros } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin, gamma } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test as plain } from 'vitest';

const side = fc.constantFrom(1, 2, 3, 7, 8, 9, 16, 17, 33);
const sides = fc.tuple(side, side, side);
const matrix = (m: number, n: number, kind: 'finite' | 'integers') =>
  arrays({ shape: [m, n], values: kind, constantRows: false }).map(({ data }) => fromArray(data, [m, n]));
const product = (kind: 'finite' | 'integers') =>
  sides.chain(([m, k, n]) => fc.tuple(matrix(m, k, kind), matrix(k, n, kind)));
const rows = (x: Tensor) => x.toArray() as number[][];
/** |a| @ |b| in float64. */
const size = (...factors: Tensor[]): Tensor => factors.map((x) => x.abs().to('float64')).reduce((a, b) => matmul(a, b));
const limits = (factor: number, bound: Tensor) => Array.from(bound.data, (value) => factor * value + 2 ** -126);

describe('matmul', () => {
  test.prop([product('finite')])('is the product in float64, as near as k roundings allow', ([a, b]) => {
    expectWithin(matmul(a, b), matmul(a.to('float64'), b.to('float64')), bounds.matmul(rows(a), rows(b)));
  });

  test.prop([product('integers')])('of whole numbers is exact', ([a, b]) => {
    const [x, y] = [rows(a), rows(b)];
    const expected = x.map((row) => y[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * y[k]![j]!, 0)));
    expectWithin(matmul(a, b), expected, 0);
    expectWithin(matmul(b.t(), a.t()).t(), expected, 0);
    expectWithin(matmul(a.to('int32'), b.to('int32')), expected, 0);
  });

  test.prop([product('finite')])('with the identity, with zero, with powers of two', ([a]) => {
    const [m, n] = a.shape as [number, number];
    expectWithin(matmul(a, eye(n)), a, 0);
    expectWithin(matmul(eye(m), a), a, 0);
    expectWithin(matmul(a, zeros(n, 3)), 0, 0);
    expectWithin(matmul(a, eye(n).mul(8)), a.mul(8), 0);
  });

  test.prop([product('finite')])('is linear and turns around', ([a, b]) => {
    const bound = size(a, b);
    const k = a.shape[1] as number;
    expectWithin(matmul(b.t(), a.t()).t(), matmul(a, b), limits(2 * gamma(k + 1), bound));
    expectSameBits(matmul(a.mul(4), b), matmul(a, b).mul(4));
    expectWithin(
      matmul(a, b.add(b.flip(0))),
      matmul(a, b).add(matmul(a, b.flip(0))),
      limits(3 * gamma(k + 2), bound.add(size(a, b.flip(0)))),
    );
  });

  test.prop([
    sides.chain(([m, k, n]) => fc.tuple(matrix(m, k, 'finite'), matrix(k, n, 'finite'), matrix(n, m, 'finite'))),
  ])('associates', ([a, b, c]) => {
    const [k, l] = [a.shape[1] as number, b.shape[1] as number];
    expectWithin(
      matmul(matmul(a, b), c),
      matmul(a, matmul(b, c)),
      limits(2 * (gamma(k + 1) + gamma(l + 1)), size(a, b, c)),
    );
  });

  test.prop([product('finite')])('a row of the product depends on that row alone', ([a, b]) => {
    const spoilt = a.clone();
    spoilt.select(0, 0).fill_(NaN);
    const m = a.shape[0] as number;
    if (m < 2) return;
    expectSameBits(matmul(spoilt, b).narrow(0, 1, m - 1), matmul(a, b).narrow(0, 1, m - 1));
  });

  test.prop([product('integers'), fc.integer({ min: 1, max: 3 })])(
    'over batches is a loop, and broadcasts',
    ([a, b], n) => {
      const batch = T.stack(Array.from({ length: n }, (_, i) => a.mul(i + 1)));
      const expected = T.stack(Array.from({ length: n }, (_, i) => matmul(a.mul(i + 1), b)));
      expectWithin(matmul(batch, b), expected, 0);
      expectWithin(T.bmm(batch, b.expand([n, ...b.shape])), expected, 0);
      expectWithin(matmul(batch.unsqueeze(1), b), expected.unsqueeze(1), 0);
      const v = b.select(1, 0);
      expectWithin(matmul(a, v), matmul(a, b).select(1, 0), 0);
      expectWithin(T.mv(a, v), matmul(a, v), 0);
      expectWithin(matmul(a.select(0, 0), b), matmul(a, b).select(0, 0), 0);
      expectWithin(T.dot(a.select(0, 0), v), matmul(a, b).select(0, 0).select(0, 0), 0);
      expectWithin(T.outer(v, v), matmul(v.unsqueeze(1), v.unsqueeze(0)), 0);
      expectWithin(T.addmm(zeros(1), a, b, { alpha: 2 }), matmul(a, b).mul(2), 0);
    },
  );

  plain('of nothing', () => {
    expect(matmul(zeros(2, 0), zeros(0, 3)).toArray()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(matmul(zeros(0, 2), zeros(2, 3)).shape).toEqual([0, 3]);
    // @ts-expect-error: the compiler refuses it too
    expect(() => matmul(zeros(2, 3), zeros(2, 3))).toThrow(/^matmul: .+; got .+; try /);
  });
});

describe('einsum', () => {
  test.prop([product('integers')])('writes what the ops compute', ([a, b]) => {
    expectWithin(einsum('ij,jk->ik', a, b), matmul(a, b), 0);
    expectWithin(einsum('ij->ji', a), a.t(), 0);
    expectWithin(einsum('ij->', a), a.sum(), 0);
    expectWithin(einsum('ij->i', a), a.sum(1), 0);
    expectWithin(einsum('i,j->ij', a.select(0, 0), b.select(0, 0)), T.outer(a.select(0, 0), b.select(0, 0)), 0);
    expectWithin(einsum('ij,ij->', a, a), a.square().sum(), 0);
    const square = matmul(a, b).narrow(0, 0, 1).narrow(1, 0, 1);
    expectWithin(einsum('ii->', square), T.trace(square), 0);
    const [p, q] = [T.stack([a, a]), T.stack([b, b.neg()])];
    expectWithin(einsum('bij,bjk->bik', p, q), matmul(p, q), 0);
    expectWithin(einsum('bij,bjk->kb', p, q), matmul(p, q).sum(1).t(), 0);
  });
});

test.prop([product('integers')])('trace(AB) = trace(BA); <x, x> >= 0; Cauchy-Schwarz', ([a, b]) => {
  const n = Math.min(a.shape[0] as number, b.shape[1] as number);
  const [x, y] = [a.narrow(0, 0, n), b.narrow(1, 0, n)];
  expectWithin(T.trace(matmul(x, y)), T.trace(matmul(y, x)), 0);
  const [v, w] = [a.select(0, 0), b.select(1, 0)];
  expect(T.dot(v, v).item()).toBeGreaterThanOrEqual(0);
  expect(T.dot(v, w).item() ** 2).toBeLessThanOrEqual(T.dot(v, v).item() * T.dot(w, w).item());
});
