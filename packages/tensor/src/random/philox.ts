/**
 * Philox4x32-10, random numbers from a counter (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as
 * 1, 2, 3", 2011). Block i of a stream is a function of the seed and of offset + i alone, so it does not matter who
 * computes it, nor in which order. This is the meaning; the kernel gives the same bits.
 */

/** Where random numbers come from: a seed, and how many blocks of four words were taken before. */
export interface Stream {
  readonly seed: number;
  readonly offset: number;
}

const ROUNDS = 10;
const MULTIPLIERS = [0xd2511f53, 0xcd9e8d57] as const;
/** The golden ratio and the square root of 3, less 1: what the key grows by. */
const WEYL = [0x9e3779b9, 0xbb67ae85] as const;

type Four = readonly [number, number, number, number];

/** The four words of one block. All numbers are whole and in [0, 2^32). */
export function philoxBlock(counter: Four, key: readonly [number, number]): Four {
  const words = new Uint32Array(4);
  writeBlock(words, 0, ...counter, ...key);
  return [words[0], words[1], words[2], words[3]] as Four;
}

function writeBlock(
  to: Uint32Array,
  at: number,
  x0: number,
  x1: number,
  x2: number,
  x3: number,
  key0: number,
  key1: number,
): void {
  let c0 = x0;
  let c1 = x1;
  let c2 = x2;
  let c3 = x3;
  let k0 = key0;
  let k1 = key1;
  for (let round = 0; round < ROUNDS; round++) {
    const next0 = multiplyHigh(MULTIPLIERS[1], c2) ^ c1 ^ k0;
    const next2 = multiplyHigh(MULTIPLIERS[0], c0) ^ c3 ^ k1;
    c1 = Math.imul(MULTIPLIERS[1], c2);
    c3 = Math.imul(MULTIPLIERS[0], c0);
    c0 = next0;
    c2 = next2;
    k0 = (k0 + WEYL[0]) | 0;
    k1 = (k1 + WEYL[1]) | 0;
  }
  to[at] = c0;
  to[at + 1] = c1;
  to[at + 2] = c2;
  to[at + 3] = c3;
}

/** The upper half of the 64-bit product of two words, by halves of 16 bits that doubles hold exactly. */
function multiplyHigh(a: number, b: number): number {
  const aHigh = a >>> 16;
  const aLow = a & 0xffff;
  const bHigh = b >>> 16;
  const bLow = b & 0xffff;
  const first = aHigh * bLow + ((aLow * bLow) >>> 16);
  const second = aLow * bHigh + (first & 0xffff);
  return (aHigh * bHigh + (first >>> 16) + (second >>> 16)) | 0;
}

/** The words of the first blocks of a stream. */
export function philoxWords({ seed, offset }: Stream, blocks: number): Uint32Array {
  const words = new Uint32Array(4 * blocks);
  const low = lowWord(seed);
  const high = highWord(seed);
  for (let i = 0; i < blocks; i++) writeBlock(words, 4 * i, lowWord(offset + i), highWord(offset + i), 0, 0, low, high);
  return words;
}

/** The arguments by which kernels know a stream. */
export function streamWords({ seed, offset }: Stream): [number, number, number, number] {
  return [lowWord(seed), highWord(seed), lowWord(offset), highWord(offset)];
}

function lowWord(value: number): number {
  return value >>> 0;
}

function highWord(value: number): number {
  return Math.floor(value / 2 ** 32) >>> 0;
}

/** A number in [0, 1) from 24 bits of word i: every one is a float32. */
export function unit24(words: Uint32Array, i: number): number {
  return ((words[i] as number) >>> 8) * 2 ** -24;
}

/** A number in [0, 1) from all 32 bits of word i. */
export function unit32(words: Uint32Array, i: number): number {
  return (words[i] as number) * 2 ** -32;
}

/** A number in [0, 1) from 53 bits of words 2i and 2i + 1. */
export function unit53(words: Uint32Array, i: number): number {
  return ((words[2 * i + 1] as number) * 2 ** 21 + ((words[2 * i] as number) >>> 11)) * 2 ** -53;
}
