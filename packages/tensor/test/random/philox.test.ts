import { baseKernels, heap, launch, views } from '@tessera/kernels';
import { law } from '@tessera/laws';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { philoxBlock, philoxWords, streamWords, unit24, unit53 } from '../../src/random/philox.ts';

const FULL = 0xffffffff;

/** The known answers that come with Random123 (kat_vectors): counter, key, words. */
const KNOWN = [
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
] as const;

describe('Philox4x32-10', () => {
  law('gives the answers that are known', {
    rows: 70,
    formula: 'philox(counter, key) = the words of Random123, in TypeScript and in the kernel',
    tolerance: 'E',
    holds: () => {
      for (const [counter, key, words] of KNOWN) {
        expect(philoxBlock(counter, key)).toEqual(words);
        const at = heap().workspace(16);
        launchBlock(at, counter, key);
        expect([...views().u32.subarray(at / 4, at / 4 + 4)]).toEqual(words);
      }
    },
  });

  law('gives the same words by the kernel, from any place of any stream', {
    rows: 70,
    formula: 'kernel(seed, offset) = philox(seed, offset), block by block',
    tolerance: 'E',
    given: [
      fc.oneof(fc.maxSafeInteger(), fc.integer()),
      fc.oneof(
        fc.nat(),
        fc.constantFrom(2 ** 32 - 3, 2 ** 32, 2 ** 45),
        fc.nat(2 ** 31 - 1).map((n) => n * 2 ** 20),
      ),
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 1, max: 20 }),
    ],
    holds: (seed, offset, blocks, grain) => {
      const at = heap().workspace(16 * 100);
      launch('philox', [at, ...streamWords({ seed, offset })], blocks, grain);
      const words = views().u32.slice(at / 4, at / 4 + 4 * blocks);
      expect(words).toEqual(philoxWords({ seed, offset }, blocks));
      // A stream may be taken up anywhere.
      const later = Math.floor(blocks / 2);
      expect(words.slice(4 * later)).toEqual(philoxWords({ seed, offset: offset + later }, blocks - later));
    },
  });
});

law('numbers made of words lie in [0, 1), evenly', {
  rows: 70,
  formula: 'unit24 = the upper 24 bits / 2²⁴, unit53 = 32 bits of one and 21 of another / 2⁵³',
  tolerance: 'E',
  given: [fc.array(fc.oneof(fc.nat(FULL), fc.constantFrom(0, FULL)), { minLength: 2, maxLength: 8 })],
  holds: (list) => {
    const words = Uint32Array.from(list.length % 2 === 0 ? list : [...list, 0]);
    for (const [i, word] of words.entries()) expect(unit24(words, i)).toBe((word >>> 8) / 2 ** 24);
    for (let i = 0; i < words.length / 2; i++) {
      const [low, high] = [BigInt(words[2 * i] as number), BigInt(words[2 * i + 1] as number)];
      expect(unit53(words, i)).toBe(Number((high << 21n) | (low >> 11n)) / 2 ** 53);
    }
  },
});

/** `philox_block` has no units, so it is called as it is. */
function launchBlock(at: number, counter: readonly number[], key: readonly number[]): void {
  baseKernels()
    .get('philox_block')
    ?.run(at, ...counter, ...key);
}
