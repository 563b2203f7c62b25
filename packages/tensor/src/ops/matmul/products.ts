/** Products of given ranks: the same as matmul, for those who want to be told when a rank is not what they thought. */

import { checkTensor } from '../../core/arguments.ts';
import { ShapeError } from '../../core/errors.ts';
import type { Agreed, Check, RankOf, Result } from '../../core/rule.ts';
import { formatShape, type Shape } from '../../core/shape.ts';
import type { Tensor } from '../../tensor.ts';
import { mul } from '../elementwise/arithmetic.ts';
import { unsqueeze } from '../views/squeeze.ts';
import { type Batches, checkBatches, checkProduct, checkRank, type Inner, type Ranked } from './checkProduct.ts';
import { matmul } from './matmul.ts';
import { tensordot } from './tensordot.ts';

function multiplyRanked(op: string, a: Tensor, rankA: number, b: Tensor, rankB: number): Tensor {
  checkRank(op, 'a', a, rankA);
  checkRank(op, 'b', b, rankB);
  checkProduct(op, a, b);
  return matmul(a, b);
}

/** The shape rule of products of given ranks: that of `matmul`, but for its name. */
export type RankedProduct<
  Op extends string,
  A extends Shape,
  RankA extends 1 | 2 | 3,
  B extends Shape,
  RankB extends 1 | 2 | 3,
> =
  Ranked<Op, 'a', A, RankA> extends infer Left
    ? Left extends true
      ? Ranked<Op, 'b', B, RankB> extends infer Right
        ? Right extends true
          ? ProductOf<Op, A, B>
          : Right
        : never
      : Left
    : never;

type ProductOf<Op extends string, A extends Shape, B extends Shape> = number extends RankOf<A> | RankOf<B>
  ? Shape
  : [A, B] extends [readonly [...infer M extends Shape, infer K extends number], readonly [infer L extends number]]
    ? Checked<Inner<Op, A, B, K, L>, readonly [...M]>
    : [A, B] extends [
          readonly [infer M extends number, infer K extends number],
          readonly [infer L extends number, infer N extends number],
        ]
      ? Checked<Inner<Op, A, B, K, L>, readonly [M, N]>
      : [A, B] extends [
            readonly [infer C extends number, infer M extends number, infer K extends number],
            readonly [infer D extends number, infer L extends number, infer N extends number],
          ]
        ? Checked<Batches<Op, A, B>, Checked<Inner<Op, A, B, K, L>, readonly [Agreed<C, D>, M, N]>>
        : Shape;

type Checked<Verdict, R> = Verdict extends string ? Verdict : R;

/** Matrix times matrix: [m, k] @ [k, n] -> [m, n]. PyTorch: `torch.mm`. */
export function mm<A extends Tensor, B extends Tensor>(
  a: A,
  b: B & Check<RankedProduct<'mm', A['shape'], 2, B['shape'], 2>>,
): Tensor<Result<RankedProduct<'mm', A['shape'], 2, B['shape'], 2>>>;
export function mm(a: Tensor, b: Tensor): Tensor {
  return multiplyRanked('mm', a, 2, b, 2);
}

/** Batches of matrices, of one size: [b, m, k] @ [b, k, n] -> [b, m, n]. PyTorch: `torch.bmm`. */
export function bmm<A extends Tensor, B extends Tensor>(
  a: A,
  b: B & Check<RankedProduct<'bmm', A['shape'], 3, B['shape'], 3>>,
): Tensor<Result<RankedProduct<'bmm', A['shape'], 3, B['shape'], 3>>>;
export function bmm(a: Tensor, b: Tensor): Tensor {
  checkBatches('bmm', checkRank('bmm', 'a', a, 3), checkRank('bmm', 'b', b, 3));
  return multiplyRanked('bmm', a, 3, b, 3);
}

/** Matrix times vector: [m, k] @ [k] -> [m]. PyTorch: `torch.mv`. */
export function mv<A extends Tensor, B extends Tensor>(
  a: A,
  b: B & Check<RankedProduct<'mv', A['shape'], 2, B['shape'], 1>>,
): Tensor<Result<RankedProduct<'mv', A['shape'], 2, B['shape'], 1>>>;
export function mv(a: Tensor, b: Tensor): Tensor {
  return multiplyRanked('mv', a, 2, b, 1);
}

/** The sum of the products of two vectors' elements. PyTorch: `torch.dot`. */
export function dot<A extends Tensor, B extends Tensor>(
  a: A,
  b: B & Check<RankedProduct<'dot', A['shape'], 1, B['shape'], 1>>,
): Tensor<Result<RankedProduct<'dot', A['shape'], 1, B['shape'], 1>>>;
export function dot(a: Tensor, b: Tensor): Tensor {
  return multiplyRanked('dot', a, 1, b, 1);
}

/** The same as `dot`: all numbers here are real. PyTorch: `torch.vdot`. */
export function vdot<A extends Tensor, B extends Tensor>(
  a: A,
  b: B & Check<RankedProduct<'vdot', A['shape'], 1, B['shape'], 1>>,
): Tensor<Result<RankedProduct<'vdot', A['shape'], 1, B['shape'], 1>>>;
export function vdot(a: Tensor, b: Tensor): Tensor {
  return multiplyRanked('vdot', a, 1, b, 1);
}

/** The shape rule of `outer`. */
export type OuterShape<A extends Shape, B extends Shape> =
  Ranked<'outer', 'a', A, 1> extends infer Left
    ? Left extends true
      ? Checked<Ranked<'outer', 'b', B, 1>, number extends RankOf<A> | RankOf<B> ? Shape : readonly [...A, ...B]>
      : Left
    : never;

/**
 * Every product of an element of a with one of b: [m], [n] -> [m, n]. PyTorch: `torch.outer`.
 *
 * @example
 * outer(tensor([1, 2]), tensor([3, 4])); // tensor([[3., 4.], [6., 8.]])
 */
export function outer<A extends Tensor, B extends Tensor>(
  a: A,
  b: B & Check<OuterShape<A['shape'], B['shape']>>,
): Tensor<Result<OuterShape<A['shape'], B['shape']>>>;
export function outer(a: Tensor, b: Tensor): Tensor {
  checkRank('outer', 'a', a, 1);
  checkRank('outer', 'b', b, 1);
  return mul(unsqueeze(a, 1), b);
}

/** Products summed over the last dimension of both: [..., k], [..., k] -> [..., ...]. PyTorch: `torch.inner`. */
export function inner(a: Tensor, b: Tensor): Tensor {
  checkTensor('inner', 'a', a);
  checkTensor('inner', 'b', b);
  if (a.ndim === 0 || b.ndim === 0) return mul(a, b);
  if (a.shape.at(-1) === b.shape.at(-1)) return tensordot(a, b, [[-1], [-1]]);
  throw new ShapeError(
    `inner: last dimensions must agree; got ${formatShape(a.shape)} and ${formatShape(b.shape)} (${a.shape.at(-1)} and ${b.shape.at(-1)}); try tensordot, which takes any dimensions`,
  );
}
