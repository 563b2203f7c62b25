/** Whether the report can be written, asked before anything runs and not after. */
import { closeSync, existsSync, mkdirSync, openSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UsageError } from './options.ts';

/** Makes the folder of `file`. */
export function checkWritable(file: string): void {
  const path = resolve(file);
  try {
    mkdirSync(dirname(path), { recursive: true });
    const there = existsSync(path);
    if (there && statSync(path).isDirectory()) throw new Error('it is a folder');
    // Permissions do not tell all: only opening does.
    closeSync(openSync(path, 'a'));
    if (!there) rmSync(path);
  } catch (error) {
    throw new UsageError(
      `--out must be a file that can be written; got "${file}" (${(error as Error).message}); try --out report/index.html`,
    );
  }
}
