// The derivative of attention, with the probabilities computed again from the log-sum-exp that the forward pass gave:
// P = exp(S - lse), dV = P^T dO, dP = dO V^T, dS = P (dP - D) with D = rowsum(dO O), dQ = scale dS K, dK = scale dS^T Q. Dropout
// multiplies P in dV, and dP; a program goes back from the slopes of what it made of S to those of S.
//
// An item is a span of keys of one head: tile by tile of keys, dK and dV gather in scratch over all queries that see the tile,
// while dQ gathers in a place that belongs to the span. So nobody else writes where an item writes, and the order of sums is
// always the same. A unit takes some items in turn: as many as gather gradients of captured tensors in one place.

import { packA, packPanel } from '@tessera/kernels/assembly/gemm/pack';
import { gemm_tile, multiplyAdd, storeTile } from '@tessera/kernels/assembly/gemm/tile';
import { at } from '@tessera/kernels/assembly/lanes';
import { drop, dropFactors } from './dropout';
import { packQueries, packValues } from './pack';
import {
  batch, firstKey, firstQuery, hideOutside, keys, keysOfSpan, left, Problem, programFor, queries, right, rowAt, sequence, stateOf, turnTo,
} from './problem';
import { capture, gradientAt, lookAt, moveTo } from './score/place';
import { run } from './score/run';
import { allFinite, tileOfSeen } from './seen';
import { panelOfSlopes } from './slopes';
import { panels, partsAt, ROW, ROWS, slivers, tileAt, width } from './tiles';

/**
 * D[row] = sum of dO O over a row of O, less the cotangent of its log-sum-exp, which gives every score of the row a slope of
 * its own: P dLse. Added up as the products that give dP are, so that where one weight is 1, and O its value, dP - D is exactly 0.
 * Units are rows [batch, head, query]; out and dLse are contiguous.
 */
@kernel function flash_delta<T>(
  delta: usize, out: usize, dOut: usize, dLse: usize, problem: usize, begin: i32, end: i32,
): void {
  const x = changetype<Problem>(problem);
  for (let row = begin; row < end; row++) {
    const query = row % x.queryRows;
    const head = row / x.queryRows % x.heads;
    const from = rowAt<T>(dOut, row / x.queryRows / x.heads, x.o, head, x.oHead, query, x.oRow);
    const beside = at<T>(out, row * x.dv);
    let sum = v128.splat<T>(0);
    for (let c = 0; c < x.dv; c++)
      sum = multiplyAdd<T>(v128.load_splat<T>(at<T>(from, c * x.oColumn)), v128.load_splat<T>(at<T>(beside, c)), sum);
    store<T>(at<T>(delta, row), v128.extract_lane<T>(sum, 0) - load<T>(at<T>(dLse, row)));
  }
}

// The parts of scratch.
let keysAt: usize = 0, keyColumnsAt: usize = 0, valuesAt: usize = 0, dKeysAt: usize = 0, dValuesAt: usize = 0;
let queriesAt: usize = 0, dOutAt: usize = 0, queryRowsAt: usize = 0, dOutRowsAt: usize = 0;
let weightsAt: usize = 0, slopesAt: usize = 0, sliverAt: usize = 0;
/** Registers of programs; one more holds what dropout multiplies with. */
let registersAt: usize = 0, factorsAt: usize = 0;
let registerSize: i32 = 0;

/** Columns of a row of whole panels. */
@inline function padded<T>(columns: i32): i32 { return panels<T>(columns) * width<T>(); }

function layOut<T>(x: Problem): void {
  const block = padded<T>(x.block), rows = slivers(x.tile) * ROWS;
  keysAt = partsAt();
  keyColumnsAt = keysAt + at<T>(0, rows * x.d);
  valuesAt = keyColumnsAt + at<T>(0, slivers(x.d) * ROWS * x.tile);
  dKeysAt = (valuesAt + at<T>(0, rows * x.dv) + 15) & ~15;
  dValuesAt = dKeysAt + at<T>(0, rows * padded<T>(x.d));
  queriesAt = dValuesAt + at<T>(0, rows * padded<T>(x.dv));
  dOutAt = queriesAt + at<T>(0, block * x.d);
  queryRowsAt = dOutAt + at<T>(0, block * x.dv);
  dOutRowsAt = queryRowsAt + at<T>(0, block * padded<T>(x.d));
  weightsAt = dOutRowsAt + at<T>(0, block * padded<T>(x.dv));
  slopesAt = weightsAt + at<T>(0, block * rows);
  sliverAt = slopesAt + at<T>(0, block * rows);
  registersAt = (sliverAt + at<T>(0, block * ROWS) + 15) & ~15;
  registerSize = rows * ROW;
  factorsAt = registersAt + <usize>(x.registers * registerSize);
}

/** dQ (of every span of keys, one after another), dK and dV are contiguous, and dQ is zeros before. Units share the items. */
@kernel function flash_backward<T>(
  dq: usize, dk: usize, dv: usize, dOut: usize, q: usize, k: usize, v: usize, lse: usize, delta: usize,
  sequences: usize, states: usize, program: usize,
  c0: usize, c1: usize, c2: usize, c3: usize, c4: usize, c5: usize, c6: usize, c7: usize,
  g0: usize, g1: usize, g2: usize, g3: usize, g4: usize, g5: usize, g6: usize, g7: usize,
  problem: usize, scale: f64, p: f64, begin: i32, end: i32,
): void {
  const x = changetype<Problem>(problem);
  layOut<T>(x);
  capture(c0, c1, c2, c3, c4, c5, c6, c7);
  const keyHeads = x.heads / x.group;
  const items = x.sequences * keyHeads * x.spans;
  const span = keysOfSpan(x);
  for (let unit = begin; unit < end; unit++) {
    store<usize>(gradientAt(0), gradientOf(x, g0, 0, unit));
    store<usize>(gradientAt(1), gradientOf(x, g1, 1, unit));
    store<usize>(gradientAt(2), gradientOf(x, g2, 2, unit));
    store<usize>(gradientAt(3), gradientOf(x, g3, 3, unit));
    store<usize>(gradientAt(4), gradientOf(x, g4, 4, unit));
    store<usize>(gradientAt(5), gradientOf(x, g5, 5, unit));
    store<usize>(gradientAt(6), gradientOf(x, g6, 6, unit));
    store<usize>(gradientAt(7), gradientOf(x, g7, 7, unit));
    for (let item = share(items, unit, x.parts); item < share(items, unit + 1, x.parts); item++) {
      const keyHead = item / x.spans % keyHeads, place = item % x.spans;
      turnTo(x, sequences, item / x.spans / keyHeads);
      const toQueries = at<T>(dq, place * x.batches * x.heads * x.queryRows * x.d);
      const to = min(keys, (place + 1) * span);
      for (let j = place * span; j < to; j += x.tile)
        tileOfKeys<T>(
          x, toQueries, dk, dv, dOut, q, k, v, lse, delta, states, program, scale, p, keyHead, j, min(x.tile, to - j),
        );
    }
  }
}

/** Where the part of a unit begins. */
@inline function gradientOf(x: Problem, gradient: usize, index: i32, unit: i32): usize {
  return gradient + <usize>unit * <usize>load<i32>(changetype<usize>(x) + offsetof<Problem>('captured0') + 4 * index);
}

/** The first of `items` that unit `unit` of `parts` takes. */
@inline function share(items: i32, unit: i32, parts: i32): i32 {
  return <i32>(<i64>items * unit / parts);
}

/** Packs a tile of keys, takes all blocks of queries that see it, and writes dK and dV. */
function tileOfKeys<T>(
  x: Problem, dq: usize, dk: usize, dv: usize, dOut: usize, q: usize, k: usize, v: usize, lse: usize, delta: usize,
  states: usize, program: usize, scale: f64, p: f64, keyHead: i32, j: i32, length: i32,
): void {
  const ofKeys = rowAt<T>(k, batch, x.k, keyHead, x.kHead, firstKey + j, x.kRow);
  packA<T>(keysAt, ofKeys, x.kRow, x.kColumn, length, x.d);
  const finite = packValues<T>(keyColumnsAt, ofKeys, x.kRow, x.kColumn, length, x.d);
  packA<T>(valuesAt, rowAt<T>(v, batch, x.v, keyHead, x.vHead, firstKey + j, x.vRow), x.vRow, x.vColumn, length, x.dv);
  memory.fill(dKeysAt, 0, queriesAt - dKeysAt);
  for (let head = keyHead * x.group; head < (keyHead + 1) * x.group; head++) {
    moveTo(sequence, head, queries, keys);
    const row = (batch * x.heads + head) * x.queryRows + firstQuery;
    // Queries that see a key of the tile.
    const to = min(queries, j + length + left);
    for (let i = max(0, j - right) / x.block * x.block; i < to; i += x.block) {
      const state = stateOf(x, states, head, i, j);
      if (state == 0) continue;
      const change = programFor(x, program, state);
      const back = x.slopes < 0 ? <usize>0 : at<i32>(program, x.slopes);
      const count = min(x.block, queries - i);
      const ofQueries = rowAt<T>(q, batch, x.q, head, x.qHead, firstQuery + i, x.qRow);
      blockOfQueries<T>(x, ofQueries, rowAt<T>(dOut, batch, x.o, head, x.oHead, firstQuery + i, x.oRow), count, scale);
      weights<T>(x, at<T>(lse, row + i), at<T>(delta, row + i), count, length, i, j, head, change, back, p);
      addQuerySlopes<T>(at<T>(dq, (row + i) * x.d), x.d, count, length, scale, finite);
      addRows<T>(dValuesAt, weightsAt, dOutRowsAt, x.dv, count, length);
      addRows<T>(dKeysAt, slopesAt, queryRowsAt, x.d, count, length);
    }
  }
  const place = (batch * (x.heads / x.group) + keyHead) * x.keyRows + firstKey + j;
  writeRows<T>(at<T>(dk, place * x.d), dKeysAt, length, x.d, scale);
  writeRows<T>(at<T>(dv, place * x.dv), dValuesAt, length, x.dv, 1);
}

/** Packs Q and dO, each for both products that they are in. */
@inline function blockOfQueries<T>(x: Problem, q: usize, dOut: usize, count: i32, scale: f64): void {
  packQueries<T>(queriesAt, q, x.qRow, x.qColumn, count, x.d, scale);
  packQueries<T>(dOutAt, dOut, x.oRow, x.oColumn, count, x.dv, 1);
  packRows<T>(queryRowsAt, q, x.qRow, x.qColumn, count, x.d);
  packRows<T>(dOutRowsAt, dOut, x.oRow, x.oColumn, count, x.dv);
}

/** Rows as panels of columns: [panel][row][ROW]. */
function packRows<T>(dst: usize, from: usize, rowStride: i32, columnStride: i32, rows: i32, columns: i32): void {
  for (let c = 0; c < columns; c += width<T>(), dst += rows * ROW)
    packPanel<T>(dst, at<T>(from, c * columnStride), rowStride, columnStride, rows, min(width<T>(), columns - c));
}

/** P^T (as it multiplies dO) and dS^T, [panel][key][ROW]. */
function weights<T>(
  x: Problem, lse: usize, delta: usize, count: i32, keys: i32, firstQuery: i32, firstKey: i32,
  head: i32, change: usize, back: usize, p: f64,
): void {
  for (let panel = 0; panel < panels<T>(count); panel++) {
    const scores = weightsAt + <usize>(panel * slivers(keys) * ROWS * ROW);
    const slopes = slopesAt + <usize>(panel * slivers(keys) * ROWS * ROW);
    for (let s = 0; s < slivers(keys); s++) {
      const to = <usize>(s * ROWS * ROW);
      gemm_tile<T>(scores + to, x.d, at<T>(keysAt, s * ROWS * x.d), queriesAt + <usize>(panel * x.d * ROW), ROW);
      gemm_tile<T>(slopes + to, x.dv, at<T>(valuesAt, s * ROWS * x.dv), dOutAt + <usize>(panel * x.dv * ROW), ROW);
    }
    const query = firstQuery + panel * width<T>();
    const some = min(width<T>(), count - panel * width<T>());
    const bytes = <usize>(keys * ROW);
    if (change != 0) {
      lookAt(query, firstKey);
      memory.copy(registersAt, scores, bytes);
      memory.copy(scores, run<T>(change, registersAt, registerSize, keys), bytes);
    }
    if (query + right < firstKey + keys - 1 || query + width<T>() - 1 - left > firstKey)
      hideOutside<T>(scores, keys, firstKey, query, some);
    if (p > 0) {
      dropFactors<T>(factorsAt, x, p, (<u64>sequence * x.heads + head) * x.queries + query, some, firstKey, keys);
      drop<T>(slopes, factorsAt, keys);
    }
    const place = at<T>(0, panel * width<T>());
    panelOfSlopes<T>(scores, slopes, lse + place, delta + place, some, keys);
    if (p > 0) drop<T>(scores, factorsAt, keys);
    // The scores themselves are still in register 0.
    if (back != 0 && change != 0) {
      memory.copy(registersAt + registerSize, slopes, bytes);
      keepSeen<T>(slopes, run<T>(back, registersAt, registerSize, keys), bytes);
    }
  }
}

/** The slopes of scores; what had none has none, whatever the score was. */
function keepSeen<T>(slopes: usize, found: usize, bytes: usize): void {
  const zero = v128.splat<T>(0);
  for (let end = slopes + bytes; slopes < end; slopes += 16, found += 16)
    v128.store(slopes, v128.andnot(v128.load(found), v128.eq<T>(v128.load(slopes), zero)));
}

/** dQ += scale dS K: dQ^T = K^T dS^T, tile by tile, turned into rows. */
@inline function addQuerySlopes<T>(dq: usize, d: i32, count: i32, keys: i32, scale: f64, finite: bool): void {
  for (let p = 0; p < panels<T>(count); p++) {
    const slopes = slopesAt + <usize>(p * slivers(keys) * ROWS * ROW);
    const some = min(width<T>(), count - p * width<T>());
    for (let s = 0; s < slivers(d); s++) {
      const columns = at<T>(keyColumnsAt, s * ROWS * keys);
      if (finite) gemm_tile<T>(tileAt(), keys, columns, slopes, ROW);
      else tileOfSeen<T>(tileAt(), keys, columns, slopes, false);
      for (let r = 0; r < min(ROWS, d - s * ROWS); r++) {
        let to = at<T>(dq, p * width<T>() * d + s * ROWS + r);
        for (let i = 0; i < some; i++, to += at<T>(0, d))
          store<T>(to, load<T>(to) + <T>scale * load<T>(at<T>(tileAt() + <usize>(r * ROW), i)));
      }
    }
  }
}

/** C[keys, columns] += W^T B: dV += P^T dO, or dK += dS^T Q. W^T in panels of queries, B in panels of columns. */
function addRows<T>(c: usize, w: usize, b: usize, columns: i32, count: i32, keys: i32): void {
  const wide = width<T>();
  const row = at<T>(0, padded<T>(columns));
  const finite = allFinite<T>(b, <usize>(panels<T>(columns) * count * ROW));
  for (let s = 0; s < slivers(keys); s++, c += <usize>ROWS * row) {
    for (let p = 0; p < panels<T>(count); p++) {
      const from = w + <usize>((p * slivers(keys) + s) * ROWS * ROW);
      packA<T>(at<T>(sliverAt, p * wide * ROWS), from, wide, 1, ROWS, wide);
    }
    for (let p = 0; p < panels<T>(columns); p++) {
      const panel = b + <usize>(p * count * ROW);
      if (finite) gemm_tile<T>(tileAt(), count, sliverAt, panel, ROW);
      else tileOfSeen<T>(tileAt(), count, sliverAt, panel, true);
      storeTile<T>(tileAt(), c + <usize>(p * ROW), row, ROWS, wide, 1, true);
    }
  }
}

/** Rows of whole panels, times a factor, one after another. */
function writeRows<T>(to: usize, from: usize, rows: i32, columns: i32, factor: f64): void {
  for (let r = 0; r < rows; r++, from += at<T>(0, padded<T>(columns)))
    for (let c = 0; c < columns; c++) store<T>(at<T>(to, r * columns + c), load<T>(at<T>(from, c)) * <T>factor);
}
