/** Keeping values between bounds. */

import { checkTensor, resultType, type TensorLike, toOperands } from '../../core/arguments.ts';
import { isTensor } from '../../core/base.ts';
import { type Beside, type Broadcast, broadcastShapes, type Paired } from '../../core/broadcast.ts';
import { apply } from '../../core/dispatch.ts';
import { ValueError } from '../../core/errors.ts';
import type { Check, Result, ShapeOf } from '../../core/rule.ts';
import { describe, type Shape } from '../../core/shape.ts';
import { filled, zerosLike } from '../../creation.ts';
import { type Draw, type ElementwiseOp, elementwiseOp, type SampleInput } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { rejectBool } from './integral.ts';
import { pairwise } from './kernels.ts';
import { to } from './to.ts';
import { where } from './where.ts';

/** A bound that is absent is infinite. */
interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** Between two numbers. Where max < min, everything is max. The gradient passes at the bounds and between. */
export const clampOp: ElementwiseOp<'x', Bounds> = elementwiseOp<'x', Bounds>('clamp', {
  f: (x: number, { min, max }: Bounds) => Math.min(Math.max(x, min), max),
  kernel: { name: 'clamp', scalars: ({ min, max }) => [min, max] },
  ulp: 0.5,
  formula: 'min(max(x, min), max)',
  vjp: {
    x:
      ({ x }, { min, max }) =>
      (g) =>
        inside(g, x, min, max),
  },
  sample: (draw) => {
    const bound = draw.pick([0.5, 1, Number.POSITIVE_INFINITY]);
    const below = draw.boolean();
    const range = below ? ([-4, -bound - 0.25] as const) : ([-bound + 0.25, bound - 0.25] as const);
    const inner = { shape: draw.shape(), range: bound < 9 ? range : ([-2, 2] as const) };
    return { inputs: [inner], attributes: { min: -bound, max: bound } };
  },
});

/** Between two tensors. A bound gets the gradient where it is the result and x is beyond it. */
export const clampTensorOp: ElementwiseOp<'x' | 'min' | 'max'> = elementwiseOp<'x' | 'min' | 'max'>('clampTensor', {
  f: (x: number, min: number, max: number) => Math.min(Math.max(x, min), max),
  kernel: (out, [x, min, max]) => {
    pairwise('maximum', out, x as Tensor, min as Tensor);
    pairwise('minimum', out, out, max as Tensor);
  },
  ulp: 0.5,
  formula: 'min(max(x, min), max)',
  vjp: {
    x:
      ({ x, min, max }) =>
      (g) =>
        inside(g, x, min, max),
    min:
      ({ x, min, max }) =>
      (g) =>
        where(min.lt(max), where(x.lt(min), g, 0), 0),
    max:
      ({ x, min, max }) =>
      (g) =>
        where(max.lt(min), g, where(x.gt(max), g, 0)),
  },
  sample: (draw) => ({
    inputs: [...around(draw), { shape: [1], range: [0.5, 1] }],
    attributes: {},
  }),
});

export const clampMinOp: ElementwiseOp<'x' | 'min'> = elementwiseOp<'x' | 'min'>('clampMin', {
  f: (x: number, min: number) => Math.max(x, min),
  kernel: 'maximum',
  ulp: 0.5,
  formula: 'max(x, min)',
  vjp: {
    x:
      ({ x, min }) =>
      (g) =>
        where(x.ge(min), g, 0),
    min:
      ({ x, min }) =>
      (g) =>
        where(x.lt(min), g, 0),
  },
  sample: (draw) => ({ inputs: around(draw), attributes: {} }),
});

export const clampMaxOp: ElementwiseOp<'x' | 'max'> = elementwiseOp<'x' | 'max'>('clampMax', {
  f: (x: number, max: number) => Math.min(x, max),
  kernel: 'minimum',
  ulp: 0.5,
  formula: 'min(x, max)',
  vjp: {
    x:
      ({ x, max }) =>
      (g) =>
        where(x.le(max), g, 0),
    max:
      ({ x, max }) =>
      (g) =>
        where(x.gt(max), g, 0),
  },
  sample: (draw) => ({ inputs: around(draw), attributes: {} }),
});

/** g where min <= x <= max, else 0. */
function inside(g: Tensor, x: Tensor, min: TensorLike, max: TensorLike): Tensor {
  if (typeof min === 'number' && typeof max === 'number' && min > max) return zerosLike(g);
  const above = min === Number.NEGATIVE_INFINITY ? g : where(x.ge(min), g, 0);
  return max === Number.POSITIVE_INFINITY ? above : where(x.le(max), above, 0);
}

/** Values that stay clear of the bounds [-0.25, 0.25] and [0.5, 1], on one side or the other. */
function around(draw: Draw): SampleInput[] {
  const shape = draw.shape([1, 3]);
  const range = draw.pick([
    [-2, -0.5],
    [1.25, 3],
    [0.3125, 0.4375],
  ] as const);
  return [
    { shape, range },
    { shape: shape.slice(draw.integer(0, shape.length)), range: [-0.25, 0.25] },
  ];
}

/** Bounds as one object, as PyTorch's keywords. */
export interface ClampBounds {
  readonly min?: TensorLike | null;
  readonly max?: TensorLike | null;
}

/** The shapes that `clamp` brings together. */
export type ClampShape<A extends Shape, Min, Max> = Broadcast<
  'clamp',
  [A, ...(Min extends ClampBounds ? [BoundOf<Min['min']>, BoundOf<Min['max']>] : [BoundOf<Min>, BoundOf<Max>])]
>;

/** The shape of a bound; one that is left out has no dimensions. */
type BoundOf<B> = B extends Tensor ? ShapeOf<B> : readonly [];

/**
 * min(max(x, min), max), with numbers or tensors as bounds; either may be left out. NaN stays NaN, and where min > max
 * everything is max. PyTorch: `torch.clamp`.
 *
 * @throws ValueError when both bounds are missing.
 * @example
 * clamp(tensor([-2, 0.5, 3]), -1, 1); // tensor([-1.0000,  0.5000,  1.0000])
 * clamp(tensor([-2, 0.5, 3]), { min: 0 }); // tensor([0.0000, 0.5000, 3.0000])
 */
export function clamp<
  A extends Tensor,
  Min extends TensorLike | ClampBounds | null = null,
  Max extends TensorLike | null = null,
>(
  x: A,
  min?: Min & Check<ClampShape<ShapeOf<A>, Min, Max>>,
  max?: Max & Check<ClampShape<ShapeOf<A>, Min, Max>>,
): Tensor<Result<ClampShape<ShapeOf<A>, Min, Max>>>;
export function clamp(x: Tensor, min: TensorLike | ClampBounds | null = null, max: TensorLike | null = null): Tensor {
  checkTensor('clamp', 'x', x);
  const bounds = isBounds(min) ? { min: min.min ?? null, max: min.max ?? null } : { min, max };
  if (bounds.min === null && bounds.max === null) {
    throw new ValueError(`clamp: one bound at least must be given; got neither; try clamp(x, { min: 0 })`);
  }
  if (bounds.min === null) return clampMax(x, bounds.max as TensorLike);
  if (bounds.max === null) return clampMin(x, bounds.min);
  const operands = toOperands('clamp', ['x', 'min', 'max'], [x, bounds.min, bounds.max]);
  rejectBool('clamp', operands);
  if (isTensor(bounds.min) || isTensor(bounds.max)) {
    broadcastShapes('clamp', ...operands.map(({ shape }) => shape));
    return apply(clampTensorOp, operands, {});
  }
  return between(x, operands, { min: Number(bounds.min), max: Number(bounds.max) });
}

/** max(x, min), with a number or a tensor. PyTorch: `torch.clamp_min`. */
export function clampMin<X extends Tensor, Y extends TensorLike>(
  x: X,
  min: Y & Beside<'clampMin', ShapeOf<X>, Y>,
): Tensor<Paired<'clampMin', ShapeOf<X>, Y>>;
export function clampMin(x: Tensor, min: TensorLike): Tensor {
  checkTensor('clampMin', 'x', x);
  const operands = toOperands('clampMin', ['x', 'min'], [x, min]);
  rejectBool('clampMin', operands);
  if (isTensor(min)) return apply(clampMinOp, operands, {});
  return between(x, operands, { min: Number(min), max: Number.POSITIVE_INFINITY });
}

/** min(x, max), with a number or a tensor. PyTorch: `torch.clamp_max`. */
export function clampMax<X extends Tensor, Y extends TensorLike>(
  x: X,
  max: Y & Beside<'clampMax', ShapeOf<X>, Y>,
): Tensor<Paired<'clampMax', ShapeOf<X>, Y>>;
export function clampMax(x: Tensor, max: TensorLike): Tensor {
  checkTensor('clampMax', 'x', x);
  const operands = toOperands('clampMax', ['x', 'max'], [x, max]);
  rejectBool('clampMax', operands);
  if (isTensor(max)) return apply(clampMaxOp, operands, {});
  return between(x, operands, { min: Number.NEGATIVE_INFINITY, max: Number(max) });
}

/** Bounds with a fraction make floats of integers; a bound of NaN makes everything NaN. */
function between(x: Tensor, operands: readonly Tensor[], bounds: Bounds): Tensor {
  const dtype = resultType(operands);
  if (Number.isNaN(bounds.min) || Number.isNaN(bounds.max)) {
    return apply(clampMinOp, [to(x, dtype), filled([], Number.NaN, dtype)], {});
  }
  return apply(clampOp, [to(x, dtype)], bounds);
}

function isBounds(value: TensorLike | ClampBounds | null): value is ClampBounds {
  if (typeof value !== 'object' || value === null || isTensor(value)) return false;
  if ('min' in value || 'max' in value) return true;
  throw new ValueError(
    `clamp: min must be a number or a tensor; got ${describe(value)}; try clamp(x, { min: 0, max: 1 })`,
  );
}
