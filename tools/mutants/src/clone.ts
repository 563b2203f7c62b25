/** A clone of this repository to seed bugs in, so that nobody's work is touched. */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const ROOT: string = join(import.meta.dirname, '../../..');

/** Runs a command and waits; its output is kept. */
export function run(command: string, args: readonly string[], cwd: string): SpawnSyncReturns<string> {
  return spawnSync(command, [...args], { cwd, encoding: 'utf8', maxBuffer: 2 ** 28 });
}

/** Runs a command that has no right to fail. */
export function mustRun(command: string, args: readonly string[], cwd: string): void {
  const { status, stdout, stderr } = run(command, args, cwd);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ended with ${status}\n${stdout}\n${stderr}`);
}

/** The folder of a clone at the commit of this repository, with its kernels built. */
export function cloneFor(purpose: string): string {
  const clone = join(ROOT, '.mutants', purpose);
  if (!existsSync(clone)) mustRun('git', ['clone', '--quiet', ROOT, clone], ROOT);
  mustRun('git', ['fetch', '--quiet', 'origin'], clone);
  mustRun('git', ['reset', '--quiet', '--hard', 'origin/HEAD'], clone);
  mustRun(process.execPath, ['tools/bootstrap/bootstrap.mjs'], clone);
  return clone;
}
