// The same attention for few queries, as in decoding: there keys and values are read once each and nothing is packed, for what
// counts is how fast memory comes. Sums go in the order of forward.ts, so that with the same tiles bits are the same. Scores go
// where the panels of forward.ts have them, [key][ROW], so that all that changes them is the same; a lane is a query.

import { at } from '@tessera/kernels/assembly/lanes';
import { drop, dropFactors } from './dropout';
import {
  batch, firstQuery, hideOutside, keyAt, keys, keysOfSpan, left, Problem, programFor, queries, right, rowAt, sequence, stateOf,
  turnTo,
} from './problem';
import { padded, products, weightedSum } from './rows';
import { capture, lookAt, moveTo } from './score/place';
import { run } from './score/run';
import { alphaAt, softmaxStep } from './softmax';
import { partsAt, ROW, width } from './tiles';

// The parts of scratch: for every panel the running maximum and sum; scaled queries and outputs in rows, [head of the group, query];
// then registers.
let largestAt: usize = 0, sumAt: usize = 0, queriesAt: usize = 0, outAt: usize = 0, registersAt: usize = 0;
let registerSize: i32 = 0;
/** Rows of a panel: without a program, which must know its head, those of several heads go together. */
let step: i32 = 0;

function layOut<T>(x: Problem): void {
  largestAt = partsAt();
  sumAt = largestAt + <usize>(x.group * ROW);
  queriesAt = sumAt + <usize>(x.group * ROW);
  outAt = queriesAt + at<T>(0, x.group * x.queries * padded<T>(x.d));
  registersAt = outAt + at<T>(0, x.group * x.queries * padded<T>(x.dv));
  registerSize = x.tile * ROW;
}

/** Units are heads of keys of every sequence, for every span of keys, whose results lie one after another. At most a panel of queries. */
@kernel function flash_decode<T>(
  out: usize, lse: usize, q: usize, k: usize, v: usize, sequences: usize, pages: usize, states: usize, program: usize,
  c0: usize, c1: usize, c2: usize, c3: usize, c4: usize, c5: usize, c6: usize, c7: usize,
  problem: usize, scale: f64, p: f64, begin: i32, end: i32,
): void {
  const x = changetype<Problem>(problem);
  const keyHeads = x.heads / x.group;
  const rows = x.sequences * keyHeads;
  const span = keysOfSpan(x);
  layOut<T>(x);
  step = program == 0 && sequences == 0 ? width<T>() : x.queries;
  capture(c0, c1, c2, c3, c4, c5, c6, c7);
  for (let unit = begin; unit < end; unit++) {
    const keyHead = unit % rows % keyHeads;
    turnTo(x, sequences, unit % rows / keyHeads);
    start<T>(x, q, keyHead, scale);
    const from = unit / rows * span;
    const to = min(min(keys, from + span), queries + right);
    for (let j = max(from, max(0, -left) / x.tile * x.tile); j < to; j += x.tile) {
      const length = min(x.tile, to - j);
      const ofKeys = keyAt<T>(x, k, x.k, keyHead, x.kHead, j, x.kRow, pages);
      const ofValues = keyAt<T>(x, v, x.v, keyHead, x.vHead, j, x.vRow, pages);
      for (let row = 0, panel = <usize>0; row < x.group * x.queries; row += step, panel += ROW) {
        const head = keyHead * x.group + row / x.queries;
        const state = stateOf(x, states, head, 0, j);
        if (state == 0) continue;
        const count = step == x.queries ? queries : min(step, x.group * x.queries - row);
        const scores = scoresOf<T>(x, row, count, head, ofKeys, programFor(x, program, state), j, length);
        softmaxStep<T>(scores, largestAt + panel, sumAt + panel, length);
        if (p > 0) {
          const factors = registersAt + <usize>(max(1, x.registers) * registerSize);
          dropFactors<T>(factors, x, p, (<u64>sequence * x.heads + keyHead * x.group) * x.queries + row, count, j, length);
          drop<T>(scores, factors, length);
        }
        addValues<T>(x, row, count, scores, ofValues, length);
      }
    }
    finish<T>(x, out, lse, unit / rows * x.batches + batch, keyHead);
  }
}

/** No key seen; queries scaled, in rows of whole vectors. */
function start<T>(x: Problem, q: usize, keyHead: i32, scale: f64): void {
  memory.fill(sumAt, 0, registersAt - sumAt);
  for (let panel = largestAt; panel < sumAt; panel += 16) v128.store(panel, v128.splat<T>(<T>-Infinity));
  for (let member = 0; member < x.group; member++) {
    for (let i = 0; i < queries; i++) {
      const from = rowAt<T>(q, batch, x.q, keyHead * x.group + member, x.qHead, firstQuery + i, x.qRow);
      const to = at<T>(queriesAt, (member * x.queries + i) * padded<T>(x.d));
      for (let c = 0; c < x.d; c++) store<T>(at<T>(to, c), load<T>(at<T>(from, c * x.qColumn)) * <T>scale);
    }
  }
}

/** Scores of some rows and a tile, as the softmax sees them. */
function scoresOf<T>(
  x: Problem, row: i32, count: i32, head: i32, ofKeys: usize, change: usize, firstKey: i32, length: i32,
): usize {
  for (let i = 0; i < count; i++) {
    const from = at<T>(queriesAt, (row + i) * padded<T>(x.d));
    products<T>(at<T>(registersAt, i), from, ofKeys, x.kRow, x.kColumn, x.d, length);
  }
  let scores = registersAt;
  if (change != 0) {
    moveTo(sequence, head, queries, keys);
    lookAt(0, firstKey);
    scores = run<T>(change, registersAt, registerSize, length);
  }
  if (right < firstKey + length - 1 || queries - 1 - left > firstKey) {
    for (let i = 0; i < count; i++) hideOutside<T>(at<T>(scores, i), length, firstKey, (row + i) % x.queries, 1);
  }
  return scores;
}

/** O = alpha O + P V; what has the weight 0 adds nothing, whatever it is. */
function addValues<T>(x: Problem, row: i32, count: i32, scores: usize, ofValues: usize, length: i32): void {
  for (let i = 0; i < count; i++) {
    const alpha = load<T>(at<T>(alphaAt(), i));
    const to = at<T>(outAt, (row + i) * padded<T>(x.dv));
    // Infinity times 0 would be NaN.
    if (alpha == 0) memory.fill(to, 0, at<T>(0, padded<T>(x.dv)));
    weightedSum<T>(to, alpha, at<T>(scores, i), ofValues, x.vRow, x.vColumn, x.dv, length);
  }
}

/** O / l, and log l + m; 0 and -Infinity where no key was seen. */
function finish<T>(x: Problem, out: usize, lse: usize, batch: i32, keyHead: i32): void {
  for (let row = 0; row < x.group * x.queries; row++) {
    const i = row % x.queries;
    if (i >= queries) continue;
    const lane = <usize>(row / step * ROW) + at<T>(0, row % step);
    const sum = load<T>(sumAt + lane), top = <f64>load<T>(largestAt + lane);
    const head = keyHead * x.group + row / x.queries;
    const from = at<T>(outAt, row * padded<T>(x.dv));
    const to = rowAt<T>(out, batch, x.o, head, x.oHead, firstQuery + i, x.oRow);
    // A row with an infinite score is NaN, as its softmax: the sum less itself is 0 or NaN.
    const by: T = sum == 0 ? <T>1 : sum + (sum - sum);
    for (let c = 0; c < x.dv; c++) store<T>(at<T>(to, c * x.oColumn), load<T>(at<T>(from, c)) / by);
    const place = at<T>(lse, (batch * x.heads + head) * x.queryRows + firstQuery + i);
    store<T>(place, <T>(sum == 0 ? -Infinity : top + NativeMath.log(<f64>sum)));
  }
}
