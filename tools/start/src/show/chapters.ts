/** Tells the notebook's chapters: each number beside what it is compared with. */
import { setImmediate } from 'node:timers/promises';
import { type Chapter, describeRow, holds, type Row } from '@tessera/docs/notebook/chapter';
import { chapter as crossEntropy } from '@tessera/docs/notebook/crossEntropy';
import { chapter as flashAttention } from '@tessera/docs/notebook/flashAttention';
import { chapter as klDivergence } from '@tessera/docs/notebook/klDivergence';
import { chapter as mlp } from '@tessera/docs/notebook/mlp';
import { chapter as multiHeadAttention } from '@tessera/docs/notebook/multiHeadAttention';
import { chapter as normalization } from '@tessera/docs/notebook/normalization';
import { chapter as selfAttention } from '@tessera/docs/notebook/selfAttention';
import type { Screen } from './screen.ts';

/** In the notebook's order. */
export const CHAPTERS: readonly Chapter[] = [
  mlp,
  selfAttention,
  multiHeadAttention,
  crossEntropy,
  klDivergence,
  normalization,
  flashAttention,
];

/** A chapter that has been run. */
export interface ChapterResult {
  readonly title: string;
  readonly slips: readonly string[];
  readonly rows: readonly Row[];
  readonly seconds: number;
}

export async function showChapters(
  screen: Screen,
  signal?: AbortSignal,
  chapters: readonly Chapter[] = CHAPTERS,
): Promise<ChapterResult[]> {
  const results: ChapterResult[] = [];
  for (const { title, slips, rows } of chapters) {
    await setImmediate();
    if (signal?.aborted) break;
    screen.live(title);
    const start = performance.now();
    const result = { title, slips, rows: rows(), seconds: (performance.now() - start) / 1000 };
    results.push(result);
    showChapter(screen, result);
  }
  return results;
}

function showChapter(screen: Screen, { title, slips, rows, seconds }: ChapterResult): void {
  const { paint } = screen;
  screen.line(
    `  ${mark(screen, rows.every(holds))} ${paint('bold', title)}  ${paint('dim', `${Math.round(1000 * seconds)} ms`)}`,
  );
  for (const slip of slips) screen.line(`      ${paint('dim', `the notebook slips: ${slip}`)}`);
  for (const row of rows) {
    const { value, beside } = describeRow(row);
    screen.line(
      `    ${mark(screen, holds(row))} ${row.what.padEnd(38)} ${beside === '' ? value : `${value.padEnd(21)} ${paint('dim', beside)}`}`,
    );
  }
  screen.line();
}

function mark({ paint }: Screen, good: boolean): string {
  return good ? paint('green', '✔') : paint('red', '✖');
}
