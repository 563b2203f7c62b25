/** The matrix product: every other product of tensors comes down to it. */

import { offsetsOf } from '@tessera/kernels';
import { broadcastShapes, broadcastStrides, type Pair } from '../../core/broadcast.ts';
import { apply } from '../../core/dispatch.ts';
import { isFloating } from '../../core/dtype.ts';
import type { Check, IsRanked, Result } from '../../core/rule.ts';
import { contiguousStrides, elementsOf, type Shape } from '../../core/shape.ts';
import type { Operand, PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { transpose } from '../views/permute.ts';
import { reshape } from '../views/reshape.ts';
import { checkProduct, type Inner, type NoDimension } from './checkProduct.ts';
import { launchProduct } from './launchProduct.ts';

/** [..., m, k] @ [..., k, n] -> [..., m, n], where the leading dimensions broadcast. */
export const matmulOp: PrimitiveOp<'a' | 'b'> = {
  kind: 'primitive',
  name: 'matmul',
  operands: ['a', 'b'],
  formula: 'c_ij = sum_p a_ip b_pj',
  infer: ([a, b]) => ({ shape: productShape('matmul', a as Tensor, b as Tensor), dtype: (a as Tensor).dtype }),
  reference: ([c], [a, b]) => multiplyEach(c as Operand, a as Operand, b as Operand),
  kernel: ([c], [a, b]) => launchProduct(c as Tensor, a as Tensor, b as Tensor),
  strided: true,
  // C = A B: dA = G B^T, dB = A^T G
  vjp: {
    a:
      ({ b }) =>
      (g) =>
        multiply(g, transpose(b, -2, -1)),
    b:
      ({ a, shapes }) =>
      (g) =>
        shapes.b.length === 2 ? multiplyRows(a, g) : multiply(transpose(a, -2, -1), g),
  },
  sample: (draw) => {
    const [m, k, n] = [draw.integer(1, 4), draw.integer(1, 5), draw.integer(1, 4)];
    const batch = draw.shape([0, 2], { min: 1 });
    const partOf = (): Shape => draw.pick([batch, batch.slice(1), batch.map(() => 1), []]);
    return { inputs: [{ shape: [...partOf(), m, k] }, { shape: [...partOf(), k, n] }], attributes: {} };
  },
};

/** The shape rule of `matmul`. */
export type MatmulShape<A extends Shape, B extends Shape> = A extends readonly [
  infer M extends number,
  infer K extends number,
]
  ? B extends readonly [infer L extends number, infer N extends number]
    ? Multiplied<A, B, K, L, readonly [M, N]>
    : MatmulOfMany<A, B>
  : MatmulOfMany<A, B>;

type MatmulOfMany<A extends Shape, B extends Shape> =
  IsRanked<A> extends true
    ? IsRanked<B> extends true
      ? A extends readonly [...infer Ab extends Shape, infer M extends number, infer K extends number]
        ? B extends readonly [...infer Bb extends Shape, infer L extends number, infer N extends number]
          ? Multiplied<A, B, K, L, Batched<'matmul', Ab, Bb, M, N>>
          : B extends readonly [infer L extends number]
            ? Multiplied<A, B, K, L, readonly [...Ab, M]>
            : NoDimension<'matmul', A, B>
        : A extends readonly [infer K extends number]
          ? B extends readonly [...infer Bb extends Shape, infer L extends number, infer N extends number]
            ? Multiplied<A, B, K, L, readonly [...Bb, N]>
            : B extends readonly [infer L extends number]
              ? Multiplied<A, B, K, L, readonly []>
              : NoDimension<'matmul', A, B>
          : NoDimension<'matmul', A, B>
      : Shape
    : Shape;

type Multiplied<A extends Shape, B extends Shape, K extends number, L extends number, R> =
  Inner<'matmul', A, B, K, L> extends infer I ? (I extends string ? I : R) : never;

/** The shape of a batch of matrices [M, N]: the batches of both operands broadcast. */
type Batched<Op extends string, A extends Shape, B extends Shape, M extends number, N extends number> =
  Pair<Op, A, B> extends infer Batch ? (Batch extends Shape ? readonly [...Batch, M, N] : Batch) : never;

/** Checks two operands of at least two dimensions and gives the shape of their product. */
export function productShape(op: string, a: Tensor, b: Tensor): number[] {
  checkProduct(op, a, b);
  const batch = broadcastShapes(op, a.shape.slice(0, -2), b.shape.slice(0, -2));
  return [...batch, a.shape.at(-2) as number, b.shape.at(-1) as number];
}

/** The meaning: three loops for every matrix of the batch. Integers wrap, as in PyTorch. */
function multiplyEach(c: Operand, a: Operand, b: Operand): void {
  const [m, k, n] = [a.shape.at(-2) as number, a.shape.at(-1) as number, b.shape.at(-1) as number];
  const batch = c.shape.slice(0, -2);
  const startsOf = ({ shape }: Operand): number[] =>
    offsetsOf(batch, broadcastStrides(shape.slice(0, -2), contiguousStrides(shape).slice(0, -2), batch));
  const [aStarts, bStarts] = [startsOf(a), startsOf(b)];
  const term = isFloating(c.dtype) ? (x: number, y: number) => x * y : Math.imul;
  const round = isFloating(c.dtype) ? (total: number) => total : (total: number) => total | 0;
  let next = 0;
  for (const [i, aStart] of aStarts.entries()) {
    for (let row = 0; row < m; row++) {
      for (let column = 0; column < n; column++) {
        const from = aStart + row * k;
        const along = (bStarts[i] as number) + column;
        let total = 0;
        for (let p = 0; p < k; p++)
          total = round(total + term(a.data[from + p] as number, b.data[along + p * n] as number));
        c.data[next++] = total;
      }
    }
  }
}

/** The product of operands that have two or more dimensions each. */
function multiply(a: Tensor, b: Tensor): Tensor {
  return apply(matmulOp, [a, b], {});
}

/** a^T @ b, where both are seen as one long list of rows: [..., p], [..., q] -> [p, q]. */
export function multiplyRows(a: Tensor, b: Tensor): Tensor {
  return multiply(transpose(rowsOf(a), 0, 1), rowsOf(b));
}

/** (..., n) -> (rows, n) */
function rowsOf(x: Tensor): Tensor {
  return x.ndim === 2 ? x : reshape(x, [elementsOf(x.shape.slice(0, -1)), x.shape.at(-1) as number]);
}

/**
 * The matrix product. Dimensions before the last two are batches and broadcast; a vector on the left is a row, on the
 * right a column, and its dimension goes away. PyTorch: `torch.matmul`.
 *
 * @throws ShapeError when the inner dimensions differ or batches do not broadcast; DTypeError when dtypes differ.
 * @example
 * matmul(ones(2, 3), ones(3, 4)).shape; // [2, 4]
 * matmul(ones(5, 2, 3), ones(3)).shape; // [5, 2]
 */
export function matmul<A extends Tensor, B extends Tensor>(
  a: A,
  b: B & Check<MatmulShape<A['shape'], B['shape']>>,
): Tensor<Result<MatmulShape<A['shape'], B['shape']>>>;
export function matmul(a: Tensor, b: Tensor): Tensor {
  checkProduct('matmul', a, b);
  const left = a.ndim === 1 ? reshape(a, [1, a.count]) : a; // (k) -> (1, k)
  const right = b.ndim === 1 ? reshape(b, [b.count, 1]) : b; // (k) -> (k, 1)
  const product = multiply(left, right);
  if (left === a && right === b) return product;
  const [m, n] = [a.ndim === 1 ? [] : product.shape.slice(-2, -1), b.ndim === 1 ? [] : product.shape.slice(-1)];
  return reshape(product, [...product.shape.slice(0, -2), ...m, ...n]); // (..., 1, n) -> (..., n), (..., m, 1) -> (..., m)
}
