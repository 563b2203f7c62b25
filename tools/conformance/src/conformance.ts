/** The whole run: reads the folders, runs what is asked for, and gives the report with its exit code. */
import { writeFileSync } from 'node:fs';
import type { Adapter, Adapters, Case } from './adapter.ts';
import { type Areas, areas as known } from './adapters/index.ts';
import { type Options, parseOptions, USAGE, UsageError } from './options.ts';
import { type Fault, readVectors, vectorFiles } from './read.ts';
import { formatReport, type Result, tally, toJson } from './report.ts';
import { type Outcome, runCase } from './run.ts';

export interface Ending {
  readonly lines: readonly string[];
  /** What went wrong with the command itself. */
  readonly errors: readonly string[];
  /** 0: nothing failed; 1: something did; 2: the command line or a folder makes no sense. */
  readonly exitCode: 0 | 1 | 2;
}

/** Paths are relative to `directory`; `areas` has the adapters. */
export function conformance(args: readonly string[], directory: string, areas: Areas = known): Ending {
  try {
    const options = parseOptions(args, directory);
    if (options.help) return { lines: [USAGE], errors: [], exitCode: 0 };
    const { results, faults } = run(options, areas);
    if (options.json !== null) write(options.json, toJson(results, faults));
    return { lines: formatReport(results, faults), errors: [], exitCode: tally(results, faults).failed > 0 ? 1 : 0 };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { lines: [], errors: [`conformance: ${error.message}`, '', USAGE], exitCode: 2 };
  }
}

function run({ folders, areas: wanted, matches }: Options, areas: Areas): { results: Result[]; faults: Fault[] } {
  const results: Result[] = [];
  const faults: Fault[] = [];
  const isWanted = (area: string | undefined, id: string | undefined): boolean =>
    (area === undefined || wanted.length === 0 || wanted.includes(area)) && (id === undefined || matches(id));
  const seen = new Set<string>();
  for (const folder of folders) {
    const files = filesOf(folder);
    const read = files.map((file) => ({ file, ...readVectors(file) }));
    if (read.every(({ cases, faults }) => cases.length + faults.length === 0)) {
      throw new UsageError(`${folder}: there are no cases in it; vector files are *.json with "cases"`);
    }
    for (const { file, cases, faults: found } of read) {
      faults.push(...found.filter(({ area, id }) => isWanted(area, id)));
      for (const testCase of cases) {
        seen.add(testCase.area);
        if (!isWanted(testCase.area, testCase.id)) continue;
        results.push({ case: testCase, file, outcome: outcomeOf(testCase, areas) });
      }
    }
  }
  if (results.length + faults.length === 0) {
    throw new UsageError(`no case is of that area and id; the areas are ${[...seen].join(', ')}`);
  }
  return { results, faults };
}

function filesOf(folder: string): string[] {
  try {
    return vectorFiles(folder);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function outcomeOf(testCase: Case, areas: Areas): Outcome {
  const adapter = adapterOf(testCase, areas);
  return adapter === null ? { status: 'skipped', reason: '' } : runCase(testCase, adapter);
}

function adapterOf({ area, op }: Case, areas: Areas): Adapter | null {
  const adapters = Object.hasOwn(areas, area) ? (areas[area] as Adapters) : {};
  return Object.hasOwn(adapters, op) ? (adapters[op] as Adapter) : null;
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(`--json: ${(error as Error).message}`);
  }
}
