/** Whether tensors hold the same values, exactly or nearly. */

import { checkNumber, checkOptions, checkSameDType, checkTensor } from '../../core/arguments.ts';
import type { Beside, Paired } from '../../core/broadcast.ts';
import { elementsInPlace } from '../../core/copy.ts';
import { apply } from '../../core/dispatch.ts';
import { ValueError } from '../../core/errors.ts';
import type { ShapeOf } from '../../core/rule.ts';
import { describe, sameShape } from '../../core/shape.ts';
import { type ElementwiseOp, elementwiseOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { eq } from './comparison.ts';

/** Options of `isclose` and `allclose`. */
export interface CloseOptions {
  /** The part of |y| by which x may differ. Default 1e-5. */
  readonly rtol?: number;
  /** By how much x may differ besides. Default 1e-8. */
  readonly atol?: number;
  /** Whether NaN is close to NaN. Default false. */
  readonly equalNan?: boolean;
}

export const iscloseOp: ElementwiseOp<'x' | 'y', Required<CloseOptions>> = elementwiseOp<
  'x' | 'y',
  Required<CloseOptions>
>('isclose', {
  f: (x: number, y: number, { rtol, atol, equalNan }: Required<CloseOptions>) => {
    if (x === y || (equalNan && Number.isNaN(x) && Number.isNaN(y))) return 1;
    const distance = Math.abs(x - y);
    return Number(Number.isFinite(distance) && distance <= atol + Math.abs(rtol * y));
  },
  result: 'bool',
  formula: '|x - y| <= atol + rtol |y|',
  vjp: { x: 'none', y: 'none' },
  sample: (draw) => {
    const input = { shape: draw.shape() };
    return { inputs: [input, input], attributes: { rtol: 0.5, atol: 0.125, equalNan: draw.boolean() } };
  },
});

/**
 * Where |x - y| <= atol + rtol |y|, as bools. Infinities are close to themselves only. PyTorch: `torch.isclose`.
 *
 * @throws DTypeError when the dtypes differ; ValueError for a tolerance below 0.
 */
export function isclose<X extends Tensor, Y extends Tensor>(
  x: X,
  y: Y & Beside<'isclose', ShapeOf<X>, Y>,
  options?: CloseOptions,
): Tensor<Paired<'isclose', ShapeOf<X>, Y>>;
export function isclose(x: Tensor, y: Tensor, options: CloseOptions = {}): Tensor {
  return close('isclose', x, y, options);
}

/** Whether all values are close. PyTorch: `torch.allclose`. */
export function allclose(x: Tensor, y: Tensor, options: CloseOptions = {}): boolean {
  return everyTrue(close('allclose', x, y, options));
}

/** Whether two tensors of one dtype have one shape and the same values. PyTorch: `torch.equal`. */
export function equal(x: Tensor, y: Tensor): boolean {
  checkTensor('equal', 'x', x);
  checkTensor('equal', 'y', y);
  checkSameDType('equal', x, y);
  return sameShape(x.shape, y.shape) && everyTrue(eq(x, y));
}

function close(op: string, x: Tensor, y: Tensor, options: CloseOptions): Tensor {
  const {
    rtol = 1e-5,
    atol = 1e-8,
    equalNan = false,
  } = checkOptions(op, options, '{ atol: 1e-6 }', ['rtol', 'atol', 'equalNan']);
  checkTensor(op, 'x', x);
  checkTensor(op, 'y', y);
  checkSameDType(op, x, y);
  for (const [name, value] of [
    ['rtol', rtol],
    ['atol', atol],
  ] as const) {
    if (checkNumber(op, name, value) < 0)
      throw new ValueError(`${op}: ${name} must not be negative; got ${value}; try 1e-5`);
  }
  if (typeof equalNan !== 'boolean') {
    throw new ValueError(`${op}: equalNan must be true or false; got ${describe(equalNan)}; try { equalNan: true }`);
  }
  return apply(iscloseOp, [x, y], { rtol, atol, equalNan });
}

/** Frees the tensor, which nobody else has seen. */
function everyTrue(results: Tensor): boolean {
  const [bytes] = elementsInPlace([results]);
  const all = (bytes as Uint8Array).every((byte) => byte === 1);
  results.dispose();
  return all;
}
