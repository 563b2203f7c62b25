/** What a query takes of every value. */
import { arange, softmax, type Tensor, where } from '@tessera/tensor';

/** Softmax over the keys that may be attended to (a bool mask is true there): zeros where there are none. */
export function attentionWeights(scores: Tensor, mask: Tensor | null, isCausal: boolean): Tensor {
  const [length, keys] = scores.shape.slice(-2) as [number, number];
  if (isCausal) {
    // Query i sees keys 0 to i: at least the first.
    const visible = arange(length).unsqueeze(1).ge(arange(keys));
    return softmax(where(visible, scores, -Infinity), -1);
  }
  if (mask === null || keys === 0) return softmax(scores, -1);
  const masked = mask.dtype === 'bool' ? where(mask, scores, -Infinity) : scores.add(mask);
  // A row of -Infinity alone has no softmax: it is taken out before, so that no gradient becomes NaN, and after.
  const dead = masked.detach().amax(-1, { keepdim: true }).eq(-Infinity);
  return where(dead, 0, softmax(where(dead, 0, masked), -1));
}
