import { Flatten, Unflatten } from '@tessera/layers';
import { randn } from '@tessera/tensor';
import { expectSameBits } from '@tessera/tensor/testing';
import { expect, test } from 'vitest';

test('Flatten and Unflatten undo each other', () => {
  const x = randn(2, 3, 4, 5);
  const joined = new Flatten().forward(x);
  expect(joined.shape).toEqual([2, 60]);
  expectSameBits(new Unflatten(1, [3, -1, 5]).forward(joined), x);
  expect(new Flatten(0, 1).forward(x).shape).toEqual([6, 4, 5]);
  expect(String(new Flatten())).toBe('Flatten(startDim=1, endDim=-1)');
  expect(String(new Unflatten(1, [2, -1]))).toBe('Unflatten(dim=1, sizes=[2, -1])');
  expect(() => new Flatten(0.5)).toThrow('Flatten: startDim must be a whole number');
  expect(() => new Unflatten(0, 3 as never)).toThrow('Unflatten: a shape must be an array of sizes; got 3');
  // @ts-expect-error: the compiler refuses it too
  expect(() => new Unflatten(1, [7, 2]).forward(joined)).toThrow('unflatten: ');
});
