/** Teaches a network to read digits, telling how it goes, and stopping in good order when asked. */
import { setImmediate } from 'node:timers/promises';
import type { Layer } from '@tessera/layers';
import type { Mnist } from './digits.ts';
import { type Evaluation, evaluate } from './evaluate.ts';
import { LossCurve, type LossPoint } from './lossCurve.ts';
import { type Settings, type Step, trainingSteps } from './steps.ts';

/** What an epoch reached on the digits held out. */
export interface EpochResult {
  readonly epoch: number;
  readonly trainLoss: number;
  readonly evaluation: Evaluation;
}

/** Where the training is now; epochs and batches count from 1. */
export interface Progress {
  readonly epoch: number;
  readonly epochs: number;
  readonly batch: number;
  readonly batches: number;
  /** Of the last few steps. */
  readonly loss: number;
  readonly imagesPerSecond: number;
  /** Until the last step, at this pace. */
  readonly secondsLeft: number;
}

/** Why training ended: all epochs are done, somebody asked, or the loss was no longer a number. */
export type Ending = 'finished' | 'interrupted' | 'diverged';

export interface Training {
  readonly ending: Ending;
  readonly curve: readonly LossPoint[];
  /** The epochs that were finished. */
  readonly epochs: readonly EpochResult[];
  /** Of the network as it was at the end. */
  readonly evaluation: Evaluation;
  /** Digits seen in training. */
  readonly images: number;
  /** Spent on steps alone, and on everything. */
  readonly stepSeconds: number;
  readonly seconds: number;
}

export interface Listener {
  readonly onProgress?: (progress: Progress) => void;
  readonly onEpoch?: (result: EpochResult) => void;
  readonly signal?: AbortSignal;
}

/** How long the event loop may wait for its turn. */
const TURN_MS = 8;

export async function train(
  model: Layer,
  { train: digits, test }: Mnist,
  settings: Settings,
  listener: Listener = {},
): Promise<Training> {
  const { onProgress, onEpoch, signal } = listener;
  const curve = new LossCurve(Math.ceil(digits.count / settings.batchSize));
  const epochs: EpochResult[] = [];
  let ending: Ending = 'finished';
  let [images, stepMs, epochLoss] = [0, 0, 0];
  const start = performance.now();
  let [stepStart, lastTurn] = [start, start];

  for (const step of trainingSteps(model, digits, settings)) {
    const now = performance.now();
    stepMs += now - stepStart;
    images += step.images;
    if (!Number.isFinite(step.loss)) {
      ending = 'diverged';
      break;
    }
    epochLoss += step.loss * step.images;
    curve.add(step.step, step.loss);
    const endOfEpoch = step.batch + 1 === step.batches;
    if (now - lastTurn >= TURN_MS || endOfEpoch) {
      onProgress?.(progressAt(step, settings, curve.smooth, images, stepMs / 1000));
      await setImmediate();
      lastTurn = performance.now();
    }
    if (endOfEpoch) {
      epochs.push({ epoch: step.epoch + 1, trainLoss: epochLoss / digits.count, evaluation: evaluate(model, test) });
      epochLoss = 0;
      onEpoch?.(epochs.at(-1)!);
    }
    if (signal?.aborted && epochs.length < settings.epochs) {
      ending = 'interrupted';
      break;
    }
    stepStart = performance.now();
  }
  const evaluation = ending === 'finished' ? epochs.at(-1)!.evaluation : evaluate(model, test);
  const seconds = (performance.now() - start) / 1000;
  return { ending, curve: curve.points, epochs, evaluation, images, stepSeconds: stepMs / 1000, seconds };
}

function progressAt(
  { step, epoch, batch, batches }: Step,
  { epochs }: Settings,
  loss: number,
  images: number,
  seconds: number,
): Progress {
  const secondsLeft = ((epochs * batches - step - 1) * seconds) / (step + 1);
  return { epoch: epoch + 1, epochs, batch: batch + 1, batches, loss, imagesPerSecond: images / seconds, secondsLeft };
}
