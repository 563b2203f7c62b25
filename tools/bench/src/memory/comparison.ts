/** What it costs to leave the freeing to the heap: the same steps plain and in explicit scopes, in turns. */
import { tidy } from '@tessera/tensor';
import { makeStep } from './steps.ts';

export interface Comparison {
  /** Milliseconds a step, one number for each turn. */
  readonly plain: readonly number[];
  readonly tidied: readonly number[];
}

const STEPS_PER_TURN = 100;

/** Plain, tidied, plain, tidied, ... in one process; the first turns warm it up and are not counted. */
export function compareWithTidy(steps: number): Comparison {
  const step = makeStep();
  const turn = (run: () => void) => {
    const start = performance.now();
    for (let i = 0; i < STEPS_PER_TURN; i++) run();
    return (performance.now() - start) / STEPS_PER_TURN;
  };
  const turns = Math.max(2, Math.round(steps / (2 * STEPS_PER_TURN)));
  const plain: number[] = [];
  const tidied: number[] = [];
  for (let i = -1; i < turns; i++) {
    const [a, b] = [turn(step), turn(() => tidy(step))];
    if (i < 0) continue;
    plain.push(a);
    tidied.push(b);
  }
  return { plain, tidied };
}

/** How many times as long a plain step takes. */
export function ratio({ plain, tidied }: Comparison): number {
  return median(plain) / median(tidied);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
