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

  type Turn = 'allocate' | 'load' | 'free' | 'demote' | 'pin' | 'workspace' | 'budget';
  const turn = fc.tuple(
    fc.constantFrom<Turn>(
      'allocate',
      'allocate',
      'allocate',
      'load',
      'load',
      'free',
      'demote',
      'pin',
      'workspace',
      'budget',
    ),
    fc.integer({ min: 1, max: 60_000 }),
  );

  law('evicts the coldest that nobody holds, counts what comes and goes, and grows with what comes back', {
    rows: [17, 176],
    formula: 'evicted = the coldest, unpinned; resident = Σ blocks; after a reload: limit = min(budget, limit + bytes)',
    tolerance: 'E',
    given: [fc.array(turn, { maxLength: 60, size: 'max' })],
    share: 2,
    holds: (turns) => {
      evictAll();
      own.budget = 256 * KIBIBYTE;
      const before = own.statistics();
      // From the coldest to the warmest, with the bytes of their blocks; and those that were evicted.
      let order: { readonly cell: Cell; readonly block: number }[] = [];
      const evicted: Cell[] = [];
      let [evictions, evictedBytes, reloads, reloadedBytes] = [0, 0, 0, 0];
      let limit = before.softLimit;
      let kept: { readonly at: number; readonly bytes: number } | null = null;
      const held = new Set<Cell>();
      const enter = (cell: Cell): void => {
        order.push({ cell, block: cell.block!.bytes });
      };
      /** What is not in the heap any more was colder than all that is, but for what is held. */
      const settle = (): void => {
        const isGone = order.map(({ cell }) => cell.block === null);
        const last = isGone.lastIndexOf(true);
        order.forEach(({ cell, block }, i) => {
          if (!isGone[i]) {
            expect(i > last || held.has(cell)).toBe(true);
            return;
          }
          expect(held.has(cell)).toBe(false);
          evictions++;
          evictedBytes += block;
          evicted.push(cell);
        });
        order = order.filter((_, i) => !isGone[i]);
      };
      const drop = (cell: Cell): void => {
        order = order.filter((one) => one.cell !== cell);
        const at = evicted.indexOf(cell);
        if (at >= 0) evicted.splice(at, 1);
        if (held.delete(cell)) cell.pins--;
        own.free(cell);
      };
      for (const [what, number] of turns) {
        const all = [...order.map(({ cell }) => cell), ...evicted];
        const cell = all[number % Math.max(1, all.length)];
        if (what === 'allocate') {
          const made = own.allocate(number);
          settle();
          expect(made.block!.bytes).toBeGreaterThanOrEqual(number);
          enter(made);
        } else if (what === 'workspace') {
          const at = own.workspace(number);
          settle();
          if (kept !== null && number <= kept.bytes) expect(at).toBe(kept.at);
          else kept = { at, bytes: number };
          views().u8.fill(77, at, at + number);
        } else if (what === 'budget') {
          own.budget = (128 + (number % 256)) * KIBIBYTE;
          settle();
          limit = Math.min(limit, own.budget);
          expect(own.budget).toBe((128 + (number % 256)) * KIBIBYTE);
          const pinned = order.reduce((sum, one) => sum + (held.has(one.cell) ? one.block : 0), 0);
          expect(own.statistics().resident).toBeLessThanOrEqual(Math.max(limit, before.resident + pinned));
        } else if (cell === undefined) continue;
        else if (what === 'free') drop(cell);
        else if (what === 'pin') {
          // Two at most, so that there is room beside them.
          if (cell.block === null) continue;
          if (held.delete(cell)) cell.pins--;
          else if (held.size < 2) {
            held.add(cell);
            cell.pins++;
          }
        } else if (what === 'demote') {
          own.demote(cell);
          if (cell.block === null) continue;
          const one = order.find((each) => each.cell === cell)!;
          order = [one, ...order.filter((each) => each !== one)];
        } else if (cell.block !== null) {
          const one = order.find((each) => each.cell === cell)!;
          expect(own.load(cell)).toBe(cell.block.offset);
          order = [...order.filter((each) => each !== one), one];
        } else {
          limit = Math.min(own.budget, limit + cell.bytes);
          evicted.splice(evicted.indexOf(cell), 1);
          own.load(cell);
          settle();
          enter(cell);
          reloads++;
          reloadedBytes += cell.block!.bytes;
        }
        const now = own.statistics();
        expect({
          ...now,
          ...{ resident: now.resident - before.resident, evictions: now.evictions - before.evictions },
          ...{ evictedBytes: now.evictedBytes - before.evictedBytes, reloads: now.reloads - before.reloads },
          reloadedBytes: now.reloadedBytes - before.reloadedBytes,
        }).toEqual({
          ...{ resident: order.reduce((sum, { block }) => sum + block, 0), softLimit: limit, budget: own.budget },
          ...{ reserved: now.reserved, evictions, evictedBytes, reloads, reloadedBytes },
        });
        expect(now.reserved).toBeGreaterThanOrEqual(now.resident);
        if (kept !== null && what !== 'workspace')
          expect(
            views()
              .u8.subarray(kept.at, kept.at + Math.min(kept.bytes, 1))
              .every((byte) => byte === 77),
          ).toBe(true);
      }
      for (const { cell } of [...order, ...evicted.map((one) => ({ cell: one }))]) drop(cell);
      expect(own.statistics().resident).toBe(before.resident);
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
