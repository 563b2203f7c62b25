// Random numbers from Philox blocks of four words (see block.ts); units = blocks. A block gives 4 x f32 or 2 x f64 (one
// or two words each); `count` is the length of the whole array, which may end inside the last block.
import { at, lanes, storeUpTo } from '../lanes';
import { log } from '../maths/log';
import { cosTurns, sinTurns } from '../maths/turns';
import { scratchAt } from '../scratch';
import { philox_block, philoxAt } from './block';

export { philox_block };

/** Raw words. */
export function philox(
  out: usize, seedLow: u32, seedHigh: u32, offsetLow: u32, offsetHigh: u32, begin: i32, end: i32,
): void {
  for (let i = begin; i < end; i++) philoxAt(out + (<usize>i << 4), seedLow, seedHigh, offsetLow, offsetHigh, i);
}

/** A number in [0, 1) from 24 bits of a word, or 53 bits of two. */
@inline function unit<T>(words: usize, lane: i32): T {
  if (sizeof<T>() == 4) return <T>(<f32>(load<u32>(at<f32>(words, lane)) >> 8) * <f32>(1.0 / 16777216.0));
  return <T>(<f64>(load<u64>(at<f64>(words, lane)) >> 11) * (1.0 / 9007199254740992.0));
}

/** low + u (high - low) in [low, high): where rounding would reach `high`, the number before it. */
@kernel function uniform<T>(
  out: usize, seedLow: u32, seedHigh: u32, offsetLow: u32, offsetHigh: u32, low: f64, high: f64, count: i32, begin: i32, end: i32,
): void {
  const words = scratchAt(0);
  const width = <T>(high - low);
  for (let i = begin; i < end; i++) {
    philoxAt(words, seedLow, seedHigh, offsetLow, offsetHigh, i);
    const first = i * lanes<T>();
    const last = min(lanes<T>(), count - first);
    for (let j = 0; j < last; j++) {
      const value = <T>low + unit<T>(words, j) * width;
      store<T>(at<T>(out, first + j), value < <T>high ? value : before<T>(<T>high, <T>low));
    }
  }
}

/** The number next to `high` on the side of `low`; `low` itself for an empty interval. */
@inline function before<T>(high: T, low: T): T {
  if (!(low < high)) return low;
  if (high == 0) return -(sizeof<T>() == 4 ? <T>f32.MIN_VALUE : <T>f64.MIN_VALUE);
  if (sizeof<T>() == 4) return <T>reinterpret<f32>(reinterpret<i32>(<f32>high) + (high > 0 ? -1 : 1));
  return <T>reinterpret<f64>(reinterpret<i64>(<f64>high) + (high > 0 ? -1 : 1));
}

/** Box-Muller in f64: r cos(2 pi v), r sin(2 pi v) with r = sqrt(-2 log(1 - u)); exact enough that f32 is rounded once. */
@kernel function normal<T>(
  out: usize, seedLow: u32, seedHigh: u32, offsetLow: u32, offsetHigh: u32, mean: f64, std: f64, count: i32, begin: i32, end: i32,
): void {
  const words = scratchAt(0);
  for (let i = begin; i < end; i++) {
    philoxAt(words, seedLow, seedHigh, offsetLow, offsetHigh, i);
    const first = i * lanes<T>();
    const left = count - first;
    if (sizeof<T>() == 4) {
      // Words (0, 1) are the two u, words (2, 3) the two v; the results are (cos, cos, sin, sin).
      const u = f64x2(unit<f32>(words, 0), unit<f32>(words, 1));
      const v = f64x2(unit<f32>(words, 2), unit<f32>(words, 3));
      const r = radius(u, std);
      const cosines = f64x2.add(f64x2.mul(r, cosTurns(v)), f64x2.splat(mean));
      const sines = f64x2.add(f64x2.mul(r, sinTurns(v)), f64x2.splat(mean));
      const low = f32x4.demote_f64x2_zero(cosines);
      storeUpTo<f32>(at<f32>(out, first), v128.shuffle<i64>(low, f32x4.demote_f64x2_zero(sines), 0, 2), left);
    } else {
      const v = f64x2.splat(unit<f64>(words, 1));
      const both = v128.shuffle<i64>(cosTurns(v), sinTurns(v), 0, 2);
      const r = radius(f64x2.splat(unit<f64>(words, 0)), std);
      storeUpTo<f64>(at<f64>(out, first), f64x2.add(f64x2.mul(r, both), f64x2.splat(mean)), left);
    }
  }
}

@inline function radius(u: v128, std: f64): v128 {
  const square = f64x2.mul(f64x2.splat(-2), log<f64>(f64x2.sub(f64x2.splat(1), u)));
  return f64x2.mul(f64x2.splat(std), f64x2.sqrt(square));
}

/** 1 with probability p, else 0; one word per element for both types, units = blocks of 4 elements. */
@kernel function bernoulli<T>(
  out: usize, seedLow: u32, seedHigh: u32, offsetLow: u32, offsetHigh: u32, p: f64, count: i32, begin: i32, end: i32,
): void {
  const words = scratchAt(0);
  for (let i = begin; i < end; i++) {
    philoxAt(words, seedLow, seedHigh, offsetLow, offsetHigh, i);
    const last = min(4, count - 4 * i);
    for (let j = 0; j < last; j++) store<T>(at<T>(out, 4 * i + j), <T>(isBelow(words, j, p) ? 1 : 0));
  }
}

/** Whether the word's 32 bits, as a number in [0, 1), are below p. */
@inline function isBelow(words: usize, lane: i32, p: f64): bool {
  return <f64>load<u32>(at<u32>(words, lane)) < p * 4294967296.0;
}

/** x / (1 - p), or 0 with probability p; one word per element for both types, units = blocks of 4 elements. */
@kernel function dropout<T>(
  out: usize, x: usize, p: f64, seedLow: u32, seedHigh: u32, offsetLow: u32, offsetHigh: u32, count: i32, begin: i32, end: i32,
): void {
  const words = scratchAt(0);
  const keep = <T>(1 - p);
  for (let i = begin; i < end; i++) {
    philoxAt(words, seedLow, seedHigh, offsetLow, offsetHigh, i);
    const last = min(4, count - 4 * i);
    for (let j = 0; j < last; j++) {
      const dropped = isBelow(words, j, p);
      store<T>(at<T>(out, 4 * i + j), dropped ? <T>0 : load<T>(at<T>(x, 4 * i + j)) / keep);
    }
  }
}
