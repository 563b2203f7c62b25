/**
 * Mutates the source of packages with Stryker, and runs laws against each mutant: `pnpm --filter @tessera/mutants source
 * [PACKAGE ...]`. Counts, survivors and what each law caught are kept in `results/source`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cloneFor } from './clone.ts';

/** Whose laws speak of the source of a package. */
const LAWS_OF: Readonly<Record<string, readonly string[]>> = {
  optimizers: ['optimizers'],
  losses: ['losses'],
  autograd: ['autograd'],
  'flash-attention': ['flash-attention'],
  layers: ['layers'],
  arbitraries: ['arbitraries', 'tensor'],
  kernels: ['kernels', 'tensor'],
  tensor: ['tensor', 'autograd'],
};

const RESULTS: string = join(import.meta.dirname, '../results/source');

/** The report of Stryker, as far as it is read here. */
interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly ReportedMutant[] }>>;
}

interface ReportedMutant {
  readonly status: string;
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly location: {
    readonly start: { readonly line: number; readonly column: number };
    readonly end: { readonly line: number; readonly column: number };
  };
  readonly killedBy?: readonly string[];
}

/** A mutant that no law caught. */
export interface Survivor {
  readonly at: string;
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  /** Whether any law runs it. */
  readonly covered: boolean;
}

/** What became of the mutants of a package. */
export interface SourceOutcome {
  readonly package: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly survivors: readonly Survivor[];
  /** How many mutants each law was the first to catch. */
  readonly caughtBy: Readonly<Record<string, number>>;
}

function mutate(clone: string, name: string): void {
  const tool = join(clone, 'tools/mutants');
  const options = {
    testRunner: 'laws',
    plugins: [join(tool, 'src/stryker/plugins.ts')],
    ignorers: ['refusals'],
    testRunnerNodeArgs: ['--import', join(tool, 'src/stryker/register.mjs')],
    inPlace: true,
    mutate: [`packages/${name}/src/**/*.ts`, '!**/generated/**', '!**/testing/**'],
    // Words are not mathematics.
    mutator: { excludedMutations: ['StringLiteral'] },
    coverageAnalysis: 'perTest',
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: '.laws/mutation.json' },
    tempDirName: '.laws/stryker',
    disableTypeChecks: false,
    allowConsoleColors: false,
    // The runner has patience of its own; what takes longer hangs.
    timeoutMS: 20_000,
    timeoutFactor: 0,
  };
  const file = join(clone, '.laws/stryker.json');
  mkdirSync(join(clone, '.laws'), { recursive: true });
  writeFileSync(file, JSON.stringify(options));
  const stryker = join(tool, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  const { status } = spawnSync(process.execPath, [stryker, 'run', file], {
    cwd: clone,
    stdio: 'inherit',
    env: {
      ...process.env,
      // Every process that Stryker starts can load TypeScript.
      NODE_OPTIONS: '--import tsx',
      MUTANTS_LAWS_OF: (LAWS_OF[name] as readonly string[]).join(),
    },
  });
  if (status !== 0) throw new Error(`stryker: ended with ${status}`);
}

/** The text between two places of a source, on one line. */
function textOf(source: string, { start, end }: ReportedMutant['location']): string {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const last = lines.length - 1;
  lines[last] = (lines[last] as string).slice(0, end.column - 1);
  lines[0] = (lines[0] as string).slice(start.column - 1);
  return shortened(lines.join('\n'));
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 100 ? `${line.slice(0, 97)}...` : line;
}

function outcomeOf(name: string, { files }: Report): SourceOutcome {
  const counts: Record<string, number> = {};
  const caughtBy: Record<string, number> = {};
  const survivors: Survivor[] = [];
  for (const [file, { source, mutants }] of Object.entries(files)) {
    for (const { status, mutatorName, replacement = '', location, killedBy } of mutants) {
      counts[status] = (counts[status] ?? 0) + 1;
      const law = killedBy?.[0];
      if (law !== undefined) caughtBy[law] = (caughtBy[law] ?? 0) + 1;
      if (status !== 'Survived' && status !== 'NoCoverage') continue;
      survivors.push({
        at: `${file.replace(`packages/${name}/src/`, '')}:${location.start.line}`,
        kind: mutatorName,
        from: textOf(source, location),
        to: shortened(replacement),
        covered: status === 'Survived',
      });
    }
  }
  return { package: name, counts, survivors, caughtBy };
}

const asked = process.argv.slice(2);
const names = asked.length === 0 ? Object.keys(LAWS_OF) : asked;
for (const name of names)
  if (!(name in LAWS_OF)) throw new Error(`source: packages are ${Object.keys(LAWS_OF).join(', ')}; got ${name}`);
const clone = cloneFor('source');
mkdirSync(RESULTS, { recursive: true });
for (const name of names) {
  mutate(clone, name);
  const outcome = outcomeOf(name, JSON.parse(readFileSync(join(clone, '.laws/mutation.json'), 'utf8')) as Report);
  writeFileSync(join(RESULTS, `${name}.json`), `${JSON.stringify(outcome, null, 1)}\n`);
  const { Killed = 0, Timeout = 0, Survived = 0, NoCoverage = 0 } = outcome.counts;
  const all = Killed + Timeout + Survived + NoCoverage;
  console.log(`${name}: ${Killed + Timeout} of ${all} caught, ${((100 * (Killed + Timeout)) / all).toFixed(1)} %`);
}
