import { RMSNorm } from '@tessera/layers';
import { fromArray, ones, randn, rmsNorm } from '@tessera/tensor';
import { expectSameBits } from '@tessera/tensor/testing';
import { expect, test } from 'vitest';

test('RMSNorm is its function, with the precision of the dtype as eps', () => {
  const x = randn(3, 4);
  const layer = new RMSNorm(4);
  expect(Object.keys(layer.stateDict())).toEqual(['weight']);
  expectSameBits(layer.forward(x).detach(), rmsNorm(x, [4], { weight: ones(4) }));
  const plain = new RMSNorm([3, 4], { eps: 0.5, elementwiseAffine: false });
  expectSameBits(plain.forward(x), rmsNorm(x, [3, 4], { eps: 0.5 }));
  expect(String(plain)).toBe('RMSNorm([3, 4], eps=0.5, elementwiseAffine=false)');
  expect(() => new RMSNorm(-1)).toThrow('RMSNorm: sizes must be whole numbers');
  // @ts-expect-error: the compiler refuses it too
  expect(() => new RMSNorm(3).forward(fromArray([1, 2], [2]))).toThrow('rmsNorm: ');
});
