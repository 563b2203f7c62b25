// Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011; checked against Random123's known answers), four blocks at a
// time: lane i of c0 to c3 is the counter of block i.

/** Writes the words of four blocks, one block after another. */
function rounds(out: usize, c0: v128, c1: v128, c2: v128, c3: v128, key0: u32, key1: u32): void {
  const m0 = v128.splat<u32>(0xd2511f53), m1 = v128.splat<u32>(0xcd9e8d57);
  for (let round = 0; round < 10; round++) {
    const low0 = i64x2.extmul_low_i32x4_u(c0, m0), high0 = i64x2.extmul_high_i32x4_u(c0, m0);
    const low2 = i64x2.extmul_low_i32x4_u(c2, m1), high2 = i64x2.extmul_high_i32x4_u(c2, m1);
    c0 = v128.xor(v128.xor(v128.shuffle<u32>(low2, high2, 1, 3, 5, 7), c1), v128.splat<u32>(key0));
    c1 = v128.shuffle<u32>(low2, high2, 0, 2, 4, 6);
    c2 = v128.xor(v128.xor(v128.shuffle<u32>(low0, high0, 1, 3, 5, 7), c3), v128.splat<u32>(key1));
    c3 = v128.shuffle<u32>(low0, high0, 0, 2, 4, 6);
    key0 += 0x9e3779b9;
    key1 += 0xbb67ae85;
  }
  const c01Low = v128.shuffle<u32>(c0, c1, 0, 4, 1, 5), c01High = v128.shuffle<u32>(c0, c1, 2, 6, 3, 7);
  const c23Low = v128.shuffle<u32>(c2, c3, 0, 4, 1, 5), c23High = v128.shuffle<u32>(c2, c3, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<u64>(c01Low, c23Low, 0, 2));
  v128.store(out, v128.shuffle<u64>(c01Low, c23Low, 1, 3), 16);
  v128.store(out, v128.shuffle<u64>(c01High, c23High, 0, 2), 32);
  v128.store(out, v128.shuffle<u64>(c01High, c23High, 1, 3), 48);
}

/**
 * The 16 words of blocks `index` to `index + 3` of the stream (seed, offset). A block's counter is (offset + its
 * index, 0), so that its words depend on nothing else and never on how the work is split.
 */
export function philoxFour(
  out: usize, seedLow: u32, seedHigh: u32, offsetLow: u32, offsetHigh: u32, index: i32,
): void {
  const first = ((<u64>offsetHigh << 32) | <u64>offsetLow) + <u64>index;
  const second = first + 1, third = first + 2, fourth = first + 3;
  const low = i32x4(<i32>first, <i32>second, <i32>third, <i32>fourth);
  const high = i32x4(<i32>(first >> 32), <i32>(second >> 32), <i32>(third >> 32), <i32>(fourth >> 32));
  rounds(out, low, high, v128.splat<u32>(0), v128.splat<u32>(0), seedLow, seedHigh);
}

/** The block with counter (c0, c1, c2, c3) and key (k0, k1), for known answers: four times the same, 64 bytes. */
export function philox_block(out: usize, c0: u32, c1: u32, c2: u32, c3: u32, k0: u32, k1: u32): void {
  rounds(out, v128.splat<u32>(c0), v128.splat<u32>(c1), v128.splat<u32>(c2), v128.splat<u32>(c3), k0, k1);
}
