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
