import { baseKernels, heap, launch, views } from '@tessera/kernels';
import { describe, expect, test } from 'vitest';
import { philoxBlock, philoxWords, streamWords, unit24, unit53 } from '../../src/random/philox.ts';

const FULL = 0xffffffff;

describe('Philox4x32-10', () => {
  // The known answers that come with Random123 (kat_vectors).
  test.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [FULL, FULL, FULL, FULL],
      [FULL, FULL],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ] as const)('block %j under key %j', (counter, key, words) => {
    expect(philoxBlock(counter, key)).toEqual(words);
    const at = heap().workspace(16);
    launchBlock(at, counter, key);
    expect([...views().u32.subarray(at / 4, at / 4 + 4)]).toEqual(words);
  });

  test.each([
    { seed: 42, offset: 0 },
    { seed: -7, offset: 2 ** 32 - 3 },
    { seed: 2 ** 52 + 12_345, offset: 2 ** 45 },
  ])('the kernel gives the words of stream %j', (stream) => {
    const at = heap().workspace(16 * 100);
    launch('philox', [at, ...streamWords(stream)], 100, 7);
    expect(views().u32.slice(at / 4, at / 4 + 400)).toEqual(philoxWords(stream, 100));
  });
});

test('numbers made of words lie in [0, 1), both ends tried', () => {
  const words = Uint32Array.of(0, 0, FULL, FULL);
  expect(unit24(words, 0)).toBe(0);
  expect(unit24(words, 2)).toBe(1 - 2 ** -24);
  expect(unit53(words, 0)).toBe(0);
  expect(unit53(words, 1)).toBe(1 - 2 ** -53);
});

/** `philox_block` has no units, so it is called as it is. */
function launchBlock(at: number, counter: readonly number[], key: readonly number[]): void {
  baseKernels()
    .get('philox_block')
    ?.run(at, ...counter, ...key);
}
