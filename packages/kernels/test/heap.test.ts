import { type Cell, heap, MemoryError, views } from '@tessera/kernels';
import { law } from '@tessera/laws';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';

const own = heap();
const budget = own.budget;
const KIBIBYTE = 1024;

afterEach(() => {
  own.budget = budget;
});

function write(cell: Cell, value: number): void {
  const at = own.load(cell);
  views().u8.fill(value, at, at + cell.bytes);
}

function read(cell: Cell): number[] {
  const at = own.load(cell);
  return [...new Set(views().u8.subarray(at, at + cell.bytes))];
}

/** A cell as large as the cache pushes all others out; the limit stays what it is. */
function evictAll(): void {
  own.free(own.allocate(own.statistics().softLimit));
}

interface Model {
  readonly cells: { cell: Cell; value: number }[];
}

/** One step: what to do, and to which cell. */
type Step = readonly ['allocate' | 'write' | 'read' | 'free' | 'demote' | 'evict', number];

const step = fc.tuple(
  fc.constantFrom('allocate', 'allocate', 'write', 'read', 'free', 'demote', 'evict'),
  fc.integer({ min: 1, max: 60_000 }),
) as fc.Arbitrary<Step>;

function take({ cells }: Model, [action, number]: Step): void {
  if (action === 'allocate') {
    const cell = own.allocate(number);
    cells.push({ cell, value: number % 256 });
    write(cell, number % 256);
    return;
  }
  if (action === 'evict') {
    evictAll();
    return;
  }
  const at = number % Math.max(1, cells.length);
  const one = cells[at];
  if (one === undefined) return;
  if (action === 'write') {
    one.value = (one.value + 1) % 256;
    write(one.cell, one.value);
  } else if (action === 'read') expect(read(one.cell)).toEqual([one.value]);
  else if (action === 'demote') own.demote(one.cell);
  else {
    own.free(one.cell);
    own.free(one.cell);
    expect(() => own.load(one.cell)).toThrow(MemoryError);
    cells.splice(at, 1);
  }
}

describe('the heap', () => {
  law('keeps the bytes of every cell, whatever is freed, evicted and reloaded', {
    rows: [17, 176],
    formula: 'bytes(cell) after anything = bytes written',
    tolerance: 'E',
    given: [fc.array(step, { maxLength: 60, size: 'max' }), fc.constantFrom(100_000, 512, 128)],
    holds: (steps, limit) => {
      evictAll();
      own.budget = limit * KIBIBYTE;
      const model: Model = { cells: [] };
      for (const one of steps) take(model, one);
      for (const { cell, value } of model.cells) expect(read(cell)).toEqual([value]);
      expect(own.statistics().resident).toBeLessThanOrEqual(own.budget);
      for (const { cell } of model.cells) own.free(cell);
    },
  });

  test('counts resident bytes back to where they were', () => {
    evictAll();
    const { resident } = own.statistics();
    const cells = [1, 64, 65, 1000, 100_000].map((bytes) => own.allocate(bytes));
    expect(own.statistics().resident).toBeGreaterThanOrEqual(resident + 101_130);
    for (const cell of cells) own.free(cell);
    expect(own.statistics().resident).toBe(resident);
  });

  test('evicts the coldest first; what was used or demoted changes the order', () => {
    evictAll();
    own.budget = 64 * KIBIBYTE;
    const [a, b, c] = [0, 1, 2].map(() => own.allocate(20 * KIBIBYTE)) as [Cell, Cell, Cell];
    own.load(a);
    own.allocate(20 * KIBIBYTE);
    expect([a, b, c].map(({ block }) => block !== null)).toEqual([true, false, true]);
    own.demote(c);
    own.allocate(20 * KIBIBYTE);
    expect([a, b, c].map(({ block }) => block !== null)).toEqual([true, false, false]);
  });

  test('never evicts what is pinned, and refuses what is larger than the budget', () => {
    evictAll();
    own.budget = 64 * KIBIBYTE;
    const cell = own.allocate(40 * KIBIBYTE);
    write(cell, 7);
    cell.pins++;
    const other = own.allocate(60 * KIBIBYTE);
    expect(cell.block).not.toBeNull();
    expect(() => own.allocate(65 * KIBIBYTE)).toThrow(/^heap: .+ budget of 0.1 MiB; got 0.1 MiB; try /);
    own.free(other);
    cell.pins--;
    expect(read(cell)).toEqual([7]);
    own.free(own.allocate(60 * KIBIBYTE));
    expect(read(cell)).toEqual([7]);
  });

  test('reserved bytes stay where they are', () => {
    const at = own.reserve(1000);
    views().u8.fill(9, at, at + 1000);
    evictAll();
    for (let i = 0; i < 100; i++) write(own.allocate(10_000), 1);
    expect([...new Set(views().u8.subarray(at, at + 1000))]).toEqual([9]);
  });
});
