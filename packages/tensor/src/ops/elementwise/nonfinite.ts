/** Infinities and NaN. */

import { launch } from '@tessera/kernels';
import { checkNumber, checkOptions, checkTensor } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import { DTYPES, isFloating } from '../../core/dtype.ts';
import type { ShapeOf } from '../../core/rule.ts';
import { type Elementwise, type ElementwiseOp, elementwise, elementwiseOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { where } from './where.ts';

/** Whether x is NaN. PyTorch: `torch.isnan`. */
export const isnan: Elementwise<'x'> = elementwise('isnan', {
  f: (x: number) => Number(Number.isNaN(x)),
  result: 'bool',
  // NaN alone differs from itself.
  kernel: (out, [x]) => {
    const { dtype, count } = x as Tensor;
    launch(`ne_${DTYPES[dtype].suffix}`, [out, x as Tensor, count, 1, x as Tensor, count, 1, count], count);
  },
  vjp: { x: 'none' },
});

/** Whether x is Infinity or -Infinity. PyTorch: `torch.isinf`. */
export const isinf: Elementwise<'x'> = elementwise('isinf', {
  f: (x: number) => Number(Math.abs(x) === Number.POSITIVE_INFINITY),
  result: 'bool',
  vjp: { x: 'none' },
});

/** Whether x is neither infinite nor NaN. PyTorch: `torch.isfinite`. */
export const isfinite: Elementwise<'x'> = elementwise('isfinite', {
  f: (x: number) => Number(Number.isFinite(x)),
  result: 'bool',
  vjp: { x: 'none' },
});

/** Whether x is Infinity. PyTorch: `torch.isposinf`. */
export const isposinf: Elementwise<'x'> = elementwise('isposinf', {
  f: (x: number) => Number(x === Number.POSITIVE_INFINITY),
  result: 'bool',
  vjp: { x: 'none' },
});

/** Whether x is -Infinity. PyTorch: `torch.isneginf`. */
export const isneginf: Elementwise<'x'> = elementwise('isneginf', {
  f: (x: number) => Number(x === Number.NEGATIVE_INFINITY),
  result: 'bool',
  vjp: { x: 'none' },
});

/** Options of `nanToNum`. */
export interface NanToNumOptions {
  /** What NaN becomes. Default 0. */
  readonly nan?: number | null;
  /** What Infinity becomes. Default: the largest number of the dtype. */
  readonly posinf?: number | null;
  /** What -Infinity becomes. Default: the lowest number of the dtype. */
  readonly neginf?: number | null;
}

interface Substitutes {
  readonly nan: number;
  readonly posinf: number;
  readonly neginf: number;
}

export const nanToNumOp: ElementwiseOp<'x', Substitutes> = elementwiseOp<'x', Substitutes>('nanToNum', {
  f: (x: number, { nan, posinf, neginf }: Substitutes) => {
    if (Number.isFinite(x)) return x;
    if (Number.isNaN(x)) return nan;
    return x > 0 ? posinf : neginf;
  },
  ulp: 0.5,
  vjp: {
    x:
      ({ x }) =>
      (g) =>
        where(x.isfinite(), g, 0),
  },
  sample: (draw) => ({ inputs: [{ shape: draw.shape() }], attributes: { nan: 0, posinf: 1, neginf: -1 } }),
});

/** `x` with numbers in the place of NaN and infinities. PyTorch: `torch.nan_to_num`. */
export function nanToNum<X extends Tensor>(x: X, options?: NanToNumOptions): Tensor<ShapeOf<X>>;
export function nanToNum(x: Tensor, options: NanToNumOptions = {}): Tensor {
  const { dtype } = checkTensor('nanToNum', 'x', x);
  const largest = dtype === 'float64' ? Number.MAX_VALUE : (2 - 2 ** -23) * 2 ** 127;
  // Integers have nothing to replace.
  const most = isFloating(dtype) ? largest : 0;
  const { nan, posinf, neginf } = checkOptions('nanToNum', options, '{ nan: 0 }', ['nan', 'posinf', 'neginf']);
  const substitute = (name: string, value: number): number =>
    Number.isNaN(value) ? value : checkNumber('nanToNum', name, value);
  return apply(nanToNumOp, [x], {
    nan: substitute('nan', nan ?? 0),
    posinf: substitute('posinf', posinf ?? most),
    neginf: substitute('neginf', neginf ?? -most),
  });
}
