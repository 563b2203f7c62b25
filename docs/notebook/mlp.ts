/** The notebook's first chapter: a network of two layers learns noise by heart. */
import { noGrad } from '@tessera/autograd';
import { Linear, Module, relu } from '@tessera/layers';
import { MSELoss } from '@tessera/losses';
import { SGD } from '@tessera/optimizers';
import { manualSeed, randn, type Tensor } from '@tessera/tensor';
import { type Chapter, digits, showIfMain, told } from './chapter.ts';

export class MLP extends Module {
  readonly fc1: Linear;
  readonly fc2: Linear;

  constructor(
    readonly inputSize: number,
    hiddenSize: number,
    numClasses: number,
  ) {
    super();
    this.fc1 = new Linear(inputSize, hiddenSize);
    this.fc2 = new Linear(hiddenSize, numClasses);
  }

  forward(x: Tensor): Tensor {
    x = x.view(-1, this.inputSize); // (B, ...) -> (B, inputSize)
    x = relu(this.fc1.forward(x));
    x = this.fc2.forward(x);
    return x;
  }
}

export interface MLPNumbers {
  /** The loss after every tenth epoch, the first one first. */
  readonly losses: readonly number[];
  /** What the trained network says to one new input. */
  readonly predictions: Tensor;
}

/** Trains for 100 epochs; the same seed gives the same numbers on every machine. */
export function trainMLP(seed = 0): MLPNumbers {
  manualSeed(seed);
  const inputSize = 576; // images of 24 x 24
  const hiddenSize = 512;
  const numClasses = 10;
  const mlp = new MLP(inputSize, hiddenSize, numClasses);
  const criterion = new MSELoss();
  const optimizer = new SGD(mlp.parameters(), { lr: 1e-4 });

  const xTrain = randn(64, inputSize);
  const yTrain = randn(64, numClasses);

  const losses: number[] = [];
  for (let epoch = 0; epoch < 100; epoch++) {
    const outputs = mlp.forward(xTrain);
    const loss = criterion.forward(outputs, yTrain);

    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();

    if ((epoch + 1) % 10 === 0) losses.push(loss.item());
  }

  const predictions = noGrad(() => mlp.forward(randn(1, inputSize)));
  return { losses, predictions };
}

export const chapter: Chapter = {
  title: 'MLP',
  slips: [
    '`nn.module` is `nn.Module`',
    'a comment says 784 features for 24 x 24 pixels; they are 576, as the code has it',
    '`self.input_size` is read in forward but never set; here the constructor sets it',
  ],
  rows: () => {
    const { losses, predictions } = trainMLP();
    const falls = (i: number) => i === 0 || losses[i]! < losses[i - 1]!;
    return [
      ...losses.map((loss, i) => told(`Epoch [${(i + 1) * 10}/100]`, `Loss: ${loss.toFixed(4)}`, falls(i))),
      told(
        'predictions for one new input',
        digits([...predictions.data].slice(0, 5)).concat(' ...'),
        predictions.shape.join() === '1,10',
      ),
    ];
  },
};

showIfMain(import.meta.url, chapter);
