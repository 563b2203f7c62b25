/**
 * Mutates the source of packages with Stryker, and runs laws against each mutant: `pnpm --filter @tessera/mutants source
 * [PACKAGE ...] [--survivors]`. A part of a package is a folder (`tensor/ops/views`), or what lies in no folder (`tensor/.`).
 * Counts, survivors and what each law caught are kept in `results/source`; with `--survivors` only those are tried again that no
 * law caught before and that have no reason, each in a process of its own and with more patience.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cloneFor } from './clone.ts';
import { merged, outcomeOf, type Report, type SourceOutcome, totalsOf } from './outcome.ts';
import { reasonOf } from './reasons.ts';

/** Whose laws speak of the source of a package. */
const LAWS_OF: Readonly<Record<string, readonly string[]>> = {
  optimizers: ['optimizers'],
  losses: ['losses'],
  autograd: ['autograd', 'losses', 'layers'],
  'flash-attention': ['flash-attention'],
  layers: ['layers'],
  arbitraries: ['arbitraries'],
  kernels: ['kernels'],
  tensor: ['tensor', 'autograd'],
};

const RESULTS: string = join(import.meta.dirname, '../results/source');

function mutate(clone: string, name: string, what: readonly string[], isFresh: boolean): Report {
  const tool = join(clone, 'tools/mutants');
  const options = {
    testRunner: 'laws',
    plugins: [join(tool, 'src/stryker/plugins.ts')],
    ignorers: ['not mathematics'],
    testRunnerNodeArgs: ['--import', join(tool, 'src/stryker/register.mjs')],
    inPlace: true,
    mutate: what,
    // Words are not mathematics.
    mutator: { excludedMutations: ['StringLiteral'] },
    coverageAnalysis: 'perTest',
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: '.laws/mutation.json' },
    tempDirName: '.laws/stryker',
    disableTypeChecks: false,
    allowConsoleColors: false,
    // The runner has patience of its own; what takes longer hangs.
    timeoutMS: isFresh ? 90_000 : 30_000,
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
      ...(isFresh && { MUTANTS_FRESH: 'yes' }),
    },
  });
  if (status !== 0) throw new Error(`stryker: ended with ${status}`);
  return JSON.parse(readFileSync(join(clone, '.laws/mutation.json'), 'utf8')) as Report;
}

/** The source files of a package, or of a part of it. */
function filesOf(name: string): string[] {
  const [own, ...folders] = name.split('/');
  const files = folders.join('/') === '.' ? '*.ts' : [...folders, '**/*.ts'].join('/');
  return [`packages/${own}/src/${files}`, '!**/generated/**', '!**/testing/**'];
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { survivors: { type: 'boolean' } } });
const names = positionals.length === 0 ? Object.keys(LAWS_OF) : positionals;
for (const name of names)
  if (!((name.split('/')[0] as string) in LAWS_OF))
    throw new Error(`source: packages are ${Object.keys(LAWS_OF).join(', ')}; got ${name}`);
const clone = cloneFor('source');
mkdirSync(RESULTS, { recursive: true });
for (const name of names) {
  const own = name.split('/')[0] as string;
  const file = join(RESULTS, `${name.replaceAll('/', '-')}.json`);
  let outcome: SourceOutcome;
  if (values.survivors) {
    const before = JSON.parse(readFileSync(file, 'utf8')) as SourceOutcome;
    const open = before.survivors.filter((survivor) => reasonOf(own, survivor) === null);
    if (open.length === 0) continue;
    const places = open.map(({ file, range }) => `packages/${own}/src/${file}:${range}`);
    outcome = merged(before, open, mutate(clone, own, [...new Set(places)], true));
  } else outcome = outcomeOf(own, mutate(clone, own, filesOf(name), false));
  writeFileSync(file, `${JSON.stringify(outcome, null, 1)}\n`);
  const { caught, survived } = totalsOf(outcome);
  console.log(
    `${name}: ${caught} of ${caught + survived} caught, ${((100 * caught) / (caught + survived)).toFixed(1)} %`,
  );
}
