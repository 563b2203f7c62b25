import type { Check, Result } from '../core/rule.ts';
import type { Shape } from '../core/shape.ts';
import { type AddmmOptions, addbmm, addmm, addmv, addr, baddbmm } from '../ops/matmul/addmm.ts';
import { type MatmulShape, matmul } from '../ops/matmul/matmul.ts';
import { kron, matrixPower } from '../ops/matmul/powers.ts';
import { bmm, dot, inner, mm, mv, type OuterShape, outer, type RankedProduct, vdot } from '../ops/matmul/products.ts';
import type { Tensor } from '../tensor.ts';
import { RandomMethods } from './random.ts';

export abstract class MatmulMethods extends RandomMethods {
  matmul<A extends Shape, B extends Shape>(
    this: Tensor<A>,
    other: Tensor<B> & Check<MatmulShape<A, B>>,
  ): Tensor<Result<MatmulShape<A, B>>> {
    return matmul<A, B>(this, other);
  }
  mm<A extends Shape, B extends Shape>(
    this: Tensor<A>,
    other: Tensor<B> & Check<RankedProduct<'mm', A, 2, B, 2>>,
  ): Tensor<Result<RankedProduct<'mm', A, 2, B, 2>>> {
    return mm<A, B>(this, other);
  }
  bmm<A extends Shape, B extends Shape>(
    this: Tensor<A>,
    other: Tensor<B> & Check<RankedProduct<'bmm', A, 3, B, 3>>,
  ): Tensor<Result<RankedProduct<'bmm', A, 3, B, 3>>> {
    return bmm<A, B>(this, other);
  }
  mv<A extends Shape, B extends Shape>(
    this: Tensor<A>,
    vector: Tensor<B> & Check<RankedProduct<'mv', A, 2, B, 1>>,
  ): Tensor<Result<RankedProduct<'mv', A, 2, B, 1>>> {
    return mv<A, B>(this, vector);
  }
  dot<A extends Shape, B extends Shape>(
    this: Tensor<A>,
    other: Tensor<B> & Check<RankedProduct<'dot', A, 1, B, 1>>,
  ): Tensor<Result<RankedProduct<'dot', A, 1, B, 1>>> {
    return dot<A, B>(this, other);
  }
  vdot<A extends Shape, B extends Shape>(
    this: Tensor<A>,
    other: Tensor<B> & Check<RankedProduct<'vdot', A, 1, B, 1>>,
  ): Tensor<Result<RankedProduct<'vdot', A, 1, B, 1>>> {
    return vdot<A, B>(this, other);
  }
  outer<A extends Shape, B extends Shape>(
    this: Tensor<A>,
    other: Tensor<B> & Check<OuterShape<A, B>>,
  ): Tensor<Result<OuterShape<A, B>>> {
    return outer<A, B>(this, other);
  }
  inner(this: Tensor, other: Tensor): Tensor {
    return inner(this, other);
  }
  kron(this: Tensor, other: Tensor): Tensor {
    return kron(this, other);
  }
  matrixPower(this: Tensor, n: number): Tensor {
    return matrixPower(this, n);
  }
  addmm(this: Tensor, a: Tensor, b: Tensor, options?: AddmmOptions): Tensor {
    return addmm(this, a, b, options);
  }
  baddbmm(this: Tensor, a: Tensor, b: Tensor, options?: AddmmOptions): Tensor {
    return baddbmm(this, a, b, options);
  }
  addbmm(this: Tensor, a: Tensor, b: Tensor, options?: AddmmOptions): Tensor {
    return addbmm(this, a, b, options);
  }
  addmv(this: Tensor, a: Tensor, vector: Tensor, options?: AddmmOptions): Tensor {
    return addmv(this, a, vector, options);
  }
  addr(this: Tensor, a: Tensor, b: Tensor, options?: AddmmOptions): Tensor {
    return addr(this, a, b, options);
  }
}
