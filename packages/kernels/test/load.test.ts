import {
  baseKernels,
  deterministic,
  heap,
  KernelError,
  launch,
  launchFrom,
  loadKernels,
  usesRelaxedSimd,
  views,
} from '@tessera/kernels';
import { afterEach, describe, expect, test } from 'vitest';
import { wasm } from '../src/generated/simd.ts';

afterEach(() => deterministic(false));

describe('kernel modules', () => {
  test('are loaded once, as exports by name', () => {
    const table = baseKernels();
    expect(baseKernels()).toBe(table);
    for (const name of ['add_f32', 'add_f64', 'neg_f32', 'sum_f32', 'fill_f32', 'copy_strided_u32'])
      expect(table.get(name)?.name).toBe(name);
  });

  test('of others run on the same heap', () => {
    const table = loadKernels({ simd: wasm });
    const cell = heap().allocate(4 * 100_000);
    launchFrom(table, 'fill_f32', [{ cell, byteOffset: 0 }, 2.5], 100_000, 1000);
    const start = heap().load(cell) / 4;
    expect([...new Set(views().f32.subarray(start, start + 100_000))]).toEqual([2.5]);
    expect(() => launchFrom(table, 'nothing', [], 1, 1)).toThrow(KernelError);
  });

  test('that are none are refused', () => {
    expect(() => loadKernels({ simd: 'bm90IHdhc20=' })).toThrow();
    launch('fill_f32', [{ cell: heap().allocate(16), byteOffset: 0 }, 1], 4);
  });
});

describe('the deterministic build', () => {
  test('is chosen and left again', () => {
    const usual = usesRelaxedSimd();
    const table = baseKernels();
    deterministic(true);
    expect(usesRelaxedSimd()).toBe(false);
    if (usual) expect(baseKernels()).not.toBe(table);
    deterministic(false);
    expect(usesRelaxedSimd()).toBe(usual);
    expect(baseKernels()).toBe(table);
  });

  test('has the same kernels', () => {
    const names = [...baseKernels().keys()].sort();
    deterministic(true);
    expect([...baseKernels().keys()].sort()).toEqual(names);
  });
});
