// Elements of captured tensors at places that depend on query and key, and the same way back.
import { transpose4 } from '@tessera/kernels/assembly/copy/transpose';
import { at } from '@tessera/kernels/assembly/lanes';
import { ROW, width } from '../tiles';
import { batchIndex, capturedAt, firstKeyIndex, firstQueryIndex, gradientAt, headIndex, lastQueryIndex } from './place';

/** [code, register, captured, kind, dimensions, then source and stride of each] */
@unmanaged export class Lookup {
  length: i32;
  code: i32;
  register: i32;
  captured: i32;
  /** Of a lookup: 0 the scores' type, 1 i32, 2 u8. Of a gradient: 0 the scores' type, 1 f64. */
  kind: i32;
  dimensions: i32;
}

// Where an index comes from; from 0 on, it is the number of a register.
const BATCH: i32 = -1, HEAD: i32 = -2, QUERY: i32 = -3, KEY: i32 = -4;

/** The place of what does not change from query to query or from key to key, and the steps of what does. */
let base: i32 = 0, queryStep: i32 = 0, keyStep: i32 = 0;
/** Whether a register has a say. */
let computed: bool = false;

function survey(lookup: Lookup): void {
  base = queryStep = keyStep = 0;
  computed = false;
  let dimension = changetype<usize>(lookup) + offsetof<Lookup>();
  for (let i = 0; i < lookup.dimensions; i++, dimension += 8) {
    const source = load<i32>(dimension), stride = load<i32>(dimension, 4);
    if (source >= 0) computed = true;
    else if (source == BATCH) base += batchIndex * stride;
    else if (source == HEAD) base += headIndex * stride;
    else if (source == QUERY) queryStep += stride;
    else if (source == KEY) keyStep += stride;
    // Always at the same place.
    else base += stride;
  }
  base += firstKeyIndex * keyStep;
}

/** The place for lane i of row j. */
@inline function placeOf<T>(lookup: Lookup, registers: usize, size: i32, i: i32, j: i32): i32 {
  let place = base + min(firstQueryIndex + i, lastQueryIndex) * queryStep + j * keyStep;
  if (!computed) return place;
  let dimension = changetype<usize>(lookup) + offsetof<Lookup>();
  for (let c = 0; c < lookup.dimensions; c++, dimension += 8) {
    const source = load<i32>(dimension);
    if (source >= 0)
      place += <i32>load<T>(at<T>(registers + <usize>source * size + <usize>(j * ROW), i)) * load<i32>(dimension, 4);
  }
  return place;
}

@inline function element<T>(from: usize, place: i32, kind: i32): T {
  if (kind == 0) return load<T>(at<T>(from, place));
  return kind == 1 ? <T>load<i32>(at<i32>(from, place)) : <T>load<u8>(from + <usize>place);
}

/** register[j][i] = captured[its place] */
export function lookUp<T>(lookup: Lookup, registers: usize, size: i32, keys: i32): void {
  survey(lookup);
  const from = load<usize>(capturedAt(lookup.captured));
  const to = registers + <usize>lookup.register * size;
  if (computed) {
    for (let j = 0; j < keys; j++) {
      for (let i = 0; i < width<T>(); i++) {
        const place = placeOf<T>(lookup, registers, size, i, j);
        store<T>(at<T>(to + <usize>(j * ROW), i), element<T>(from, place, lookup.kind));
      }
    }
  } else if (queryStep == 0) {
    for (let j = 0; j < keys; j++) {
      const all = v128.splat<T>(element<T>(from, base + j * keyStep, lookup.kind));
      v128.store(to + <usize>(j * ROW), all);
      v128.store(to + <usize>(j * ROW), all, 16);
    }
  } else if (lookup.kind == 0) rows<T, T>(to, from, keys);
  else if (lookup.kind == 1) rows<T, i32>(to, from, keys);
  else rows<T, u8>(to, from, keys);
}

/** The same for elements of type E whose places are known by steps: a row of the tensor is a lane of the register. */
function rows<T, E>(to: usize, from: usize, keys: i32): void {
  from = at<E>(from, base);
  let j = 0;
  // Square blocks of four queries and four keys, where these lie side by side.
  if (sizeof<T>() == 4 && isFloat<E>() && keyStep == 1 && firstQueryIndex + 7 <= lastQueryIndex) {
    const row = at<E>(0, queryStep);
    const first = from + <usize>firstQueryIndex * row;
    for (; j <= keys - 4; j += 4) {
      transpose4(to + <usize>(j * ROW), ROW, at<E>(first, j), row);
      transpose4(to + <usize>(j * ROW) + 16, ROW, at<E>(first, j) + 4 * row, row);
    }
  }
  for (let i = 0; i < width<T>(); i++) {
    let place = at<E>(from, min(firstQueryIndex + i, lastQueryIndex) * queryStep + j * keyStep);
    let lane = at<T>(to + <usize>(j * ROW), i);
    for (const end = to + <usize>(keys * ROW); lane < end; lane += ROW, place += at<E>(0, keyStep))
      store<T>(lane, <T>load<E>(place));
  }
}

/** gradient[its place] += register[j][i], for so many queries; what has no slope adds nothing. */
export function accumulate<T>(lookup: Lookup, registers: usize, size: i32, keys: i32, slopes: usize): void {
  survey(lookup);
  const to = load<usize>(gradientAt(lookup.captured));
  const count = min(width<T>(), lastQueryIndex + 1 - firstQueryIndex);
  let from = registers + <usize>lookup.register * size;
  for (let j = 0; j < keys; j++, from += ROW, slopes += ROW) {
    for (let i = 0; i < count; i++) {
      if (load<T>(at<T>(slopes, i)) == 0) continue;
      const place = placeOf<T>(lookup, registers, size, i, j);
      const value = load<T>(at<T>(from, i));
      if (lookup.kind == 0) store<T>(at<T>(to, place), load<T>(at<T>(to, place)) + value);
      else store<f64>(at<f64>(to, place), load<f64>(at<f64>(to, place)) + <f64>value);
    }
  }
}
