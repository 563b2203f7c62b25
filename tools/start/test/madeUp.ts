/** A run that never was, for tests of what is shown. */
import { CLASSES, type Digits, PIXELS } from '../src/mnist/digits.ts';
import type { Evaluation } from '../src/mnist/evaluate.ts';
import type { Training } from '../src/mnist/train.ts';
import type { DigitsRun, NetworkRun, Run } from '../src/report/report.ts';

/** Digits that are a stroke of their own height. */
export function madeUpDigits(count: number): Digits {
  const labels = Uint8Array.from({ length: count }, (_, i) => i % CLASSES);
  const pixels = new Uint8Array(count * PIXELS);
  for (let i = 0; i < count; i++) {
    for (let row = 4; row < 6 + 2 * labels[i]!; row++)
      pixels.fill(255, i * PIXELS + row * 28 + 12, i * PIXELS + row * 28 + 16);
  }
  return { count, pixels, labels };
}

export function madeUpEvaluation(wrong: number, count = 10_000): Evaluation {
  const confusion = Array.from({ length: CLASSES }, (_, label) =>
    Array.from({ length: CLASSES }, (_, guess) => (label === guess ? count / CLASSES : 0)),
  );
  const mistakes = Array.from({ length: wrong }, (_, i) => {
    const label = (i * i) % CLASSES;
    const guess = (label + 1 + (i % 9)) % CLASSES;
    confusion[label]![label]!--;
    confusion[label]![guess]!++;
    return { index: i, label, guess, confidence: 1 / (1 + i / 50), confidenceInLabel: 0.1 };
  });
  return {
    count,
    correct: count - wrong,
    accuracy: 1 - wrong / count,
    loss: (wrong / count) * 3.5,
    confusion,
    mistakes,
  };
}

export function madeUpTraining(epochs: number, ending: Training['ending'] = 'finished'): Training {
  const wrongAfter = (epoch: number) => Math.round(160 + 300 / epoch);
  return {
    ending,
    curve: Array.from({ length: epochs * 23 }, (_, i) => ({
      epoch: (i + 0.5) / 23,
      loss: 2.3 * Math.exp(-i / 12) + 0.05 + 0.03 * Math.sin(i) ** 2,
    })),
    epochs: Array.from({ length: epochs }, (_, i) => ({
      epoch: i + 1,
      trainLoss: 0.3 / (i + 1),
      evaluation: madeUpEvaluation(wrongAfter(i + 1)),
    })),
    evaluation: madeUpEvaluation(wrongAfter(Math.max(1, epochs))),
    images: ending === 'finished' ? epochs * 60_000 : epochs * 60_000 + 12_345,
    stepSeconds: 3 * epochs,
    seconds: 3.2 * epochs,
  };
}

export function madeUpRun(training: Training = madeUpTraining(8), attention?: Training): Run & { digits: DigitsRun } {
  return {
    chapters: [
      {
        title: 'Softmax',
        slips: ['`nn.module` is <nn.Module>'],
        seconds: 0.012,
        rows: [
          { kind: 'quoted', what: 'cross-entropy', notebook: '0.2269', here: '0.2269' },
          { kind: 'compared', what: 'by hand and LayerNorm', difference: 1.2e-7, allowed: 1e-6 },
          { kind: 'told', what: 'Epoch [10/100]', here: 'Loss: 1.0123', holds: true },
        ],
      },
    ],
    digits: {
      networks: [
        {
          name: 'MLP',
          architecture: '784-256-128-10',
          parameters: 235_146,
          settings: { epochs: 8, batchSize: 128, lr: 0.002 },
          training,
        },
        ...(attention === undefined ? [] : [attentionRun(attention)]),
      ],
      test: madeUpDigits(500),
      learnedFrom: 60_000,
    },
    seed: 0,
    threads: 2,
    node: '20.20.2',
    seconds: 40,
    date: new Date(0),
  };
}

function attentionRun(training: Training): NetworkRun {
  const settings = { epochs: 3, batchSize: 128, lr: 0.003 };
  return {
    name: 'Attention classifier',
    architecture: '16 patches, 64 wide, 4 heads',
    parameters: 48_074,
    settings,
    training,
  };
}
