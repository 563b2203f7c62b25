/** What each law caught of the bugs that were seeded on purpose, from the results of tools/mutants. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ToldLaw } from './reporter.ts';

const RESULTS: string = join(import.meta.dirname, '../../mutants/results');

/** A bug written by hand. */
export interface SeededBug {
  readonly bug: string;
  readonly file: string;
  /** Package, suites and name of the law, with `›` between them. */
  readonly caughtBy: string | null;
}

/** The mutants of a package's source, or of a part of it. */
export interface SourceResult {
  readonly package: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly caughtBy: Readonly<Record<string, number>>;
}

export interface Seeded {
  readonly bugs: readonly SeededBug[];
  readonly sources: readonly SourceResult[];
}

export function readSeeded(): Seeded {
  const [byHand, folder] = [join(RESULTS, 'kernels.json'), join(RESULTS, 'source')];
  const parts = existsSync(folder) ? readdirSync(folder).sort() : [];
  return {
    bugs: existsSync(byHand) ? (JSON.parse(readFileSync(byHand, 'utf8')) as SeededBug[]) : [],
    sources: parts.map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as SourceResult),
  };
}

/** How many bugs each law was the first to catch, by its path. */
export function catches({ bugs, sources }: Seeded): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const add = (law: string, more: number): void => {
    const path = law.replaceAll(' › ', ': ');
    counts.set(path, (counts.get(path) ?? 0) + more);
  };
  for (const { caughtBy } of bugs) if (caughtBy !== null) add(caughtBy, 1);
  for (const source of sources) for (const [law, count] of Object.entries(source.caughtBy)) add(law, count);
  return counts;
}

/** Package, suites and name. */
export function pathOf({ package: own, suite, law }: ToldLaw): string {
  return [own, ...(suite === '' ? [] : [suite]), law].join(': ');
}

/** Of each package: how many mutants of its source there were, and how many were caught. */
export function totalsOf({
  sources,
}: Seeded): { readonly package: string; readonly caught: number; readonly all: number }[] {
  const packages = [...new Set(sources.map((source) => source.package))].sort();
  return packages.map((name) => {
    const counts = sources.filter((source) => source.package === name).map((source) => source.counts);
    const sum = (...kinds: string[]): number =>
      counts.reduce((total, count) => total + kinds.reduce((of, kind) => of + (count[kind] ?? 0), 0), 0);
    return {
      package: name,
      caught: sum('Killed', 'Timeout'),
      all: sum('Killed', 'Timeout', 'Survived', 'NoCoverage'),
    };
  });
}
