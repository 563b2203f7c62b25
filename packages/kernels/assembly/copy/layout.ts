// A strided layout of rank <= 8 in canonical form: axes of length 1 dropped, and neighbours that lie in memory as one
// axis joined. Kept in scratch: shape[8], strides[8], index[8] (i32 each).
import { scratchAt } from '../scratch';

const MAX_RANK = 8;

@inline export function shapeAt(axis: i32): i32 { return load<i32>(scratchAt(<usize>(axis * 4))); }
@inline export function strideAt(axis: i32): i32 { return load<i32>(scratchAt(<usize>((MAX_RANK + axis) * 4))); }
@inline function indexAt(axis: i32): i32 { return load<i32>(scratchAt(<usize>((2 * MAX_RANK + axis) * 4))); }
@inline function setAxis(axis: i32, length: i32, stride: i32): void {
  store<i32>(scratchAt(<usize>(axis * 4)), length);
  store<i32>(scratchAt(<usize>((MAX_RANK + axis) * 4)), stride);
}
@inline function setIndex(axis: i32, value: i32): void {
  store<i32>(scratchAt(<usize>((2 * MAX_RANK + axis) * 4)), value);
}

/** Reads i32 shape[rank] and strides[rank]; gives the canonical rank, at least 1. */
export function canonical(shapeAndStrides: usize, rank: i32): i32 {
  let last = -1;
  for (let axis = 0; axis < rank; axis++) {
    const length = load<i32>(shapeAndStrides + <usize>(axis * 4));
    const stride = load<i32>(shapeAndStrides + <usize>((rank + axis) * 4));
    if (length == 1) continue;
    if (last >= 0 && strideAt(last) == length * stride) {
      setAxis(last, shapeAt(last) * length, stride);
    } else {
      last++;
      setAxis(last, length, stride);
    }
  }
  if (last < 0) {
    last = 0;
    setAxis(0, 1, 1);
  }
  return last + 1;
}

/** Sets the index to the `row`-th position of the first `axes` axes; gives its offset in elements. */
export function seek(axes: i32, row: i32): i32 {
  let offset = 0;
  for (let axis = axes - 1; axis >= 0; axis--) {
    const length = shapeAt(axis);
    const next = row / length;
    setIndex(axis, row - next * length);
    offset += (row - next * length) * strideAt(axis);
    row = next;
  }
  return offset;
}

/** Moves the index one position on; gives the new offset. */
export function advance(axes: i32, offset: i32): i32 {
  for (let axis = axes - 1; axis >= 0; axis--) {
    const value = indexAt(axis) + 1;
    offset += strideAt(axis);
    if (value < shapeAt(axis)) {
      setIndex(axis, value);
      return offset;
    }
    setIndex(axis, 0);
    offset -= value * strideAt(axis);
  }
  return offset;
}
