/** Histograms. */
import { checkFloat, checkInteger, checkNumber, checkOptions, checkTensor } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import { ValueError } from '../../core/errors.ts';
import type { Operand, PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { inDType } from './reduction.ts';

interface HistogramAttributes {
  readonly bins: number;
  readonly min: number;
  readonly max: number;
}

/** How many elements lie in each of `bins` equal parts of [min, max]; those outside are passed over, and so is NaN. */
export const histcOp: PrimitiveOp<'x', HistogramAttributes> = {
  kind: 'primitive',
  name: 'histc',
  operands: ['x'],
  differentiable: 0,
  infer: ([x], { bins }) => ({ shape: [bins], dtype: checkFloat('histc', 'x', x as Tensor).dtype }),
  reference: ([y], [x], { bins, min, max }) => {
    const [counts, { data }] = [(y as Operand).data, x as Operand];
    for (let bin = 0; bin < bins; bin++) counts[bin] = 0;
    for (let i = 0; i < data.length; i++) {
      const value = data[i] as number;
      if (!(value >= min && value <= max)) continue;
      // The last bin holds its upper bound too.
      const bin = Math.min(bins - 1, Math.floor(((value - min) / (max - min)) * bins));
      counts[bin] = (counts[bin] as number) + 1;
    }
  },
  vjp: { x: 'none' },
  sample: (draw) => ({ inputs: [{ shape: draw.shape() }], attributes: { bins: draw.integer(1, 5), min: -1, max: 2 } }),
};

export interface HistcOptions {
  /** Default 100. */
  readonly bins?: number;
  /** Default: where both bounds are 0 or missing, the least element. */
  readonly min?: number;
  /** Default: where both bounds are 0 or missing, the greatest element. */
  readonly max?: number;
}

/**
 * How many elements lie in each of `bins` equal parts of [min, max], in the dtype of `x`. PyTorch: `torch.histc`.
 *
 * @throws DTypeError for integers; ValueError when max < min or a bound is not finite.
 * @example
 * histc(tensor([1, 2, 1]), { bins: 4, min: 0, max: 3 }); // tensor([0., 2., 1., 0.])
 */
export function histc(x: Tensor, options: HistcOptions = {}): Tensor {
  inDType('histc', checkTensor('histc', 'x', x), {}, true);
  const { bins = 100, min = 0, max = 0 } = checkOptions('histc', options, '{ bins: 10 }', ['bins', 'min', 'max']);
  checkInteger('histc', 'bins', bins, 1);
  checkNumber('histc', 'min', min);
  checkNumber('histc', 'max', max);
  const [low, high] = min === max && x.count > 0 ? [x.amin().item(), x.amax().item()] : [min, max];
  if (!Number.isFinite(low) || !Number.isFinite(high) || high < low) {
    throw new ValueError(
      `histc: bounds must be finite and in order; got min ${low}, max ${high}; try { min: 0, max: 1 }`,
    );
  }
  // A range without width is widened by 1 on either side, as in PyTorch.
  return apply(histcOp, [x], low === high ? { bins, min: low - 1, max: high + 1 } : { bins, min: low, max: high });
}
