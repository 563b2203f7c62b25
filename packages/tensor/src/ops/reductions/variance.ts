/** Variances and standard deviations, in two passes: first the mean, then the squares of what is left. */

import { launch } from '@tessera/kernels';
import { checkFloat, checkTensor } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import { DTYPES } from '../../core/dtype.ts';
import { ValueError } from '../../core/errors.ts';
import type { Check, Result } from '../../core/rule.ts';
import { describe, type Shape } from '../../core/shape.ts';
import type { PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { sqrt } from '../elementwise/powers.ts';
import { where } from '../elementwise/where.ts';
import { computeInto, isLongRow, launchOverMiddle } from './layout.ts';
import { mean } from './mean.ts';
import {
  type Dims,
  inDType,
  keepReduced,
  type Reduced,
  type ReductionAttributes,
  type ReductionOptions,
  reducedCount,
  reducedShape,
  reduceRows,
  reductionAttributes,
  sampleReduction,
} from './reduction.ts';
import { sum } from './sum.ts';

export interface VarianceOptions<K extends boolean = boolean> extends ReductionOptions<K> {
  /** What is subtracted from the number of elements before dividing by it. Default 1 (Bessel's). */
  readonly correction?: number;
  /** `true` is a correction of 1, `false` of 0. */
  readonly unbiased?: boolean;
}

interface VarianceAttributes extends ReductionAttributes {
  readonly correction: number;
}

function varianceOp(
  name: string,
  finish: (variance: number) => number,
  finishAll: (variances: Tensor) => Tensor,
  vjp: PrimitiveOp<'x', VarianceAttributes>['vjp'],
): PrimitiveOp<'x', VarianceAttributes> {
  return {
    kind: 'primitive',
    name,
    operands: ['x'],
    infer: ([x], attributes) => {
      const { shape, dtype } = checkFloat(name, 'x', x as Tensor);
      return { shape: reducedShape(shape, attributes), dtype };
    },
    reference: ([y], [x], attributes) =>
      reduceRows(y, x, attributes, (row) => finish(varianceOf(row, attributes.correction))),
    kernel: ([y], [x], attributes) => {
      const [to, from] = [y as Tensor, x as Tensor];
      // One long row goes through ops that all threads share.
      if (isLongRow(to, from)) computeInto(to, from, (bare) => finishAll(varianceBy(bare, attributes)));
      else {
        launchVariance(to, from, attributes);
        if (name === 'std') launch(`sqrt_${DTYPES[to.dtype].suffix}`, [to, to], to.count);
      }
    },
    vjp,
    sample: (draw) => {
      const { inputs, attributes } = sampleReduction(draw);
      const n = reducedCount(inputs[0]?.shape as Shape, attributes);
      return { inputs, attributes: { ...attributes, correction: n > 1 ? draw.integer(0, n - 1) : 0 } };
    },
  };
}

function launchVariance(y: Tensor, x: Tensor, { dims, correction }: VarianceAttributes): void {
  launchOverMiddle(x, dims, (source, n, inner, grain) =>
    launch(`moments_${DTYPES[x.dtype].suffix}`, [null, y, source, n, inner, correction], y.count, grain),
  );
}

/** The same by whole tensors. What rounding the mean cost is taken back: sum (d - mean d)^2 = sum d^2 - (sum d)^2 / n. */
function varianceBy(x: Tensor, { dims, keepdim, correction }: VarianceAttributes): Tensor {
  const n = reducedCount(x.shape, { dims });
  const apart = x.sub(mean(x, dims, { keepdim: true }));
  const rest = sum(apart, dims, { keepdim });
  return sum(apart.square(), dims, { keepdim }).sub(rest.square().div(n)).clampMin(0).div(freedom(n, correction));
}

function varianceOf(row: Float64Array, correction: number): number {
  const center = row.reduce((total, value) => total + value, 0) / row.length;
  const squares = row.reduce((total, value) => total + (value - center) ** 2, 0);
  return squares / freedom(row.length, correction);
}

/** What the squares are divided by. */
function freedom(n: number, correction: number): number {
  return Math.max(0, n - correction);
}

/** x - mean, over the freedom. */
function centered(x: Tensor, attributes: VarianceAttributes): Tensor {
  const center = mean(x, attributes.dims, { keepdim: true });
  return x.sub(center).div(freedom(reducedCount(x.shape, attributes), attributes.correction));
}

export const varOp: PrimitiveOp<'x', VarianceAttributes> = varianceOp(
  'var',
  (variance) => variance,
  (variances) => variances,
  {
    // d(sum (x_i - m)^2 / f) = sum 2 (x_i - m) / f dx_i: what m does cancels out
    x:
      ({ x }, attributes) =>
      (g) =>
        keepReduced(g.mul(2), x.shape, attributes).mul(centered(x, attributes)),
  },
);

export const stdOp: PrimitiveOp<'x', VarianceAttributes> = varianceOp('std', Math.sqrt, sqrt, {
  // d sqrt(v) = dv / (2 sqrt(v)), and as in PyTorch 0 where v = 0
  x:
    ({ x, out }, attributes) =>
    (g) => {
      const flat = out.eq(0);
      const scaled = where(flat, 0, g.div(where(flat, 1, out)));
      return keepReduced(scaled, x.shape, attributes).mul(centered(x, attributes));
    },
});

function varianceAttributes(
  op: string,
  x: Tensor,
  dim: Dims | undefined,
  options: VarianceOptions,
): VarianceAttributes {
  const reduction = reductionAttributes(op, x, dim, options, ['correction', 'unbiased']);
  const { correction, unbiased } = options;
  if (unbiased !== undefined && typeof unbiased !== 'boolean')
    throw new ValueError(`${op}: unbiased must be true or false; got ${describe(unbiased)}; try { unbiased: false }`);
  if (correction === undefined) return { ...reduction, correction: unbiased === false ? 0 : 1 };
  if (unbiased !== undefined)
    throw new ValueError(`${op}: takes unbiased or correction; got both; try { correction: ${correction} }`);
  if (!Number.isFinite(correction))
    throw new ValueError(
      `${op}: correction must be a finite number; got ${describe(correction)}; try { correction: 1 }`,
    );
  return { ...reduction, correction };
}

/**
 * The variance over `dim` (one, several, or all dimensions): the sum of squared distances from the mean, over the number
 * of elements less `correction`; NaN where that leaves 0 / 0. PyTorch: `torch.var`.
 *
 * @throws DTypeError for integers and booleans.
 * @example
 * variance(tensor([[1, 2, 3], [4, 4, 4]]), 1); // tensor([1., 0.])
 * tensor([1, 2, 3]).var(0, { unbiased: false }); // tensor(0.6667)
 */
export function variance(x: Tensor): Tensor<readonly []>;
export function variance<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
  x: A,
  dim: D & Check<Reduced<'var', A['shape'], D, K>>,
  options?: VarianceOptions<K>,
): Tensor<Result<Reduced<'var', A['shape'], D, K>>>;
export function variance(x: Tensor, dim?: Dims, options: VarianceOptions = {}): Tensor {
  const attributes = varianceAttributes('var', checkTensor('var', 'x', x), dim, options);
  return apply(varOp, [inDType('var', x, {}, true)], attributes);
}

/** The standard deviation over `dim`: the square root of the variance, with its options. PyTorch: `torch.std`. */
export function std(x: Tensor): Tensor<readonly []>;
export function std<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
  x: A,
  dim: D & Check<Reduced<'std', A['shape'], D, K>>,
  options?: VarianceOptions<K>,
): Tensor<Result<Reduced<'std', A['shape'], D, K>>>;
export function std(x: Tensor, dim?: Dims, options: VarianceOptions = {}): Tensor {
  const attributes = varianceAttributes('std', checkTensor('std', 'x', x), dim, options);
  return apply(stdOp, [inDType('std', x, {}, true)], attributes);
}

/** The variance and the mean over `dim`. PyTorch: `torch.var_mean`. */
export function varMean(x: Tensor): { readonly var: Tensor<readonly []>; readonly mean: Tensor<readonly []> };
export function varMean<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
  x: A,
  dim: D & Check<Reduced<'var', A['shape'], D, K>>,
  options?: VarianceOptions<K>,
): {
  readonly var: Tensor<Result<Reduced<'var', A['shape'], D, K>>>;
  readonly mean: Tensor<Result<Reduced<'var', A['shape'], D, K>>>;
};
export function varMean(
  x: Tensor,
  dim?: Dims,
  options: VarianceOptions = {},
): { readonly var: Tensor; readonly mean: Tensor } {
  return { var: variance(x, dim, options), mean: meanLike(x, dim, options) };
}

/** The standard deviation and the mean over `dim`. PyTorch: `torch.std_mean`. */
export function stdMean(x: Tensor): { readonly std: Tensor<readonly []>; readonly mean: Tensor<readonly []> };
export function stdMean<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
  x: A,
  dim: D & Check<Reduced<'std', A['shape'], D, K>>,
  options?: VarianceOptions<K>,
): {
  readonly std: Tensor<Result<Reduced<'std', A['shape'], D, K>>>;
  readonly mean: Tensor<Result<Reduced<'std', A['shape'], D, K>>>;
};
export function stdMean(
  x: Tensor,
  dim?: Dims,
  options: VarianceOptions = {},
): { readonly std: Tensor; readonly mean: Tensor } {
  return { std: std(x, dim, options), mean: meanLike(x, dim, options) };
}

function meanLike(x: Tensor, dim: Dims | undefined, { keepdim = false }: ReductionOptions): Tensor {
  return mean(x, dim, { keepdim });
}
