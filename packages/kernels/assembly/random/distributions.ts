// Random numbers from Philox blocks of four words (see block.ts); units = blocks. `count` is the length of the whole
// array, which may end inside the last block.
import { at, lanes, loadUpTo, storeUpTo } from '../lanes';
import { log } from '../maths/log';
import { cosTurns, sinTurns } from '../maths/turns';
import { scratchAt } from '../scratch';
import { philoxFour } from './block';

export { philox_block } from './block';

/** Raw words. */
export function philox(
  out: usize, seedLow: u32, seedHigh: u32, offsetLow: u32, offsetHigh: u32, begin: i32, end: i32,
): void {
  for (let i = begin; i < end; i++) {
    v128.store(out + (<usize>i << 4), blockOf(seedLow, seedHigh, offsetLow, offsetHigh, i, begin));
  }
}

/** Block i of a range that began at `begin`: every fourth one makes four. */
@inline function blockOf(seedLow: u32, seedHigh: u32, offsetLow: u32, offsetHigh: u32, i: i32, begin: i32): v128 {
  const place = (i - begin) & 3;
  if (place == 0) philoxFour(scratchAt(0), seedLow, seedHigh, offsetLow, offsetHigh, i);
  return v128.load(scratchAt(<usize>(place << 4)));
}

/**
 * low + u (high - low) in [low, high): where rounding would reach `high`, the number before it. A block is 4 f32 or 2
 * f64.
 */
@kernel function uniform<T>(
  out: usize, seedLow: u32, seedHigh: u32, offsetLow: u32, offsetHigh: u32, low: f64, high: f64, count: i32,
  begin: i32, end: i32,
): void {
  const start = v128.splat<T>(<T>low);
  const width = v128.splat<T>(<T>(high - low));
  const stop = v128.splat<T>(<T>high);
  const last = v128.splat<T>(before<T>(<T>high, <T>low));
  for (let i = begin; i < end; i++) {
    const u = unit<T>(blockOf(seedLow, seedHigh, offsetLow, offsetHigh, i, begin));
    const value = v128.add<T>(start, v128.mul<T>(u, width));
    const first = i * lanes<T>();
    storeUpTo<T>(at<T>(out, first), v128.bitselect(value, last, v128.lt<T>(value, stop)), count - first);
  }
}

/** Numbers in [0, 1) from 24 bits of each word, or 53 bits of each two. */
@inline function unit<T>(words: v128): v128 {
  if (sizeof<T>() == 4) {
    return f32x4.mul(f32x4.convert_i32x4_s(v128.shr<u32>(words, 8)), f32x4.splat(1.0 / 16777216.0));
  }
  const bits = v128.shr<u64>(words, 11);
  const numbers = f64x2(<f64>i64x2.extract_lane(bits, 0), <f64>i64x2.extract_lane(bits, 1));
  return f64x2.mul(numbers, f64x2.splat(1.0 / 9007199254740992.0));
}

/** The number next to `high` on the side of `low`; `low` itself for an empty interval. */
@inline function before<T>(high: T, low: T): T {
  if (!(low < high)) return low;
  if (high == 0) return -(sizeof<T>() == 4 ? <T>f32.MIN_VALUE : <T>f64.MIN_VALUE);
  if (sizeof<T>() == 4) return <T>reinterpret<f32>(reinterpret<i32>(<f32>high) + (high > 0 ? -1 : 1));
  return <T>reinterpret<f64>(reinterpret<i64>(<f64>high) + (high > 0 ? -1 : 1));
}

/**
 * mean + std r (cos(2 pi v), sin(2 pi v)) with r = sqrt(-2 log(1 - u)) (Box and Muller), in f64, so that f32 is
 * rounded once. A block is 4 f32, (cos, cos, sin, sin) of two pairs, or 2 f64.
 */
@kernel function normal<T>(
  out: usize, seedLow: u32, seedHigh: u32, offsetLow: u32, offsetHigh: u32, mean: f64, std: f64, count: i32,
  begin: i32, end: i32,
): void {
  for (let i = begin; i < end; i++) {
    const units = unit<T>(blockOf(seedLow, seedHigh, offsetLow, offsetHigh, i, begin));
    const first = i * lanes<T>();
    let value: v128;
    if (sizeof<T>() == 4) {
      const r = radius(f64x2.promote_low_f32x4(units), std);
      const v = f64x2.promote_low_f32x4(v128.shuffle<u64>(units, units, 1, 0));
      const cosines = f64x2.add(f64x2.mul(r, cosTurns(v)), f64x2.splat(mean));
      const sines = f64x2.add(f64x2.mul(r, sinTurns(v)), f64x2.splat(mean));
      value = v128.shuffle<u64>(f32x4.demote_f64x2_zero(cosines), f32x4.demote_f64x2_zero(sines), 0, 2);
    } else {
      const r = radius(v128.shuffle<u64>(units, units, 0, 0), std);
      const v = v128.shuffle<u64>(units, units, 1, 1);
      value = f64x2.add(f64x2.mul(r, v128.shuffle<u64>(cosTurns(v), sinTurns(v), 0, 2)), f64x2.splat(mean));
    }
    storeUpTo<T>(at<T>(out, first), value, count - first);
  }
}

@inline function radius(u: v128, std: f64): v128 {
  const square = f64x2.mul(f64x2.splat(-2), log<f64>(f64x2.sub(f64x2.splat(1), u)));
  return f64x2.mul(f64x2.splat(std), f64x2.sqrt(square));
}

/** 1 with probability p, else 0. A block is 4 elements, one word each, for both types. */
@kernel function bernoulli<T>(
  out: usize, seedLow: u32, seedHigh: u32, offsetLow: u32, offsetHigh: u32, p: f64, count: i32, begin: i32, end: i32,
): void {
  const one = v128.splat<T>(1);
  for (let i = begin; i < end; i++) {
    const isOne = isBelow(blockOf(seedLow, seedHigh, offsetLow, offsetHigh, i, begin), p);
    for (let j = 0; j < 4; j += lanes<T>()) {
      const left = count - 4 * i - j;
      if (left > 0) storeUpTo<T>(at<T>(out, 4 * i + j), v128.and(one, spread<T>(isOne, j)), left);
    }
  }
}

/** Lanes of ones where the word, as a number in [0, 1), is below p. */
@inline function isBelow(words: v128, p: f64): v128 {
  const limit = ceil(p * 4294967296.0);
  return limit >= 4294967296.0 ? v128.splat<i32>(-1) : v128.lt<u32>(words, v128.splat<u32>(<u32>limit));
}

/** The lanes of elements j on, in their width. */
@inline function spread<T>(mask: v128, j: i32): v128 {
  if (sizeof<T>() == 4) return mask;
  return j == 0 ? i64x2.extend_low_i32x4_s(mask) : i64x2.extend_high_i32x4_s(mask);
}

/** x / (1 - p), or 0 with probability p. A block is 4 elements, one word each, for both types. */
@kernel function dropout<T>(
  out: usize, x: usize, p: f64, seedLow: u32, seedHigh: u32, offsetLow: u32, offsetHigh: u32, count: i32,
  begin: i32, end: i32,
): void {
  const keep = v128.splat<T>(<T>(1 - p));
  for (let i = begin; i < end; i++) {
    const isDropped = isBelow(blockOf(seedLow, seedHigh, offsetLow, offsetHigh, i, begin), p);
    for (let j = 0; j < 4; j += lanes<T>()) {
      const left = count - 4 * i - j;
      if (left <= 0) break;
      const kept = v128.div<T>(loadUpTo<T>(at<T>(x, 4 * i + j), left), keep);
      storeUpTo<T>(at<T>(out, 4 * i + j), v128.andnot(kept, spread<T>(isDropped, j)), left);
    }
  }
}
