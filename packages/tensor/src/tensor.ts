/** The one Tensor: what the core is, a method for every op, ways to read it, what it asks its trace, and its shape. */
import { alias, defineTensorClass, type Layout } from './core/base.ts';
import { normalizeDim } from './core/dims.ts';
import { IndexError } from './core/errors.ts';
import type { MatrixTransposes, Reversals } from './core/reversal.ts';
import { describe, type Shape } from './core/shape.ts';
import type { Storage } from './core/storage.ts';
import { permute, transpose } from './ops/views/permute.ts';
import { formatTensor } from './print.ts';
import { Traceable } from './tracing.ts';

export type { TensorLike } from './core/arguments.ts';
export type { Nested } from './reading.ts';

/**
 * All that is the same for tensors of every shape, as a plain list. A list is not resolved anew for each of them as a class
 * would be: type-checking takes two thirds of the time.
 */
const OfEveryShape: abstract new (storage: Storage, layout: Layout) => Pick<Traceable, keyof Traceable> = Traceable;

/**
 * An n-dimensional array of one dtype. Nobody frees tensors by hand: their memory follows JavaScript's collector.
 *
 * @example
 * tensor([[1, 2], [3, 4]]).matmul(eye(2)).sum().item(); // 10
 */
export class Tensor<out S extends Shape = Shape> extends OfEveryShape {
  /** The sizes of all dimensions. */
  declare readonly shape: S;

  static {
    defineTensorClass(Tensor);
    // Node's console.log shows the numbers.
    Object.defineProperty(Tensor.prototype, Symbol.for('nodejs.util.inspect.custom'), {
      value: Tensor.prototype.toString,
    });
  }

  /** The sizes of all dimensions, or of one. */
  size(): S;
  size(dim: number): number;
  size(dim?: number): S | number {
    return dim === undefined ? this.shape : (this.shape[normalizeDim('size', dim, this.ndim)] as number);
  }

  /** The matrix with its dimensions exchanged; other tensors with all dimensions in reverse order. PyTorch: `T`. */
  get T(): Tensor<Reversals<S>[S['length']]> {
    return permute(this as Tensor, [...this.shape.keys()].reverse()) as never;
  }

  /** Every matrix transposed: the last two dimensions exchanged. PyTorch: `mT`. */
  get mT(): Tensor<MatrixTransposes<S>[S['length']]> {
    return transpose(this as Tensor, -2, -1) as never;
  }

  /** The values without the trace: same memory, no derivative. */
  detach(): Tensor<S> {
    return alias(this) as Tensor<S>;
  }

  override toString(): string {
    return formatTensor(this);
  }

  /** Slices along the first dimension. */
  *[Symbol.iterator](): Iterator<Tensor> {
    if (this.ndim === 0)
      throw new IndexError(
        `iteration: a tensor without dimensions has no rows; got ${describe(this.item())}; try item()`,
      );
    for (let i = 0; i < (this.shape[0] as number); i++) yield (this as Tensor).select(0, i);
  }
}
