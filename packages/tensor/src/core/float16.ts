/** The two 16-bit floats, as bits: conversion from and to numbers, rounding to nearest, ties to even. */

const scratch = new DataView(new ArrayBuffer(4));

/** The bits of the nearest bfloat16 (float32 with its low 16 bits rounded away). */
export function numberToBfloat16(value: number): number {
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  if (Number.isNaN(value)) return (bits >>> 16) | 0x40;
  // A double rounded to float32 first and then to bfloat16 can round twice; sticking the lost tail in prevents it.
  const sticky = scratch.getFloat32(0) === value ? bits : towardOdd(value, bits);
  return (sticky + 0x7fff + ((sticky >>> 16) & 1)) >>> 16;
}

export function bfloat16ToNumber(bits: number): number {
  scratch.setUint32(0, bits << 16);
  return scratch.getFloat32(0);
}

/** The bits of the nearest IEEE 754 binary16. */
export function numberToFloat16(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (magnitude === 0) return sign;
  if (magnitude >= 65_520) return sign | 0x7c00;
  // Below 2^-14 halves are multiples of 2^-24; above, of 2^(exponent - 10). Dividing by a power of two is exact.
  const exponent = Math.max(-14, Math.floor(Math.log2(magnitude)));
  const fixed = magnitude < 2 ** exponent ? exponent - 1 : magnitude >= 2 ** (exponent + 1) ? exponent + 1 : exponent;
  const e = Math.max(-14, fixed);
  const steps = roundHalfToEven(magnitude / 2 ** (e - 10));
  // `steps` is 1024..2048 for normal numbers: its top bit and a carry land in the exponent by themselves.
  return sign | (((e + 14) << 10) + steps);
}

export function float16ToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

export function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

/** The float32 bits of `value` rounded to odd, so that a second rounding sees that something was lost. */
function towardOdd(value: number, nearestBits: number): number {
  scratch.setUint32(0, nearestBits);
  const nearest = scratch.getFloat32(0);
  if (nearestBits & 1 || !Number.isFinite(nearest)) return nearestBits;
  return Math.abs(nearest) > Math.abs(value) ? nearestBits - 1 : nearestBits + 1;
}
