/** The bytes behind one or more tensors, and a count of how often they were changed in place. */
import { type Cell, heap, MemoryError, mebibytes, resolve, views } from '@tessera/kernels';
import { DTYPES, type DType, type TypedArray } from './dtype.ts';
import { enlist } from './scope.ts';
import { elementsOf, formatShape, type Shape } from './shape.ts';

export class Storage {
  readonly cell: Cell;
  /** Grows by one with every change in place; what was saved for a derivative checks it. */
  version = 0;
  /** True once a second tensor looks at these bytes. */
  shared = false;
  /** How many tape nodes need these bytes; tidy leaves them alone until none does. */
  holds = 0;
  /** Set by tidy when it left these bytes to the tape that holds them. */
  orphaned = false;

  /** `count` elements whose values are not yet defined. */
  constructor(
    readonly dtype: DType,
    readonly count: number,
  ) {
    const owner = heap();
    this.cell = owner.allocate(count * DTYPES[dtype].bytes);
    owner.watch(this, this.cell);
    enlist(this);
  }

  /** The elements in memory order, in place. Valid until the next allocation or load: never keep it. */
  elements(): TypedArray {
    return elementsAt(this, resolve(heap(), [{ cell: this.cell, byteOffset: 0 }])[0] as number);
  }

  free(): void {
    heap().free(this.cell);
  }

  hold(): void {
    this.holds++;
  }

  /** Undoes one `hold`. What the tape alone needed is first to be evicted from now on. */
  release(intermediate: boolean): void {
    this.holds--;
    if (this.holds > 0) return;
    if (this.orphaned) this.free();
    else if (intermediate && !this.cell.freed) heap().demote(this.cell);
  }
}

function elementsAt(storage: Storage, address: number): TypedArray {
  return new DTYPES[storage.dtype].array(views().u8.buffer, address, storage.count);
}

/** The elements of several storages at once, each in place: none is moved while the others are fetched. */
export function elementsOfAll(storages: readonly Storage[]): TypedArray[] {
  const addresses = resolve(
    heap(),
    storages.map(({ cell }) => ({ cell, byteOffset: 0 })),
  );
  return storages.map((storage, i) => elementsAt(storage, addresses[i] as number));
}

/** Throws, naming the op and the shape, where a tensor would be larger than all that the heap may hold. */
export function checkBudget(op: string, shape: Shape, dtype: DType): void {
  const bytes = elementsOf(shape) * DTYPES[dtype].bytes;
  const { budget } = heap();
  if (bytes <= budget) return;
  throw new MemoryError(
    `${op}: a tensor must fit the heap's budget of ${mebibytes(budget)}; got ${formatShape(shape)} ${dtype}, ${mebibytes(bytes)}; try setMemoryBudget(bytes) or smaller pieces`,
  );
}
