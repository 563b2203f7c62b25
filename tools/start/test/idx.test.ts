import { expect, test } from 'vitest';
import { pixelsOf, readMnist } from '../src/mnist/digits.ts';
import { readIdx } from '../src/mnist/idx.ts';

const twoByThree = Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6);

test('reads sizes and bytes', () => {
  expect(readIdx(twoByThree, 'x')).toEqual({ shape: [2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
});

test('reads a view that does not begin at its buffer', () => {
  const larger = new Uint8Array(twoByThree.length + 3);
  larger.set(twoByThree, 3);
  expect([...readIdx(larger.subarray(3), 'x').data]).toEqual([1, 2, 3, 4, 5, 6]);
});

test.each([
  ['nothing', new Uint8Array(), 'two zero bytes; got an empty file'],
  ['no magic number', Uint8Array.of(1, 0, 8, 1), 'two zero bytes; got 01 00 08 01'],
  ['floats', Uint8Array.of(0, 0, 13, 1), 'got type 13'],
  ['sizes cut off', twoByThree.subarray(0, 9), 'take 12 bytes; got a file of 9'],
  ['elements cut off', twoByThree.subarray(0, 17), '[2, 3] takes 18 bytes; got a file of 17'],
])('refuses %s', (_, file, message) => {
  expect(() => readIdx(file, 'x.idx')).toThrow(message);
  expect(() => readIdx(file, 'x.idx')).toThrow(/^x\.idx: /);
});

test('MNIST is whole', () => {
  const { train, test: held } = readMnist();
  expect([train.count, held.count]).toEqual([60_000, 10_000]);
  expect([...train.labels.subarray(0, 5)]).toEqual([5, 0, 4, 1, 9]);
  expect([...held.labels.subarray(0, 5)]).toEqual([7, 2, 1, 0, 4]);
  expect(new Set(train.labels)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
  expect(pixelsOf(held, 9_999)).toHaveLength(784);
});
