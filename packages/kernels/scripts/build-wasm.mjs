#!/usr/bin/env node
// Compiles assembly/index.ts of the package in the working folder twice, to plain SIMD and to relaxed SIMD, and writes each
// as a module under src/generated: { code, dataBytes, places }, which `loadKernels` takes. Other packages may use it for
// kernels of their own, and import what is in this one's assembly/. With --own, for this package itself: its tables have a place
// of their own, and nothing need be moved.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';
import { KernelTransform } from './kernel-transform.mjs';
import { FIRST, findPlaces, OWN, packed } from './places.mjs';

const root = process.cwd();
const generated = join(root, 'src/generated');

const builds = {
  simd: 'simd,threads,bulk-memory',
  relaxed: 'simd,relaxed-simd,threads,bulk-memory',
};

/** One memory for every module and thread. */
const options = [
  ...['--runtime', 'stub', '--importMemory', '--sharedMemory', '--initialMemory', '4', '--maximumMemory', '65536'],
  ...['-O3', '--noAssert'],
];

/** @param {string} features @param {number} base where the module's tables begin */
async function compile(features, base) {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-wasm-'));
  const file = join(folder, 'out.wasm');
  const { error, stderr } = await asc.main(
    [
      join(root, 'assembly/index.ts'),
      ...options,
      ...['--memoryBase', String(base), '--enable', features, '--baseDir', root, '--outFile', file],
    ],
    { transforms: [KernelTransform] },
  );
  if (error) throw new Error(`${error.message}\n${stderr.toString()}`);
  const bytes = await readFile(file);
  await rm(folder, { recursive: true });
  return bytes;
}

/** Where the module's tables end, as it says itself. @param {Uint8Array} bytes */
function endOfData(bytes) {
  const memory = new WebAssembly.Memory({ initial: 4, maximum: 65536, shared: true });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory, abort() {} } });
  return Number(exports.__heap_base.value);
}

await mkdir(generated, { recursive: true });
// The tables of both builds are the same; not every Node can run the second.
let dataBytes;
const own = process.argv.includes('--own');
for (const [name, features] of Object.entries(builds)) {
  const at = (base) => compile(features, base);
  const { bytes, places } = own ? { bytes: await at(OWN), places: [] } : await findPlaces(at);
  dataBytes ??= endOfData(bytes) - (own ? OWN : FIRST);
  const lines = [
    '// Generated from assembly/. Do not edit.',
    'export const build: { readonly code: string; readonly dataBytes: number; readonly places: string } = {',
    `  code: '${Buffer.from(bytes).toString('base64')}',`,
    `  dataBytes: ${dataBytes},`,
    `  places: '${packed(places).toString('base64')}',`,
    '};',
  ];
  await writeFile(join(generated, `${name}.ts`), `${lines.join('\n')}\n`);
  console.log(`${name}: ${(bytes.length / 1024).toFixed(1)} KB`);
}
