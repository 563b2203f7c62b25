/** Examples on which laws once failed: every run begins with them. `pnpm laws pin FILE` adds those of a failed run. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Pin {
  /** Package, file, suites and name of the law. */
  readonly law: string;
  readonly seed: number;
  readonly path: string;
  /** The counterexample as it was printed, for people. */
  readonly found: string;
}

const FILE: string = join(import.meta.dirname, '../pinned.json');

export function readPins(file: string = FILE): Pin[] {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Pin[]) : [];
}

let all: Map<string, Pin[]> | undefined;

/** Where the pinned examples of a law begin. */
export function pinned(law: string): readonly { readonly seed: number; readonly path: string }[] {
  all ??= grouped(readPins());
  return (all.get(law) ?? []).map(({ seed, path }) => ({ seed, path }));
}

/** Adds failures to the pins, each once; gives those that are new. */
export function pin(failures: readonly Pin[], file: string = FILE): readonly Pin[] {
  const before = readPins(file);
  const known = new Set(before.map(keyOf));
  const added = failures.filter((failure) => !known.has(keyOf(failure)));
  writeFileSync(file, `${JSON.stringify([...before, ...added], null, 2)}\n`);
  return added;
}

function keyOf({ law, seed, path }: Pin): string {
  return `${law}\n${seed}\n${path}`;
}

function grouped(pins: readonly Pin[]): Map<string, Pin[]> {
  const map = new Map<string, Pin[]>();
  for (const one of pins) map.set(one.law, [...(map.get(one.law) ?? []), one]);
  return map;
}
