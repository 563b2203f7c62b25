/** Writes `docs/mutants.md`: what became of every mutant of the source, and why those that survive do. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type SourceOutcome, type Survivor, totalsOf } from './outcome.ts';
import { REASONS, type Reason, reasonOf } from './reasons.ts';

const ROOT: string = join(import.meta.dirname, '../../..');
const RESULTS: string = join(import.meta.dirname, '../results/source');

interface Explained extends Survivor {
  readonly package: string;
  readonly reason: Reason | null;
}

const outcomes = readdirSync(RESULTS)
  .sort()
  .map((file) => JSON.parse(readFileSync(join(RESULTS, file), 'utf8')) as SourceOutcome);
const packages = [...new Set(outcomes.map((outcome) => outcome.package))].sort();

function survivorsOf(own: string): Explained[] {
  return outcomes
    .filter((outcome) => outcome.package === own)
    .flatMap(({ survivors }) =>
      survivors.map((survivor) => ({ ...survivor, package: own, reason: reasonOf(own, survivor) })),
    );
}

function caughtOf(own: string): number {
  return outcomes
    .filter((outcome) => outcome.package === own)
    .reduce((total, outcome) => total + totalsOf(outcome).caught, 0);
}

const share = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;

function row(name: string, caught: number, survivors: readonly Explained[]): string {
  const open = survivors.filter(({ reason }) => reason === null).length;
  const all = caught + survivors.length;
  const cells = [name, all, caught, share(caught, all), survivors.length - open, open, share(caught, caught + open)];
  return `| ${cells.map((cell) => cell.toLocaleString('en')).join(' | ')} |`;
}

function listed(survivors: readonly Explained[]): string {
  return survivors
    .map(({ file, range, from, to }) => `- ${file}:${range.split(':')[0]} ${code(from)} → ${code(to)}`)
    .join('\n');
}

/** Code in a line of Markdown, whatever ticks it holds. */
function code(text: string): string {
  const fence = text.includes('`') ? '``' : '`';
  return text === '' ? '*(nothing)*' : `${fence}${fence.length > 1 ? ` ${text} ` : text}${fence}`;
}

const sections = packages.flatMap((own) => {
  const survivors = survivorsOf(own);
  const groups = [...Object.keys(REASONS), null] as (Reason | null)[];
  return [
    `## ${own}`,
    ...groups.flatMap((reason) => {
      const of = survivors.filter((survivor) => survivor.reason === reason);
      if (of.length === 0) return [];
      return [
        `**${reason === null ? 'No reason is known: a law is missing.' : REASONS[reason]}** (${of.length})`,
        listed(of),
      ];
    }),
  ];
});

const everyone = packages.flatMap(survivorsOf);
const everyCaught = packages.reduce((total, own) => total + caughtOf(own), 0);
const page = [
  '# Mutants of the source',
  'Stryker changes the source, one place at a time, and the laws alone are run against each change ([how](design/laws.md)). Most survivors change nothing that anybody could see; here they are, all of them, with the reason. The last column is the share caught of those that do change the mathematics. This page is made by `pnpm --filter @tessera/mutants page`.',
  [
    '| source of | mutants | caught | share | survive with a reason | without | caught of the mathematics |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...packages.map((own) => row(own, caughtOf(own), survivorsOf(own))),
    row('**all**', everyCaught, everyone),
  ].join('\n'),
  ...sections,
].join('\n\n');
writeFileSync(join(ROOT, 'docs/mutants.md'), `${page}\n`);
