/** Runs laws: `pnpm laws [--runs N] [--seed S] [--package P] [--law PATTERN]`; `pnpm laws pin [FILE]` keeps failures. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { complaints, writePage } from './page.ts';
import { pin, readPins } from './pinned.ts';
import { repeat } from './repeat.ts';
import { FAILURES } from './reporter.ts';
import { measureAll } from './ulps.ts';

const ROOT = join(import.meta.dirname, '../../..');

const USAGE = `pnpm laws                    every law, on as many examples as in npm test
  --runs N                   examples that a law draws (a costly law takes a share)
  --seed S                   draws what the run that printed this seed drew
  --package P                laws of one package: tensor, autograd, layers, ...
  --law PATTERN              laws whose name contains this, or matches it as a regular expression
  --seconds T                the longest that a law may draw
pnpm laws pin [FILE]         makes the failures in FILE (.laws/failures.json) examples of every run
pnpm laws page               runs every law, and writes the page of laws
  --check                    only says whether the page is what the last run of all suites told
pnpm laws ulps [NAME ...]    measures elementary functions over all float32 inputs (hours)
  --processes N              side by side; default: one for each core
pnpm laws repeat [N]         runs the whole suite until there are N runs with seeds of their own; default 50 (hours)`;

class UsageError extends Error {}

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    allowPositionals: true,
    options: {
      runs: { type: 'string' },
      seed: { type: 'string' },
      seconds: { type: 'string' },
      package: { type: 'string' },
      law: { type: 'string' },
      processes: { type: 'string' },
      check: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const [command = 'run', ...rest] = positionals;
  if (command === 'pin') return pinFailures(rest[0] ?? FAILURES);
  if (command === 'ulps')
    return measureAll(
      rest,
      values.processes === undefined ? undefined : Number(whole('--processes', values.processes, 1)),
    );
  if (command === 'repeat') return repeat(Number(whole('repeat', rest[0] ?? '50', 1)));
  if (command === 'page' && values.check) return checkPage();
  if (command !== 'run' && command !== 'page') throw new UsageError(`there is no command '${command}'`);
  const environment = {
    ...(values.runs !== undefined && { LAWS_RUNS: whole('--runs', values.runs, 1) }),
    ...(values.seed !== undefined && { LAWS_SEED: whole('--seed', values.seed, -(2 ** 31)) }),
    ...(values.seconds !== undefined && { LAWS_SECONDS: whole('--seconds', values.seconds, 1) }),
  };
  const filters = [
    ...(values.package === undefined ? [] : ['--project', packageNamed(values.package)]),
    ...(values.law === undefined ? [] : ['--testNamePattern', patternOf(values.law)]),
  ];
  const status = runTests(filters, environment);
  if (command === 'page') writePage(ROOT);
  return status;
}

/** Runs the tests that are laws. */
function runTests(filters: readonly string[], environment: Readonly<Record<string, string>>): number {
  const vitest = join(createRequire(import.meta.url).resolve('vitest/package.json'), '../vitest.mjs');
  const args = [vitest, 'run', '--tags-filter', 'law', '--passWithNoTests', ...filters];
  const { status, error } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  if (error) throw error;
  return status ?? 1;
}

function checkPage(): number {
  const found = complaints(ROOT);
  for (const complaint of found) console.error(`laws: ${complaint}`);
  if (found.length === 0) console.log('laws: the page is what the suites tell');
  return found.length === 0 ? 0 : 1;
}

function pinFailures(file: string): number {
  if (!existsSync(file)) throw new UsageError(`there is no file '${file}'; a run that fails writes one`);
  const added = pin(readPins(file));
  for (const { law } of added) console.log(`pinned: ${law}`);
  if (added.length === 0) console.log('nothing new to pin');
  return 0;
}

function whole(option: string, text: string, least: number): string {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || text.trim() === '')
    throw new UsageError(`${option} must be a whole number from ${least} on; got '${text}'`);
  return String(value);
}

function packageNamed(name: string): string {
  const short = name.replace('@tessera/', '').replace('packages/', '');
  if (!existsSync(join(ROOT, 'packages', short))) throw new UsageError(`there is no package '${name}'`);
  return short;
}

/** The text itself where it is no regular expression. */
function patternOf(text: string): string {
  try {
    new RegExp(text);
    return text;
  } catch {
    return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const usage = error instanceof UsageError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS');
  if (!usage) throw error;
  console.error(`laws: ${(error as Error).message}\n\n${USAGE}`);
  process.exitCode = 2;
}
