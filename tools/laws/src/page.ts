/** The page of laws, made from what a run of all suites told. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TOLERANCES } from '@tessera/tensor/testing';
import { ABSENT } from './absent.ts';
import { CATALOGUE, ROWS } from './catalogue.ts';
import { catches, pathOf, readSeeded, type Seeded, totalsOf } from './caught.ts';
import { readRepeats, type SuiteRun } from './repeat.ts';
import { RECORD, type ToldLaw } from './reporter.ts';
import { readResults } from './ulps.ts';
import type { Measured } from './ulpsOfOp.ts';

/** A law as the page tells it: once, however many subjects it holds of. */
interface Entry {
  readonly law: string;
  readonly package: string;
  readonly rows: readonly number[];
  readonly formula: string;
  readonly tolerance: readonly string[];
  readonly subjects: readonly string[];
  /** How many seeded bugs it was the first to catch. */
  readonly caught: number;
}

const FIRST = ['every softmax row sums to 1', 'cross-entropy with one-hot labels equals KL divergence'];

/** Writes `docs/laws.md` from the record of the last run. */
export function writePage(root: string): void {
  writeFileSync(join(root, 'docs/laws.md'), currentPage());
}

/** What is wrong with the page or the catalogue, after a run of all suites. */
export function complaints(root: string): string[] {
  const told = readTold();
  const stated = new Set(told.flatMap(({ rows }) => rows));
  const absent = new Map(ABSENT.map((one) => [one.row, one]));
  const wrong = ROWS.flatMap((row) => {
    const { isPart } = absent.get(row) ?? { isPart: null };
    if (isPart === null && !stated.has(row)) return [`row ${row} is neither stated by a suite nor in absent.ts`];
    return isPart === false && stated.has(row)
      ? [`row ${row} is stated by a suite, and absent.ts says that it is not`]
      : [];
  });
  const file = join(root, 'docs/laws.md');
  const isCurrent = existsSync(file) && readFileSync(file, 'utf8') === currentPage();
  return isCurrent ? wrong : [...wrong, 'docs/laws.md is not what the suites tell; "pnpm laws page" writes it'];
}

function readTold(): ToldLaw[] {
  return JSON.parse(readFileSync(RECORD, 'utf8')) as ToldLaw[];
}

function currentPage(): string {
  return pageOf(readTold(), readResults(), readSeeded(), readRepeats());
}

/** The page as Markdown. */
export function pageOf(
  told: readonly ToldLaw[],
  measured: readonly Measured[],
  seeded: Seeded,
  repeats: readonly SuiteRun[],
): string {
  const entries = entriesOf(told, seeded);
  const rows = new Set(entries.flatMap((entry) => entry.rows));
  const instances = told.length.toLocaleString('en');
  return `${[
    '# Laws',
    `The mathematics is checked by law, not by example: ${entries.length} laws, on ${instances} subjects (a law that every op obeys counts for each op). This page is made from the suites themselves by \`pnpm laws page\`. Rows are those of the catalogue below.`,
    'Run them with `pnpm laws --runs N --seed S --package P --law PATTERN`; `pnpm laws pin` makes what failed a permanent example. Hold an op, a layer, a loss or an optimizer of your own to them with `checkOp`, `checkLayer`, `checkLoss` and `checkOptimizer` of `@tessera/autograd/testing`.',
    '## Classes of tolerance',
    'No tolerance is picked by hand: every bound is made by one of these reasonings, as a function of `bounds` in `@tessera/tensor/testing`.',
    table(
      ['class', 'bound'],
      Object.entries(TOLERANCES).map(([name, text]) => [`**${name}**`, text]),
    ),
    '## The two that stand first',
    lawTable(entries.filter(({ law }) => FIRST.includes(law))),
    ...packagesOf(entries).flatMap((name) => [
      `## ${name}`,
      lawTable(entries.filter((entry) => entry.package === name && !FIRST.includes(entry.law))),
    ]),
    '## Elementary functions over all float32 numbers',
    'The greatest error over all 2³² inputs, in units in the last place, against the meaning in float64 (`pnpm laws ulps`); a sample is checked in every run. Results below the least normal number may be flushed to 0.',
    table(
      ['function', 'declared', 'greatest error', 'at', 'class of NaN and ∞'],
      measured.map(({ op, declared, worst, at, wrong }) => [
        `\`${op}\``,
        String(declared),
        worst.toFixed(3),
        Number(at.toPrecision(6)).toString(),
        wrong === 0 ? 'as the meaning' : `${wrong} wrong`,
      ]),
    ),
    '## Bugs seeded on purpose',
    'To see that laws bite, bugs are seeded and the laws alone are run (tools/mutants): changes that Stryker makes to the source, without words, refusals of bad input and how examples are drawn; and bugs in kernels and rules that were written by hand. The column *caught* above counts those that a law was the first to find. Those that survive are [listed with their reasons](mutants.md).',
    table(
      ['source of', 'mutants', 'caught'],
      totalsOf(seeded).map(({ package: name, all, caught }) => [
        name,
        all.toLocaleString('en'),
        `${caught.toLocaleString('en')} (${((100 * caught) / all).toFixed(1)} %)`,
      ]),
    ),
    table(
      ['bug', 'in', 'caught by'],
      seeded.bugs.map(({ bug, file, caughtBy: law }) => [bug, file.split('/').at(-1) as string, law ?? '**none**']),
    ),
    ...repeated(repeats),
    '## The catalogue',
    `Of its rows ${rows.size} are stated by the suites. What is absent:`,
    table(
      ['row', 'why'],
      ABSENT.map(({ row, isPart, reason }) => [String(row), isPart ? `in part: ${reason}` : reason]),
    ),
    ...CATALOGUE.flatMap(({ section, first, states }) => [
      `### ${section}`,
      states.map((text, i) => `${first + i}. ${rows.has(first + i) ? '' : '*(absent)* '}${text}`).join('\n'),
    ]),
  ].join('\n\n')}\n`;
}

/** What many runs of the whole suite told. */
function repeated(runs: readonly SuiteRun[]): string[] {
  if (runs.length === 0) return [];
  const passed = runs.reduce((sum, run) => sum + run.passed, 0);
  const failures = runs.flatMap(({ seed, failed, found }) => failed.map((name) => [`${seed}`, name, found ?? '']));
  return [
    '## The whole suite, over and over',
    `To see that nothing fails but for a bug, the whole suite is run with one seed after another (\`pnpm laws repeat\`): ${runs.length} runs, in which ${passed.toLocaleString('en')} tests passed and ${failures.length} failed.`,
    ...(failures.length === 0 ? [] : [table(['seed', 'test', 'what it was'], failures)]),
  ];
}

/** One entry for all suites and subjects of which a law is stated. */
function entriesOf(told: readonly ToldLaw[], seeded: Seeded): Entry[] {
  const entries = new Map<string, Entry>();
  const found = catches(seeded);
  for (const one of told) {
    const own = nameOf(one);
    const key = [one.package, own, one.formula].join('\n');
    const subjects = [...(entries.get(key)?.subjects ?? []), ...(one.of === undefined ? [] : [one.of])];
    const caught = (entries.get(key)?.caught ?? 0) + (found.get(pathOf(one)) ?? 0);
    entries.set(key, { ...one, law: inSuite(own, one), subjects, caught });
  }
  return [...entries.values()];
}

/** The name without the subject; a law that is called by its subject alone tells its formula. */
function nameOf({ law, of, formula }: ToldLaw): string {
  if (of === law) return formula.split(';')[0] as string;
  return of !== undefined && law.startsWith(`${of}: `) ? law.slice(of.length + 2) : law;
}

/** A name with the suite that it goes on from. */
function inSuite(own: string, { law, of, suite }: ToldLaw): string {
  return suite === '' || suite === of || of === law || FIRST.includes(law) ? own : `${suite}: ${own}`;
}

function packagesOf(entries: readonly Entry[]): string[] {
  const order = ['tensor', 'autograd', 'layers', 'flash-attention', 'losses', 'optimizers', 'kernels', 'arbitraries'];
  const present = new Set(entries.map((entry) => entry.package));
  return [...order.filter((name) => present.has(name)), ...[...present].filter((name) => !order.includes(name))];
}

function lawTable(entries: readonly Entry[]): string {
  const sorted = [...entries].sort((a, b) => (a.rows[0] ?? 999) - (b.rows[0] ?? 999));
  return table(
    ['law', 'formula', 'class', 'rows', 'of', 'caught'],
    sorted.map(({ law, formula, tolerance, rows, subjects, caught }) => [
      law,
      `\`${formula.replaceAll('`', "'")}\``,
      tolerance.join(', '),
      rows.join(', '),
      subjects.length > 1 ? `${subjects.length}` : (subjects[0] ?? ''),
      caught === 0 ? '' : String(caught),
    ]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => ' --- ').join('|')}|`, ...rows.map(line)].join('\n');
}
