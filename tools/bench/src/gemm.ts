/**
 * GFLOP/s of square float32 products on one thread and on all, beside what one thread could do at most: multiplying and
 * adding in 128-bit registers without touching memory. One thread and all take turns, so that both meet the same noise.
 */
import { baseKernels, getNumThreads, setNumThreads, usesRelaxedSimd } from '@tessera/kernels';
import { manualSeed, matmul, randn } from '@tessera/tensor';

const SIZES = [240, 480, 960, 1024];
const ROUNDS = 21;
/** Operations that make one sample long enough to be timed. */
const SAMPLE = 4e8;
const PEAK_ITERATIONS = 100_000;
const PEAK_OPERATIONS = 80 * PEAK_ITERATIONS;

interface Samples {
  readonly one: number[];
  readonly all: number[];
}

/** GFLOP/s of `operations` done by each of `repeats` runs. */
function rate(operations: number, repeats: number, run: () => void): number {
  const start = performance.now();
  for (let i = 0; i < repeats; i++) run();
  return (operations * repeats) / (performance.now() - start) / 1e6;
}

function measure(threads: number): { samples: Map<number, Samples>; peak: number[] } {
  manualSeed(0);
  const operands = SIZES.map((n) => [randn(n, n), randn(n, n)] as const);
  const samples = new Map<number, Samples>(SIZES.map((n) => [n, { one: [], all: [] }]));
  const peak: number[] = [];
  const runPeak = baseKernels().get('peak_f32')?.run as (...args: number[]) => void;
  // The first rounds are not kept: the engine is still compiling, and threads are still starting.
  for (let round = -3; round < ROUNDS; round++) {
    const top = rate(PEAK_OPERATIONS, Math.ceil(SAMPLE / PEAK_OPERATIONS), () => runPeak(PEAK_ITERATIONS, 0.5, 0.25));
    if (round >= 0) peak.push(top);
    SIZES.forEach((n, i) => {
      const [a, b] = operands[i] as (typeof operands)[number];
      const repeats = Math.ceil(SAMPLE / (2 * n ** 3));
      for (const [used, kind] of [
        [1, 'one'],
        [threads, 'all'],
      ] as const) {
        setNumThreads(used);
        const found = rate(2 * n ** 3, repeats, () => matmul(a, b).dispose());
        if (round >= 0) samples.get(n)?.[kind].push(found);
      }
    });
  }
  return { samples, peak };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

/** The median, and in brackets the best, which a busy machine spoils least. */
function spread(values: readonly number[]): string {
  return `${median(values).toFixed(1)} (${Math.max(...values).toFixed(1)})`.padStart(15);
}

const threads = getNumThreads();
const { samples, peak } = measure(threads);
const top = Math.max(...peak);
console.log(
  `${usesRelaxedSimd() ? 'relaxed SIMD (fused)' : 'plain SIMD'}, ${threads} threads; GFLOP/s as median (best) of ${ROUNDS}`,
);
console.log(`peak of one thread, registers only: ${spread(peak).trim()}`);
console.log(
  `${'n'.padStart(6)}${'one thread'.padStart(15)}${'of peak'.padStart(10)}${`${threads} threads`.padStart(15)}${'speed-up'.padStart(10)}`,
);
for (const [n, { one, all }] of samples) {
  const speedUp = median(one.map((rate, i) => (all[i] as number) / rate));
  const share = `${((100 * Math.max(...one)) / top).toFixed(0)} %`;
  console.log(
    `${String(n).padStart(6)}${spread(one)}${share.padStart(10)}${spread(all)}${`${speedUp.toFixed(2)}x`.padStart(10)}`,
  );
}
