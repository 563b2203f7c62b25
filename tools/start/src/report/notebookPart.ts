/** The notebook's chapters in the report. */
import { describeRow, holds, type Row } from '@tessera/docs/notebook/chapter';
import type { ChapterResult } from '../show/chapters.ts';
import { html, withCode } from './html.ts';

export function notebookPart(chapters: readonly ChapterResult[]): string {
  if (chapters.length === 0) return '';
  const rows = chapters.flatMap((chapter) => chapter.rows);
  const good = rows.filter(holds).length;
  const said =
    good === rows.length
      ? `All ${rows.length} are as they should be.`
      : `${good} of ${rows.length} are as they should be.`;
  return `<section>
<h2>The notebook, beside ours</h2>
<p class="soft">Every chapter: what the notebook printed, or the same thing by hand and by the library; of flash attention, which it left empty, what a step takes. ${said}</p>
${chapters.map(chapterCard).join('\n')}
</section>`;
}

function chapterCard({ title, slips, rows, seconds }: ChapterResult): string {
  const list =
    slips.length === 0
      ? ''
      : `<ul class="slips">${slips.map((slip) => `<li>The notebook slips: ${withCode(slip)}.</li>`).join('')}</ul>`;
  return `<div class="card">
<h3>${html`${title}`}<span>${Math.round(1000 * seconds)} ms</span></h3>
${list}<table>${rows.map(rowLine).join('')}</table>
</div>`;
}

function rowLine(row: Row): string {
  const { value, beside } = describeRow(row);
  const mark = holds(row) ? '<td class="good">✓</td>' : '<td class="bad">✗</td>';
  return `<tr>${mark}<td>${html`${row.what}`}</td><td>${html`${value}`} <span class="soft beside">${html`${beside}`}</span></td></tr>`;
}
