// Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011; checked against Random123's known answers).

/** Writes the four words of the block with counter (c0, c1, c2, c3) and key (k0, k1). */
export function philox_block(out: usize, c0: u32, c1: u32, c2: u32, c3: u32, k0: u32, k1: u32): void {
  for (let round = 0; round < 10; round++) {
    const p = <u64>0xd2511f53 * <u64>c0;
    const q = <u64>0xcd9e8d57 * <u64>c2;
    c0 = <u32>(q >> 32) ^ c1 ^ k0;
    c1 = <u32>q;
    c2 = <u32>(p >> 32) ^ c3 ^ k1;
    c3 = <u32>p;
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  store<u32>(out, c0);
  store<u32>(out, c1, 4);
  store<u32>(out, c2, 8);
  store<u32>(out, c3, 12);
}

/**
 * The words of block `index` of the stream (seed, offset): the counter is (offset + index, 0), so that they depend on
 * nothing else and never on how the work is split.
 */
@inline export function philoxAt(out: usize, seedLow: u32, seedHigh: u32, offsetLow: u32, offsetHigh: u32, index: i32): void {
  const counter = ((<u64>offsetHigh << 32) | <u64>offsetLow) + <u64>index;
  philox_block(out, <u32>counter, <u32>(counter >> 32), 0, 0, seedLow, seedHigh);
}
