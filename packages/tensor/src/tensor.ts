/** The one Tensor: what the core is, with an op's method for every op, ways to read it, and what it asks its trace. */
import { checkOptions } from './core/arguments.ts';
import { alias, defineTensorClass, type Layout } from './core/base.ts';
import { convert, elementsInPlace, READERS, toContiguous } from './core/copy.ts';
import { normalizeDim } from './core/dims.ts';
import { DTYPES, type TypedArray } from './core/dtype.ts';
import { GradientError, IndexError, ShapeError, ValueError } from './core/errors.ts';
import type { MatrixTransposes, Reversals } from './core/reversal.ts';
import { describe, formatShape, type Shape } from './core/shape.ts';
import type { Storage } from './core/storage.ts';
import type { BackwardOptions, GradientHook, Trace } from './core/trace.ts';
import { ViewMethods } from './methods/views.ts';
import { permute, transpose } from './ops/views/permute.ts';
import { formatTensor } from './print.ts';

export type { TensorLike } from './core/arguments.ts';

/** Values nested as deep as the tensor has dimensions. */
export type Nested = number | boolean | Nested[];

/**
 * The methods as a plain list. They are the same for tensors of every shape, and a list is not resolved anew for each of
 * them as a class would be: type-checking takes two thirds of the time.
 */
const WithMethods: abstract new (storage: Storage, layout: Layout) => Pick<ViewMethods, keyof ViewMethods> =
  ViewMethods;

/**
 * An n-dimensional array of one dtype. Nobody frees tensors by hand: their memory follows JavaScript's collector.
 *
 * @example
 * tensor([[1, 2], [3, 4]]).matmul(eye(2)).sum().item(); // 10
 */
export class Tensor<out S extends Shape = Shape> extends WithMethods {
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

  /** The number of dimensions. */
  dim(): number {
    return this.ndim;
  }

  /** The number of elements. */
  numel(): number {
    return this.count;
  }

  /** Elements between neighbours along every dimension. */
  stride(): readonly number[] {
    return this.strides;
  }

  /** The value of a tensor of one element. */
  item(): number {
    if (this.count !== 1)
      throw new ShapeError(
        `item: the tensor must have one element; got ${formatShape(this.shape)}; try toArray() or an index`,
      );
    return READERS[this.dtype](this.storage.elements()[this.offset] as number);
  }

  /** A copy of the elements in row-major order; 16-bit floats come out as Float32Array. */
  get data(): TypedArray {
    const half = this.dtype === 'float16' || this.dtype === 'bfloat16';
    const source = half ? convert(this, 'float32') : toContiguous(this);
    const [elements] = elementsInPlace([source]) as [TypedArray];
    const copy = new (DTYPES[source.dtype].array as unknown as new (length: number) => TypedArray)(elements.length);
    copy.set(elements);
    if (source.storage !== this.storage) source.storage.free();
    return copy;
  }

  /** The same as `data`, for code that must also run on devices that answer later. */
  read(): Promise<TypedArray> {
    return Promise.resolve(this.data);
  }

  /** Whole numbers as 64-bit integers, in row-major order. */
  toBigInt64Array(): BigInt64Array {
    return BigInt64Array.from(this.data as Int32Array, (value) => {
      if (Number.isFinite(value)) return BigInt(Math.trunc(value));
      throw new ValueError(`toBigInt64Array: every value must be finite; got ${value}; try nanToNum()`);
    });
  }

  /** The values as nested arrays; a number or boolean where there are no dimensions. */
  toArray(): Nested {
    const flat = this.data;
    const bool = this.dtype === 'bool';
    const nest = (depth: number, start: number, span: number): Nested => {
      if (depth === this.ndim) return bool ? flat[start] === 1 : (flat[start] as number);
      const size = this.shape[depth] as number;
      const step = size === 0 ? 0 : span / size;
      return Array.from({ length: size }, (_, i) => nest(depth + 1, start + i * step, step));
    };
    return nest(0, 0, flat.length);
  }

  /** The values without the trace: same memory, no derivative. */
  detach(): Tensor<S> {
    return alias(this) as Tensor<S>;
  }

  /** Whether derivatives flow to or through this tensor. */
  get requiresGrad(): boolean {
    return this.trace?.requiresGrad ?? false;
  }

  set requiresGrad(on: boolean) {
    if (this.trace !== null) this.trace.setRequiresGrad(this, on);
    else if (on) throw noTrace('requiresGrad');
  }

  /** Whether this tensor is an input of the graph and not the result of an op in it. */
  get isLeaf(): boolean {
    return this.trace?.isLeaf ?? true;
  }

  /** The gradient that `backward()` accumulated here; null before. */
  get grad(): Tensor | null {
    return this.trace?.getGrad(this) ?? null;
  }

  set grad(gradient: Tensor | null) {
    if (this.trace !== null) this.trace.setGrad(this, gradient);
    else if (gradient !== null) throw noTrace('grad');
  }

  /** Accumulates the derivative of this tensor into the `grad` of every leaf it depends on. */
  backward(options: BackwardOptions = {}): void {
    this.#traced('backward').backward(this, checkOptions('backward', options, '{ gradient: g }'));
  }

  /** Keeps the gradient of a result of an op, as is done for leaves. */
  retainGrad(): void {
    this.#traced('retainGrad').retainGrad(this);
  }

  /** Calls `hook` with the gradient of this tensor; what it returns replaces the gradient. Gives the way to remove it. */
  registerHook(hook: GradientHook): () => void {
    return this.#traced('registerHook').registerHook(this, hook);
  }

  #traced(op: string): Trace {
    if (this.trace === null) throw noTrace(op);
    return this.trace;
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

function noTrace(op: string): GradientError {
  return new GradientError(
    `${op}: the tensor must require a gradient; got one that nothing records; try requiresGrad(x) from @tessera/autograd on the inputs, outside noGrad`,
  );
}
