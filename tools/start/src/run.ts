/** The whole run: the chapters, the digits, the report. */
import { relative } from 'node:path';
import { holds } from '@tessera/docs/notebook/chapter';
import { getNumThreads, manualSeed, setNumThreads } from '@tessera/tensor';
import { listenForInterrupt } from './interrupt.ts';
import { readMnist } from './mnist/digits.ts';
import { countParameters, networks } from './mnist/network.ts';
import { train } from './mnist/train.ts';
import type { Options } from './options.ts';
import { type DigitsRun, type NetworkRun, type Run, writeReport } from './report/report.ts';
import { type ChapterResult, showChapters } from './show/chapters.ts';
import { duration, percent, whole } from './show/format.ts';
import { makeScreen, type Screen } from './show/screen.ts';
import { showResult, showTraining } from './show/training.ts';

const INTERRUPTED_CODE = 130;

/** Runs everything and gives the exit code: 0, 1 when a number of a chapter is not as it should be, 130 after Ctrl-C. */
export async function run(options: Options, screen: Screen = makeScreen()): Promise<number> {
  const interrupt = listenForInterrupt(() =>
    screen.line(screen.paint('yellow', '\n  Stopping; again Ctrl-C ends at once.')),
  );
  try {
    return await runAll(options, screen, interrupt.signal);
  } finally {
    screen.rest();
    interrupt.release();
  }
}

async function runAll(options: Options, screen: Screen, signal: AbortSignal): Promise<number> {
  const start = performance.now();
  if (options.threads !== undefined) setNumThreads(options.threads);
  const threads = getNumThreads();
  const { seed } = options;
  showHead(screen, threads, seed);
  const chapters = await showChapters(screen, signal);
  const digits = signal.aborted ? undefined : await learnDigits(options, screen, signal);
  const seconds = (performance.now() - start) / 1000;
  const finished: Run = { chapters, digits, seed, threads, node: process.versions.node, seconds, date: new Date() };
  showEnd(screen, finished, options.report ? writeReport(finished, options.out) : undefined);
  if (signal.aborted) return INTERRUPTED_CODE;
  return chapters.every(allHold) && digits?.networks.every(({ training }) => training.ending === 'finished') ? 0 : 1;
}

async function learnDigits(options: Options, screen: Screen, signal: AbortSignal): Promise<DigitsRun> {
  screen.live('reading the digits');
  const mnist = readMnist();
  screen.line(
    `  ${screen.paint('bold', `Reading handwritten digits: ${whole(mnist.train.count)} to learn from, ${whole(mnist.test.count)} to be judged by`)}`,
  );
  const finished: NetworkRun[] = [];
  manualSeed(options.seed);
  for (const { name, architecture, model, settings } of networks(options)) {
    const parameters = countParameters(model);
    screen.line();
    screen.line(`    ${screen.paint('bold', name)}: ${architecture}, ${whole(parameters)} numbers to learn`);
    screen.line();
    const training = await train(model, mnist, settings, { ...showTraining(screen), signal });
    showResult(screen, training, mnist.test);
    finished.push({ name, architecture, parameters, settings, training });
    if (signal.aborted) break;
  }
  return { networks: finished, test: mnist.test, learnedFrom: mnist.train.count };
}

function showHead({ line, paint }: Screen, threads: number, seed: number): void {
  line();
  line(
    `  ${paint(['bold', 'cyan'], 'Tessera')}  ${paint('dim', `Node ${process.versions.node}, ${threads} ${threads === 1 ? 'thread' : 'threads'}, seed ${seed}`)}`,
  );
  line();
  line(`  ${paint('bold', 'The notebook, its numbers beside ours')}`);
  line();
}

function showEnd(
  { line, paint }: Screen,
  { chapters, digits, threads, seconds }: Run,
  report: string | undefined,
): void {
  line();
  const wrong = chapters.filter((chapter) => !allHold(chapter));
  for (const { title } of wrong) line(paint('red', `  ✖ ${title}: a number is not as it should be, see above`));
  for (const { name, training } of digits?.networks ?? []) {
    const speed = whole(training.images / Math.max(training.stepSeconds, 1e-9));
    line(
      `    ${name.padEnd(21)} ${percent(training.evaluation.accuracy)} in ${duration(training.seconds)}, ${speed} images/s on ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    );
  }
  line(`    ${'whole run'.padEnd(21)} ${duration(seconds)}`);
  if (report !== undefined) line(`    ${'report'.padEnd(21)} ${paint('underline', relative(process.cwd(), report))}`);
  line();
}

function allHold({ rows }: ChapterResult): boolean {
  return rows.every(holds);
}
