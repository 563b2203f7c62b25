/** The most frequent element. */

import type { Check, Result } from '../../core/rule.ts';
import type { PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { sortedOrder } from '../sorting/order.ts';
import type { Reduced, ReductionOptions } from './reduction.ts';
import {
  choose,
  type SelectionAttributes,
  selectionAttributes,
  selectionOp,
  type ValuesAndIndices,
} from './selection.ts';

/** The most frequent element of every line, the least of equally frequent ones, and where it stands last. */
export const modeOp: PrimitiveOp<'x', SelectionAttributes> = selectionOp('mode', placeOfMode, (_, dim, keepdim) => ({
  dim,
  keepdim,
}));

function placeOfMode(line: Float64Array): number {
  const order = sortedOrder(line, false);
  let best = 0;
  let longest = 0;
  let run = 0;
  order.forEach((place, i) => {
    run = i > 0 && line[place] === line[order[i - 1] as number] ? run + 1 : 1;
    if (run <= longest) return;
    longest = run;
    best = place;
  });
  return best;
}

/**
 * The most frequent element of every line along `dim` (the least of equally frequent ones) and its last index.
 * PyTorch: `torch.mode`.
 *
 * @example
 * mode(tensor([3, 1, 3, 2])).values; // tensor(3.)
 */
export function mode<A extends Tensor, D extends number = -1, K extends boolean = false>(
  x: A,
  dim?: D & Check<Reduced<'mode', A['shape'], D, K>>,
  options?: ReductionOptions<K>,
): ValuesAndIndices<Result<Reduced<'mode', A['shape'], D, K>>>;
export function mode(x: Tensor, dim = -1, options: ReductionOptions = {}): ValuesAndIndices {
  return choose(modeOp, x, selectionAttributes('mode', x, dim, options));
}
