import type { Draw, Sample } from '@tessera/tensor';
import { ALL, type FlashAttributes } from './problem.ts';

/** Several tiles, ragged ones among them. */
export function sampleFlash(draw: Draw): Sample<FlashAttributes> {
  const [batch, keyHeads, group] = [draw.integer(1, 2), draw.integer(1, 2), draw.integer(1, 2)];
  const [queries, keys, d, dv] = [draw.integer(1, 9), draw.integer(1, 9), draw.integer(1, 4), draw.integer(1, 4)];
  // Every query sees a key: of a log-sum-exp of -Infinity there are no differences.
  const back = Math.max(0, queries - keys);
  const [left, right] = draw.pick([
    [ALL, ALL],
    [ALL, 0],
    [back + 1, 1],
    [back, 4],
    [ALL, 2],
  ] as const);
  return {
    inputs: [
      { shape: [batch, keyHeads * group, queries, d], range: [-2, 2] },
      { shape: [batch, keyHeads, keys, d], range: [-2, 2] },
      { shape: [batch, keyHeads, keys, dv], range: [-2, 2] },
    ],
    attributes: { scale: draw.pick([1, 0.5]), left, right, tiles: draw.pick([null, [8, 5], [4, 1], [16, 3]]) },
  };
}
