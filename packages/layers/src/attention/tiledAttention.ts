/** When attention is taken to the kernel that works in tiles, and how. */
import { flashAttention } from '@tessera/flash-attention';
import type { Shape, Tensor } from '@tessera/tensor';
import { sameShape } from '@tessera/tensor/core';

/**
 * From so many queries and keys on, tiles are faster forward than plain ops (1.1 to 4 times, most where causal), and about as fast
 * or faster in both passes, in memory that does not grow with the square of the length. One head alone is no work to share in the
 * backward pass (0.6 to 0.7 of the speed, unless causal): it is taken where its scores would be large.
 */
const [LEAST, LEAST_ALONE] = [128, 4096];
/** Heads up to so wide fit the kernels' scratch memory with room to spare. */
const WIDEST = 512;

/** Whether tiles serve better; by sizes alone, so that the same attention always has the same bits. */
export function servesInTiles(q: Shape, k: Shape, v: Shape, isCausal: boolean, enableGqa: boolean): boolean {
  if (q.length < 3 || k.length !== q.length || v.length !== q.length) return false;
  const [before, heads, queries, keys] = [q.slice(0, -3), q.at(-3), q.at(-2), k.at(-2)] as [
    Shape,
    number,
    number,
    number,
  ];
  const alike = [k, v].every((shape) => sameShape(shape.slice(0, -3), before));
  if (!alike || k.at(-3) !== v.at(-3) || (!enableGqa && k.at(-3) !== heads)) return false;
  if ((q.at(-1) as number) > WIDEST || (v.at(-1) as number) > WIDEST) return false;
  const several = before.reduce((product, size) => product * size, k.at(-3) as number) > 1;
  return Math.min(queries, keys) >= LEAST && (isCausal || several || keys >= LEAST_ALONE);
}

/** softmax(scale Q K^T) V in tiles. [..., H, L, E] -> [..., H, L, Ev] */
export function attendInTiles(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: { readonly isCausal: boolean; readonly scale: number; readonly enableGqa: boolean },
): Tensor {
  const { isCausal, scale, enableGqa } = options;
  // (..., H, L, E) -> (B, H, L, E)
  const [q, k, v] = [query, key, value].map((t) => (t.ndim === 4 ? t : t.reshape(-1, ...t.shape.slice(-3)))) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const { output } = flashAttention(q, k, v, { scale, causal: isCausal ? 'top-left' : false, enableGqa });
  return query.ndim === 4 ? output : output.reshape([...query.shape.slice(0, -1), value.shape.at(-1) as number]);
}
