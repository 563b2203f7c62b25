import { type Cell, getNumThreads, heap, KernelError, launch, setNumThreads, views } from '@tessera/kernels';
import { law } from '@tessera/laws';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';

const before = getNumThreads();

afterEach(() => setNumThreads(before));

const GRAIN = 32_768;
const at = (cell: Cell) => ({ cell, byteOffset: 0 });

function filled(count: number, value: (i: number) => number): Cell {
  const cell = heap().allocate(4 * count);
  const start = heap().load(cell) / 4;
  for (let i = 0; i < count; i++) views().f32[start + i] = value(i);
  return cell;
}

function contents(cell: Cell, count: number): Float32Array {
  const start = heap().load(cell) / 4;
  return views().f32.slice(start, start + count);
}

describe('the pool', () => {
  const most = 3 * GRAIN;
  const x = filled(most, (i) => i % 1000);
  const sizes = fc.record({
    threads: fc.integer({ min: 1, max: 6 }),
    units: fc.integer({ min: 0, max: most }),
    grain: fc.constantFrom(1000, 4096, GRAIN),
  });
  law('runs every unit once, for any number of threads, units and grain', {
    rows: 45,
    formula: 'every unit runs once, for any threads and grain',
    tolerance: 'E',
    given: [sizes],
    share: 0.5,
    holds: ({ threads, units, grain }) => {
      setNumThreads(threads);
      const out = filled(units + 8, () => -1);
      launch('neg_f32', [at(out), at(x)], units, grain);
      const all = contents(out, units + 8);
      for (let i = 0; i < units; i++) if (all[i] !== -(i % 1000)) throw new Error(`unit ${i} gave ${all[i]}`);
      expect([...all.subarray(units)]).toEqual(new Array(8).fill(-1));
      heap().free(out);
    },
  });

  test('gives many small tasks in a row the right threads and arguments', () => {
    setNumThreads(4);
    const x = filled(4096, () => 1);
    const out = filled(4096, () => 0);
    for (let i = 0; i < 500; i++) {
      launch(i % 2 === 0 ? 'neg_f32' : 'fill_f32', i % 2 === 0 ? [at(out), at(x)] : [at(out), i], 4096, 512);
      const seen = new Set(contents(out, 4096));
      expect([...seen]).toEqual([i % 2 === 0 ? -1 : i]);
    }
  });

  test('works after a kernel failed', () => {
    setNumThreads(4);
    const out = filled(GRAIN, () => 0);
    // An address far beyond the end of memory.
    const fail = () => launch('neg_f32', [at(out), 4_000_000_000], GRAIN, 1024);
    for (let i = 0; i < 5; i++) expect(fail).toThrow();
    launch('fill_f32', [at(out), 3], GRAIN, 1024);
    expect([...new Set(contents(out, GRAIN))]).toEqual([3]);
  });

  test('takes 1 to 64 threads', () => {
    setNumThreads(3);
    expect(getNumThreads()).toBe(3);
    for (const wrong of [0, -1, 65, 1.5, NaN, undefined, '2']) {
      expect(() => setNumThreads(wrong as number)).toThrow(/^setNumThreads: .+; got .+; try /);
    }
    expect(getNumThreads()).toBe(3);
  });

  test('knows its kernels by name', () => {
    expect(() => launch('no_such_kernel', [], 1)).toThrow(KernelError);
  });
});
