/** How much memory the process takes while it trains. */
import { memory } from '@tessera/tensor';
import { makeStep } from './steps.ts';

export interface Sample {
  readonly step: number;
  readonly seconds: number;
  /** Resident memory of the whole process, in MiB: threads and WebAssembly included. */
  readonly rss: number;
  /** Of that, tensors in WebAssembly memory. */
  readonly heap: number;
  /** Cells moved out of it so far, almost all of them garbage. */
  readonly evictions: number;
}

export const SAMPLE_EVERY = 100;

/** Runs `steps` without a pause for the event loop, looking at the memory every 100. */
export function recordCurve(steps: number): Sample[] {
  const step = makeStep();
  const samples: Sample[] = [];
  const start = performance.now();
  for (let i = 1; i <= steps; i++) {
    step();
    if (i % SAMPLE_EVERY !== 0) continue;
    const { resident, evictions } = memory();
    samples.push({
      step: i,
      seconds: (performance.now() - start) / 1000,
      rss: process.memoryUsage.rss() / 2 ** 20,
      heap: resident / 2 ** 20,
      evictions,
    });
  }
  return samples;
}

export interface Spread {
  readonly lowest: number;
  readonly highest: number;
  /** Growth per 1,000 steps, from a straight line through all points. */
  readonly slope: number;
}

/** The memory after the first tenth of the steps. */
export function spreadAfterWarmUp(samples: readonly Sample[]): Spread {
  const settled = samples.slice(Math.floor(samples.length / 10));
  const rss = settled.map((sample) => sample.rss);
  const [meanX, meanY] = [mean(settled.map((sample) => sample.step)), mean(rss)];
  const covariance = mean(settled.map((sample) => (sample.step - meanX) * (sample.rss - meanY)));
  const variance = mean(settled.map((sample) => (sample.step - meanX) ** 2));
  return {
    lowest: Math.min(...rss),
    highest: Math.max(...rss),
    slope: variance === 0 ? 0 : (1000 * covariance) / variance,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
