// Elements of captured tensors at places that depend on query and key, and the same way back.
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
  let to = registers + <usize>lookup.register * size;
  for (let j = 0; j < keys; j++, to += ROW) {
    if (queryStep == 0 && !computed) {
      const all = v128.splat<T>(element<T>(from, base + j * keyStep, lookup.kind));
      v128.store(to, all);
      v128.store(to, all, 16);
    } else {
      for (let i = 0; i < width<T>(); i++)
        store<T>(at<T>(to, i), element<T>(from, placeOf<T>(lookup, registers, size, i, j), lookup.kind));
    }
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
