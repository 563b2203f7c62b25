/** The report's charts. Colours are the page's own variables, so they follow light and dark. */
import * as Plot from '@observablehq/plot';
import type { Evaluation } from '../mnist/evaluate.ts';
import type { Training } from '../mnist/train.ts';
import { svg } from './svg.ts';

/** A chart drawn for a page and for a phone; the style sheet shows one. */
export function forBothWidths(draw: (width: number) => string): string {
  return `<div class="wide">${draw(680)}</div><div class="narrow">${draw(350)}</div>`;
}

const FRAME = {
  style: 'font-size: 12px; overflow: visible',
  marginTop: 28,
  marginBottom: 40,
  marginRight: 12,
} as const;

/** Training loss, step by step, and the loss on the digits held out after every epoch. */
export function lossChart(training: Pick<Training, 'curve' | 'epochs'>, width: number): string {
  // A logarithm has no place for 0.
  const curve = training.curve.filter(({ loss }) => loss > 0);
  const heldOut = training.epochs
    .map(({ epoch, evaluation }) => ({ epoch, loss: evaluation.loss }))
    .filter(({ loss }) => loss > 0);
  const ticks = lossTicks([...curve, ...heldOut].map(({ loss }) => loss));
  return svg({
    ...FRAME,
    width,
    height: width > 500 ? 300 : 240,
    marginLeft: 52,
    ariaLabel: 'Loss while learning',
    x: { label: 'epoch', ...wholeTicks(training) },
    y: { type: 'log', label: 'loss', grid: true, ticks, tickFormat: String },
    marks: [
      Plot.line(curve, { x: 'epoch', y: 'loss', stroke: 'var(--learning)', strokeWidth: 1.5 }),
      Plot.line(heldOut, { x: 'epoch', y: 'loss', stroke: 'var(--judged)', strokeWidth: 1.5, strokeDasharray: '2 4' }),
      Plot.dot(heldOut, { x: 'epoch', y: 'loss', fill: 'var(--judged)', r: 4 }),
    ],
  });
}

/** Digits read wrongly among those held out, after every epoch. */
export function mistakesChart(training: Pick<Training, 'epochs'>, width: number): string {
  const bars = training.epochs.map(({ epoch, evaluation }) => ({
    epoch,
    wrong: evaluation.count - evaluation.correct,
  }));
  return svg({
    ...FRAME,
    width,
    height: width > 500 ? 240 : 200,
    marginLeft: 52,
    ariaLabel: 'Mistakes after every epoch',
    x: {
      type: 'band',
      label: 'epoch',
      padding: 0.25,
      tickFormat: every(Math.ceil(bars.length / (width > 500 ? 20 : 10))),
    },
    y: { label: 'read wrongly', grid: true, ticks: 5 },
    marks: [
      Plot.barY(bars, { x: 'epoch', y: 'wrong', fill: 'var(--judged)', fillOpacity: 0.85, rx: 2 }),
      ...(bars.length > (width > 500 ? 16 : 8)
        ? []
        : [
            Plot.text(bars, { x: 'epoch', y: 'wrong', text: (bar) => String(bar.wrong), dy: -8, fill: 'currentColor' }),
          ]),
      Plot.ruleY([0]),
    ],
  });
}

/** Which digit was taken for which. */
export function confusionChart({ confusion }: Pick<Evaluation, 'confusion'>, width: number): string {
  const cells = confusion.flatMap((row, label) =>
    row.map((count, guess) => ({ label, guess, count, right: label === guess })),
  );
  const most = Math.max(1, ...cells.filter(({ right }) => !right).map(({ count }) => count));
  return svg({
    style: `font-size: ${width > 500 ? 12 : 9}px; overflow: visible`,
    width,
    height: width > 500 ? 520 : 330,
    marginTop: 40,
    marginLeft: 40,
    marginRight: 4,
    marginBottom: 4,
    ariaLabel: 'Confusion matrix',
    x: { type: 'band', axis: 'top', label: 'read as', tickSize: 0, padding: 0.06 },
    y: { type: 'band', label: 'is a', tickSize: 0, padding: 0.06 },
    opacity: { type: 'identity' },
    marks: [
      Plot.cell(cells, {
        x: 'guess',
        y: 'label',
        fill: (cell) => (cell.right ? 'var(--learning)' : 'var(--judged)'),
        // A root, so that single mistakes can be seen beside many.
        fillOpacity: (cell) =>
          cell.right ? 0.3 : cell.count === 0 ? 0.04 : 0.12 + 0.53 * Math.sqrt(cell.count / most),
        rx: 3,
      }),
      ...[true, false].map((right) =>
        Plot.text(
          cells.filter((cell) => cell.right === right && cell.count > 0),
          { x: 'guess', y: 'label', text: 'count', fill: 'currentColor', fontWeight: right ? 600 : 400 },
        ),
      ),
    ],
    color: { type: 'identity' },
  });
}

/** 0.1, 0.2, 0.5, 1, ... as far as the losses go. */
function lossTicks(losses: readonly number[]): number[] {
  const [least, most] = [Math.min(...losses), Math.max(...losses)];
  const tens = Array.from({ length: 12 }, (_, i) => i - 8);
  // Digits, not products: 3 * 0.1 is not 0.3.
  const all = tens.flatMap((power) => [1, 2, 5].map((digit) => Number(`${digit}e${power}`)));
  return all.filter((tick) => tick >= least && tick <= most);
}

/** Epochs from 0 to the end, at whole numbers. */
function wholeTicks({ epochs, curve }: Pick<Training, 'curve' | 'epochs'>) {
  const end = Math.max(epochs.at(-1)?.epoch ?? 0, Math.ceil(curve.at(-1)?.epoch ?? 1));
  const step = Math.ceil(end / 10);
  return {
    domain: [0, end],
    ticks: Array.from({ length: Math.floor(end / step) + 1 }, (_, i) => i * step),
    tickFormat: 'd',
  };
}

function every(step: number): (epoch: number, index: number) => string {
  return (epoch, index) => (index % step === 0 ? String(epoch) : '');
}
