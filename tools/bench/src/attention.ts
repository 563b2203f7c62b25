/**
 * Attention against length, B = 1, H = 8, d = 64: in tiles, in tiles and causal, and in plain ops; how long it takes and how much
 * memory the process needs. Each measurement in a process of its own, the ways in turn.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { attentionChart, attentionTable, type Point } from './attention/chart.ts';
import { type Found, type Task, WAYS, type Way } from './attention/measure.ts';
import { median } from './memory/comparison.ts';

const RESULTS = join(import.meta.dirname, '../results');
/** In plain ops the scores of longer sequences leave no room in 4 GiB. */
const LONGEST_PLAIN = { forward: 4096, both: 4096 } as const;
const TURNS = 3;
const PASSES: readonly string[] = ['forward', 'both'];

const { values } = parseArgs({
  options: {
    lengths: { type: 'string', default: '512,1024,2048,4096,8192,16384' },
    passes: { type: 'string', default: 'forward,both' },
    threads: { type: 'string', default: '2' },
  },
});
const lengths = values.lengths.split(',').map(Number);
const passes = values.passes.split(',') as Task['passes'][];
const threads = Number(values.threads);
if (![...lengths, threads].every((n) => Number.isInteger(n) && n > 0) || !passes.every((p) => PASSES.includes(p))) {
  console.error(
    `attention: lengths and threads must be whole numbers above 0, and passes forward or both; got "${values.lengths}", "${values.threads}" and "${values.passes}"; try --lengths 512,1024 --passes forward --threads 2`,
  );
  process.exit(2);
}

for (const pass of passes) await showCurve(pass);

async function showCurve(passes: Task['passes']): Promise<void> {
  console.log(
    `\n${passes === 'both' ? 'forward and backward' : 'forward'}, ${threads} threads, medians of ${TURNS} processes`,
  );
  console.log(`length ${WAYS.map((way) => way.padStart(26)).join('')}   tiles / plain   causal / full`);
  const points: Point[] = [];
  for (const length of lengths) {
    const ways = WAYS.filter((way) => way !== 'plain ops' || length <= LONGEST_PLAIN[passes]);
    const runs = length > 4096 ? 1 : length > 1024 ? 3 : 7;
    const found = new Map<Way, Found[]>(ways.map((way) => [way, []]));
    for (let turn = 0; turn < (length > 4096 ? 1 : TURNS); turn++)
      for (const way of ways) found.get(way)?.push(await measured({ way, length, passes, runs }));
    const row = ways.map((way): Point => {
      const all = found.get(way) as Found[];
      const mebibytes = median(all.map(({ peak, before }) => Math.max(1, peak - before)));
      const time = median(all.flatMap(({ milliseconds }) => milliseconds));
      return { way, length, passes, runs, time, mebibytes };
    });
    points.push(...row);
    const time = (way: Way): number => row.find((p) => p.way === way)?.time ?? Number.NaN;
    const cells = WAYS.map((way) => {
      const point = row.find((p) => p.way === way);
      return (point === undefined ? '-' : `${point.time.toFixed(0)} ms ${point.mebibytes.toFixed(0)} MiB`).padStart(26);
    });
    const ratios = [time('tiles') / time('plain ops'), time('causal tiles') / time('tiles')];
    console.log(
      `${String(length).padStart(6)} ${cells.join('')}   ${ratios.map((r) => (Number.isNaN(r) ? '-' : r.toFixed(2)).padStart(13)).join('   ')}`,
    );
    const peak = Math.max(...(found.get('tiles') as Found[]).map((f) => f.peak));
    if (length === 16_384) console.log(`       the whole process took ${peak.toFixed(0)} MiB in tiles`);
  }
  mkdirSync(RESULTS, { recursive: true });
  const name = passes === 'both' ? 'attention-training' : 'attention';
  const title = `${passes === 'both' ? 'Forward and backward' : 'Forward'}, 8 heads, 64 wide, ${threads} threads`;
  for (const [file, text] of [
    [`${name}.csv`, attentionTable(points)],
    [`${name}.svg`, attentionChart(points, title)],
  ] as const) {
    writeFileSync(join(RESULTS, file), text);
    console.log(`wrote ${relative(process.cwd(), join(RESULTS, file))}`);
  }
}

/** What a child process found. */
async function measured(task: Task): Promise<Found> {
  const child = fork(new URL('./attention/child.ts', import.meta.url), [JSON.stringify({ ...task, threads })]);
  const ended = once(child, 'exit').then(([code]) =>
    Promise.reject(new Error(`attention: the process for ${task.way} at ${task.length} ended with code ${code}`)),
  );
  ended.catch(() => {});
  const [found] = await Promise.race([once(child, 'message'), ended]);
  return found as Found;
}
