/** Methods of Tensor: running results along a dimension, and rows brought to one scale. */
import type { Shape } from '../core/shape.ts';
import type { DTypeOption } from '../ops/reductions/reduction.ts';
import type { ValuesAndIndices } from '../ops/reductions/selection.ts';
import { logSoftmax } from '../ops/rows/logSoftmax.ts';
import { softmax } from '../ops/rows/softmax.ts';
import { cummax, cummin } from '../ops/scans/cumExtrema.ts';
import { cumprod } from '../ops/scans/cumprod.ts';
import { cumsum } from '../ops/scans/cumsum.ts';
import { type DiffOptions, diff } from '../ops/scans/diff.ts';
import { logcumsumexp } from '../ops/scans/logcumsumexp.ts';
import type { Tensor } from '../tensor.ts';
import { ArithmeticMethods } from './arithmetic.ts';

export abstract class ScanMethods<out S extends Shape = Shape> extends ArithmeticMethods<S> {
  cumsum(this: Tensor, dim: number, options?: DTypeOption): Tensor {
    return cumsum(this, dim, options);
  }
  cumprod(this: Tensor, dim: number, options?: DTypeOption): Tensor {
    return cumprod(this, dim, options);
  }
  logcumsumexp(this: Tensor, dim: number): Tensor {
    return logcumsumexp(this, dim);
  }
  cummax(this: Tensor, dim: number): ValuesAndIndices {
    return cummax(this, dim);
  }
  cummin(this: Tensor, dim: number): ValuesAndIndices {
    return cummin(this, dim);
  }
  diff(this: Tensor, dim?: number, options?: DiffOptions): Tensor {
    return diff(this, dim, options);
  }
  softmax(this: Tensor, dim: number, options?: DTypeOption): Tensor {
    return softmax(this, dim, options);
  }
  logSoftmax(this: Tensor, dim: number, options?: DTypeOption): Tensor {
    return logSoftmax(this, dim, options);
  }
}
