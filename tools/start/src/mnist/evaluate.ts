/** How a network does on digits it has never seen. */
import { noGrad } from '@tessera/autograd';
import type { Layer } from '@tessera/layers';
import { crossEntropy } from '@tessera/losses';
import { makeBatcher } from './batches.ts';
import { CLASSES, type Digits } from './digits.ts';

/** A digit read wrongly. */
export interface Mistake {
  readonly index: number;
  readonly label: number;
  readonly guess: number;
  /** What the network gave its guess, 0 to 1. */
  readonly confidence: number;
  readonly confidenceInLabel: number;
}

export interface Evaluation {
  readonly count: number;
  readonly correct: number;
  /** Share of the digits read rightly. */
  readonly accuracy: number;
  readonly loss: number;
  /** `confusion[label][guess]`: how many. */
  readonly confusion: readonly (readonly number[])[];
  /** The surest first. */
  readonly mistakes: readonly Mistake[];
}

const BATCH = 1000;

export function evaluate(model: Layer, digits: Digits): Evaluation {
  const confusion = Array.from({ length: CLASSES }, () => new Array<number>(CLASSES).fill(0));
  const mistakes: Mistake[] = [];
  let totalLoss = 0;
  const batchOf = makeBatcher(digits, BATCH);
  const order = Int32Array.from({ length: digits.count }, (_, i) => i);
  const wasTraining = model.training;
  model.eval();
  for (let start = 0; start < digits.count; start += BATCH) {
    const end = Math.min(start + BATCH, digits.count);
    const { x, y } = batchOf(order, start, end);
    const logits = noGrad(() => model.forward(x));
    totalLoss += crossEntropy(logits, y, { reduction: 'sum' }).item();
    const probabilities = logits.softmax(-1).data;
    for (let i = 0; i < end - start; i++) {
      const row = probabilities.subarray(i * CLASSES, (i + 1) * CLASSES);
      const label = digits.labels[start + i] as number;
      const guess = largest(row);
      confusion[label]![guess]!++;
      if (guess === label) continue;
      mistakes.push({
        index: start + i,
        label,
        guess,
        confidence: row[guess] || 0,
        confidenceInLabel: row[label] || 0,
      });
    }
  }
  model.train(wasTraining);
  mistakes.sort((a, b) => b.confidence - a.confidence || a.index - b.index);
  const correct = digits.count - mistakes.length;
  return {
    count: digits.count,
    correct,
    accuracy: correct / digits.count,
    loss: totalLoss / digits.count,
    confusion,
    mistakes,
  };
}

/** Where the largest value is; 0 where there are none but NaN. */
function largest(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
