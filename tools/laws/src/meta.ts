/** What a test of a law leaves behind for the reporter. */
import type { ToleranceClass } from '@tessera/tensor/testing';
import type { RunnerTestCase, RunnerTestSuite } from 'vitest';
import type { Pin } from './pinned.ts';

export interface LawMeta {
  readonly law: string;
  readonly rows: readonly number[];
  readonly formula: string;
  readonly tolerance: readonly ToleranceClass[];
  /** The suites around it, which its name may go on from. */
  readonly suite: string;
  /** What it was checked on, where there are several subjects. */
  readonly of?: string;
  /** How many examples were drawn. */
  readonly runs: number;
  readonly milliseconds: number;
  /** Where to begin to see a failure again, and by which names. */
  readonly failure?: Omit<Pin, 'found'>;
}

/** The names of the suites around a test. */
export function suitesOf(task: Readonly<RunnerTestCase>): string[] {
  const names: string[] = [];
  for (let suite: RunnerTestSuite | undefined = task.suite; suite?.name; suite = suite.suite) names.unshift(suite.name);
  return names.filter((name) => name !== task.file.name);
}

/** The names that lead to a test: package, file, suites, test. */
export function pathOf(task: Readonly<RunnerTestCase>): string {
  const { projectName = '', name } = task.file;
  return [projectName, name, ...suitesOf(task), task.name].join(' > ');
}
