/** What a test of a law leaves behind for the reporter. */
import type { ToleranceClass } from '@tessera/tensor/testing';
import type { RunnerTestCase, RunnerTestSuite } from 'vitest';

export interface LawMeta {
  readonly law: string;
  readonly rows: readonly number[];
  readonly formula: string;
  readonly tolerance: readonly ToleranceClass[];
  /** What it was checked on, where there are several subjects. */
  readonly of?: string;
  /** How many examples were drawn. */
  readonly runs: number;
  readonly milliseconds: number;
  /** Where to begin to see a failure again. */
  readonly failure?: { readonly seed: number; readonly path: string };
}

/** The names that lead to a test: package, file, suites, test. */
export function pathOf(task: Readonly<RunnerTestCase>): string {
  const names = [task.name];
  for (let suite: RunnerTestSuite | undefined = task.suite; suite?.name; suite = suite.suite) names.unshift(suite.name);
  const file = task.file;
  return [file.projectName ?? '', file.name, ...names.filter((name) => name !== file.name)].join(' > ');
}
