// The online softmax of one panel of queries.
import { exp, expDown } from '@tessera/kernels/assembly/maths/exp';
import { ROW, tileAt } from './tiles';

/** What O of the panel is rescaled with. */
@inline export function alphaAt(): usize { return tileAt() - ROW; }

/** Scores of one panel become exp(score - m); m, l (of every lane, at `largestAt` and `sumAt`) and the rescaling of O follow. */
export function softmaxStep<T>(scoresAt: usize, largestAt: usize, sumAt: usize, keys: i32): void {
  const oldA = v128.load(largestAt), oldB = v128.load(largestAt, 16);
  let a = oldA, b = oldB;
  for (let j = 0; j < keys; j++) {
    // pmax(a, x) is a < x ? x : a
    a = v128.pmax<T>(a, v128.load(scoresAt + <usize>(j * ROW)));
    b = v128.pmax<T>(b, v128.load(scoresAt + <usize>(j * ROW), 16));
  }
  // An infinite score is not taken from itself, which would be NaN: the sum becomes infinite, and so the log-sum-exp.
  const most = v128.splat<T>(sizeof<T>() == 4 ? <T>f32.MAX_VALUE : <T>f64.MAX_VALUE);
  const endless = v128.any_true(v128.or(v128.gt<T>(a, most), v128.gt<T>(b, most)));
  a = v128.pmin<T>(a, most);
  b = v128.pmin<T>(b, most);
  v128.store(largestAt, a);
  v128.store(largestAt, b, 16);
  // While no key was seen the largest is -Infinity: 0 stands for it, so that exp gives 0 and not NaN.
  const none = v128.splat<T>(<T>-Infinity);
  const downA = v128.andnot(a, v128.eq<T>(a, none)), downB = v128.andnot(b, v128.eq<T>(b, none));
  v128.store(alphaAt(), exp<T>(v128.sub<T>(oldA, downA)));
  v128.store(alphaAt(), exp<T>(v128.sub<T>(oldB, downB)), 16);
  if (endless) weigh<T, Any<T>>(scoresAt, sumAt, downA, downB, keys);
  else weigh<T, Down<T>>(scoresAt, sumAt, downA, downB, keys);
}

class Any<T> { @inline of(x: v128): v128 { return exp<T>(x); } }
class Down<T> { @inline of(x: v128): v128 { return expDown<T>(x); } }

/** exp(score - m), and l = alpha l + their sum. Two keys at once: four exponentials side by side. */
function weigh<T, Exp>(scores: usize, sumAt: usize, downA: v128, downB: v128, keys: i32): void {
  const exponential = changetype<Exp>(0);
  let sumA = v128.splat<T>(0), sumB = v128.splat<T>(0);
  let j = 0;
  for (; j <= keys - 2; j += 2, scores += 2 * ROW) {
    const p0 = exponential.of(v128.sub<T>(v128.load(scores), downA));
    const p1 = exponential.of(v128.sub<T>(v128.load(scores, 16), downB));
    const p2 = exponential.of(v128.sub<T>(v128.load(scores, 32), downA));
    const p3 = exponential.of(v128.sub<T>(v128.load(scores, 48), downB));
    v128.store(scores, p0);
    v128.store(scores, p1, 16);
    v128.store(scores, p2, 32);
    v128.store(scores, p3, 48);
    sumA = v128.add<T>(sumA, v128.add<T>(p0, p2));
    sumB = v128.add<T>(sumB, v128.add<T>(p1, p3));
  }
  if (j < keys) {
    const p0 = exponential.of(v128.sub<T>(v128.load(scores), downA));
    const p1 = exponential.of(v128.sub<T>(v128.load(scores, 16), downB));
    v128.store(scores, p0);
    v128.store(scores, p1, 16);
    sumA = v128.add<T>(sumA, p0);
    sumB = v128.add<T>(sumB, p1);
  }
  v128.store(sumAt, v128.add<T>(v128.mul<T>(v128.load(sumAt), v128.load(alphaAt())), sumA));
  v128.store(sumAt, v128.add<T>(v128.mul<T>(v128.load(sumAt, 16), v128.load(alphaAt(), 16)), sumB), 16);
}
