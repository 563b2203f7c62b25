import { bounds, expectAtMost, expectWithin } from '@tessera/tensor/testing';
import { describe, expect, test } from 'vitest';
import { boundOf, CAP, type Judged } from '../src/tolerance.ts';

const judged: Judged = {
  op: 'exp',
  area: 'elementwise',
  role: 'output',
  dtype: 'float32',
  want: [1, 2],
  operands: [[0, 0.7]],
  cotangents: [],
  error: 0,
};
const ulp = 2 ** -23;

describe('the bound', () => {
  test('of an exact op is nothing, and of whole numbers too', () => {
    expect(boundOf({ ...judged, op: 'add' })(2)).toBe(0);
    expect(boundOf({ ...judged, dtype: 'int64', error: 1 })(2)).toBe(0);
  });

  test('of an elementary function is some units of the value itself, however large others are', () => {
    const bound = boundOf({ ...judged, want: [1e30, 1e-10] });
    expectAtMost(ulp, bound(1));
    expectAtMost(bound(1), 10 * ulp);
    expectAtMost(bound(1e-10), 10 * ulp * 1e-10);
  });

  test('grows with what PyTorch itself erred', () => {
    expectWithin(boundOf({ ...judged, op: 'add', error: 1e-7 })(2), 4e-7 * 2, bounds.identity());
  });

  test('is never looser than the cap, unless PyTorch itself erred more', () => {
    const areas = ['elementwise', 'reductions', 'matmul', 'indexing', 'losses'];
    for (const area of areas) {
      for (const role of ['output', 'gradient'] as const) {
        for (const op of ['exp', 'sum', 'prod', 'matmul', 'index_add']) {
          const want = Array.from({ length: 5000 }, (_, i) => i / 5000);
          const operands = [Array.from({ length: 200_000 }, () => 1)];
          const bound = boundOf({ ...judged, area, role, op, want, operands });
          expectAtMost(bound(1), CAP, bounds.identity());
        }
      }
    }
    // Four times PyTorch's error, and the class's own few ulps.
    const own = boundOf(judged)(2);
    expectWithin(boundOf({ ...judged, error: 1e-3 })(2), 8e-3, bounds.conditioned(own));
  });

  test('of a sum that cancels is that of its terms', () => {
    const bound = boundOf({ ...judged, area: 'reductions', op: 'sum', want: [1e-9], operands: [[1, -1, 1e-9, 0.5]] });
    expectAtMost(1e-8, bound(1e-9));
    expectAtMost(bound(1e-9), 1e-6);
  });
});
