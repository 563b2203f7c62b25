/** The networks that read digits, and how each is taught. */
import type { Layer } from '@tessera/layers';
import { AttentionClassifier } from './attentionClassifier.ts';
import { makeMlp, sizesOf } from './mlp.ts';
import type { Settings } from './steps.ts';

export interface Network {
  /** What it is called on the screen and in the report. */
  readonly name: string;
  /** How it is built, in a few words. */
  readonly architecture: string;
  readonly model: Layer;
  readonly settings: Settings;
}

/** What is asked for of each kind. */
export interface Wanted {
  readonly epochs: number;
  readonly lr: number;
  readonly batchSize: number;
  /** 0: no attention. */
  readonly attentionEpochs: number;
  readonly attentionLr: number;
}

/** Makes the networks one by one, so that each starts from the random numbers that the one before left. */
export function* networks({ epochs, lr, batchSize, attentionEpochs, attentionLr }: Wanted): Generator<Network> {
  const mlp = makeMlp();
  yield { name: 'MLP', architecture: sizesOf(mlp).join('-'), model: mlp, settings: { epochs, lr, batchSize } };
  if (attentionEpochs === 0) return;
  const model = new AttentionClassifier();
  const settings = { epochs: attentionEpochs, lr: attentionLr, batchSize };
  yield { name: 'Attention classifier', architecture: model.architecture, model, settings };
}

/** How many numbers a network learns. */
export function countParameters(model: Layer): number {
  return model.parameters().reduce((sum, parameter) => sum + parameter.numel(), 0);
}
