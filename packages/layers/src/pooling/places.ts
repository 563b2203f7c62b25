/** Where windows' elements lie in the plane of a channel, and the way back there. */
import { scatterAdd, type Tensor, zeros } from '@tessera/tensor';
import { elementsOf, type Shape } from '@tessera/tensor/core';
import type { PoolGeometry } from './poolShape.ts';

/**
 * For every element of every window its place in the plane, row-major: [P, K]. Padding stands for the window's first
 * element that lies in the plane: that one is chosen where all are -Infinity.
 */
export function placesIn(sizes: Shape, positions: Shape, geometry: PoolGeometry): Int32Array {
  let all: Int32Array = Int32Array.of(0);
  let [windows, kernel] = [1, 1];
  // One dimension after the other: [P, K] of those before, [p, k] of this one -> [P p, K k]
  sizes.forEach((size, d) => {
    const [count, k] = [positions[d] as number, geometry.kernel[d] as number];
    const line = placesAlong(size, count, d, geometry);
    const next = new Int32Array(all.length * line.length);
    let at = 0;
    for (let w = 0; w < windows; w++) {
      for (let p = 0; p < count; p++) {
        for (let i = 0; i < kernel; i++) {
          const outer = (all[w * kernel + i] as number) * size;
          for (let j = 0; j < k; j++) next[at++] = outer + (line[p * k + j] as number);
        }
      }
    }
    all = next;
    windows *= count;
    kernel *= k;
  });
  return all;
}

/** The same along one dimension: [p, k]. */
function placesAlong(size: number, count: number, d: number, geometry: PoolGeometry): Int32Array {
  const [k, step] = [geometry.kernel[d] as number, geometry.stride[d] as number];
  const [side, gap] = [geometry.padding[d] as number, geometry.dilation[d] as number];
  const line = new Int32Array(count * k);
  for (let p = 0; p < count; p++) {
    const start = p * step - side;
    const first = start < 0 ? start + gap * Math.ceil(-start / gap) : start;
    for (let i = 0; i < k; i++) {
      const place = start + i * gap;
      const inside = place >= 0 && place < size;
      line[p * k + i] = inside ? place : first < size ? first : 0;
    }
  }
  return line;
}

/** Adds every element of g where its index says: (N, C, ...positions) -> x, of shape (N, C, ...sizes). */
export function putBack(g: Tensor, indices: Tensor, x: Shape): Tensor {
  const [planes, count] = [elementsOf(x.slice(0, 2)), elementsOf(g.shape.slice(2))];
  const plane = zeros([planes, elementsOf(x.slice(2))], { dtype: g.dtype });
  return scatterAdd(plane, 1, indices.reshape(planes, count), g.reshape(planes, count)).reshape(x);
}
