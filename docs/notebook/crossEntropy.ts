/** The notebook's fourth chapter: softmax and cross-entropy by hand, beside the library's. */
import { CrossEntropyLoss } from '@tessera/losses';
import { argmax, clamp, exp, log, max, mean, sum, type Tensor, tensor } from '@tessera/tensor';
import { type Chapter, digits, quoted, showIfMain } from './chapter.ts';

export function manualSoftmax(x: Tensor): Tensor {
  // Without the largest value taken away, exp would overflow.
  const maxVal = max(x, 1, { keepdim: true }).values;
  const eX = exp(x.sub(maxVal));
  return eX.div(sum(eX, 1, { keepdim: true }));
}

export function crossEntropyLoss(yTrue: Tensor, yPred: Tensor): Tensor {
  const epsilon = 1e-15; // keeps log from 0
  yPred = clamp(yPred, epsilon, 1 - epsilon);
  const loss = sum(yTrue.mul(log(yPred)), 1).neg();
  return mean(loss);
}

/** One-hot labels of three samples. */
export const yTrue: () => Tensor = () =>
  tensor([
    [0, 1, 0],
    [1, 0, 0],
    [0, 0, 1],
  ]);

/** What a model may have said about them. */
export const logits: () => Tensor = () =>
  tensor([
    [0.5, 2.0, -1.0],
    [3.0, 0.1, 0.1],
    [-2.0, 0.5, 1.5],
  ]);

export interface CrossEntropyNumbers {
  readonly probabilities: Tensor;
  readonly manualLoss: number;
  readonly libraryLoss: number;
}

export function compareCrossEntropy(): CrossEntropyNumbers {
  const probabilities = manualSoftmax(logits());
  const manualLoss = crossEntropyLoss(yTrue(), probabilities);
  // The library takes logits and class indices.
  const yTrueIndices = argmax(yTrue(), 1);
  const libraryLoss = new CrossEntropyLoss().forward(logits(), yTrueIndices);
  return { probabilities, manualLoss: manualLoss.item(), libraryLoss: libraryLoss.item() };
}

export const chapter: Chapter = {
  title: 'Softmax and cross-entropy',
  slips: [],
  rows: () => {
    const { probabilities, manualLoss, libraryLoss } = compareCrossEntropy();
    const row = (i: number) => digits(probabilities.select(0, i).data);
    return [
      quoted('softmax, row 1', '0.1753 0.7856 0.0391', row(0)),
      quoted('softmax, row 2', '0.9009 0.0496 0.0496', row(1)),
      quoted('softmax, row 3', '0.0216 0.2631 0.7153', row(2)),
      quoted('cross-entropy by hand', '0.2269', digits([manualLoss])),
      quoted('CrossEntropyLoss', '0.2269', digits([libraryLoss])),
    ];
  },
};

showIfMain(import.meta.url, chapter);
