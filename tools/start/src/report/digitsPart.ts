/** What was learned about digits: the head of the report, its charts and the mistakes. */
import { type Digits, pixelsOf, SIDE } from '../mnist/digits.ts';
import type { Evaluation, Mistake } from '../mnist/evaluate.ts';
import type { Training } from '../mnist/train.ts';
import { duration, percent, whole } from '../show/format.ts';
import { confusionChart, forBothWidths, lossChart, mistakesChart } from './charts.ts';
import { html } from './html.ts';
import { greyPngUrl } from './png.ts';
import type { DigitsRun, Run } from './report.ts';

const SHOWN_MISTAKES = 24;

export function digitsPart(run: Run, digits: DigitsRun): string {
  const { training, test } = digits;
  return [
    head(run, digits),
    learningPart(training),
    confusionPart(training.evaluation),
    mistakesPart(training.evaluation, test),
  ].join('\n');
}

function head(run: Run, { training, learnedFrom, architecture, parameters, settings }: DigitsRun): string {
  const { evaluation, ending, stepSeconds, images } = training;
  const passes = images / learnedFrom;
  const said = Number.isInteger(passes) ? whole(passes) : passes.toFixed(1);
  const why = {
    finished: '',
    interrupted: 'Stopped by hand',
    diverged: 'Stopped because the loss was no longer a number (try a smaller --lr),',
  }[ending];
  const stopped =
    why === ''
      ? ''
      : html`<p class="stopped">${why} after ${said} of ${settings.epochs} epochs. These are the figures of the network as it was then.</p>`;
  return `<header>
<p class="eyebrow">Tessera</p>
<h1>${html`${whole(evaluation.correct)} of ${whole(evaluation.count)} digits read rightly`}</h1>
<p>${html`Handwritten digits that the network had never seen, after ${said} ${passes === 1 ? 'pass' : 'passes'} through ${whole(learnedFrom)} others. No Python, no native code: TypeScript and WebAssembly.`}</p>
${stopped}</header>
<dl class="figures">
${figure('Accuracy', percent(evaluation.accuracy))}
${figure('Training', duration(training.seconds))}
${figure('Images a second', whole(images / Math.max(stepSeconds, 1e-9)))}
${figure('Threads', String(run.threads))}
${figure('Network', architecture, 'long')}
${figure('Numbers learned', whole(parameters))}
${figure('Whole run', duration(run.seconds))}
${figure('Seed', String(run.seed))}
</dl>`;
}

function figure(name: string, value: string, style = ''): string {
  return html`<div><dt>${name}</dt><dd class="${style}">${value}</dd></div>`;
}

function learningPart(training: Training): string {
  if (training.curve.length === 0) return '';
  const key =
    '<p class="key"><span><i style="background:var(--learning)"></i>while learning</span><span><i style="background:var(--judged)"></i>on the digits held out</span></p>';
  const mistakes =
    training.epochs.length === 0
      ? ''
      : `<div class="card">${forBothWidths((width) => mistakesChart(training, width))}</div>`;
  return `<section>
<h2>How it learned</h2>
<p class="soft">The loss falls. While learning, dropout silences a fifth of the network, so the digits held out seem easier at first.</p>
<div class="card">${key}${forBothWidths((width) => lossChart(training, width))}</div>
${mistakes}
</section>`;
}

function confusionPart(evaluation: Evaluation): string {
  const pairs = evaluation.confusion.flatMap((row, label) => row.map((count, guess) => ({ label, guess, count })));
  const worst = pairs.filter(({ label, guess }) => label !== guess).reduce((a, b) => (b.count > a.count ? b : a));
  const said =
    worst.count === 0
      ? 'Nothing at all.'
      : `Most often a ${worst.label} is taken for a ${worst.guess}: ${worst.count} ${worst.count === 1 ? 'time' : 'times'}.`;
  return `<section>
<h2>What it confuses</h2>
<p class="soft">${said}</p>
<div class="card">${forBothWidths((width) => confusionChart(evaluation, width))}</div>
</section>`;
}

function mistakesPart({ mistakes }: Evaluation, test: Digits): string {
  if (mistakes.length === 0) return '';
  const shown = mistakes.slice(0, SHOWN_MISTAKES);
  const all =
    shown.length === mistakes.length ? `All ${shown.length}` : `The first ${shown.length} of ${whole(mistakes.length)}`;
  return `<section>
<h2>Where it was surest and wrong</h2>
<p class="soft">${all}; some would puzzle people too.</p>
<div class="mistakes">
${shown.map((mistake) => mistakeFigure(mistake, test)).join('\n')}
</div>
</section>`;
}

function mistakeFigure({ index, label, guess, confidence }: Mistake, test: Digits): string {
  const alt = `a ${label} that was read as a ${guess}`;
  // Never "100 %": it was not certain, and it was wrong.
  const sure = confidence > 0.9995 ? '>99.9 %' : percent(confidence, 1);
  return `<figure><img alt="${alt}" width="${SIDE}" height="${SIDE}" src="${greyPngUrl(pixelsOf(test, index), SIDE, SIDE)}"><figcaption><b>${label}</b>, read as <b>${guess}</b><br>${html`${sure.replaceAll(' ', '\u00a0')}`}\u00a0sure</figcaption></figure>`;
}
