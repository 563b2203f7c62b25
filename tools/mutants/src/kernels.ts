/**
 * Seeds each bug in a clone of this repository, rebuilds what it is in, and runs the laws until one fails:
 * `pnpm --filter @tessera/mutants kernels [PATTERN] [--rest]`. Results are kept in `results/kernels.json`.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { MUTANTS, type Mutant } from './bugs.ts';
import { cloneFor, mustRun, run } from './clone.ts';

export interface Outcome {
  readonly bug: string;
  readonly file: string;
  /** The first law that failed: package, suites and name with `›` between them; null where none did. */
  readonly caughtBy: string | null;
  readonly seconds: number;
}

const RESULTS = join(import.meta.dirname, '../results/kernels.json');
const CLONE = cloneFor('kernels');

/** Where the kernels that are built may still have a bug in them whose source is mended: at first, of a run before. */
let stale: string | null = 'packages/kernels/assembly/';

/** Builds the kernels of the packages that a file is compiled into, and those that are stale. */
function build(file: string): void {
  const changed = [file, stale ?? ''].filter((path) => path.includes('/assembly/'));
  stale = null;
  if (changed.length === 0) return;
  const script = join(CLONE, 'packages/kernels/scripts/build-wasm.mjs');
  if (changed.some((path) => path.startsWith('packages/kernels/')))
    mustRun(process.execPath, [script, '--own'], join(CLONE, 'packages/kernels'));
  mustRun(process.execPath, [script], join(CLONE, 'packages/flash-attention'));
}

/** The first law of a package that fails, or null. */
function firstFailure(name: string): string | null {
  const report = join(CLONE, '.laws/mutant.json');
  const vitest = join(CLONE, 'node_modules/vitest/vitest.mjs');
  const args = [
    'run',
    '--tags-filter',
    'law',
    '--project',
    name,
    '--bail',
    '1',
    '--reporter',
    'json',
    '--outputFile',
    report,
  ];
  const { status } = run(process.execPath, [vitest, ...args], CLONE);
  if (status === 0) return null;
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
    testResults: { assertionResults: { status: string; ancestorTitles: string[]; title: string }[] }[];
  };
  const failed = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .find((test) => test.status === 'failed');
  return [name, ...(failed?.ancestorTitles ?? []), failed?.title ?? 'a suite that does not load'].join(' › ');
}

function judge({ bug, file, from, to, packages }: Mutant): Outcome {
  const start = performance.now();
  const path = join(CLONE, file);
  const text = readFileSync(path, 'utf8');
  if (!text.includes(from)) throw new Error(`${bug}: ${file} has no longer what is to be replaced: ${from}`);
  let caughtBy: string | null = null;
  try {
    writeFileSync(
      path,
      text.replace(from, () => to),
    );
    build(file);
    for (const name of packages) {
      caughtBy = firstFailure(name);
      if (caughtBy !== null) break;
    }
  } finally {
    writeFileSync(path, text);
    stale = file;
  }
  return { bug, file, caughtBy, seconds: Math.round((performance.now() - start) / 1000) };
}

function readOutcomes(): Outcome[] {
  return existsSync(RESULTS) ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as Outcome[]) : [];
}

function keep(outcome: Outcome): void {
  const before = readOutcomes();
  const known = new Map([...before, outcome].map((one) => [one.bug, one]));
  const all = MUTANTS.flatMap(({ bug }) => known.get(bug) ?? []);
  mkdirSync(dirname(RESULTS), { recursive: true });
  writeFileSync(RESULTS, `${JSON.stringify(all, null, 1)}\n`);
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { rest: { type: 'boolean' } } });
const [pattern = ''] = positionals;
const done = new Set(values.rest ? readOutcomes().map(({ bug }) => bug) : []);
const meant = MUTANTS.filter(({ bug, file }) => !done.has(bug) && (bug.includes(pattern) || file.includes(pattern)));
let survivors = 0;
for (const mutant of meant) {
  const outcome = judge(mutant);
  keep(outcome);
  if (outcome.caughtBy === null) survivors++;
  console.log(`${outcome.caughtBy === null ? 'SURVIVED' : 'caught'}  ${outcome.bug}  (${outcome.seconds} s)`);
  if (outcome.caughtBy !== null) console.log(`        by ${outcome.caughtBy}`);
}
console.log(`${meant.length - survivors} of ${meant.length} caught`);
process.exitCode = survivors === 0 ? 0 : 1;
