/** What the command line asks for. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const USAGE = `usage: pnpm conformance DIR [DIR ...] [--area A] [--id PATTERN] [--json FILE]

  DIR           a folder of vector files (*.json), or one such file
  --area A      only this area; may be given several times
  --id PATTERN  only cases whose id contains PATTERN or matches it as a regular expression; may be given several times
  --json FILE   also writes what was found, case by case`;

/** A command line that makes no sense. */
export class UsageError extends Error {}

export interface Options {
  readonly folders: readonly string[];
  readonly areas: readonly string[];
  readonly matches: (id: string) => boolean;
  readonly json: string | null;
  readonly help: boolean;
}

/** Paths are relative to `directory`. @throws UsageError */
export function parseOptions(args: readonly string[], directory: string): Options {
  const { values, positionals } = parse(args);
  const { area: areas = [], id: patterns = [], json = [], help = false } = values;
  if (!help && positionals.length === 0) throw new UsageError('at least one folder must be given');
  if (json.length > 1) throw new UsageError('--json takes one file; it was given twice');
  const empty = Object.entries({ area: areas, id: patterns, json }).find(([, list]) => list.includes(''));
  if (empty) throw new UsageError(`--${empty[0]} must not be empty`);
  const tests = patterns.map(matcher);
  return {
    folders: positionals.map((path) => resolve(directory, path)),
    areas,
    matches: (id) => tests.length === 0 || tests.some((test) => test(id)),
    json: json[0] === undefined ? null : resolve(directory, json[0]),
    help,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: args.filter((arg) => arg !== '--'),
      allowPositionals: true,
      options: {
        area: { type: 'string', multiple: true },
        id: { type: 'string', multiple: true },
        json: { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message.split('\n')[0]);
  }
}

/** Ids are full of brackets and dots, so plain text counts first. */
function matcher(pattern: string): (id: string) => boolean {
  let expression: RegExp | null = null;
  try {
    expression = new RegExp(pattern);
  } catch {
    // Not a regular expression, then: plain text only.
  }
  return (id) => id.includes(pattern) || (expression?.test(id) ?? false);
}
