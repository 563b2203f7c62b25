/** What a chapter of the notebook is here: a page of code, and its numbers as lines to be read. */
import { fileURLToPath } from 'node:url';
import { noGrad } from '@tessera/autograd';
import type { Tensor } from '@tessera/tensor';

export interface Chapter {
  readonly title: string;
  /** Where the notebook's own code does not run, or not as meant, and what stands here instead. */
  readonly slips: readonly string[];
  /** Runs the chapter. */
  readonly rows: () => readonly Row[];
}

/** One line of a chapter's numbers. */
export type Row = Quoted | Compared | Told;

/** A number that the notebook printed, and ours, written in the same way. */
export interface Quoted {
  readonly kind: 'quoted';
  readonly what: string;
  readonly notebook: string;
  readonly here: string;
}

/** The largest difference between the same thing computed in two ways, and how much of it is rounding. */
export interface Compared {
  readonly kind: 'compared';
  readonly what: string;
  readonly difference: number;
  readonly allowed: number;
}

/** A number that stands alone; `holds` says whether it is as it must be. */
export interface Told {
  readonly kind: 'told';
  readonly what: string;
  readonly here: string;
  readonly holds: boolean;
}

export function quoted(what: string, notebook: string, here: string): Quoted {
  return { kind: 'quoted', what, notebook, here };
}

/** The notebook compares with `torch.allclose(..., atol=1e-6)`; so do we. */
export function compared(what: string, difference: number, allowed = 1e-6): Compared {
  return { kind: 'compared', what, difference, allowed };
}

export function told(what: string, here: string, holds = true): Told {
  return { kind: 'told', what, here, holds };
}

export function holds(row: Row): boolean {
  if (row.kind === 'quoted') return row.notebook === row.here;
  // Not `difference > allowed`: NaN must not pass.
  return row.kind === 'compared' ? row.difference <= row.allowed : row.holds;
}

/** What a row says, and beside what. */
export function describeRow(row: Row): { readonly value: string; readonly beside: string } {
  if (row.kind === 'quoted') return { value: row.here, beside: `notebook ${row.notebook}` };
  if (row.kind === 'told') return { value: row.here, beside: '' };
  const value = row.difference === 0 ? 'the same bits' : `${row.difference.toExponential(1)} apart`;
  return { value, beside: `allowed ${row.allowed.toExponential()}` };
}

/** max |a - b| */
export function largestDifference(a: Tensor, b: Tensor): number {
  return noGrad(() => a.sub(b).abs().max().item());
}

/** As the notebook prints numbers: four digits. */
export function digits(values: Iterable<number>): string {
  return [...values].map((value) => value.toFixed(4)).join(' ');
}

/** Prints the chapter when its file is what Node was asked to run. */
export function showIfMain(url: string, chapter: Chapter): void {
  if (process.argv[1] !== fileURLToPath(url)) return;
  console.log(chapter.title);
  for (const slip of chapter.slips) console.log(`  note: ${slip}`);
  for (const row of chapter.rows()) {
    const { value, beside } = describeRow(row);
    console.log(`  ${holds(row) ? 'ok ' : 'NOT'} ${row.what.padEnd(38)} ${value.padEnd(22)} ${beside}`.trimEnd());
  }
}
