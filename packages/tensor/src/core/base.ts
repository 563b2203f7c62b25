/** What every tensor is before any op exists: a layout over a storage, and perhaps a trace. */
import { type Addressable, type Cell, heap } from '@tessera/kernels';
import type { Tensor } from '../tensor.ts';
import { DTYPES, type DType } from './dtype.ts';
import { contiguousStrides, elementsOf, isContiguousLayout, type Shape } from './shape.ts';
import { Storage } from './storage.ts';
import type { Trace } from './trace.ts';

/** Marks tensors of every copy of this package that a program may hold. */
export const TENSOR: symbol = Symbol.for('tessera.tensor');

/** Sizes, steps between elements, and where the first one lies; all count elements. */
export interface Layout {
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}

export abstract class TensorBase implements Addressable {
  static {
    Object.defineProperty(TensorBase.prototype, TENSOR, { value: true });
  }

  readonly storage: Storage;
  readonly shape: Shape;
  readonly strides: readonly number[];
  /** Elements before the first one of this tensor. */
  readonly offset: number;
  /** How many elements there are. */
  readonly count: number;
  #contiguous: boolean;
  /** Who runs ops on this tensor; null for a plain value. */
  trace: Trace | null = null;

  constructor(storage: Storage, layout: Layout) {
    this.storage = storage;
    this.shape = layout.shape;
    this.strides = layout.strides;
    this.offset = layout.offset;
    this.count = elementsOf(layout.shape);
    this.#contiguous = isContiguousLayout(layout.shape, layout.strides);
  }

  /**
   * Makes `t` stand for the memory of `source`, which has its shape: how a parameter changes its dtype while optimizers go on
   * holding it. Views that were taken before keep the old memory.
   */
  static rehouse(t: TensorBase, { storage, strides, offset }: TensorBase): void {
    Object.assign(t, { storage, strides, offset });
    t.#contiguous = isContiguousLayout(t.shape, strides);
  }

  get dtype(): DType {
    return this.storage.dtype;
  }

  get device(): 'cpu' {
    return 'cpu';
  }

  /** The number of dimensions. */
  get ndim(): number {
    return this.shape.length;
  }

  /** Where the bytes are, for kernels. */
  get cell(): Cell {
    return this.storage.cell;
  }

  get byteOffset(): number {
    return this.offset * DTYPES[this.storage.dtype].bytes;
  }

  /** Whether elements in logical order lie one after the other in memory. */
  isContiguous(): boolean {
    return this.#contiguous;
  }

  /** The number of changes in place that this tensor's memory has seen. */
  get version(): number {
    return this.storage.version;
  }

  /** Gives the memory back at once. Never needed; a later use of the tensor, or of a view of it, throws MemoryError. */
  dispose(): void {
    this.storage.free();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

type TensorClass = new (storage: Storage, layout: Layout) => Tensor;

let tensorClass: TensorClass | undefined;

/** Called once, where Tensor is defined: results of ops are made of it, and the core stays free of ops. */
export function defineTensorClass(concrete: TensorClass): void {
  tensorClass = concrete;
}

export function makeTensor(storage: Storage, layout: Layout): Tensor {
  return new (tensorClass as TensorClass)(storage, layout);
}

/** A contiguous tensor whose values are not yet defined. */
export function allocate(shape: Shape, dtype: DType): Tensor {
  return makeTensor(new Storage(dtype, elementsOf(shape)), { shape, strides: contiguousStrides(shape), offset: 0 });
}

/** Another tensor over the same memory, without trace. */
export function alias(x: Tensor, layout: Layout = x): Tensor {
  x.storage.shared = true;
  return makeTensor(x.storage, { shape: layout.shape, strides: layout.strides, offset: layout.offset });
}

/** Makes `t` stand for the memory of `source`, see `TensorBase.rehouse`. */
export function rehouse(t: Tensor, source: Tensor): void {
  TensorBase.rehouse(t as unknown as TensorBase, source as unknown as TensorBase);
}

export function isTensor(value: unknown): value is Tensor {
  return value instanceof TensorBase;
}

/** Lets the collector-owned heap evict these bytes first. */
export function demote(x: Tensor): void {
  if (!x.storage.cell.freed) heap().demote(x.storage.cell);
}
