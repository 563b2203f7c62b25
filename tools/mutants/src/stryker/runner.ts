/** Stryker's test runner for laws: they stay loaded, and are called again with one bug after another switched on. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { MutantCoverage } from '@stryker-mutator/api/core';
import {
  type DryRunResult,
  DryRunStatus,
  type MutantRunOptions,
  type MutantRunResult,
  MutantRunStatus,
  type TestRunner,
  TestStatus,
} from '@stryker-mutator/api/test-runner';
import { configureLaws, EXAMPLES, lawFiles } from './suites.ts';
import { type Law, lawsIn } from './vitest.ts';

/** What instrumented code reads and writes. */
interface Namespace {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  mutantCoverage?: MutantCoverage;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
}

/** Whether each bug has a process of its own; then there are few. */
const IS_FRESH: boolean = process.env.MUTANTS_FRESH !== undefined;
/** A few examples of every law find most bugs; then the likeliest laws are asked for all. */
const LOOKS: readonly { readonly examples: number; readonly patience: number }[] = [
  { examples: EXAMPLES / 20, patience: 8_000 },
  { examples: EXAMPLES, patience: IS_FRESH ? 20_000 : 3_000 },
];
/** A bug that laws do not find at either look, or in this time with loading them, is taken to survive. */
const PATIENCE: number = IS_FRESH ? 40_000 : 14_000;

const COVERAGE: string = join(process.cwd(), '.laws/coverage.json');

/** How long each law takes, and which bugs it passes by. */
type Coverage = Record<
  string,
  { readonly file: string; readonly milliseconds: number; readonly passes: readonly string[] }
>;

export class LawRunner implements TestRunner {
  private readonly loaded = new Map<string, Law>();
  private coverage: Coverage | undefined;
  /** Laws that found the last bugs of a file of source. */
  private readonly finders = new Map<string, string[]>();
  /** The law whose failure left something behind, so that nothing after it can be believed. */
  private spoilt: string | undefined;

  capabilities(): { reloadEnvironment: boolean } {
    return { reloadEnvironment: false };
  }

  async init(): Promise<void> {
    namespace().activeMutant = undefined;
    configureLaws();
  }

  async dryRun(): Promise<DryRunResult> {
    const ns = namespace();
    ns.activeMutant = undefined;
    for (const file of lawFiles()) await this.load(file);
    const tests = [];
    const coverage: Coverage = {};
    for (const law of this.loaded.values()) {
      ns.currentTestId = law.id;
      const start = performance.now();
      const failureMessage = await failureOf(law);
      const milliseconds = performance.now() - start;
      const about = { id: law.id, name: law.name, fileName: law.file, timeSpentMs: milliseconds };
      tests.push(
        failureMessage === undefined
          ? { ...about, status: TestStatus.Success as const }
          : { ...about, status: TestStatus.Failed as const, failureMessage },
      );
      coverage[law.id] = {
        file: law.file,
        milliseconds,
        passes: Object.keys(ns.mutantCoverage?.perTest[law.id] ?? {}),
      };
    }
    ns.currentTestId = undefined;
    mkdirSync(dirname(COVERAGE), { recursive: true });
    writeFileSync(COVERAGE, JSON.stringify(coverage));
    return {
      status: DryRunStatus.Complete,
      tests,
      ...(ns.mutantCoverage && { mutantCoverage: ns.mutantCoverage }),
    };
  }

  async mutantRun({
    activeMutant,
    testFilter,
    hitLimit,
    sandboxFileName,
    mutantActivation,
  }: MutantRunOptions): Promise<MutantRunResult> {
    if (this.spoilt === undefined && IS_FRESH && this.loaded.size > 0) this.spoilt = 'laws are loaded';
    // Stryker starts another process then, and tries again.
    if (this.spoilt !== undefined) throw new Error(`laws: this process is of no more use: ${this.spoilt}`);
    const ns = namespace();
    // What is seen at loading only, or in a process of its own, had better not load all files.
    const isLoaded = !IS_FRESH && mutantActivation !== 'static';
    const order = this.order(testFilter, sandboxFileName, isLoaded);
    const end = performance.now() + PATIENCE;
    ns.hitCount = hitLimit === undefined ? undefined : 0;
    ns.hitLimit = hitLimit;
    let nrOfTests = 0;
    let asked = order[0] as string;
    try {
      for (const { examples, patience } of LOOKS) {
        configureLaws(examples);
        let spent = 0;
        for (const id of order) {
          if (spent > patience || performance.now() > end) break;
          // A bug in what is loaded, not called, must be there before it is loaded.
          ns.activeMutant = isLoaded ? undefined : activeMutant.id;
          asked = id;
          const law = await this.find(id);
          ns.activeMutant = activeMutant.id;
          nrOfTests++;
          const start = performance.now();
          const failureMessage = await failureOf(law);
          spent += performance.now() - start;
          if (hitLimit !== undefined && (ns.hitCount ?? 0) > hitLimit)
            return { status: MutantRunStatus.Timeout, reason: `more than ${hitLimit} times` };
          if (failureMessage === undefined) continue;
          ns.activeMutant = undefined;
          ns.hitCount = undefined;
          await this.examine(law, sandboxFileName);
          return { status: MutantRunStatus.Killed, killedBy: [id], failureMessage, nrOfTests };
        }
      }
      return { status: MutantRunStatus.Survived, nrOfTests };
    } catch (error) {
      // A suite that cannot be loaded with the bug in it.
      this.spoilt = String(error);
      return {
        status: MutantRunStatus.Killed,
        killedBy: [asked],
        failureMessage: String(error),
        nrOfTests,
      };
    } finally {
      ns.activeMutant = undefined;
      ns.hitCount = undefined;
    }
  }

  /** After a failure: without the bug, the law must hold again in this process. */
  private async examine(law: Law, source: string): Promise<void> {
    const before = this.finders.get(source) ?? [];
    this.finders.set(source, [law.id, ...before.filter((id) => id !== law.id)].slice(0, 20));
    const failure = await failureOf(law);
    if (failure !== undefined) this.spoilt = `${law.id}: ${failure}`;
  }

  /** Laws that may find a bug: the likeliest and quickest first, but in turn with the likeliest of every file. */
  private order(filter: readonly string[] | undefined, source: string, isLoaded: boolean): string[] {
    this.coverage ??= JSON.parse(readFileSync(COVERAGE, 'utf8')) as Coverage;
    const { coverage } = this;
    const near = new Set(
      [...readFileSync(source, 'utf8').matchAll(/stryMutAct_\w+\("(\d+)"\)/g)].map((match) => match[1] as string),
    );
    const finders = this.finders.get(source) ?? [];
    const ranked = (filter ?? Object.keys(coverage)).flatMap((id) => {
      const { milliseconds, passes } = coverage[id] as Coverage[string];
      const close = passes.filter((one) => near.has(one)).length;
      if (close === 0) return [];
      const found = finders.indexOf(id);
      return [{ id, cost: found >= 0 ? found - 1000 : ((milliseconds + 1) * passes.length) / close }];
    });
    const likeliest = ranked.sort((a, b) => a.cost - b.cost).map(({ id }) => id);
    if (!isLoaded) return likeliest;
    const turns = inTurn(likeliest, (id) => (coverage[id] as Coverage[string]).file);
    return [...new Set(likeliest.flatMap((id, i) => [id, turns[i] as string]))];
  }

  private async find(id: string): Promise<Law> {
    if (!this.loaded.has(id)) await this.load(this.coverage?.[id]?.file as string);
    return this.loaded.get(id) as Law;
  }

  private async load(file: string): Promise<void> {
    for (const law of await lawsIn(join(process.cwd(), file), file)) this.loaded.set(law.id, law);
  }
}

/** The first of every group, then the second of every group, and so on. */
function inTurn(ids: readonly string[], groupOf: (id: string) => string): string[] {
  const seen = new Map<string, number>();
  const rounds: string[][] = [];
  for (const id of ids) {
    const group = groupOf(id);
    const round = seen.get(group) ?? 0;
    seen.set(group, round + 1);
    rounds[round] ??= [];
    (rounds[round] as string[]).push(id);
  }
  return rounds.flat();
}

function namespace(): Namespace {
  const all = globalThis as { __stryker__?: Namespace };
  all.__stryker__ ??= {};
  return all.__stryker__;
}

async function failureOf(law: Law): Promise<string | undefined> {
  try {
    await law.run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
