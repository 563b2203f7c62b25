import { arrays } from '@tessera/arbitraries';
import { law } from '@tessera/laws';
import * as T from '@tessera/tensor';
import { einsum, eye, fromArray, matmul, type Tensor, zeros } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const side = fc.constantFrom(1, 2, 3, 7, 8, 9, 16, 17, 33);
const sides = fc.tuple(side, side, side);
const matrix = (m: number, n: number, kind: 'finite' | 'integers') =>
  arrays({ shape: [m, n], values: kind, constantRows: false }).map(({ data }) => fromArray(data, [m, n]));
const product = (kind: 'finite' | 'integers') =>
  sides.chain(([m, k, n]) => fc.tuple(matrix(m, k, kind), matrix(k, n, kind)));
const rows = (x: Tensor) => x.toArray() as number[][];
/** |a| @ |b| in float64. */
const size = (...factors: Tensor[]): Tensor => factors.map((x) => x.abs().to('float64')).reduce((a, b) => matmul(a, b));

describe('matmul', () => {
  law('is the product in float64, as near as k roundings allow', {
    rows: 54,
    formula: '|A B - f64(A B)| ≤ g(k) |A| |B|',
    tolerance: 'M',
    given: [product('finite')],
    holds: ([a, b]) => {
      expectWithin(matmul(a, b), matmul(a.to('float64'), b.to('float64')), bounds.matmul(rows(a), rows(b)));
    },
  });

  law('of whole numbers is exact', {
    rows: [54, 56],
    formula: 'A B exact for |a|, |b| ≤ 64; (A B)ᵀ = Bᵀ Aᵀ',
    tolerance: 'E',
    given: [product('integers')],
    holds: ([a, b]) => {
      const [x, y] = [rows(a), rows(b)];
      const expected = x.map((row) => y[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * y[k]![j]!, 0)));
      expectWithin(matmul(a, b), expected, bounds.exact);
      expectWithin(matmul(b.t(), a.t()).t(), expected, bounds.exact);
      expectWithin(matmul(a.to('int32'), b.to('int32')), expected, bounds.exact);
    },
  });

  law('with the identity, with zero, with powers of two', {
    rows: 55,
    formula: 'A I = A, A 0 = 0, A (8 I) = 8 A',
    tolerance: 'E',
    given: [product('finite')],
    holds: ([a]) => {
      const [m, n] = a.shape as [number, number];
      expectWithin(matmul(a, eye(n)), a, bounds.exact);
      expectWithin(matmul(eye(m), a), a, bounds.exact);
      expectWithin(matmul(a, zeros(n, 3)), 0, bounds.exact);
      expectWithin(matmul(a, eye(n).mul(8)), a.mul(8), bounds.exact);
    },
  });

  law('is linear and turns around', {
    rows: 56,
    formula: 'A(B + C) = A B + A C; (A B)ᵀ = Bᵀ Aᵀ',
    tolerance: ['2P', 'M', 'E'],
    given: [product('finite')],
    holds: ([a, b]) => {
      const bound = size(a, b);
      const k = a.shape[1] as number;
      expectWithin(matmul(b.t(), a.t()).t(), matmul(a, b), bounds.twoPaths(bounds.terms(k + 1, bound)));
      expectSameBits(matmul(a.mul(4), b), matmul(a, b).mul(4));
      expectWithin(
        matmul(a, b.add(b.flip(0))),
        matmul(a, b).add(matmul(a, b.flip(0))),
        bounds.terms(3 * (k + 2), bound.add(size(a, b.flip(0)))),
      );
    },
  });

  law('associates', {
    rows: 57,
    formula: '(A B) C = A (B C)',
    tolerance: 'M',
    given: [
      sides.chain(([m, k, n]) => fc.tuple(matrix(m, k, 'finite'), matrix(k, n, 'finite'), matrix(n, m, 'finite'))),
    ],
    holds: ([a, b, c]) => {
      const [k, l] = [a.shape[1] as number, b.shape[1] as number];
      expectWithin(matmul(matmul(a, b), c), matmul(a, matmul(b, c)), bounds.terms(2 * (k + l + 2), size(a, b, c)));
    },
  });

  law('a row of the product depends on that row alone', {
    rows: 58,
    formula: '(A B)[i] = A[i] B',
    tolerance: 'E',
    given: [product('finite')],
    holds: ([a, b]) => {
      const spoilt = a.clone();
      spoilt.select(0, 0).fill_(NaN);
      const m = a.shape[0] as number;
      if (m < 2) return;
      expectSameBits(matmul(spoilt, b).narrow(0, 1, m - 1), matmul(a, b).narrow(0, 1, m - 1));
    },
  });

  law('over batches is a loop, and broadcasts', {
    rows: 59,
    formula: 'bmm = loop of mm; broadcast = expand; mv, dot, outer, addmm, baddbmm',
    tolerance: 'E',
    given: [product('integers'), fc.integer({ min: 1, max: 3 })],
    holds: ([a, b], n) => {
      const batch = T.stack(Array.from({ length: n }, (_, i) => a.mul(i + 1)));
      const expected = T.stack(Array.from({ length: n }, (_, i) => matmul(a.mul(i + 1), b)));
      expectWithin(matmul(batch, b), expected, bounds.exact);
      expectWithin(T.bmm(batch, b.expand([n, ...b.shape])), expected, bounds.exact);
      expectWithin(matmul(batch.unsqueeze(1), b), expected.unsqueeze(1), bounds.exact);
      const v = b.select(1, 0);
      expectWithin(matmul(a, v), matmul(a, b).select(1, 0), bounds.exact);
      expectWithin(T.mv(a, v), matmul(a, v), bounds.exact);
      expectWithin(matmul(a.select(0, 0), b), matmul(a, b).select(0, 0), bounds.exact);
      expectWithin(T.dot(a.select(0, 0), v), matmul(a, b).select(0, 0).select(0, 0), bounds.exact);
      expectWithin(T.outer(v, v), matmul(v.unsqueeze(1), v.unsqueeze(0)), bounds.exact);
      expectWithin(T.addmm(zeros(1), a, b, { alpha: 2 }), matmul(a, b).mul(2), bounds.exact);
      const product = matmul(a, b);
      const [input, options] = [product.flip(0), { beta: 3, alpha: -1 }];
      expectWithin(T.addmm(input, a, b, options), input.mul(3).sub(product), bounds.exact);
      const many = b.expand([n, ...b.shape]);
      expectWithin(T.baddbmm(input, batch, many, options), input.mul(3).sub(expected), bounds.exact);
    },
  });

  test('of nothing', () => {
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
  law('writes what the ops compute', {
    rows: 60,
    formula: "einsum('ij,jk->ik') = A B, and other spellings",
    tolerance: 'E',
    given: [product('integers')],
    holds: ([a, b]) => {
      expectWithin(einsum('ij,jk->ik', a, b), matmul(a, b), bounds.exact);
      expectWithin(einsum('ij->ji', a), a.t(), bounds.exact);
      expectWithin(einsum('ij->', a), a.sum(), bounds.exact);
      expectWithin(einsum('ij->i', a), a.sum(1), bounds.exact);
      expectWithin(
        einsum('i,j->ij', a.select(0, 0), b.select(0, 0)),
        T.outer(a.select(0, 0), b.select(0, 0)),
        bounds.exact,
      );
      expectWithin(einsum('ij,ij->', a, a), a.square().sum(), bounds.exact);
      const square = matmul(a, b).narrow(0, 0, 1).narrow(1, 0, 1);
      expectWithin(einsum('ii->', square), T.trace(square), bounds.exact);
      const [p, q] = [T.stack([a, a]), T.stack([b, b.neg()])];
      expectWithin(einsum('bij,bjk->bik', p, q), matmul(p, q), bounds.exact);
      expectWithin(einsum('bij,bjk->kb', p, q), matmul(p, q).sum(1).t(), bounds.exact);
      // Attention's scores, and three factors in any order.
      const heads = T.stack([p, p.neg()]);
      expectWithin(einsum('bhqd,bhkd->bhqk', heads, heads), matmul(heads, heads.transpose(-1, -2)), bounds.exact);
      const chain = matmul(matmul(a, b), b.t());
      expectWithin(einsum('ij,jk,lk->il', a, b, b), chain, bounds.exact);
      expectWithin(einsum('lk,ij,jk->il', b, a, b), chain, bounds.exact);
    },
  });
});

law('trace(AB) = trace(BA); <x, x> >= 0; Cauchy-Schwarz', {
  rows: 61,
  formula: 'tr(A B) = tr(B A); ⟨x, x⟩ ≥ 0; ⟨x, y⟩² ≤ ⟨x, x⟩⟨y, y⟩',
  tolerance: 'E',
  given: [product('integers')],
  holds: ([a, b]) => {
    const n = Math.min(a.shape[0] as number, b.shape[1] as number);
    const [x, y] = [a.narrow(0, 0, n), b.narrow(1, 0, n)];
    expectWithin(T.trace(matmul(x, y)), T.trace(matmul(y, x)), bounds.exact);
    const [v, w] = [a.select(0, 0), b.select(1, 0)];
    expect(T.dot(v, v).item()).toBeGreaterThanOrEqual(0);
    expect(T.dot(v, w).item() ** 2).toBeLessThanOrEqual(T.dot(v, v).item() * T.dot(w, w).item());
  },
});
