/** The catalogue of laws: what a deep-learning library must obey, in sections of numbered rows. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Section {
  readonly section: string;
  /** The number of its first row. */
  readonly first: number;
  /** What the rows state, and with which class of tolerance. */
  readonly states: readonly string[];
}

export const CATALOGUE: readonly Section[] = JSON.parse(
  readFileSync(join(import.meta.dirname, 'catalogue.json'), 'utf8'),
) as Section[];

/** The numbers of all rows. */
export const ROWS: readonly number[] = CATALOGUE.flatMap(({ first, states }) => states.map((_, i) => first + i));
