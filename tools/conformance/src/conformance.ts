/** The whole run: reads the folders, runs what is asked for, and gives the report with its exit code. */
import { writeFileSync } from 'node:fs';
import { type Adapters, areas as known } from './adapters/index.ts';
import { type Options, parseOptions, USAGE, UsageError } from './options.ts';
import { type Fault, readVectors, vectorFiles } from './read.ts';
import { formatReport, type Result, tally, toJson } from './report.ts';
import { runCase } from './run.ts';

export interface Ending {
  readonly lines: readonly string[];
  /** 0: nothing failed; 1: something did; 2: the command line or a folder makes no sense. */
  readonly exitCode: 0 | 1 | 2;
}

export function conformance(
  args: readonly string[],
  directory: string,
  areas: Readonly<Record<string, Adapters>> = known,
): Ending {
  try {
    const options = parseOptions(args, directory);
    if (options.help) return { lines: [USAGE], exitCode: 0 };
    const { results, faults } = run(options, areas);
    const lines = formatReport(results, faults);
    if (options.json !== null) write(options.json, toJson(results, faults));
    return { lines, exitCode: tally(results, faults).failed > 0 ? 1 : 0 };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { lines: [`conformance: ${error.message}`, '', USAGE], exitCode: 2 };
  }
}
