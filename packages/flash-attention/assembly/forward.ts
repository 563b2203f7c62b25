// softmax(S) V for S = scale Q K^T, changed by a program where there is one: a block of queries at a time, over tiles of keys with
// an online softmax. With m the largest score so far and l the sum of exp(score - m), a new tile with the largest score m'
// rescales l and O by exp(m - m').

import { packA } from '@tessera/kernels/assembly/gemm/pack';
import { gemm_tile } from '@tessera/kernels/assembly/gemm/tile';
import { at } from '@tessera/kernels/assembly/lanes';
import { drop, dropFactors } from './dropout';
import { packQueries, packValues, unpackPanel } from './pack';
import {
  batch, firstQuery, hideOutside, keyAt, keys, keysOfSpan, left, Problem, programFor, queries, right, rowAt, sequence, stateOf,
  turnTo,
} from './problem';
import { capture, lookAt, moveTo } from './score/place';
import { run } from './score/run';
import { tileOfSeen } from './seen';
import { alphaAt, softmaxStep } from './softmax';
import { panels, partsAt, ROW, ROWS, slivers, tileAt, width } from './tiles';

// The parts of scratch, one after another.
/** The running maximum and the running sum of every query of the block. */
let largestAt: usize = 0, sumAt: usize = 0;
/** Q^T in panels, [panel][d][ROW]. */
let queriesAt: usize = 0;
/** O^T in panels, [panel][dv][ROW], with whole slivers of rows. */
let outAt: usize = 0;
/** K in slivers, [sliver][d][5]. */
let keysAt: usize = 0;
/** V^T in slivers, [sliver of dv][keys][5]. */
let valuesAt: usize = 0;
/** Registers of programs, the first of which is S^T of one panel: [key][ROW]. One more holds what dropout multiplies with. */
let registersAt: usize = 0;
let registerSize: i32 = 0;

function layOut<T>(x: Problem): void {
  const count = panels<T>(x.block);
  largestAt = partsAt();
  sumAt = largestAt + <usize>(count * ROW);
  queriesAt = sumAt + <usize>(count * ROW);
  outAt = queriesAt + <usize>(count * x.d * ROW);
  keysAt = outAt + <usize>(count * slivers(x.dv) * ROWS * ROW);
  valuesAt = keysAt + at<T>(0, slivers(x.tile) * ROWS * x.d);
  registersAt = (valuesAt + at<T>(0, slivers(x.dv) * ROWS * x.tile) + 15) & ~15;
  registerSize = slivers(x.tile) * ROWS * ROW;
}

/** Units are blocks of queries, of every head of every sequence, for every span of keys, whose results lie one after another. */
@kernel function flash_forward<T>(
  out: usize, lse: usize, q: usize, k: usize, v: usize, sequences: usize, pages: usize, states: usize, program: usize,
  c0: usize, c1: usize, c2: usize, c3: usize, c4: usize, c5: usize, c6: usize, c7: usize,
  problem: usize, scale: f64, p: f64, begin: i32, end: i32,
): void {
  const x = changetype<Problem>(problem);
  const blocks = (x.queries + x.block - 1) / x.block;
  const rows = x.sequences * x.heads;
  const span = keysOfSpan(x);
  layOut<T>(x);
  capture(c0, c1, c2, c3, c4, c5, c6, c7);
  for (let unit = begin; unit < end; unit++) {
    const row = unit / blocks % rows;
    const head = row % x.heads;
    turnTo(x, sequences, row / x.heads);
    const first = unit % blocks * x.block;
    const count = min(x.block, queries - first);
    if (count <= 0) continue;
    moveTo(sequence, head, queries, keys);
    const from = unit / blocks / rows * span;
    const ofQueries = rowAt<T>(q, batch, x.q, head, x.qHead, firstQuery + first, x.qRow);
    packQueries<T>(queriesAt, ofQueries, x.qRow, x.qColumn, count, x.d, scale);
    start<T>(count, x.dv);
    attend<T>(x, k, v, pages, states, program, p, head, first, count, from, min(keys, from + span));
    // Results of a span follow those of the one before.
    const at0 = unit / blocks / rows * x.batches;
    const ofOut = rowAt<T>(out, at0 + batch, x.o, head, x.oHead, firstQuery + first, x.oRow);
    const ofLse = at<T>(lse, ((at0 + batch) * x.heads + head) * x.queryRows + firstQuery + first);
    finish<T>(ofOut, x.oRow, x.oColumn, ofLse, count, x.dv);
  }
}

/** All tiles of keys in [from, to) that the block sees. */
@inline function attend<T>(
  x: Problem, k: usize, v: usize, pages: usize, states: usize, program: usize, p: f64,
  head: i32, first: i32, count: i32, from: i32, to: i32,
): void {
  const keyHead = head / x.group;
  let infinite = false;
  to = min(to, first + count + right);
  for (let j = max(from, max(0, first - left) / x.tile * x.tile); j < to; j += x.tile) {
    const state = stateOf(x, states, head, first, j);
    if (state == 0) continue;
    const change = programFor(x, program, state);
    const length = min(x.tile, to - j);
    packA<T>(keysAt, keyAt<T>(x, k, x.k, keyHead, x.kHead, j, x.kRow, pages), x.kRow, x.kColumn, length, x.d);
    const ofValues = keyAt<T>(x, v, x.v, keyHead, x.vHead, j, x.vRow, pages);
    const finite = packValues<T>(valuesAt, ofValues, x.vRow, x.vColumn, length, x.dv);
    infinite = infinite || !finite;
    for (let panel = 0; panel < panels<T>(count); panel++) {
      const query = first + panel * width<T>();
      const last = query + width<T>() - 1;
      if (last + right < j || query - left >= j + length) continue;
      const seen = min(length, last + right + 1 - j);
      panelOfScores<T>(panel, seen, x.d);
      let scores = registersAt;
      if (change != 0) {
        lookAt(query, j);
        scores = run<T>(change, registersAt, registerSize, seen);
      }
      if (query + right < j + seen - 1 || last - left > j) hideOutside<T>(scores, seen, j, query, width<T>());
      softmaxStep<T>(scores, largestAt + <usize>(panel * ROW), sumAt + <usize>(panel * ROW), seen);
      if (p > 0) {
        const factors = registersAt + <usize>(max(1, x.registers) * registerSize);
        const row = (<u64>sequence * x.heads + head) * x.queries + query;
        dropFactors<T>(factors, x, p, row, min(width<T>(), count - panel * width<T>()), j, seen);
        drop<T>(scores, factors, seen);
      }
      addValues<T>(panel, scores, seen, length, x.dv, finite, infinite);
    }
  }
}

/** No key seen: m = -Infinity, l = 0, O = 0. */
function start<T>(queries: i32, dv: i32): void {
  const count = panels<T>(queries);
  memory.fill(sumAt, 0, <usize>(count * ROW));
  memory.fill(outAt, 0, <usize>(count * slivers(dv) * ROWS * ROW));
  for (let i = 0; i < 2 * count; i++) v128.store(largestAt + <usize>(16 * i), v128.splat<T>(<T>-Infinity));
}

/** S^T = K Q^T for one panel of queries. */
@inline function panelOfScores<T>(p: i32, keys: i32, d: i32): void {
  const panel = queriesAt + <usize>(p * d * ROW);
  for (let i = 0; i < slivers(keys); i++)
    gemm_tile<T>(registersAt + <usize>(i * ROWS * ROW), d, at<T>(keysAt, i * ROWS * d), panel, ROW);
}

/** O^T = O^T alpha + V^T P^T for one panel. */
@inline function addValues<T>(p: i32, weights: usize, keys: i32, packed: i32, dv: i32, finite: bool, infinite: bool): void {
  const alphaA = v128.load(alphaAt()), alphaB = v128.load(alphaAt(), 16);
  let to = outAt + <usize>(p * slivers(dv) * ROWS * ROW);
  if (infinite) forget<T>(to, slivers(dv) * ROWS, alphaA, alphaB);
  for (let i = 0; i < slivers(dv); i++) {
    const values = at<T>(valuesAt, i * ROWS * packed);
    if (finite) gemm_tile<T>(tileAt(), keys, values, weights, ROW);
    else tileOfSeen<T>(tileAt(), keys, values, weights, false);
    for (let r = 0; r < ROWS; r++, to += ROW) {
      const added = tileAt() + <usize>(r * ROW);
      v128.store(to, v128.add<T>(v128.mul<T>(v128.load(to), alphaA), v128.load(added)));
      v128.store(to, v128.add<T>(v128.mul<T>(v128.load(to, 16), alphaB), v128.load(added, 16)), 16);
    }
  }
}

/** Zeros where a rescaling by 0 makes all before of no weight: infinity times 0 would be NaN. */
function forget<T>(out: usize, rows: i32, alphaA: v128, alphaB: v128): void {
  const zero = v128.splat<T>(0);
  const a = v128.eq<T>(alphaA, zero), b = v128.eq<T>(alphaB, zero);
  for (let r = 0; r < rows; r++, out += ROW) {
    v128.store(out, v128.andnot(v128.load(out), a));
    v128.store(out, v128.andnot(v128.load(out, 16), b), 16);
  }
}

/** O / l, and log l + m; 0 and -Infinity where no key was seen. */
function finish<T>(out: usize, outRow: i32, outColumn: i32, lse: usize, queries: i32, dv: i32): void {
  for (let p = 0; p < panels<T>(queries); p++) {
    const place = <usize>(p * ROW);
    const panel = outAt + <usize>(p * slivers(dv) * ROWS * ROW);
    const a = v128.load(sumAt + place), b = v128.load(sumAt + place, 16);
    const zero = v128.splat<T>(0), one = v128.splat<T>(1);
    // A row with an infinite score is NaN, as its softmax: the sum less itself is 0 or NaN.
    const byA = v128.bitselect(one, v128.add<T>(a, v128.sub<T>(a, a)), v128.eq<T>(a, zero));
    const byB = v128.bitselect(one, v128.add<T>(b, v128.sub<T>(b, b)), v128.eq<T>(b, zero));
    for (let c = 0; c < dv; c++) {
      const to = panel + <usize>(c * ROW);
      v128.store(to, v128.div<T>(v128.load(to), byA));
      v128.store(to, v128.div<T>(v128.load(to, 16), byB), 16);
    }
    const count = min(width<T>(), queries - p * width<T>());
    unpackPanel<T>(at<T>(out, p * width<T>() * outRow), outRow, outColumn, panel, count, dv);
    if (lse == 0) continue;
    for (let i = 0; i < count; i++) {
      const sum = <f64>load<T>(at<T>(sumAt + place, i));
      const top = <f64>load<T>(at<T>(largestAt + place, i));
      store<T>(at<T>(lse, p * width<T>() + i), <T>(sum == 0 ? -Infinity : top + NativeMath.log(sum)));
    }
  }
}
