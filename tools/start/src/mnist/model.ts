/** The network that reads digits. */
import { Dropout, Linear, ReLU, Sequential } from '@tessera/layers';
import { CLASSES, PIXELS } from './digits.ts';

/** 784 -> 256 -> 128 -> 10; what each hidden layer says is dropped with probability 0.2 in training. */
export function makeModel(): Sequential {
  return new Sequential(
    new Linear(PIXELS, 256),
    new ReLU(),
    new Dropout(0.2),
    new Linear(256, 128),
    new ReLU(),
    new Dropout(0.2),
    new Linear(128, CLASSES),
  );
}

/** How many numbers it learns. */
export function countParameters(model: Sequential): number {
  return model.parameters().reduce((sum, parameter) => sum + parameter.numel(), 0);
}

/** 784-256-128-10 */
export function architecture(model: Sequential): string {
  const linears = model.layers.filter((layer): layer is Linear => layer instanceof Linear);
  return [linears[0]?.inFeatures, ...linears.map((layer) => layer.outFeatures)].join('-');
}
