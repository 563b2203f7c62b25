/** How many elements one v128 holds: 4 x f32 or 2 x f64. */
@inline export function lanes<T>(): i32 {
  return 16 / sizeof<T>();
}

/** Where element `index` of the array at `base` lies. */
@inline export function at<T>(base: usize, index: i32): usize {
  return base + (<usize>index) * sizeof<T>();
}

/** Loads min(count, lanes) elements; the lanes beyond `count` are 0, and the memory beyond it is not touched. */
@inline export function loadUpTo<T>(from: usize, count: i32): v128 {
  return count >= lanes<T>() ? v128.load(from) : loadPart<T>(from, count);
}

/** Stores min(count, lanes) elements. */
@inline export function storeUpTo<T>(to: usize, value: v128, count: i32): void {
  if (count >= lanes<T>()) v128.store(to, value);
  else storePart<T>(to, value, count);
}

export function loadPart<T>(from: usize, count: i32): v128 {
  if (sizeof<T>() == 8) return v128.load64_zero(from);
  if (count == 1) return v128.load32_zero(from);
  const pair = v128.load64_zero(from);
  return count == 2 ? pair : v128.load32_lane(from + 8, pair, 2);
}

export function storePart<T>(to: usize, value: v128, count: i32): void {
  if (sizeof<T>() == 8) {
    v128.store64_lane(to, value, 0);
  } else if (count == 1) {
    v128.store32_lane(to, value, 0);
  } else {
    v128.store64_lane(to, value, 0);
    if (count == 3) v128.store32_lane(to + 8, value, 2);
  }
}

const FIRST = memory.data<i32>([-1, -1, -1, -1, 0, 0, 0, 0]);

/** Lanes from `count` on become 0. */
@inline export function keepFirst<T>(value: v128, count: i32): v128 {
  return count >= lanes<T>() ? value : v128.and(value, v128.load(FIRST + 16 - <usize>count * sizeof<T>()));
}

/** Two f64 whose sum is that of all lanes. */
@inline export function widenedSum<T>(value: v128): v128 {
  if (sizeof<T>() == 8) return value;
  return f64x2.add(f64x2.promote_low_f32x4(value), f64x2.promote_low_f32x4(v128.shuffle<i64>(value, value, 1, 0)));
}

@inline export function sumOfPair(pair: v128): f64 {
  return f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
}

/** Two neighbours, as f64. */
@inline export function pair<T>(from: usize): v128 {
  return sizeof<T>() == 4 ? f64x2.promote_low_f32x4(v128.load64_zero(from)) : v128.load(from);
}
