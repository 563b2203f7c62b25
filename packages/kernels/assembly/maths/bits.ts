// Integer arithmetic on the bit patterns of floats, of either width.

@inline export function addBits<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 4 ? v128.add<i32>(a, b) : v128.add<i64>(a, b);
}

@inline export function subBits<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 4 ? v128.sub<i32>(a, b) : v128.sub<i64>(a, b);
}

@inline export function shiftLeft<T>(a: v128, by: i32): v128 {
  return sizeof<T>() == 4 ? v128.shl<i32>(a, by) : v128.shl<i64>(a, by);
}

@inline export function shiftRight<T>(a: v128, by: i32): v128 {
  return sizeof<T>() == 4 ? v128.shr<i32>(a, by) : v128.shr<i64>(a, by);
}

/** How many bits of T hold the fraction: the exponent begins above them. */
@inline export function fractionBits<T>(): i32 {
  return sizeof<T>() == 4 ? 23 : 52;
}
