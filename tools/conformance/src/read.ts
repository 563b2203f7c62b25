/** Reads vector files. Whatever is not of the schema is an error that says where; nothing is passed over. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Case } from './adapter.ts';
import { parseCase } from './parse.ts';

/** A file or case that cannot be used. */
export interface Fault {
  readonly file: string;
  readonly message: string;
  /** Where the fault is one case of a file that is otherwise sound. */
  readonly id?: string;
  readonly area?: string;
}

export interface Vectors {
  readonly cases: readonly Case[];
  readonly faults: readonly Fault[];
}

/** The vector files of a folder: every *.json in it or, where it holds none, in its subfolders. A file stands for itself. */
export function vectorFiles(path: string): string[] {
  if (!existsSync(path)) throw new Error(`${path}: no such folder`);
  if (!statSync(path).isDirectory()) return [path];
  const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  const files = entries.filter((entry) => !entry.isDirectory() && entry.name.endsWith('.json'));
  if (files.length > 0) return files.map((entry) => join(path, entry.name));
  return entries.filter((entry) => entry.isDirectory()).flatMap((entry) => vectorFiles(join(path, entry.name)));
}

export function readVectors(file: string): Vectors {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return { cases: [], faults: [{ file, message: (error as Error).message }] };
  }
  const list = (content as { cases?: unknown } | null)?.cases;
  if (!Array.isArray(list))
    return { cases: [], faults: [{ file, message: 'must be an object with an array "cases"' }] };
  const cases: Case[] = [];
  const faults: Fault[] = [];
  list.forEach((raw: unknown, at) => {
    try {
      cases.push(parseCase(raw));
    } catch (error) {
      const { id, area } = (raw ?? {}) as { id?: unknown; area?: unknown };
      const message = `case ${at}: ${(error as Error).message}`;
      faults.push({
        file,
        message,
        ...(typeof id === 'string' && { id }),
        ...(typeof area === 'string' && { area }),
      });
    }
  });
  return { cases, faults };
}
