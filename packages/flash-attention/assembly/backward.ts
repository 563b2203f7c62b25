// The derivative of attention, with the probabilities computed again from the log-sum-exp that the forward pass gave:
// P = exp(S - lse), dV = P^T dO, dP = dO V^T, dS = P (dP - D) with D = rowsum(dO O), dQ = scale dS K, dK = scale dS^T Q.
// A unit is one head of keys: tile by tile of keys, dK and dV gather in scratch over all queries that see the tile,
// while dQ gathers in its place. So nobody else writes where a unit writes, and the order of sums is always the same.

import { packA, packPanel } from '@tessera/kernels/assembly/gemm/pack';
import { gemm_tile, storeTile } from '@tessera/kernels/assembly/gemm/tile';
import { at } from '@tessera/kernels/assembly/lanes';
import { exp } from '@tessera/kernels/assembly/maths/exp';
import { packQueries, packValues } from './pack';
import { headAt, hideOutside, Problem } from './problem';
import { allFinite, tileOfSeen } from './seen';
import { panels, partsAt, ROW, ROWS, slivers, tileAt, width } from './tiles';

/**
 * D[row] = sum of dO O over a row of O, less the cotangent of its log-sum-exp, which gives every score of the row a slope of
 * its own: P dLse. Units are rows [batch, head, query]; out and dLse are contiguous.
 */
@kernel function flash_delta<T>(
  delta: usize, out: usize, dOut: usize, dLse: usize, problem: usize, begin: i32, end: i32,
): void {
  const x = changetype<Problem>(problem);
  for (let row = begin; row < end; row++) {
    const query = row % x.queries;
    const head = row / x.queries % x.heads;
    const from = at<T>(headAt<T>(dOut, x.o, x.oHead, row / x.queries / x.heads, head), query * x.oRow);
    const beside = at<T>(out, row * x.dv);
    let sum = -<f64>load<T>(at<T>(dLse, row));
    for (let c = 0; c < x.dv; c++) sum += <f64>load<T>(at<T>(from, c * x.oColumn)) * <f64>load<T>(at<T>(beside, c));
    store<T>(at<T>(delta, row), <T>sum);
  }
}

// The parts of scratch.
let keysAt: usize = 0, keyColumnsAt: usize = 0, valuesAt: usize = 0, dKeysAt: usize = 0, dValuesAt: usize = 0;
let queriesAt: usize = 0, dOutAt: usize = 0, queryRowsAt: usize = 0, dOutRowsAt: usize = 0;
let weightsAt: usize = 0, slopesAt: usize = 0, sliverAt: usize = 0;

/** Columns of a row of whole panels. */
@inline function padded<T>(columns: i32): i32 { return panels<T>(columns) * width<T>(); }

function layOut<T>(block: i32, tile: i32, d: i32, dv: i32): void {
  const queries = padded<T>(block), keys = slivers(tile) * ROWS;
  keysAt = partsAt();
  keyColumnsAt = keysAt + at<T>(0, keys * d);
  valuesAt = keyColumnsAt + at<T>(0, slivers(d) * ROWS * tile);
  dKeysAt = (valuesAt + at<T>(0, keys * dv) + 15) & ~15;
  dValuesAt = dKeysAt + at<T>(0, keys * padded<T>(d));
  queriesAt = dValuesAt + at<T>(0, keys * padded<T>(dv));
  dOutAt = queriesAt + at<T>(0, queries * d);
  queryRowsAt = dOutAt + at<T>(0, queries * dv);
  dOutRowsAt = queryRowsAt + at<T>(0, queries * padded<T>(d));
  weightsAt = dOutRowsAt + at<T>(0, queries * padded<T>(dv));
  slopesAt = weightsAt + at<T>(0, queries * keys);
  sliverAt = slopesAt + at<T>(0, queries * keys);
}

/** dQ, dK and dV are contiguous, and dQ is zeros before. Units are heads of keys of every batch. */
@kernel function flash_backward<T>(
  dq: usize, dk: usize, dv: usize, dOut: usize, q: usize, k: usize, v: usize, lse: usize, delta: usize,
  problem: usize, scale: f64, begin: i32, end: i32,
): void {
  const x = changetype<Problem>(problem);
  layOut<T>(x.block, x.tile, x.d, x.dv);
  const keyHeads = x.heads / x.group;
  for (let unit = begin; unit < end; unit++) {
    const batch = unit / keyHeads, keyHead = unit % keyHeads;
    const ofKeys = headAt<T>(k, x.k, x.kHead, batch, keyHead);
    const ofValues = headAt<T>(v, x.v, x.vHead, batch, keyHead);
    for (let j = 0; j < x.keys; j += x.tile) {
      const length = min(x.tile, x.keys - j);
      packA<T>(keysAt, at<T>(ofKeys, j * x.kRow), x.kRow, x.kColumn, length, x.d);
      const finite = packValues<T>(keyColumnsAt, at<T>(ofKeys, j * x.kRow), x.kRow, x.kColumn, length, x.d);
      packA<T>(valuesAt, at<T>(ofValues, j * x.vRow), x.vRow, x.vColumn, length, x.dv);
      memory.fill(dKeysAt, 0, queriesAt - dKeysAt);
      for (let head = keyHead * x.group; head < (keyHead + 1) * x.group; head++) {
        const row = (batch * x.heads + head) * x.queries;
        const ofQueries = headAt<T>(q, x.q, x.qHead, batch, head);
        const ofOut = headAt<T>(dOut, x.o, x.oHead, batch, head);
        // Queries that see a key of the tile.
        const to = min(x.queries, j + length + x.left);
        for (let i = max(0, j - x.right) / x.block * x.block; i < to; i += x.block) {
          const count = min(x.block, x.queries - i);
          blockOfQueries<T>(x, at<T>(ofQueries, i * x.qRow), at<T>(ofOut, i * x.oRow), count, scale);
          weights<T>(x, at<T>(lse, row + i), at<T>(delta, row + i), count, length, i, j);
          addQuerySlopes<T>(at<T>(dq, (row + i) * x.d), x.d, count, length, scale, finite);
          addRows<T>(dValuesAt, weightsAt, dOutRowsAt, x.dv, count, length);
          addRows<T>(dKeysAt, slopesAt, queryRowsAt, x.d, count, length);
        }
      }
      const place = (batch * keyHeads + keyHead) * x.keys + j;
      writeRows<T>(at<T>(dk, place * x.d), dKeysAt, length, x.d, scale);
      writeRows<T>(at<T>(dv, place * x.dv), dValuesAt, length, x.dv, 1);
    }
  }
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

/** P^T and dS^T, [panel][key][ROW]. */
@inline function weights<T>(
  x: Problem, lse: usize, delta: usize, count: i32, keys: i32, firstQuery: i32, firstKey: i32,
): void {
  for (let p = 0; p < panels<T>(count); p++) {
    const scores = weightsAt + <usize>(p * slivers(keys) * ROWS * ROW);
    const slopes = slopesAt + <usize>(p * slivers(keys) * ROWS * ROW);
    for (let s = 0; s < slivers(keys); s++) {
      const to = <usize>(s * ROWS * ROW);
      gemm_tile<T>(scores + to, x.d, at<T>(keysAt, s * ROWS * x.d), queriesAt + <usize>(p * x.d * ROW), ROW);
      gemm_tile<T>(slopes + to, x.dv, at<T>(valuesAt, s * ROWS * x.dv), dOutAt + <usize>(p * x.dv * ROW), ROW);
    }
    const query = firstQuery + p * width<T>();
    const some = min(width<T>(), count - p * width<T>());
    if (query + x.right < firstKey + keys - 1 || query + width<T>() - 1 - x.left > firstKey)
      hideOutside<T>(scores, keys, firstKey, query, some, x.left, x.right);
    panelOfSlopes<T>(scores, slopes, at<T>(lse, p * width<T>()), at<T>(delta, p * width<T>()), some, keys);
  }
}

/** P = exp(S - lse), dS = P (dP - D); 0 where there is no query, and where a query sees no key. */
function panelOfSlopes<T>(scores: usize, slopes: usize, lse: usize, delta: usize, queries: i32, keys: i32): void {
  // Beside the tile: lse and D of every lane.
  const known = tileAt() - 2 * ROW;
  for (let i = 0; i < width<T>(); i++) {
    store<T>(at<T>(known, i), i < queries ? load<T>(at<T>(lse, i)) : <T>-Infinity);
    store<T>(at<T>(known + 32, i), i < queries ? load<T>(at<T>(delta, i)) : 0);
  }
  const lseA = v128.load(known), lseB = v128.load(known, 16);
  const deltaA = v128.load(known, 32), deltaB = v128.load(known, 48);
  const none = v128.splat<T>(<T>-Infinity);
  const deadA = v128.eq<T>(lseA, none), deadB = v128.eq<T>(lseB, none);
  const zero = v128.splat<T>(0);
  for (let j = 0; j < keys; j++, scores += ROW, slopes += ROW) {
    const scoreA = v128.load(scores), scoreB = v128.load(scores, 16);
    const hiddenA = v128.or(deadA, v128.eq<T>(scoreA, none)), hiddenB = v128.or(deadB, v128.eq<T>(scoreB, none));
    const a = v128.andnot(exp<T>(v128.sub<T>(scoreA, lseA)), hiddenA);
    const b = v128.andnot(exp<T>(v128.sub<T>(scoreB, lseB)), hiddenB);
    v128.store(scores, a);
    v128.store(scores, b, 16);
    // What is not seen has no slope, whatever its value is.
    const slopeA = v128.mul<T>(a, v128.sub<T>(v128.load(slopes), deltaA));
    const slopeB = v128.mul<T>(b, v128.sub<T>(v128.load(slopes, 16), deltaB));
    v128.store(slopes, v128.andnot(slopeA, v128.eq<T>(a, zero)));
    v128.store(slopes, v128.andnot(slopeB, v128.eq<T>(b, zero)), 16);
  }
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
