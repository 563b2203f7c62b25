/** Which suites hold laws, and how many examples they draw when bugs are looked for. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';

/** Names of packages, separated by commas. */
const PACKAGES = (process.env.MUTANTS_LAWS_OF ?? '').split(',');

/** The files with laws, relative to the root. */
export function lawFiles(): string[] {
  return PACKAGES.flatMap((name) =>
    readdirSync(join('packages', name, 'test'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.test.ts'))
      .map((path) => join('packages', name, 'test', path))
      .filter((path) => readFileSync(path, 'utf8').includes('@tessera/laws')),
  );
}

/** As many examples as in every run of the suites. */
export const EXAMPLES: number = Number(process.env.LAWS_RUNS ?? 100);

/** The examples of one seed; the first failure is enough. */
export function configureLaws(examples: number = EXAMPLES): void {
  fc.configureGlobal({
    seed: 1,
    endOnFailure: true,
    numRuns: examples,
    interruptAfterTimeLimit: 8000,
  });
}
