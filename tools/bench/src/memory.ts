/**
 * Does memory stay flat when nobody frees anything? Trains the notebook's MLP for 20,000 steps without a pause, and
 * compares the time of a step with the same step in an explicit tidy scope.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { memoryChart, memoryTable } from './memory/chart.ts';
import { type Comparison, median, quantile, ratios } from './memory/comparison.ts';
import { SAMPLE_EVERY, type Sample, spreadAfterWarmUp } from './memory/curve.ts';

const RESULTS = join(import.meta.dirname, '../results');
const GOAL = 1.1;
const PROCESSES = 3;
/** Lines printed of the curve. */
const LINES = 20;

const { values } = parseArgs({ options: { steps: { type: 'string', default: '20000' } } });
const steps = Number(values.steps);
if (!Number.isInteger(steps) || steps < 10 * SAMPLE_EVERY) {
  console.error(
    `memory: --steps must be a whole number of at least ${10 * SAMPLE_EVERY}; got "${values.steps}"; try --steps 20000`,
  );
  process.exit(2);
}

await showCurve();
await showComparison();

async function showCurve(): Promise<void> {
  console.log(`${steps.toLocaleString('en-US')} steps of 64 x 576 -> 512 -> 10, nothing freed by hand, no pause`);
  const samples = await measure<Sample[]>('curve', steps);
  console.log('   step   process      heap');
  const each = Math.max(1, Math.round(samples.length / LINES));
  for (const { step, rss, heap } of samples.filter((_, i) => (i + 1) % each === 0)) {
    console.log(`${String(step).padStart(7)} ${mebibytes(rss)} ${mebibytes(heap)}`);
  }
  const { lowest, highest, slope } = spreadAfterWarmUp(samples);
  console.log(
    `after the first tenth: ${lowest.toFixed(1)} to ${highest.toFixed(1)} MiB, ${slope >= 0 ? '+' : ''}${slope.toFixed(2)} MiB per 1,000 steps`,
  );
  mkdirSync(RESULTS, { recursive: true });
  for (const [name, text] of [
    ['memory.csv', memoryTable(samples)],
    ['memory.svg', memoryChart(samples)],
  ] as const) {
    writeFileSync(join(RESULTS, name), text);
    console.log(`wrote ${relative(process.cwd(), join(RESULTS, name))}`);
  }
}

async function showComparison(): Promise<void> {
  console.log(`\nplain steps beside the same in tidy(), in turns, in ${PROCESSES} processes`);
  const all: number[] = [];
  for (let i = 0; i < PROCESSES; i++) {
    const comparison = await measure<Comparison>('compare', Math.round(steps / PROCESSES));
    const found = ratios(comparison);
    all.push(...found);
    console.log(
      `plain ${median(comparison.plain).toFixed(3)} ms   tidy ${median(comparison.tidied).toFixed(3)} ms   ratio ${median(found).toFixed(3)}`,
    );
  }
  const found = median(all);
  const half = `half of all pairs of turns between ${quantile(all, 0.25).toFixed(2)} and ${quantile(all, 0.75).toFixed(2)}`;
  console.log(
    `ratio ${found.toFixed(3)} (${half}); the goal is at most ${GOAL.toFixed(2)}: ${found <= GOAL ? 'reached' : 'missed'}`,
  );
}

/** What a child process found. */
async function measure<T>(what: 'curve' | 'compare', count: number): Promise<T> {
  const child = fork(new URL('./memory/child.ts', import.meta.url), [what, String(count)]);
  const ended = once(child, 'exit').then(([code]) =>
    Promise.reject(new Error(`memory: the process that measures ${what} ended with code ${code} and no result`)),
  );
  ended.catch(() => {});
  const [found] = await Promise.race([once(child, 'message'), ended]);
  return found as T;
}

function mebibytes(value: number): string {
  return `${value.toFixed(1)} MiB`.padStart(10);
}
