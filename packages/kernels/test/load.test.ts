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
import { build } from '../src/generated/simd.ts';

afterEach(() => deterministic(false));

describe('kernel modules', () => {
  test('are loaded once, as exports by name', () => {
    const table = baseKernels();
    expect(baseKernels()).toBe(table);
    for (const name of ['add_f32', 'add_f64', 'neg_f32', 'sum_f32', 'fill_f32', 'copy_strided_u32'])
      expect(table.get(name)?.name).toBe(name);
  });

  test('of others run on the same heap', () => {
    const table = loadKernels({ simd: build });
    const cell = heap().allocate(4 * 100_000);
    launchFrom(table, 'fill_f32', [{ cell, byteOffset: 0 }, 2.5], 100_000, 1000);
    const start = heap().load(cell) / 4;
    expect([...new Set(views().f32.subarray(start, start + 100_000))]).toEqual([2.5]);
    expect(() => launchFrom(table, 'nothing', [], 1, 1)).toThrow(KernelError);
  });

  test('have their tables where there is room, beside those of others', () => {
    const table = loadKernels({ simd: build });
    const [own, other, x] = [0, 1, 2].map(() => ({ cell: heap().allocate(4 * 1000), byteOffset: 0 }));
    launch('fill_f32', [x!, -1.5], 1000);
    deterministic(true);
    launch('exp_f32', [own!, x!], 1000);
    launchFrom(table, 'exp_f32', [other!, x!], 1000, 1000);
    const first = ({ cell }: { cell: Parameters<ReturnType<typeof heap>['load']>[0] }) =>
      views().f32[heap().load(cell) / 4];
    expect(first(own!)).toBeCloseTo(Math.exp(-1.5), 6);
    expect(first(other!)).toBe(first(own!));
  });

  test('that are none are refused', () => {
    expect(() => loadKernels({ simd: 'bm90IHdhc20=' })).toThrow();
    expect(() => loadKernels({ simd: build.code })).toThrow(
      'loadKernels: a module that is WebAssembly alone must have no data of its own',
    );
    expect(() => loadKernels({ simd: { ...build, dataBytes: 2 ** 20 } })).toThrow('for the tables of all modules');
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
