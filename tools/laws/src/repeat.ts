/** Runs of the whole suite, each with a seed of its own, to see whether anything fails that is not a bug. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** What one run told. */
export interface SuiteRun {
  readonly seed: number;
  readonly passed: number;
  /** Names of what failed. */
  readonly failed: readonly string[];
  readonly seconds: number;
  /** What the failure was, written by whoever looked into it. */
  readonly found?: string;
}

/** What Vitest's report in JSON tells, as far as it matters here. */
interface Report {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

const ROOT: string = join(import.meta.dirname, '../../..');
const RESULTS: string = join(import.meta.dirname, '../results/repeats.json');

export function readRepeats(): SuiteRun[] {
  return existsSync(RESULTS) ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as SuiteRun[]) : [];
}

/** Goes on until there are so many runs; each is kept when it has ended. Gives 1 when one of them failed. */
export function repeat(times: number): number {
  const runs = readRepeats();
  while (runs.length < times) {
    const run = runSuite(Math.floor(Math.random() * 2 ** 31));
    runs.push(run);
    writeFileSync(RESULTS, `${JSON.stringify(runs, null, 1)}\n`);
    const { seed, passed, failed, seconds } = run;
    console.log(`${runs.length}: seed ${seed}, ${passed} passed, ${failed.length} failed, ${seconds} s`);
    for (const name of failed) console.log(`  ${name}`);
  }
  return runs.some(({ failed }) => failed.length > 0) ? 1 : 0;
}

function runSuite(seed: number): SuiteRun {
  const vitest = join(createRequire(import.meta.url).resolve('vitest/package.json'), '../vitest.mjs');
  const file = join(ROOT, '.laws/suite.json');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '{}');
  const start = performance.now();
  const { error } = spawnSync(process.execPath, [vitest, 'run', '--reporter=json', `--outputFile=${file}`], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, LAWS_SEED: String(seed) },
  });
  if (error) throw error;
  const seconds = Math.round((performance.now() - start) / 1000);
  const { numPassedTests, testResults = [] } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Report>;
  if (numPassedTests === undefined) throw new Error(`repeat: the run with seed ${seed} told nothing`);
  return { seed, passed: numPassedTests, failed: failuresOf(testResults), seconds };
}

/** Tests that failed, and files that could not be loaded. */
function failuresOf(files: Report['testResults']): string[] {
  return files.flatMap(({ name, status, assertionResults }) => {
    const failed = assertionResults.filter((one) => one.status === 'failed').map(({ fullName }) => fullName);
    return status === 'failed' && failed.length === 0 ? [name.replace(`${ROOT}/`, '')] : failed;
  });
}
