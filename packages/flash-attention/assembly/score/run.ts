// Programs that change scores: what src/score/compile.ts makes of an expression. An instruction works on whole registers, each
// as large as a panel of scores, [keys][ROW]; so what it costs to read it is shared by hundreds of elements. Register 0 holds the
// scores, register 1 (of a program that goes back) the slopes of the results.

import { at, lanes } from '@tessera/kernels/assembly/lanes';
import { ROW } from '../tiles';
import { accumulate, Lookup, lookUp } from './lookup';
import {
  Abs, Add, Div, Eq, Exp, Floor, Le, Log, Lt, Maximum, Minimum, Mul, Ne, Neg, Sqrt, Sub, Tanh, Where,
} from './operations';
import { batchIndex, firstKeyIndex, firstQueryIndex, headIndex, lastQueryIndex, lead } from './place';

@unmanaged class Instruction {
  /** How many i32 it takes; 0 ends the program. */
  length: i32;
  code: i32;
  to: i32;
  a: i32;
  b: i32;
  c: i32;
}

@inline function map<T, Op>(to: usize, a: usize, bytes: usize): void {
  const op = changetype<Op>(0);
  for (let end = to + bytes; to < end; to += 32, a += 32) {
    const first = op.of(v128.load(a)), second = op.of(v128.load(a, 16));
    v128.store(to, first);
    v128.store(to, second, 16);
  }
}

@inline function map2<T, Op>(to: usize, a: usize, b: usize, bytes: usize): void {
  const op = changetype<Op>(0);
  for (let end = to + bytes; to < end; to += 16, a += 16, b += 16) v128.store(to, op.of(v128.load(a), v128.load(b)));
}

@inline function map3<T, Op>(to: usize, a: usize, b: usize, c: usize, bytes: usize): void {
  const op = changetype<Op>(0);
  for (let end = to + bytes; to < end; to += 16, a += 16, b += 16, c += 16)
    v128.store(to, op.of(v128.load(a), v128.load(b), v128.load(c)));
}

function fill<T>(to: usize, value: T, bytes: usize): void {
  for (let end = to + bytes; to < end; to += 16) v128.store(to, v128.splat<T>(value));
}

/** Row j is first + j. */
function fillRows<T>(to: usize, first: i32, rows: i32): void {
  for (let j = 0; j < rows; j++, to += ROW) fill<T>(to, <T>(first + j), ROW);
}

/** Lane i is first + i, or the last there is. */
function fillLanes<T>(to: usize, first: i32, last: i32, bytes: usize): void {
  for (let i = 0; i < 2 * lanes<T>(); i++) store<T>(at<T>(to, i), <T>min(first + i, last));
  const low = v128.load(to), high = v128.load(to, 16);
  for (let end = to + bytes; to < end; to += ROW) {
    v128.store(to, low);
    v128.store(to, high, 16);
  }
}

/** Runs a program, whose first number is the register of its result, over `keys` rows; gives where the result lies. */
export function run<T>(program: usize, registers: usize, size: i32, keys: i32): usize {
  const bytes = <usize>(keys * ROW);
  let next = program + 4;
  while (load<i32>(next) != 0) {
    const x = changetype<Instruction>(next);
    next = at<i32>(next, x.length);
    const to = registers + <usize>x.to * size;
    const a = registers + <usize>x.a * size, b = registers + <usize>x.b * size, c = registers + <usize>x.c * size;
    switch (x.code) {
      case 1: map<T, Neg<T>>(to, a, bytes); break;
      case 2: map<T, Abs<T>>(to, a, bytes); break;
      case 3: map<T, Exp<T>>(to, a, bytes); break;
      case 4: map<T, Log<T>>(to, a, bytes); break;
      case 5: map<T, Tanh<T>>(to, a, bytes); break;
      case 6: map<T, Sqrt<T>>(to, a, bytes); break;
      case 7: map<T, Floor<T>>(to, a, bytes); break;
      case 10: map2<T, Add<T>>(to, a, b, bytes); break;
      case 11: map2<T, Sub<T>>(to, a, b, bytes); break;
      case 12: map2<T, Mul<T>>(to, a, b, bytes); break;
      case 13: map2<T, Div<T>>(to, a, b, bytes); break;
      case 14: map2<T, Minimum<T>>(to, a, b, bytes); break;
      case 15: map2<T, Maximum<T>>(to, a, b, bytes); break;
      case 16: map2<T, Eq<T>>(to, a, b, bytes); break;
      case 17: map2<T, Ne<T>>(to, a, b, bytes); break;
      case 18: map2<T, Lt<T>>(to, a, b, bytes); break;
      case 19: map2<T, Le<T>>(to, a, b, bytes); break;
      case 30: map3<T, Where<T>>(to, a, b, c, bytes); break;
      case 40: lookUp<T>(changetype<Lookup>(x), registers, size, keys); break;
      case 41: accumulate<T>(changetype<Lookup>(x), registers, size, keys, registers + size); break;
      case 50: fill<T>(to, <T>load<f64>(changetype<usize>(x), 16), bytes); break;
      case 51: fill<T>(to, <T>batchIndex, bytes); break;
      case 52: fill<T>(to, <T>headIndex, bytes); break;
      case 53: fillLanes<T>(to, firstQueryIndex, lastQueryIndex, bytes); break;
      case 54: fillRows<T>(to, firstKeyIndex, keys); break;
      case 55: fill<T>(to, <T>lead, bytes); break;
    }
  }
  return registers + <usize>load<i32>(program) * size;
}
