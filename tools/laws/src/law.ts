/** Laws as records in the suites: `law` states one, `lawsOf` those that a subject is held to by its testing entry. */
import { checkLaw, LawFailure, type Law as SubjectLaw, type ToleranceClass } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, type RunnerTestCase, test } from 'vitest';
import { type LawMeta, pathOf, suitesOf } from './meta.ts';
import { pinned } from './pinned.ts';
import { printed } from './printed.ts';

export interface LawRecord<Given extends unknown[]> {
  /** Which rows of the catalogue of laws it states. */
  readonly rows: number | readonly number[];
  /** One line of mathematics. */
  readonly formula: string;
  /** The classes of tolerance with which results are compared. */
  readonly tolerance: ToleranceClass | readonly ToleranceClass[];
  /** How examples are drawn; a law without is a table of its own, and runs once. */
  readonly given?: { readonly [K in keyof Given]: fc.Arbitrary<Given[K]> };
  /** The part of the examples asked for that the law takes; costly laws take few. Default 1. */
  readonly share?: number;
  /** What it holds of, where a suite states it of several. */
  readonly of?: string;
  /** Throws, or gives false, where the law does not hold. */
  holds(...given: Given): unknown;
}

/** How many examples may not fit a law before one does. */
const MOST_SKIPS = 1000;

/**
 * A test that draws examples. The names, formulas and tolerances of all laws make the page of laws.
 *
 * @example
 * law('every softmax row sums to 1', {
 *   rows: 107,
 *   formula: 'Σᵢ softmax(x)ᵢ = 1',
 *   tolerance: 'C',
 *   given: [logits()],
 *   holds: (x) => expectWithin(softmax(tensor(x), -1).sum(-1), 1, bounds.softmaxSum(x)),
 * });
 */
export function law<Given extends unknown[] = []>(name: string, record: LawRecord<Given>): void {
  const { rows, formula, tolerance, given = [], share = 1, of, holds } = record;
  const property = propertyOf(given as readonly fc.Arbitrary<unknown>[], holds as (...given: unknown[]) => unknown);
  const about = { rows: [rows].flat(), formula, tolerance: [tolerance].flat(), ...(of !== undefined && { of }) };
  test(name, { tags: ['law'] }, async ({ task }) => {
    await tell(task, { law: name, ...about }, async (replay) => {
      const numRuns = given.length === 0 ? 1 : Math.max(1, Math.ceil(runsAsked() * share));
      for (const parameters of [...replay, { numRuns }]) {
        const outcome = await fc.check(property, { ...parameters, maxSkipsPerRun: MOST_SKIPS });
        if (!outcome.failed) continue;
        const { seed, counterexamplePath, errorInstance, counterexample } = outcome;
        const isDrawn = counterexample !== null;
        const found = errorInstance instanceof Error ? errorInstance.message : 'it gives false';
        const reason = isDrawn ? found : `hardly any example fits: ${outcome.numSkips} did not`;
        const example = isDrawn ? printed(counterexample) : 'no example';
        throw new LawFailure(
          `${name}: does not hold: ${reason}\n  for ${example}\n  again: LAWS_SEED=${seed}, path '${counterexamplePath ?? ''}'`,
          { seed, path: counterexamplePath ?? '', cause: errorInstance },
        );
      }
      return numRuns;
    });
  });
}

/**
 * Tests that hold a subject to every law of a list that applies to it.
 *
 * @example
 * for (const op of opTable()) lawsOf(op, opLaws(op));
 */
export function lawsOf(subject: { readonly name: string }, laws: readonly SubjectLaw<never, object>[]): void {
  if (laws.length === 0) return;
  describe(subject.name, () => {
    for (const one of laws) {
      const about = { rows: one.rows, formula: one.formula, tolerance: [one.tolerance].flat(), of: subject.name };
      test(one.name, { tags: ['law'] }, async ({ task }) => {
        await tell(task, { law: one.name, ...about }, async (replay) => {
          for (const parameters of replay) checkLaw(subject, one, parameters);
          return checkLaw(subject, one).runs;
        });
      });
    }
  });
}

function runsAsked(): number {
  return fc.readConfigureGlobal().numRuns ?? 100;
}

function propertyOf(
  given: readonly fc.Arbitrary<unknown>[],
  holds: (...given: unknown[]) => unknown,
): fc.IAsyncProperty<unknown[]> {
  return fc.asyncProperty(fc.tuple(...given), async (drawn) => (await holds(...drawn)) !== false) as never;
}

/** Runs a law, first on what is pinned to it, and leaves word of it for the reporter. */
async function tell(
  task: Readonly<RunnerTestCase>,
  told: Omit<LawMeta, 'runs' | 'milliseconds' | 'suite'>,
  run: (replay: readonly { seed: number; path: string }[]) => Promise<number>,
): Promise<void> {
  const name = pathOf(task);
  const replay = pinned(name);
  const start = performance.now();
  const meta = task.meta as { law?: LawMeta };
  const about = { ...told, suite: suitesOf(task).join(': ') };
  try {
    const runs = await run(replay);
    meta.law = { ...about, runs: runs + replay.length, milliseconds: performance.now() - start };
  } catch (error) {
    const failure = error instanceof LawFailure ? { law: name, seed: error.seed, path: error.path } : undefined;
    meta.law = { ...about, runs: 0, milliseconds: performance.now() - start, ...(failure && { failure }) };
    throw error;
  }
}
