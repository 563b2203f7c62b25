import { law } from '@tessera/laws';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ALIGNMENT, Allocator, type Block } from '../src/allocator.ts';

interface Model {
  readonly blocks: { block: Block; bytes: number }[];
}

type Step = fc.Command<Model, Allocator>;

/** What must hold after every step: blocks in use lie inside the arena, aligned, and apart. */
function checkBooks({ blocks }: Model, allocator: Allocator): void {
  const sorted = [...blocks].sort((a, b) => a.block.offset - b.block.offset);
  let end = allocator.start;
  for (const { block, bytes } of sorted) {
    expect(block.free).toBe(false);
    expect(block.offset % ALIGNMENT).toBe(0);
    expect(block.offset).toBeGreaterThanOrEqual(end);
    expect(block.bytes).toBeGreaterThanOrEqual(Math.max(1, bytes));
    end = block.offset + block.bytes;
  }
  expect(end).toBeLessThanOrEqual(allocator.end);
}

class Allocate implements Step {
  constructor(readonly bytes: number) {}
  check(): boolean {
    return true;
  }
  run(model: Model, allocator: Allocator): void {
    const before = allocator.end;
    const block = allocator.allocate(this.bytes);
    expect(allocator.end).toBe(before);
    if (block === null) {
      // Out of memory: the shortfall says exactly what is enough, and nothing else has changed.
      const missing = allocator.shortfall(this.bytes);
      checkBooks(model, allocator);
      allocator.extend(missing);
      const now = allocator.allocate(this.bytes);
      expect(now, `after extending by ${missing}`).not.toBeNull();
      model.blocks.push({ block: now as Block, bytes: this.bytes });
    } else model.blocks.push({ block, bytes: this.bytes });
    checkBooks(model, allocator);
  }
  toString(): string {
    return `allocate(${this.bytes})`;
  }
}

class Free implements Step {
  constructor(readonly pick: number) {}
  check({ blocks }: Readonly<Model>): boolean {
    return blocks.length > 0;
  }
  run(model: Model, allocator: Allocator): void {
    const [{ block }] = model.blocks.splice(this.pick % model.blocks.length, 1) as [Model['blocks'][number]];
    allocator.free(block);
    checkBooks(model, allocator);
  }
  toString(): string {
    return `free(${this.pick})`;
  }
}

const bytes = fc.oneof(
  fc.nat({ max: 300 }),
  fc.integer({ min: 0, max: 2 ** 20 }),
  fc.constantFrom(0, 1, 63, 64, 65, 127, 128, 4096, 2 ** 16),
);
const steps = fc.commands(
  [
    bytes.map((n) => new Allocate(n)),
    fc.nat({ max: 99 }).map((i) => new Free(i)),
    fc.nat({ max: 99 }).map((i) => new Free(i)),
  ],
  { size: '+1' },
);

describe('the allocator', () => {
  law('keeps blocks apart, aligned and inside; what was freed is whole again', {
    rows: [17, 176],
    formula: 'blocks disjoint, aligned, inside; all freed = one free block',
    tolerance: 'E',
    given: [steps, fc.constantFrom(0, 64, 4096)],
    holds: (list, start) => {
      const allocator = new Allocator(start);
      const model: Model = { blocks: [] };
      fc.modelRun(() => ({ model, real: allocator }), list);
      for (const { block } of model.blocks) allocator.free(block);
      const all = allocator.end - start;
      if (all === 0) return;
      // All neighbours were joined: the arena is one free block.
      const largest = allocator.allocate(ALIGNMENT) as Block;
      expect(largest.offset).toBe(start);
      expect(largest.above === null ? all : (largest.above.bytes as number) + largest.bytes).toBe(all);
    },
  });

  test('reuses what was freed instead of asking for more', () => {
    const allocator = new Allocator(0);
    allocator.extend(2 ** 20);
    for (let i = 0; i < 10_000; i++) {
      const block = allocator.allocate(2 ** 16 + (i % 7) * 1000);
      expect(block).not.toBeNull();
      allocator.free(block as Block);
    }
    expect(allocator.end).toBe(2 ** 20);
  });

  test('wastes at most an eighth where sizes repeat', () => {
    const allocator = new Allocator(0);
    allocator.extend(2 ** 22);
    let used = 0;
    for (let block = allocator.allocate(5000); block !== null; block = allocator.allocate(5000)) used += 5000;
    expect(used).toBeGreaterThan(2 ** 22 * 0.85);
  });

  test('serves blocks up to the end of 32-bit addresses', () => {
    const allocator = new Allocator(2 ** 16);
    allocator.extend(2 ** 32 - 2 ** 20);
    const block = allocator.allocate(2 ** 31 + 1) as Block;
    expect(block.bytes).toBeGreaterThanOrEqual(2 ** 31 + 1);
    expect(allocator.allocate(2 ** 31)).toBeNull();
    allocator.free(block);
    expect(allocator.allocate(2 ** 31)).not.toBeNull();
  });
});
