/** When attention is taken to the kernel that works in tiles, and how. */
import { flashAttention } from '@tessera/flash-attention';
import type { Shape, Tensor } from '@tessera/tensor';
import { sameShape } from '@tessera/tensor/core';

/**
 * From so many queries and keys on, tiles are about as fast as plain ops or up to ten times faster, most where there is a mask or where
 * scores are large, in memory that does not grow with the square of the length.
 */
const LEAST = 128;
/** Heads up to so wide fit the kernels' scratch memory with room to spare. */
const WIDEST = 512;

/** Whether tiles serve better; by sizes alone, so that the same attention always has the same bits. */
export function servesInTiles(q: Shape, k: Shape, v: Shape, mask: Shape | null, enableGqa: boolean): boolean {
  if (q.length < 3 || k.length !== q.length || v.length !== q.length) return false;
  // A mask knows four dimensions.
  if (mask !== null && q.length > 4) return false;
  const before = q.slice(0, -3);
  const alike = [k, v].every((shape) => sameShape(shape.slice(0, -3), before));
  if (!alike || k.at(-3) !== v.at(-3) || (!enableGqa && k.at(-3) !== q.at(-3))) return false;
  if ((q.at(-1) as number) > WIDEST || (v.at(-1) as number) > WIDEST) return false;
  return Math.min(q.at(-2) as number, k.at(-2) as number) >= LEAST;
}

/** softmax(scale Q K^T + mask) V in tiles. [..., H, L, E] -> [..., H, L, Ev] */
export function attendInTiles(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: {
    readonly attnMask: Tensor | null;
    readonly dropoutP: number;
    readonly isCausal: boolean;
    readonly scale: number;
    readonly enableGqa: boolean;
  },
): Tensor {
  const { isCausal, ...rest } = options;
  // (..., H, L, E) -> (B, H, L, E)
  const [q, k, v] = [query, key, value].map((t) => (t.ndim === 4 ? t : t.reshape(-1, ...t.shape.slice(-3)))) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const { output } = flashAttention(q, k, v, { ...rest, causal: isCausal ? 'top-left' : false });
  return query.ndim === 4 ? output : output.reshape([...query.shape.slice(0, -1), value.shape.at(-1) as number]);
}
