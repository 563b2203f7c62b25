// Constants of vector code live in tables in memory: an engine loads one into all lanes in one instruction, where it
// would make a v128 constant anew, in several, at every use. (exp: 1.05 ns a value instead of 2.0 on V8 13.)

/** Number `index` of a table of T, in every lane. */
@inline export function number<T>(table: usize, index: i32): v128 {
  return v128.load_splat<T>(table + <usize>(index * sizeof<T>()));
}

// Polynomials with two to seven coefficients, from the highest power down, by Horner's rule.

@inline export function poly2<T>(x: v128, table: usize): v128 {
  return v128.add<T>(v128.mul<T>(number<T>(table, 0), x), number<T>(table, 1));
}
@inline export function poly3<T>(x: v128, table: usize): v128 {
  return v128.add<T>(v128.mul<T>(poly2<T>(x, table), x), number<T>(table, 2));
}
@inline export function poly4<T>(x: v128, table: usize): v128 {
  return v128.add<T>(v128.mul<T>(poly3<T>(x, table), x), number<T>(table, 3));
}
@inline export function poly5<T>(x: v128, table: usize): v128 {
  return v128.add<T>(v128.mul<T>(poly4<T>(x, table), x), number<T>(table, 4));
}
@inline export function poly6<T>(x: v128, table: usize): v128 {
  return v128.add<T>(v128.mul<T>(poly5<T>(x, table), x), number<T>(table, 5));
}
@inline export function poly7<T>(x: v128, table: usize): v128 {
  return v128.add<T>(v128.mul<T>(poly6<T>(x, table), x), number<T>(table, 6));
}

/** Four more coefficients after those of p. */
@inline export function extend4<T>(p: v128, x: v128, table: usize): v128 {
  let sum = v128.add<T>(v128.mul<T>(p, x), number<T>(table, 0));
  sum = v128.add<T>(v128.mul<T>(sum, x), number<T>(table, 1));
  sum = v128.add<T>(v128.mul<T>(sum, x), number<T>(table, 2));
  return v128.add<T>(v128.mul<T>(sum, x), number<T>(table, 3));
}
