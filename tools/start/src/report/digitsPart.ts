/** What was learned about digits: the head of the report, its charts and the mistakes. */
import { type Digits, pixelsOf, SIDE } from '../mnist/digits.ts';
import type { Evaluation, Mistake } from '../mnist/evaluate.ts';
import type { Training } from '../mnist/train.ts';
import { duration, percent, whole } from '../show/format.ts';
import { confusionChart, forBothWidths, lossChart, mistakesChart } from './charts.ts';
import { html } from './html.ts';
import { greyPngUrl } from './png.ts';
import type { DigitsRun, NetworkRun, Run } from './report.ts';

const SHOWN_MISTAKES = 12;

export function digitsPart(run: Run, digits: DigitsRun): string {
  return [head(run, digits), ...digits.networks.map((network) => networkPart(network, digits))].join('\n');
}

function head(run: Run, { networks, learnedFrom }: DigitsRun): string {
  const evaluations = networks.map(({ training }) => training.evaluation);
  const best = evaluations.reduce((a, b) => (b.correct > a.correct ? b : a));
  const who = networks.length === 1 ? 'the network' : 'the networks';
  return `<header>
<p class="eyebrow">Tessera</p>
<h1>${html`${whole(best.correct)} of ${whole(best.count)} digits read rightly`}</h1>
<p>${html`Handwritten digits that ${who} had never seen, after learning from ${whole(learnedFrom)} others. No Python, no native code: TypeScript and WebAssembly.`}</p>
${networks.map((network) => stoppedLine(network, learnedFrom)).join('')}</header>
${comparison(networks, learnedFrom)}
<dl class="figures">
${figure('Whole run', duration(run.seconds))}
${figure('Threads', String(run.threads))}
${figure('Seed', String(run.seed))}
</dl>`;
}

/** The networks side by side. */
function comparison(networks: readonly NetworkRun[], learnedFrom: number): string {
  const line = (what: string, of: (network: NetworkRun) => string): string =>
    `<tr><th>${html`${what}`}</th>${networks.map((network) => html`<td>${of(network)}</td>`).join('')}</tr>`;
  return `<div class="card"><table class="networks">
<tr><td></td>${networks.map(({ name }) => html`<th>${name}</th>`).join('')}</tr>
${line('Read rightly', ({ training }) => percent(training.evaluation.accuracy))}
${line('Built of', ({ architecture }) => architecture)}
${line('Numbers learned', ({ parameters }) => whole(parameters))}
${line('Passes through the digits', ({ training }) => passesOf(training, learnedFrom))}
${line('Training', ({ training }) => duration(training.seconds))}
${line('Images a second', ({ training }) => whole(training.images / Math.max(training.stepSeconds, 1e-9)))}
</table></div>`;
}

function passesOf({ images }: Training, learnedFrom: number): string {
  const passes = images / learnedFrom;
  return Number.isInteger(passes) ? whole(passes) : passes.toFixed(1);
}

/** Why a network did not learn to the end. */
function stoppedLine({ name, training, settings }: NetworkRun, learnedFrom: number): string {
  if (training.ending === 'finished') return '';
  const why = {
    interrupted: 'Stopped by hand',
    diverged: 'Stopped because the loss was no longer a number (try a smaller learning rate),',
  }[training.ending];
  return html`<p class="stopped">${name}: ${why} after ${passesOf(training, learnedFrom)} of ${settings.epochs} epochs. Its figures are those of the network as it was then.</p>`;
}

function networkPart({ name, training }: NetworkRun, { test }: DigitsRun): string {
  return [
    html`<section><h2>${name}</h2>`,
    learningPart(training),
    confusionPart(training.evaluation),
    mistakesPart(training.evaluation, test),
    '</section>',
  ].join('\n');
}

function figure(name: string, value: string): string {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function learningPart(training: Training): string {
  if (training.curve.length === 0) return '';
  const key =
    '<p class="key"><span><i style="background:var(--learning)"></i>while learning</span><span><i style="background:var(--judged)"></i>on the digits held out</span></p>';
  const mistakes =
    training.epochs.length === 0
      ? ''
      : `<div class="card">${forBothWidths((width) => mistakesChart(training, width))}</div>`;
  return `<p class="soft">The loss falls. While learning, dropout silences a part of the network, so the digits held out seem easier at first.</p>
<div class="card">${key}${forBothWidths((width) => lossChart(training, width))}</div>
${mistakes}`;
}

function confusionPart(evaluation: Evaluation): string {
  const pairs = evaluation.confusion.flatMap((row, label) => row.map((count, guess) => ({ label, guess, count })));
  const worst = pairs.filter(({ label, guess }) => label !== guess).reduce((a, b) => (b.count > a.count ? b : a));
  const said =
    worst.count === 0
      ? 'Nothing at all.'
      : `Most often a ${worst.label} is taken for a ${worst.guess}: ${worst.count} ${worst.count === 1 ? 'time' : 'times'}.`;
  return `<h3>What it confuses</h3>
<p class="soft">${said}</p>
<div class="card">${forBothWidths((width) => confusionChart(evaluation, width))}</div>`;
}

function mistakesPart({ mistakes }: Evaluation, test: Digits): string {
  if (mistakes.length === 0) return '';
  const shown = mistakes.slice(0, SHOWN_MISTAKES);
  const all =
    shown.length === mistakes.length ? `All ${shown.length}` : `The first ${shown.length} of ${whole(mistakes.length)}`;
  return `<h3>Where it was surest and wrong</h3>
<p class="soft">${all}; some would puzzle people too.</p>
<div class="mistakes">
${shown.map((mistake) => mistakeFigure(mistake, test)).join('\n')}
</div>`;
}

function mistakeFigure({ index, label, guess, confidence }: Mistake, test: Digits): string {
  const alt = `a ${label} that was read as a ${guess}`;
  // Never "100 %": it was not certain, and it was wrong.
  const sure = confidence > 0.9995 ? '>99.9 %' : percent(confidence, 1);
  return `<figure><img alt="${alt}" width="${SIDE}" height="${SIDE}" src="${greyPngUrl(pixelsOf(test, index), SIDE, SIDE)}"><figcaption><b>${label}</b>, read as <b>${guess}</b><br>${html`${sure.replaceAll(' ', '\u00a0')}`}\u00a0sure</figcaption></figure>`;
}
