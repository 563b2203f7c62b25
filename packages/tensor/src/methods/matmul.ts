/** Methods of Tensor: matrix products. */
import type { Shape } from '../core/shape.ts';
import { type AddmmOptions, addbmm, addmm, addmv, addr, baddbmm } from '../ops/matmul/addmm.ts';
import { matmul } from '../ops/matmul/matmul.ts';
import { kron, matrixPower } from '../ops/matmul/powers.ts';
import { bmm, dot, inner, mm, mv, outer, vdot } from '../ops/matmul/products.ts';
import type { Tensor } from '../tensor.ts';
import { RandomMethods } from './random.ts';

export abstract class MatmulMethods<out S extends Shape = Shape> extends RandomMethods<S> {
  matmul(this: Tensor, other: Tensor): Tensor {
    return matmul(this, other);
  }
  mm(this: Tensor, other: Tensor): Tensor {
    return mm(this, other);
  }
  bmm(this: Tensor, other: Tensor): Tensor {
    return bmm(this, other);
  }
  mv(this: Tensor, vector: Tensor): Tensor {
    return mv(this, vector);
  }
  dot(this: Tensor, other: Tensor): Tensor {
    return dot(this, other);
  }
  vdot(this: Tensor, other: Tensor): Tensor {
    return vdot(this, other);
  }
  outer(this: Tensor, other: Tensor): Tensor {
    return outer(this, other);
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
