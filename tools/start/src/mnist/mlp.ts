/** A network of linear layers. */
import { Dropout, Linear, ReLU, Sequential } from '@tessera/layers';
import { CLASSES, PIXELS } from './digits.ts';

/** 784 -> 256 -> 128 -> 10; what each hidden layer says is dropped with probability 0.2 in training. */
export function makeMlp(): Sequential {
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

/** 784, 256, 128, 10 */
export function sizesOf(model: Sequential): number[] {
  const linears = model.layers.filter((layer): layer is Linear => layer instanceof Linear);
  return [...linears.slice(0, 1).map(({ inFeatures }) => inFeatures), ...linears.map(({ outFeatures }) => outFeatures)];
}
