/** What a run was, and its report as one page that needs nothing else: no script, no other host. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Digits } from '../mnist/digits.ts';
import type { Settings } from '../mnist/steps.ts';
import type { Training } from '../mnist/train.ts';
import type { ChapterResult } from '../show/chapters.ts';
import { digitsPart } from './digitsPart.ts';
import { html } from './html.ts';
import { notebookPart } from './notebookPart.ts';
import { STYLE } from './style.ts';

export interface Run {
  readonly chapters: readonly ChapterResult[];
  /** Absent when the run was stopped before. */
  readonly digits: DigitsRun | undefined;
  readonly seed: number;
  readonly threads: number;
  readonly node: string;
  /** Of the whole run. */
  readonly seconds: number;
  readonly date: Date;
}

export interface DigitsRun {
  /** One after the other; at least one. */
  readonly networks: readonly NetworkRun[];
  readonly test: Digits;
  readonly learnedFrom: number;
}

/** What one network learned. */
export interface NetworkRun {
  readonly name: string;
  readonly architecture: string;
  readonly parameters: number;
  readonly settings: Settings;
  readonly training: Training;
}

/** Writes the report and gives its full path. */
export function writeReport(run: Run, file: string): string {
  const path = resolve(file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, reportPage(run));
  return path;
}

export function reportPage(run: Run): string {
  const { digits } = run;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tessera: what it learned</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<main>
${digits === undefined ? '<header><p class="eyebrow">Tessera</p><h1>Stopped before it saw a digit</h1></header>' : digitsPart(run, digits)}
${notebookPart(run.chapters)}
<footer>${footer(run)}</footer>
</main>
</body>
</html>
`;
}

function footer({ digits, seed, threads, node, date }: Run): string {
  const [mlp, attention] = (digits?.networks ?? []).map(({ settings }) => settings);
  const settings = [
    mlp && ` --epochs ${mlp.epochs} --lr ${mlp.lr} --batch-size ${mlp.batchSize}`,
    attention === undefined
      ? mlp && ' --attention-epochs 0'
      : ` --attention-epochs ${attention.epochs} --attention-lr ${attention.lr}`,
  ].join('');
  const written = `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return html`Made by <code>npm start --${settings} --seed ${seed} --threads ${threads}</code> on Node ${node}, ${written}. The same seed gives the same network, on any number of threads.`;
}
