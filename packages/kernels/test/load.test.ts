import {
  baseKernels,
  deterministic,
  heap,
  type KernelBuild,
  KernelError,
  launch,
  launchFrom,
  loadKernels,
  usesRelaxedSimd,
  views,
} from '@tessera/kernels';
import asc from 'assemblyscript/asc';
import { afterEach, describe, expect, test } from 'vitest';
import { findPlaces, packed } from '../scripts/places.mjs';
import { build } from '../src/generated/simd.ts';

afterEach(() => deterministic(false));

/** A module that spreads the number in its table over `out`. */
async function buildOf(value: number): Promise<KernelBuild> {
  const source = `
    const TABLE = memory.data<f32>([${value}]);
    export function spread(out: usize, begin: i32, end: i32): void {
      for (let i = begin; i < end; i++) store<f32>(out + 4 * <usize>i, load<f32>(TABLE));
    }`;
  const memory = ['--importMemory', '--sharedMemory', '--initialMemory', '4', '--maximumMemory', '65536'];
  const compile = async (base: number): Promise<Uint8Array> => {
    let bytes = new Uint8Array();
    const { error } = await asc.main(
      [
        'a.ts',
        '--runtime',
        'stub',
        ...memory,
        '--enable',
        'threads',
        '-O3',
        '--memoryBase',
        String(base),
        '-o',
        'a.wasm',
      ],
      {
        readFile: (name) => (name === 'a.ts' ? source : null),
        writeFile: (_, contents) => {
          bytes = new Uint8Array(contents as Uint8Array);
        },
        listFiles: () => [],
      },
    );
    if (error) throw error;
    return bytes;
  };
  const { bytes, places } = await findPlaces(compile);
  return {
    code: Buffer.from(bytes).toString('base64'),
    dataBytes: 4,
    places: packed(places).toString('base64'),
  };
}

describe('kernel modules', () => {
  test('are loaded once, as exports by name', () => {
    const table = baseKernels();
    expect(baseKernels()).toBe(table);
    for (const name of ['add_f32', 'add_f64', 'neg_f32', 'sum_f32', 'fill_f32', 'copy_strided_u32'])
      expect(table.get(name)?.name).toBe(name);
  });

  test('of others run on the same heap and threads, with tables of their own where there is room', async () => {
    const builds = await Promise.all([1.5, 2.5].map((value) => buildOf(value)));
    const tables = builds.map((simd) => loadKernels({ simd }));
    const cell = heap().allocate(4 * 1000);
    for (const [i, table] of tables.entries()) {
      launchFrom(table, 'spread', [{ cell, byteOffset: 0 }], 1000, 100);
      const start = heap().load(cell) / 4;
      expect([...new Set(views().f32.subarray(start, start + 1000))]).toEqual([1.5 + i]);
    }
    expect(() => launchFrom(tables[0]!, 'nothing', [], 1, 1)).toThrow(KernelError);
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
