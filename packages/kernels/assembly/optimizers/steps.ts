// The loop of optimizer kernels: one call updates any number of tensors in place. A table has a row of 128 bytes for each
// tensor, in order: the number of its first unit, its size in elements, five addresses (parameter, gradient and up to three
// tensors of state, 0 where there is none) and, from byte 32 on, twelve scalars (f64). A unit is BLOCK elements of one tensor.
//
// What is done to each vector is a class with one inlined method `of`, as in ../elementwise/map. It finds the scalars by
// `parameter`. Every lane goes its own way, so that results do not depend on where blocks begin.
import { setParameter } from '../elementwise/parameters';
import { at, lanes } from '../lanes';

const BLOCK: i32 = 16384;
const ROW: usize = 128;
const SCALARS: usize = 32;
const SCALAR_COUNT: i32 = 12;

@inline export function steps<T, Op>(table: usize, begin: i32, end: i32): void {
  const op = changetype<Op>(0);
  let row = table;
  for (let unit = begin; unit < end; unit++) {
    while (unit >= firstUnit(row) + unitsOf(row)) row += ROW;
    for (let k = 0; k < SCALAR_COUNT; k++) setParameter<T>(k, load<f64>(row + SCALARS + 8 * <usize>k));
    const start = (unit - firstUnit(row)) * BLOCK;
    const stop = min(start + BLOCK, load<i32>(row, 4));
    const p = <usize>load<u32>(row, 8), g = <usize>load<u32>(row, 12);
    const a = <usize>load<u32>(row, 16), b = <usize>load<u32>(row, 20), c = <usize>load<u32>(row, 24);
    let i = start;
    for (; i <= stop - lanes<T>(); i += lanes<T>()) op.of(at<T>(p, i), at<T>(g, i), place<T>(a, i), place<T>(b, i), place<T>(c, i), lanes<T>());
    if (i < stop) op.of(at<T>(p, i), at<T>(g, i), place<T>(a, i), place<T>(b, i), place<T>(c, i), stop - i);
  }
}

@inline function firstUnit(row: usize): i32 { return load<i32>(row); }
@inline function unitsOf(row: usize): i32 { return (load<i32>(row, 4) + BLOCK - 1) / BLOCK; }

/** 0, which means none, stays 0. */
@inline function place<T>(base: usize, i: i32): usize { return base == 0 ? 0 : at<T>(base, i); }
