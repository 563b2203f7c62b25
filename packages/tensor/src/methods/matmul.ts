import type { Check, Result } from '../core/rule.ts';
import { type AddmmOptions, addbmm, addmm, addmv, addr, baddbmm } from '../ops/matmul/addmm.ts';
import { type MatmulShape, matmul } from '../ops/matmul/matmul.ts';
import { kron, matrixPower } from '../ops/matmul/powers.ts';
import { bmm, dot, inner, mm, mv, type OuterShape, outer, type RankedProduct, vdot } from '../ops/matmul/products.ts';
import type { Tensor } from '../tensor.ts';
import { RandomMethods } from './random.ts';

export abstract class MatmulMethods extends RandomMethods {
  matmul<A extends Tensor, B extends Tensor>(
    this: A,
    other: B & Check<MatmulShape<A['shape'], B['shape']>>,
  ): Tensor<Result<MatmulShape<A['shape'], B['shape']>>> {
    return matmul<A, B>(this, other);
  }
  mm<A extends Tensor, B extends Tensor>(
    this: A,
    other: B & Check<RankedProduct<'mm', A['shape'], 2, B['shape'], 2>>,
  ): Tensor<Result<RankedProduct<'mm', A['shape'], 2, B['shape'], 2>>> {
    return mm<A, B>(this, other);
  }
  bmm<A extends Tensor, B extends Tensor>(
    this: A,
    other: B & Check<RankedProduct<'bmm', A['shape'], 3, B['shape'], 3>>,
  ): Tensor<Result<RankedProduct<'bmm', A['shape'], 3, B['shape'], 3>>> {
    return bmm<A, B>(this, other);
  }
  mv<A extends Tensor, B extends Tensor>(
    this: A,
    vector: B & Check<RankedProduct<'mv', A['shape'], 2, B['shape'], 1>>,
  ): Tensor<Result<RankedProduct<'mv', A['shape'], 2, B['shape'], 1>>> {
    return mv<A, B>(this, vector);
  }
  dot<A extends Tensor, B extends Tensor>(
    this: A,
    other: B & Check<RankedProduct<'dot', A['shape'], 1, B['shape'], 1>>,
  ): Tensor<Result<RankedProduct<'dot', A['shape'], 1, B['shape'], 1>>> {
    return dot<A, B>(this, other);
  }
  vdot<A extends Tensor, B extends Tensor>(
    this: A,
    other: B & Check<RankedProduct<'vdot', A['shape'], 1, B['shape'], 1>>,
  ): Tensor<Result<RankedProduct<'vdot', A['shape'], 1, B['shape'], 1>>> {
    return vdot<A, B>(this, other);
  }
  outer<A extends Tensor, B extends Tensor>(
    this: A,
    other: B & Check<OuterShape<A['shape'], B['shape']>>,
  ): Tensor<Result<OuterShape<A['shape'], B['shape']>>> {
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
