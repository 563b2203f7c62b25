/** Dimensions in another order. */

import { checkTensor } from '../../core/arguments.ts';
import { type NamedDim, type NamedDims, normalizeDim, normalizeDims } from '../../core/dims.ts';
import { apply } from '../../core/dispatch.ts';
import { ShapeError } from '../../core/errors.ts';
import type { Check, IsRanked, RankOf, Result, Show } from '../../core/rule.ts';
import { describe, type Shape } from '../../core/shape.ts';
import type { ViewOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';

/** `dims[d]` is the old place of the new dimension d. */
export const permuteOp: ViewOp<'x', { readonly dims: readonly number[] }> = {
  kind: 'view',
  name: 'permute',
  operands: ['x'],
  view: ({ shape, strides, offset }, { dims }) => ({
    shape: dims.map((d) => shape[d] as number),
    strides: dims.map((d) => strides[d] as number),
    offset,
  }),
  vjp: {
    x:
      (_, { dims }) =>
      (g) =>
        permute(g, inverse(dims)),
  },
  sample: (draw) => {
    const shape = draw.shape([2, 4], { empty: true });
    const dims = shape.map((_, d) => d);
    if (draw.boolean()) dims.reverse();
    else dims.push(dims.shift() as number);
    return { inputs: [{ shape }], attributes: { dims } };
  },
};

/** The shape rule of `permute`. */
export type Permuted<S extends Shape, D extends readonly number[]> =
  IsRanked<S> extends true
    ? number extends RankOf<D>
      ? Shape
      : RankOf<D> extends RankOf<S>
        ? NamedDims<'permute', D, RankOf<S>> extends infer I
          ? [I] extends [never]
            ? readonly []
            : I extends string
              ? I
              : number extends I
                ? Shape
                : { readonly [P in keyof D]: SizeAt<S, D[P]> }
          : never
        : `permute: every dimension must be named once; got ${Show<D>} for rank ${RankOf<S>}`
    : Shape;

/** The shape rule of `transpose`. */
export type Transposed<S extends Shape, D0 extends number, D1 extends number> =
  IsRanked<S> extends true
    ? [NamedDim<'transpose', D0, RankOf<S>>, NamedDim<'transpose', D1, RankOf<S>>] extends [
        infer I extends number,
        infer J extends number,
      ]
      ? number extends I | J
        ? Shape
        : { readonly [P in keyof S]: P extends `${I}` ? S[J] : P extends `${J}` ? S[I] : S[P] }
      : Shape
    : Shape;

type SizeAt<S extends Shape, D extends number> =
  NamedDim<'permute', D, RankOf<S>> extends infer I extends number ? S[I] : never;

/**
 * A view with dimensions reordered. PyTorch: `permute`.
 *
 * @example
 * permute(zeros(2, 3, 5), [2, 0, 1]).shape; // [5, 2, 3]
 */
export function permute<A extends Tensor, const D extends readonly number[]>(
  x: A,
  dims: D & Check<Permuted<A['shape'], D>>,
): Tensor<Result<Permuted<A['shape'], D>>>;
export function permute(x: Tensor, dims: readonly number[]): Tensor {
  checkTensor('permute', 'x', x);
  if (!Array.isArray(dims) || dims.length !== x.ndim) {
    throw new ShapeError(
      `permute: every dimension must be named once; got ${describe(dims)} for rank ${x.ndim}; try [${x.shape.map((_, d) => d).join(', ')}]`,
    );
  }
  return apply(permuteOp, [x], { dims: normalizeDims('permute', dims, x.ndim) });
}

/** A view with two dimensions exchanged. PyTorch: `transpose`. */
export function transpose<A extends Tensor, D0 extends number, D1 extends number>(
  x: A,
  dim0: D0 & Check<NamedDim<'transpose', D0, RankOf<A['shape']>>>,
  dim1: D1 & Check<NamedDim<'transpose', D1, RankOf<A['shape']>>>,
): Tensor<Result<Transposed<A['shape'], D0, D1>>>;
export function transpose(x: Tensor, dim0: number, dim1: number): Tensor {
  checkTensor('transpose', 'x', x);
  const first = normalizeDim('transpose', dim0, x.ndim);
  const second = normalizeDim('transpose', dim1, x.ndim);
  const dims = x.shape.map((_, d) => (d === first ? second : d === second ? first : d));
  return apply(permuteOp, [x], { dims });
}

function inverse(dims: readonly number[]): number[] {
  const result = new Array<number>(dims.length);
  dims.forEach((from, to) => {
    result[from] = to;
  });
  return result;
}
