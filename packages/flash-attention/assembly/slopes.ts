// What a panel of scores becomes in the backward pass.
import { at } from '@tessera/kernels/assembly/lanes';
import { exp } from '@tessera/kernels/assembly/maths/exp';
import { ROW, tileAt, width } from './tiles';

/** P = exp(S - lse), dS = P (dP - D); 0 where there is no query, and where a query sees no key. */
export function panelOfSlopes<T>(scores: usize, slopes: usize, lse: usize, delta: usize, queries: i32, keys: i32): void {
  // Beside the tile: lse and D of every lane.
  const known = tileAt() - 2 * ROW;
  for (let i = 0; i < width<T>(); i++) {
    store<T>(at<T>(known, i), i < queries ? load<T>(at<T>(lse, i)) : <T>-Infinity);
    store<T>(at<T>(known + 32, i), i < queries ? load<T>(at<T>(delta, i)) : 0);
  }
  weigh<T>(scores, v128.load(known), v128.load(known, 16), keys);
  const deltaA = v128.load(known, 32), deltaB = v128.load(known, 48);
  const zero = v128.splat<T>(0);
  for (let j = 0; j < keys; j++, scores += ROW, slopes += ROW) {
    const a = v128.load(scores), b = v128.load(scores, 16);
    const slopeA = v128.mul<T>(a, v128.sub<T>(v128.load(slopes), deltaA));
    const slopeB = v128.mul<T>(b, v128.sub<T>(v128.load(slopes, 16), deltaB));
    // What is not seen has no slope, whatever its value is.
    v128.store(slopes, v128.andnot(slopeA, v128.eq<T>(a, zero)));
    v128.store(slopes, v128.andnot(slopeB, v128.eq<T>(b, zero)), 16);
  }
}

/** Scores become weights, two keys at once: four exponentials side by side. */
function weigh<T>(scores: usize, lseA: v128, lseB: v128, keys: i32): void {
  const none = v128.splat<T>(<T>-Infinity);
  const deadA = v128.eq<T>(lseA, none), deadB = v128.eq<T>(lseB, none);
  let j = 0;
  for (; j <= keys - 2; j += 2, scores += 2 * ROW) {
    const s0 = v128.load(scores), s1 = v128.load(scores, 16), s2 = v128.load(scores, 32), s3 = v128.load(scores, 48);
    const p0 = exp<T>(v128.sub<T>(s0, lseA)), p1 = exp<T>(v128.sub<T>(s1, lseB));
    const p2 = exp<T>(v128.sub<T>(s2, lseA)), p3 = exp<T>(v128.sub<T>(s3, lseB));
    v128.store(scores, v128.andnot(p0, v128.or(deadA, v128.eq<T>(s0, none))));
    v128.store(scores, v128.andnot(p1, v128.or(deadB, v128.eq<T>(s1, none))), 16);
    v128.store(scores, v128.andnot(p2, v128.or(deadA, v128.eq<T>(s2, none))), 32);
    v128.store(scores, v128.andnot(p3, v128.or(deadB, v128.eq<T>(s3, none))), 48);
  }
  if (j < keys) {
    const s0 = v128.load(scores), s1 = v128.load(scores, 16);
    const p0 = exp<T>(v128.sub<T>(s0, lseA)), p1 = exp<T>(v128.sub<T>(s1, lseB));
    v128.store(scores, v128.andnot(p0, v128.or(deadA, v128.eq<T>(s0, none))));
    v128.store(scores, v128.andnot(p1, v128.or(deadB, v128.eq<T>(s1, none))), 16);
  }
}
