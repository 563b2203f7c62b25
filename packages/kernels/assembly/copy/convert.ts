// Conversions of element types; units = elements. Narrowing rounds to nearest, ties to even; to an integer it
// truncates, saturates and takes NaN to 0.
import { at } from '../lanes';

export function convert_f32_f64(out: usize, x: usize, begin: i32, end: i32): void {
  let i = begin;
  for (; i <= end - 2; i += 2) v128.store(at<f64>(out, i), f64x2.promote_low_f32x4(v128.load64_zero(at<f32>(x, i))));
  if (i < end) store<f64>(at<f64>(out, i), <f64>load<f32>(at<f32>(x, i)));
}

export function convert_f64_f32(out: usize, x: usize, begin: i32, end: i32): void {
  let i = begin;
  for (; i <= end - 2; i += 2) {
    v128.store64_lane(at<f32>(out, i), f32x4.demote_f64x2_zero(v128.load(at<f64>(x, i))), 0);
  }
  if (i < end) store<f32>(at<f32>(out, i), <f32>load<f64>(at<f64>(x, i)));
}

@inline function cast<From, To>(out: usize, x: usize, begin: i32, end: i32): void {
  for (let i = begin; i < end; i++) store<To>(at<To>(out, i), <To>load<From>(at<From>(x, i)));
}

export function convert_i32_f32(out: usize, x: usize, begin: i32, end: i32): void { cast<i32, f32>(out, x, begin, end); }
export function convert_i32_f64(out: usize, x: usize, begin: i32, end: i32): void { cast<i32, f64>(out, x, begin, end); }
export function convert_f32_i32(out: usize, x: usize, begin: i32, end: i32): void { cast<f32, i32>(out, x, begin, end); }
export function convert_f64_i32(out: usize, x: usize, begin: i32, end: i32): void { cast<f64, i32>(out, x, begin, end); }
export function convert_u8_f32(out: usize, x: usize, begin: i32, end: i32): void { cast<u8, f32>(out, x, begin, end); }
export function convert_u8_f64(out: usize, x: usize, begin: i32, end: i32): void { cast<u8, f64>(out, x, begin, end); }
export function convert_u8_i32(out: usize, x: usize, begin: i32, end: i32): void { cast<u8, i32>(out, x, begin, end); }

/** bfloat16 is the upper half of an f32: round on the lower half, keep a NaN a quiet NaN. */
export function convert_f32_bf16(out: usize, x: usize, begin: i32, end: i32): void {
  for (let i = begin; i < end; i++) {
    const bits = load<u32>(at<u32>(x, i));
    const isNaN = (bits & 0x7fffffff) > 0x7f800000;
    const rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    store<u16>(at<u16>(out, i), <u16>(isNaN ? (bits >> 16) | 0x40 : rounded));
  }
}

export function convert_bf16_f32(out: usize, x: usize, begin: i32, end: i32): void {
  for (let i = begin; i < end; i++) store<u32>(at<u32>(out, i), <u32>load<u16>(at<u16>(x, i)) << 16);
}

export function convert_f32_f16(out: usize, x: usize, begin: i32, end: i32): void {
  for (let i = begin; i < end; i++) store<u16>(at<u16>(out, i), halfBits(load<f32>(at<f32>(x, i))));
}

@inline function halfBits(x: f32): u16 {
  const bits = reinterpret<u32>(x);
  const sign = (bits >> 16) & 0x8000;
  const size = bits & 0x7fffffff;
  if (size > 0x7f800000) return <u16>(sign | 0x7e00 | ((size >> 13) & 0x3ff));
  if (size >= 0x477ff000) return <u16>(sign | 0x7c00);
  if (size < 0x38800000) {
    // Below the smallest normal half number: units of 2^-24, which are the last bits of 0.5 + |x|.
    return <u16>(sign | (reinterpret<u32>(reinterpret<f32>(size) + 0.5) - 0x3f000000));
  }
  return <u16>(sign | ((size - 0x38000000 + 0xfff + ((size >> 13) & 1)) >> 13));
}

export function convert_f16_f32(out: usize, x: usize, begin: i32, end: i32): void {
  for (let i = begin; i < end; i++) store<f32>(at<f32>(out, i), halfValue(<u32>load<u16>(at<u16>(x, i))));
}

@inline function halfValue(half: u32): f32 {
  const sign = (half & 0x8000) << 16;
  const size = half & 0x7fff;
  if (size >= 0x7c00) return reinterpret<f32>(sign | 0x7f800000 | ((size & 0x3ff) << 13));
  // The exponents differ by 112; multiplying also makes normal numbers of subnormal ones.
  const value = reinterpret<f32>(size << 13) * reinterpret<f32>(0x77800000);
  return reinterpret<f32>(reinterpret<u32>(value) | sign);
}
