/** What the operands of every matrix product must be. */

import { checkSameDType, checkTensor, rejectHalf } from '../../core/arguments.ts';
import { DTypeError, ShapeError } from '../../core/errors.ts';
import type { Agreed, RankOf, Show, ShowSize } from '../../core/rule.ts';
import { formatShape, type Shape } from '../../core/shape.ts';
import type { Tensor } from '../../tensor.ts';

/** The rule of `checkRank`: a sentence where there are more dimensions, or fewer. */
export type Ranked<Op extends string, Operand extends string, S extends Shape, Rank extends 1 | 2 | 3> =
  number extends RankOf<S>
    ? true
    : RankOf<S> extends Rank
      ? true
      : `${Op}: ${Operand} must be ${Kinds[Rank]} (${Rank} dimension${Rank extends 1 ? '' : 's'}); got ${Show<S>}`;

type Kinds = ['a number', 'a vector', 'a matrix', 'a batch of matrices'];

/** Throws unless `value` is a tensor of this many dimensions. */
export function checkRank(op: string, operand: string, value: unknown, rank: number): Tensor {
  const x = checkTensor(op, operand, value);
  if (x.ndim === rank) return x;
  const kind = ['a number', 'a vector', 'a matrix', 'a batch of matrices'][rank];
  throw new ShapeError(
    `${op}: ${operand} must be ${kind} (${rank} dimension${rank === 1 ? '' : 's'}); got ${formatShape(x.shape)}; try matmul, which takes any rank, or reshape`,
  );
}

/** The rule of `checkProduct` for the sizes that must agree: a sentence where they do not. */
export type Inner<Op extends string, A extends Shape, B extends Shape, K extends number, L extends number> = [
  Agreed<K, L>,
] extends [never]
  ? `${Op}: inner dimensions must agree; got ${Show<A>} @ ${Show<B>} (${ShowSize<K>} and ${ShowSize<L>})`
  : true;

export type NoDimension<
  Op extends string,
  A extends Shape,
  B extends Shape,
> = `${Op}: both operands must have a dimension; got ${Show<A>} @ ${Show<B>}`;

/** Throws unless both are tensors of one dtype that has products, and k of `[..., k] @ [..., k, n]` is the same for both. */
export function checkProduct(op: string, a: unknown, b: unknown): void {
  const left = checkTensor(op, 'a', a);
  const right = checkTensor(op, 'b', b);
  if (left.ndim === 0 || right.ndim === 0) {
    throw new ShapeError(
      `${op}: both operands must have a dimension; got ${formatShape(left.shape)} @ ${formatShape(right.shape)}; try mul for a product with a number`,
    );
  }
  checkNumbers(op, left, right);
  const inner = left.shape.at(-1) as number;
  const other = right.shape.at(right.ndim === 1 ? 0 : -2) as number;
  if (inner !== other) {
    throw new ShapeError(
      `${op}: inner dimensions must agree; got ${formatShape(left.shape)} @ ${formatShape(right.shape)} (${inner} and ${other}); try b.transpose(-2, -1) or check the layer's size`,
    );
  }
}

/** Throws unless all have one dtype, and one whose elements can be multiplied and added. */
export function checkNumbers(op: string, first: Tensor, ...others: readonly Tensor[]): void {
  for (const other of others) checkSameDType(op, first, other);
  if (first.dtype === 'bool') throw new DTypeError(`${op}: operands must hold numbers; got bool; try .to('int32')`);
  rejectHalf(op, [first]);
}

/** The rule of `checkBatches`. */
export type Batches<Op extends string, A extends Shape, B extends Shape> =
  Agreed<A[0] & number, B[0] & number> extends infer N
    ? [N] extends [never]
      ? `${Op}: both batches must have one size; got ${Show<A>} @ ${Show<B>} (${A[0]} and ${B[0]})`
      : true
    : never;

/** Throws unless both have as many matrices. */
export function checkBatches(op: string, a: Tensor, b: Tensor): void {
  if (a.shape[0] === b.shape[0]) return;
  throw new ShapeError(
    `${op}: both batches must have one size; got ${formatShape(a.shape)} @ ${formatShape(b.shape)} (${a.shape[0]} and ${b.shape[0]}); try matmul, which broadcasts a batch of 1`,
  );
}
