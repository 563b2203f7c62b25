/** Vector files made up for a test, and the run over them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Adapters } from '../src/adapter.ts';
import { conformance, type Ending } from '../src/conformance.ts';

/** y = 2x, with the numbers that are right for it. */
export const twice = {
  id: 'twice/plain',
  area: 'made-up',
  op: 'twice',
  inputs: [{ shape: [2, 2], data: [1, 2, 3, 4.5], requiresGrad: true }],
  attrs: {},
  outputs: [{ shape: [2, 2], data: [2, 4, 6, 9] }],
  gradOutputs: [[1, 10, 100, 0.5]],
  gradInputs: [[2, 20, 200, 1]],
  f32err: [0, 0],
};

export const adapters: Readonly<Record<string, Adapters>> = {
  'made-up': { twice: ([x]) => x!.mul(2) },
};

/** A folder with these files, gone after the test; cases are wrapped, text is written as it is. */
export function folderWith(files: Readonly<Record<string, readonly unknown[] | string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify({ meta: {}, cases: content }));
  }
  return folder;
}

/** Runs one folder of these cases. */
export function runCases(cases: readonly unknown[], areas: Readonly<Record<string, Adapters>> = adapters): Ending {
  const folder = folderWith({ 'cases.json': cases });
  return conformance([folder], folder, areas);
}
