/** Teaches a network to read digits, telling how it goes, and stopping in good order when asked. */
import { setImmediate } from 'node:timers/promises';
import type { Layer } from '@tessera/layers';
import { CrossEntropyLoss } from '@tessera/losses';
import { AdamW } from '@tessera/optimizers';
import { randperm } from '@tessera/tensor';
import { batchOf } from './batches.ts';
import type { Digits, Mnist } from './digits.ts';
import { type Evaluation, evaluate } from './evaluate.ts';

export interface Settings {
  readonly epochs: number;
  readonly batchSize: number;
  /** The highest learning rate: it rises to it within the first steps and falls to 0 at the end. */
  readonly lr: number;
}

/** The mean loss of a few steps. */
export interface LossPoint {
  /** Passes through the digits so far; 1.5 is in the middle of the second. */
  readonly epoch: number;
  readonly loss: number;
}

/** What an epoch reached on the digits held out. */
export interface EpochResult {
  readonly epoch: number;
  readonly trainLoss: number;
  readonly evaluation: Evaluation;
}

/** Where the training is now. */
export interface Progress {
  readonly epoch: number;
  readonly epochs: number;
  readonly batch: number;
  readonly batches: number;
  readonly loss: number;
  readonly imagesPerSecond: number;
  /** Seconds until the last step, at this pace. */
  readonly secondsLeft: number;
}

export interface Training {
  readonly curve: readonly LossPoint[];
  readonly epochs: readonly EpochResult[];
  /** Of the network as it is now, whole or interrupted. */
  readonly evaluation: Evaluation;
  /** Digits seen in training. */
  readonly images: number;
  /** Seconds spent on steps, and on everything. */
  readonly stepSeconds: number;
  readonly seconds: number;
  readonly finished: boolean;
}

export interface Listener {
  readonly onProgress?: (progress: Progress) => void;
  readonly onEpoch?: (result: EpochResult) => void;
  readonly signal?: AbortSignal;
}

/** Steps that make one point of the loss curve. */
const STEPS_PER_POINT = 20;
/** How long the event loop may wait for a turn. */
const YIELD_MS = 8;

export async function train(
  model: Layer,
  { train: digits, test }: Mnist,
  settings: Settings,
  listener: Listener = {},
): Promise<Training> {
  const { epochs, batchSize } = settings;
  const { onProgress, onEpoch, signal } = listener;
  const criterion = new CrossEntropyLoss();
  const optimizer = new AdamW(model.parameters(), { lr: settings.lr, weightDecay: 0.01 });
  const batches = Math.ceil(digits.count / batchSize);
  const curve = lossCurve(batches);
  const results: EpochResult[] = [];
  const start = performance.now();
  let [images, stepMs, lastYield] = [0, 0, start];

  for (let epoch = 0; epoch < epochs && !signal?.aborted; epoch++) {
    const order = shuffled(digits);
    let epochLoss = 0;
    for (let batch = 0; batch < batches && !signal?.aborted; batch++) {
      const stepStart = performance.now();
      const end = Math.min((batch + 1) * batchSize, digits.count);
      const { x, y } = batchOf(digits, order, batch * batchSize, end);
      const step = epoch * batches + batch;
      for (const group of optimizer.paramGroups) group.lr = settings.lr * schedule(step / (epochs * batches));

      const loss = criterion.forward(model.forward(x), y);
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();

      const value = loss.item();
      epochLoss += value * (end - batch * batchSize);
      images += end - batch * batchSize;
      curve.add(step, value);
      const now = performance.now();
      stepMs += now - stepStart;
      if (now - lastYield < YIELD_MS && batch + 1 < batches) continue;
      const left = epochs * batches - step - 1;
      onProgress?.({
        epoch: epoch + 1,
        epochs,
        batch: batch + 1,
        batches,
        loss: curve.latest(),
        imagesPerSecond: (1000 * images) / stepMs,
        secondsLeft: (left * stepMs) / (step + 1) / 1000,
      });
      await setImmediate();
      lastYield = performance.now();
    }
    if (signal?.aborted) break;
    const result = { epoch: epoch + 1, trainLoss: epochLoss / digits.count, evaluation: evaluate(model, test) };
    results.push(result);
    onEpoch?.(result);
    await setImmediate();
  }
  const finished = results.length === epochs;
  const evaluation = finished ? results.at(-1)!.evaluation : evaluate(model, test);
  return {
    curve: curve.points,
    epochs: results,
    evaluation,
    images,
    stepSeconds: stepMs / 1000,
    seconds: (performance.now() - start) / 1000,
    finished,
  };
}

function shuffled(digits: Digits): Int32Array {
  return randperm(digits.count).data as Int32Array;
}

/** Share of the highest learning rate at `progress` (0 to 1): up in a straight line, then down along a cosine. */
export function schedule(progress: number): number {
  const warmUp = 0.05;
  if (progress < warmUp) return 0.1 + (0.9 * progress) / warmUp;
  return (1 + Math.cos((Math.PI * (progress - warmUp)) / (1 - warmUp))) / 2;
}

/** Gathers losses of steps into points. */
function lossCurve(batches: number) {
  const points: LossPoint[] = [];
  let [sum, count, smooth] = [0, 0, Number.NaN];
  const add = (step: number, loss: number) => {
    sum += loss;
    smooth = Number.isNaN(smooth) ? loss : 0.95 * smooth + 0.05 * loss;
    if (++count < STEPS_PER_POINT) return;
    points.push({ epoch: (step + 1 - count / 2) / batches, loss: sum / count });
    [sum, count] = [0, 0];
  };
  return { points: points as readonly LossPoint[], add, latest: () => smooth };
}
