/** The greatest and the least element, without its place. */

import { checkTensor } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import type { Check, Result } from '../../core/rule.ts';
import type { PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { launchFold } from './layout.ts';
import {
  type Dims,
  type Reduced,
  type ReductionAttributes,
  type ReductionOptions,
  reducedShape,
  reduceRows,
  reductionAttributes,
  rejectEmpty,
  sampleReduction,
} from './reduction.ts';
import { shareAmongEqual } from './selection.ts';

function extremeOp(
  name: 'amax' | 'amin',
  better: (a: number, b: number) => number,
): PrimitiveOp<'x', ReductionAttributes> {
  return {
    kind: 'primitive',
    name,
    operands: ['x'],
    infer: ([x], attributes) => {
      const { shape, dtype } = x as Tensor;
      rejectEmpty(name, shape, attributes);
      return { shape: reducedShape(shape, attributes), dtype };
    },
    reference: ([y], [x], attributes) => reduceRows(y, x, attributes, (row) => row.reduce((a, b) => better(a, b))),
    kernel: ([y], [x], { dims }) => launchFold(name, y as Tensor, x as Tensor, dims),
    vjp: {
      x:
        ({ x, out }, attributes) =>
        (g) =>
          shareAmongEqual(g, x, out, attributes),
    },
    sample: (draw) => {
      const { inputs, attributes } = sampleReduction(draw);
      return { inputs: inputs.map((input) => ({ ...input, distinct: true })), attributes };
    },
  };
}

/** The greatest element; NaN where there is one. */
export const amaxOp: PrimitiveOp<'x', ReductionAttributes> = extremeOp('amax', Math.max);

/** The least element; NaN where there is one. */
export const aminOp: PrimitiveOp<'x', ReductionAttributes> = extremeOp('amin', Math.min);

/**
 * The greatest element over `dim` (one, several, or all dimensions); its gradient is shared evenly among equals.
 * PyTorch: `torch.amax`.
 *
 * @throws IndexError when a reduced dimension has size 0.
 * @example
 * amax(tensor([[1, 5], [3, 2]]), 1); // tensor([5., 3.])
 */
export function amax(x: Tensor): Tensor<readonly []>;
export function amax<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
  x: A,
  dim: D & Check<Reduced<'amax', A['shape'], D, K>>,
  options?: ReductionOptions<K>,
): Tensor<Result<Reduced<'amax', A['shape'], D, K>>>;
export function amax(x: Tensor, dim?: Dims, options: ReductionOptions = {}): Tensor {
  return apply(amaxOp, [checkTensor('amax', 'x', x)], reductionAttributes('amax', x, dim, options));
}

/** The least element over `dim`, as `amax`. PyTorch: `torch.amin`. */
export function amin(x: Tensor): Tensor<readonly []>;
export function amin<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
  x: A,
  dim: D & Check<Reduced<'amin', A['shape'], D, K>>,
  options?: ReductionOptions<K>,
): Tensor<Result<Reduced<'amin', A['shape'], D, K>>>;
export function amin(x: Tensor, dim?: Dims, options: ReductionOptions = {}): Tensor {
  return apply(aminOp, [checkTensor('amin', 'x', x)], reductionAttributes('amin', x, dim, options));
}

/** The least and the greatest element over `dim`, or of all. PyTorch: `torch.aminmax`. */
export function aminmax<A extends Tensor, const D extends number | undefined = undefined, K extends boolean = false>(
  x: A,
  dim?: D & Check<Reduced<'amin', A['shape'], D, K>>,
  options?: ReductionOptions<K>,
): {
  readonly min: Tensor<Result<Reduced<'amin', A['shape'], D, K>>>;
  readonly max: Tensor<Result<Reduced<'amin', A['shape'], D, K>>>;
};
export function aminmax(
  x: Tensor,
  dim?: number,
  options: ReductionOptions = {},
): { readonly min: Tensor; readonly max: Tensor } {
  return { min: amin(x, dim, options), max: amax(x, dim, options) };
}
