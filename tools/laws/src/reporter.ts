/** What the laws of a run drew and how long it took, package by package; failures are kept to be pinned. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { BUDGET } from './budget.ts';
import type { LawMeta } from './meta.ts';
import type { Pin } from './pinned.ts';

/** A law of one test, with the package it belongs to. */
export interface ToldLaw extends LawMeta {
  readonly package: string;
}

const FOLDER: string = join(import.meta.dirname, '../../../.laws');
export const FAILURES: string = join(FOLDER, 'failures.json');
/** Every law that ran, for the page of laws. */
export const RECORD: string = join(FOLDER, 'laws.json');

export default class LawReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const laws: ToldLaw[] = [];
    const failures: Pin[] = [];
    for (const test of modules.flatMap((module) => [...module.children.allTests()])) {
      const { law } = test.meta() as { law?: LawMeta };
      if (law === undefined) continue;
      laws.push({ ...law, package: test.project.name });
      if (law.failure !== undefined) failures.push({ ...law.failure, found: foundBy(test) });
    }
    if (laws.length === 0) return;
    console.log(
      `\n${budgetTable(laws).join('\n')}\n\n  seed ${process.env.LAWS_SEED}: LAWS_SEED=${process.env.LAWS_SEED} draws the same examples again`,
    );
    keep(RECORD, laws);
    if (failures.length > 0) {
      keep(FAILURES, failures);
      console.log(`  ${failures.length} failed: .laws/failures.json; "pnpm laws pin" makes them permanent examples`);
    } else rmSync(FAILURES, { force: true });
  }
}

function foundBy(test: TestCase): string {
  return stripVTControlCharacters(test.result().errors?.[0]?.message ?? '');
}

function keep(file: string, value: unknown): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(value, null, 1)}\n`);
}

/** One line per package: laws, examples, seconds, examples per second, and the budget. */
export function budgetTable(laws: readonly ToldLaw[]): string[] {
  const packages = [...new Set(laws.map((law) => law.package))].sort();
  const rows = packages.map((name) => {
    const own = laws.filter((law) => law.package === name);
    const runs = own.reduce((sum, law) => sum + law.runs, 0);
    const seconds = own.reduce((sum, law) => sum + law.milliseconds, 0) / 1000;
    const budget = BUDGET[name];
    return [
      name,
      own.length.toLocaleString('en'),
      runs.toLocaleString('en'),
      seconds.toFixed(1),
      Math.round(runs / Math.max(seconds, 0.001)).toLocaleString('en'),
      budget === undefined ? '' : `${budget}`,
    ];
  });
  const table = [['laws of', 'tests', 'examples', 'seconds', 'examples/s', 'budget (s)'], ...rows];
  const widths = (table[0] as string[]).map((_, c) => Math.max(...table.map((row) => (row[c] as string).length)));
  return table.map(
    (row) =>
      `  ${row.map((cell, c) => (c === 0 ? cell.padEnd(widths[c] as number) : cell.padStart(widths[c] as number))).join('  ')}`,
  );
}
