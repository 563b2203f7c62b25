// softmax(scale Q K^T) V, a block of queries at a time, over tiles of keys with an online softmax: with m the largest
// score so far and l the sum of exp(score - m), a new tile with the largest score m' rescales l and O by exp(m - m').

import { packA } from '@tessera/kernels/assembly/gemm/pack';
import { gemm_tile } from '@tessera/kernels/assembly/gemm/tile';
import { at } from '@tessera/kernels/assembly/lanes';
import { exp } from '@tessera/kernels/assembly/maths/exp';
import { packQueries, packValues, unpackPanel } from './pack';
import { headAt, hideOutside, Problem } from './problem';
import { tileOfSeen } from './seen';
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
/** S^T, then P^T, of one panel: [key][ROW]. */
let scoresAt: usize = 0;
/** What O of the panel is rescaled with. */
@inline function alphaAt(): usize { return tileAt() - ROW; }

function layOut<T>(queries: i32, keys: i32, d: i32, dv: i32): void {
  const count = panels<T>(queries);
  largestAt = partsAt();
  sumAt = largestAt + <usize>(count * ROW);
  queriesAt = sumAt + <usize>(count * ROW);
  outAt = queriesAt + <usize>(count * d * ROW);
  keysAt = outAt + <usize>(count * slivers(dv) * ROWS * ROW);
  valuesAt = keysAt + at<T>(0, slivers(keys) * ROWS * d);
  scoresAt = (valuesAt + at<T>(0, slivers(dv) * ROWS * keys) + 15) & ~15;
}

/** Units are blocks of queries, of every head of every batch. */
@kernel function flash_forward<T>(
  out: usize, lse: usize, q: usize, k: usize, v: usize, problem: usize, scale: f64, begin: i32, end: i32,
): void {
  const x = changetype<Problem>(problem);
  const d = x.d, dv = x.dv, left = x.left, right = x.right;
  const blocks = (x.queries + x.block - 1) / x.block;
  layOut<T>(x.block, x.tile, d, dv);
  for (let unit = begin; unit < end; unit++) {
    const head = unit / blocks % x.heads;
    const batch = unit / blocks / x.heads;
    const first = unit % blocks * x.block;
    const count = min(x.block, x.queries - first);
    const ofQueries = at<T>(headAt<T>(q, x.q, x.qHead, batch, head), first * x.qRow);
    const ofKeys = headAt<T>(k, x.k, x.kHead, batch, head / x.group);
    const ofValues = headAt<T>(v, x.v, x.vHead, batch, head / x.group);
    packQueries<T>(queriesAt, ofQueries, x.qRow, x.qColumn, count, d, scale);
    start<T>(count, dv);
    let infinite = false;
    const to = min(x.keys, first + count + right);
    for (let j = max(0, first - left) / x.tile * x.tile; j < to; j += x.tile) {
      const length = min(x.tile, to - j);
      packA<T>(keysAt, at<T>(ofKeys, j * x.kRow), x.kRow, x.kColumn, length, d);
      const finite = packValues<T>(valuesAt, at<T>(ofValues, j * x.vRow), x.vRow, x.vColumn, length, dv);
      infinite = infinite || !finite;
      for (let p = 0; p < panels<T>(count); p++) {
        const query = first + p * width<T>();
        const last = query + width<T>() - 1;
        if (last + right < j || query - left >= j + length) continue;
        const seen = min(length, last + right + 1 - j);
        panelOfScores<T>(p, seen, d);
        if (query + right < j + seen - 1 || last - left > j)
          hideOutside<T>(scoresAt, seen, j, query, width<T>(), left, right);
        softmaxStep<T>(p, seen);
        addValues<T>(p, seen, length, dv, finite, infinite);
      }
    }
    const ofOut = at<T>(headAt<T>(out, x.o, x.oHead, batch, head), first * x.oRow);
    const ofLse = lse == 0 ? 0 : at<T>(lse, (batch * x.heads + head) * x.queries + first);
    finish<T>(ofOut, x.oRow, x.oColumn, ofLse, count, dv);
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
    gemm_tile<T>(scoresAt + <usize>(i * ROWS * ROW), d, at<T>(keysAt, i * ROWS * d), panel, ROW);
}

/** Scores of one panel become exp(score - m); m, l and the rescaling of O follow. */
function softmaxStep<T>(p: i32, keys: i32): void {
  const place = <usize>(p * ROW);
  const oldA = v128.load(largestAt + place), oldB = v128.load(largestAt + place, 16);
  let a = oldA, b = oldB;
  for (let j = 0; j < keys; j++) {
    // pmax(a, x) is a < x ? x : a
    a = v128.pmax<T>(a, v128.load(scoresAt + <usize>(j * ROW)));
    b = v128.pmax<T>(b, v128.load(scoresAt + <usize>(j * ROW), 16));
  }
  // An infinite score is not taken from itself, which would be NaN: the sum becomes infinite, and so the log-sum-exp.
  const most = v128.splat<T>(sizeof<T>() == 4 ? <T>f32.MAX_VALUE : <T>f64.MAX_VALUE);
  a = v128.pmin<T>(a, most);
  b = v128.pmin<T>(b, most);
  v128.store(largestAt + place, a);
  v128.store(largestAt + place, b, 16);
  // While no key was seen the largest is -Infinity: 0 stands for it, so that exp gives 0 and not NaN.
  const none = v128.splat<T>(<T>-Infinity);
  const downA = v128.andnot(a, v128.eq<T>(a, none)), downB = v128.andnot(b, v128.eq<T>(b, none));
  const alphaA = exp<T>(v128.sub<T>(oldA, downA)), alphaB = exp<T>(v128.sub<T>(oldB, downB));
  v128.store(alphaAt(), alphaA);
  v128.store(alphaAt(), alphaB, 16);
  let sumA = v128.splat<T>(0), sumB = v128.splat<T>(0);
  let j = 0;
  // Two keys at once: four exponentials side by side.
  for (; j <= keys - 2; j += 2) {
    const at0 = scoresAt + <usize>(j * ROW);
    const p0 = exp<T>(v128.sub<T>(v128.load(at0), downA)), p1 = exp<T>(v128.sub<T>(v128.load(at0, 16), downB));
    const p2 = exp<T>(v128.sub<T>(v128.load(at0, 32), downA)), p3 = exp<T>(v128.sub<T>(v128.load(at0, 48), downB));
    v128.store(at0, p0);
    v128.store(at0, p1, 16);
    v128.store(at0, p2, 32);
    v128.store(at0, p3, 48);
    sumA = v128.add<T>(sumA, v128.add<T>(p0, p2));
    sumB = v128.add<T>(sumB, v128.add<T>(p1, p3));
  }
  if (j < keys) {
    const at0 = scoresAt + <usize>(j * ROW);
    const p0 = exp<T>(v128.sub<T>(v128.load(at0), downA)), p1 = exp<T>(v128.sub<T>(v128.load(at0, 16), downB));
    v128.store(at0, p0);
    v128.store(at0, p1, 16);
    sumA = v128.add<T>(sumA, p0);
    sumB = v128.add<T>(sumB, p1);
  }
  v128.store(sumAt + place, v128.add<T>(v128.mul<T>(v128.load(sumAt + place), alphaA), sumA));
  v128.store(sumAt + place, v128.add<T>(v128.mul<T>(v128.load(sumAt + place, 16), alphaB), sumB), 16);
}

/** O^T = O^T alpha + V^T P^T for one panel. */
@inline function addValues<T>(p: i32, keys: i32, packed: i32, dv: i32, finite: bool, infinite: bool): void {
  const alphaA = v128.load(alphaAt()), alphaB = v128.load(alphaAt(), 16);
  let to = outAt + <usize>(p * slivers(dv) * ROWS * ROW);
  if (infinite) forget<T>(to, slivers(dv) * ROWS, alphaA, alphaB);
  for (let i = 0; i < slivers(dv); i++) {
    const values = at<T>(valuesAt, i * ROWS * packed);
    if (finite) gemm_tile<T>(tileAt(), keys, values, scoresAt, ROW);
    else tileOfSeen<T>(tileAt(), keys, values, scoresAt, false);
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
    const byA = v128.bitselect(one, a, v128.eq<T>(a, zero)), byB = v128.bitselect(one, b, v128.eq<T>(b, zero));
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
