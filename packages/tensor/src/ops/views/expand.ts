/** Stretching dimensions of size 1 without copying. */

import { checkTensor } from '../../core/arguments.ts';
import { broadcastStrides } from '../../core/broadcast.ts';
import { apply } from '../../core/dispatch.ts';
import { ShapeError } from '../../core/errors.ts';
import type { Agreed, Check, IsRanked, RankOf, Result, Show } from '../../core/rule.ts';
import { checkShape, describe, formatShape, type Shape, type Sizes } from '../../core/shape.ts';
import type { ViewOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';

/** Its pull-back is the sum over what was stretched, which autograd does for every op. */
export const expandOp: ViewOp<'x', { readonly shape: Shape }> = {
  kind: 'view',
  name: 'expand',
  operands: ['x'],
  view: (x, { shape }) => ({ shape, strides: broadcastStrides(x.shape, x.strides, shape), offset: x.offset }),
  vjp: { x: () => (g) => g },
  sample: (draw) => {
    const shape = draw.shape([1, 3]);
    return {
      inputs: [{ shape: shape.map((size) => (draw.boolean() ? 1 : size)) }],
      attributes: { shape: [2, ...shape] },
    };
  },
};

/** The shape rule of `expand`, of `broadcastTo` and `expandAs`. */
export type Expanded<Op extends string, S extends Shape, T extends Shape> =
  number extends RankOf<T>
    ? Shape
    : IsRanked<S> extends true
      ? Targeted<S, T> extends infer Target extends Shape
        ? Sizes<Op, Target> extends infer Sound
          ? Sound extends Shape
            ? Stretches<S, Sound> extends true
              ? Sound
              : `${Op}: only sizes of 1 stretch; got ${Show<S>} to ${Show<T>}`
            : Sound
          : never
        : never
      : { readonly [P in keyof T]: T[P] extends -1 ? number : T[P] };

/** T with the sizes of S, counted from the end, where it has -1. */
type Targeted<S extends Shape, T extends Shape, Tail extends Shape = readonly []> = T extends readonly [
  ...infer Ts extends Shape,
  infer t extends number,
]
  ? S extends readonly [...infer Ss extends Shape, infer s extends number]
    ? Targeted<Ss, Ts, readonly [t extends -1 ? s : t, ...Tail]>
    : readonly [...T, ...Tail]
  : Tail;

/** Whether every size of S, counted from the end, is that of T, or 1. */
type Stretches<S extends Shape, T extends Shape> = S extends readonly [
  ...infer Ss extends Shape,
  infer s extends number,
]
  ? T extends readonly [...infer Ts extends Shape, infer t extends number]
    ? [Agreed<s, t>] extends [never]
      ? 1 extends s
        ? Stretches<Ss, Ts>
        : false
      : Stretches<Ss, Ts>
    : false
  : true;

/**
 * A view in which dimensions of size 1 are stretched, with stride 0; -1 keeps a size, and new dimensions may come in
 * front. PyTorch: `expand`.
 *
 * @throws ShapeError when a size other than 1 would change.
 * @example
 * expand(ones(3, 1), [2, 3, 4]).shape; // [2, 3, 4]
 */
export function expand<A extends Tensor, const T extends Shape>(
  x: A,
  shape: T & Check<Expanded<'expand', A['shape'], T>>,
): Tensor<Result<Expanded<'expand', A['shape'], T>>>;
export function expand(x: Tensor, shape: Shape): Tensor {
  return stretch('expand', x, shape);
}

/** `expand`, under the name of the op that asks. */
export function stretch(op: string, x: Tensor, shape: Shape): Tensor {
  checkTensor(op, 'x', x);
  const lead = Array.isArray(shape) ? shape.length - x.ndim : 0;
  const target = Array.isArray(shape)
    ? shape.map((size, d) => (size === -1 && d >= lead ? (x.shape[d - lead] as number) : size))
    : shape;
  checkShape(op, target);
  const fits = lead >= 0 && x.shape.every((size, d) => size === target[d + lead] || size === 1);
  if (!fits) {
    throw new ShapeError(
      `${op}: only sizes of 1 stretch; got ${formatShape(x.shape)} to ${describe(shape)}; try repeat or a shape that ends in ${formatShape(x.shape)}`,
    );
  }
  return apply(expandOp, [x], { shape: target });
}
