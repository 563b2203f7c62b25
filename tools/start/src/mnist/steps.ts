/** The training itself: one step after another, and nothing else. */
import type { Layer } from '@tessera/layers';
import { CrossEntropyLoss } from '@tessera/losses';
import { AdamW, CosineAnnealingLR, LinearLR, SequentialLR } from '@tessera/optimizers';
import { randperm } from '@tessera/tensor';
import { makeBatcher } from './batches.ts';
import type { Digits } from './digits.ts';

export interface Settings {
  readonly epochs: number;
  readonly batchSize: number;
  /** The highest learning rate: up to it in a straight line, and down to 0 along a cosine. */
  readonly lr: number;
}

/** A step that has been made. */
export interface Step {
  /** Counted from 0. */
  readonly step: number;
  readonly epoch: number;
  readonly batch: number;
  readonly batches: number;
  /** Digits in the batch, and their mean loss. */
  readonly images: number;
  readonly loss: number;
}

/** Share of training in which the learning rate rises. */
const WARM_UP = 0.05;

/** Makes a step whenever one is asked for. */
export function* trainingSteps(model: Layer, digits: Digits, { epochs, batchSize, lr }: Settings): Generator<Step> {
  const criterion = new CrossEntropyLoss();
  const optimizer = new AdamW(model.parameters(), { lr, weightDecay: 0.01 });
  const batchOf = makeBatcher(digits, batchSize);
  const batches = Math.ceil(digits.count / batchSize);
  const schedule = scheduleOf(optimizer, epochs * batches);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = randperm(digits.count).data as Int32Array;
    for (let batch = 0; batch < batches; batch++) {
      const step = epoch * batches + batch;
      const { x, y } = batchOf(order, batch * batchSize, Math.min((batch + 1) * batchSize, digits.count));

      const loss = criterion.forward(model.forward(x), y);
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      schedule.step();

      yield { step, epoch, batch, batches, images: y.count, loss: loss.item() };
    }
  }
}

function scheduleOf(optimizer: AdamW, steps: number): SequentialLR {
  const rising = Math.ceil(WARM_UP * steps);
  const warmUp = new LinearLR(optimizer, { startFactor: 0.1, totalIters: rising });
  return new SequentialLR(optimizer, [warmUp, new CosineAnnealingLR(optimizer, Math.max(1, steps - rising))], [rising]);
}
