/** What it costs to leave the freeing to the heap: the same steps plain and in explicit scopes, in turns. */
import { tidy } from '@tessera/tensor';
import { makeStep } from './steps.ts';

/** Milliseconds a step, one number for each turn; turns of the same place followed one another. */
export interface Comparison {
  readonly plain: readonly number[];
  readonly tidied: readonly number[];
}

/** Short, so that what else the machine does falls on both alike. */
const STEPS_PER_TURN = 50;
const TURNS_TO_WARM_UP = 3;

/** Plain, tidied, plain, tidied, ... in one process. */
export function compareWithTidy(steps: number): Comparison {
  const step = makeStep();
  const turn = (run: () => void) => {
    const start = performance.now();
    for (let i = 0; i < STEPS_PER_TURN; i++) run();
    return (performance.now() - start) / STEPS_PER_TURN;
  };
  const turns = Math.max(5, Math.round(steps / (2 * STEPS_PER_TURN)));
  const plain: number[] = [];
  const tidied: number[] = [];
  for (let i = -TURNS_TO_WARM_UP; i < turns; i++) {
    const [a, b] = [turn(step), turn(() => tidy(step))];
    if (i < 0) continue;
    plain.push(a);
    tidied.push(b);
  }
  return { plain, tidied };
}

/** How many times as long a plain step takes as the tidied ones beside it: a ratio for each pair of turns. */
export function ratios({ plain, tidied }: Comparison): number[] {
  return plain.map((time, i) => time / tidied[i]!);
}

/** The value that the share `q` of all values lies below. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = q * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return below + (above - below) * (place % 1);
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
