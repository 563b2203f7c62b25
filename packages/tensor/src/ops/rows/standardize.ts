/** What layer, RMS and batch normalization share: values brought to one scale over some dimensions, and the pull-back. */

import { checkNumber } from '../../core/arguments.ts';
import { ShapeError, ValueError } from '../../core/errors.ts';
import type { Agreed, IsRanked, Show, ShowSize } from '../../core/rule.ts';
import { describe, formatShape, type Shape, sameShape } from '../../core/shape.ts';
import { filled } from '../../creation.ts';
import type { Draw, Sample } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { reducedCount } from '../reductions/reduction.ts';
import { checkAlike, checkForm } from './operands.ts';

export interface NormalizationAttributes {
  /** Over which dimensions the scale is taken. */
  readonly dims: readonly number[];
  /** Added to the variance, so that its root is not 0. */
  readonly eps: number;
}

/** What a backward op is told besides: the statistics that the forward pass left, so that its kernel need not take them again. */
export interface BackwardAttributes extends NormalizationAttributes {
  readonly statistics: readonly Tensor[] | null;
}

interface Standardized {
  /** What was taken away; null where nothing was. */
  readonly mean: Tensor | null;
  /** The mean of the squares of what is left. */
  readonly variance: Tensor;
  /** One over the root of variance + eps. */
  readonly rstd: Tensor;
  readonly y: Tensor;
}

/** x less its mean (unless `center` is false), over the root of the mean of squares of that. */
export function standardize(x: Tensor, dims: readonly number[], eps: number, center: boolean): Standardized {
  const mean = center ? x.mean(dims, { keepdim: true }) : null;
  const centered = mean === null ? x : x.sub(mean);
  const variance = centered.square().mean(dims, { keepdim: true });
  const rstd = variance.add(eps).rsqrt();
  return { mean, variance, rstd, y: centered.mul(rstd) };
}

/**
 * From the cotangent of y = (x - m) r to that of x, with all that m and r do:
 * dx = r (g - mean(g) - y mean(g y)), where mean(g) stands for centering.
 */
export function pullBackStandardized(
  g: Tensor,
  x: Tensor,
  dims: readonly number[],
  eps: number,
  center: boolean,
): Tensor {
  const { rstd, y } = standardize(x, dims, eps, center);
  const along = g.sub(y.mul(g.mul(y).mean(dims, { keepdim: true })));
  return rstd.mul(center ? along.sub(g.mean(dims, { keepdim: true })) : along);
}

/**
 * And from the cotangent h of that to those of g and x. With y = (x - m) r, a = sum(h g) - sum(h) sum(g) / n, p = sum(h y)
 * and q = sum(g y), <h, dx> is r (a - p q / n). It is symmetric in g and h; y is pulled back as above, and
 * dr = -r^2 y / n dx.
 */
export function pullBackTwice(
  h: Tensor,
  g: Tensor,
  x: Tensor,
  dims: readonly number[],
  eps: number,
  center: boolean,
): Tensor {
  const { rstd, y } = standardize(x, dims, eps, center);
  const n = reducedCount(x.shape, { dims });
  const total = (t: Tensor): Tensor => t.sum(dims, { keepdim: true });
  const [p, q] = [total(h.mul(y)), total(g.mul(y))];
  const products = total(h.mul(g));
  const a = center ? products.sub(total(h).mul(total(g)).div(n)) : products;
  const throughY = pullBackStandardized(q.mul(h).add(p.mul(g)).mul(rstd.div(-n)), x, dims, eps, center);
  const throughR = y.mul(
    rstd
      .square()
      .mul(a.sub(p.mul(q).div(n)))
      .div(n),
  );
  return throughY.sub(throughR);
}

/** An optional weight and bias as operands: a bias alone comes with a weight of ones. */
export function affineOperands(
  op: string,
  x: Tensor,
  shape: Shape,
  weight: Tensor | null = null,
  bias: Tensor | null = null,
): Tensor[] {
  const scale = weight === null ? [] : [checkForm(op, 'weight', weight, x, shape)];
  if (bias === null) return scale;
  return [scale[0] ?? filled(shape, 1, x.dtype), checkForm(op, 'bias', bias, x, shape)];
}

/** The shape rule of a backward op: g and x alike, and perhaps a weight of the given shape. */
export function checkBackward(op: string, [g, x, weight]: readonly Tensor[], shape: Shape): Tensor {
  if (weight !== undefined) checkForm(op, 'weight', weight, x as Tensor, shape);
  return checkAlike(op, ['g', 'x'], [g as Tensor, x as Tensor]);
}

/** The rule of `trailingDims`: S, or a sentence where it does not end in the normalized shape N. */
export type Trailing<Op extends string, S extends Shape, N extends number | Shape> =
  IsRanked<S> extends true
    ? EndsIn<S, N extends number ? readonly [N] : N> extends false
      ? `${Op}: normalizedShape must be the last dimensions of x, one at least; got ${N extends number ? ShowSize<N> : N extends Shape ? Show<N> : never} for x ${Show<S>}`
      : S
    : S;

type EndsIn<S extends Shape, N> = N extends readonly [] ? false : N extends readonly number[] ? Ending<S, N> : true;

type Ending<S extends Shape, N extends Shape> = N extends readonly [...infer Ns extends Shape, infer n extends number]
  ? S extends readonly [...infer Ss extends Shape, infer s extends number]
    ? [Agreed<n, s>] extends [never]
      ? false
      : Ending<Ss, Ns>
    : false
  : true;

/** The trailing dimensions of `x` that `normalizedShape` names. */
export function trailingDims(op: string, x: Tensor, normalizedShape: number | Shape): number[] {
  const shape = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
  if (
    !Array.isArray(shape) ||
    shape.length === 0 ||
    shape.length > x.ndim ||
    !sameShape(shape, x.shape.slice(x.ndim - shape.length))
  ) {
    throw new ShapeError(
      `${op}: normalizedShape must be the last dimensions of x, one at least; got ${describe(normalizedShape)} for x ${formatShape(x.shape)}; try [${x.shape.at(-1) ?? 1}]`,
    );
  }
  return shape.map((_, d) => x.ndim - shape.length + d);
}

export function checkEps(op: string, eps: number): number {
  checkNumber(op, 'eps', eps);
  if (eps < 0 || eps === Infinity) throw new ValueError(`${op}: eps must be at least 0; got ${eps}; try 1e-5`);
  return eps;
}

/** Draws x and its last dimensions, with none, some or all of the operands that follow. */
export function sampleNormalization(draw: Draw, optional: 1 | 2): Sample<NormalizationAttributes> {
  const shape = draw.shape([1, 3], { min: 1 });
  const first = draw.integer(0, shape.length - 1);
  const rest = shape.slice(first);
  const affine = Array.from({ length: draw.integer(0, optional) }, () => ({ shape: rest }));
  const inputs = [{ shape, range: [-2, 2] as const }, ...affine];
  return { inputs, attributes: { dims: rest.map((_, d) => first + d), eps: 0.1 } };
}

/** The same with a cotangent in front, as a backward op takes it. */
export function sampleBackward(draw: Draw): Sample<BackwardAttributes> {
  const { inputs, attributes } = sampleNormalization(draw, 1);
  return { inputs: [{ shape: inputs[0]?.shape as Shape }, ...inputs], attributes: { ...attributes, statistics: null } };
}
