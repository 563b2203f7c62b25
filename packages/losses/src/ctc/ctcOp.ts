/** The negative log-likelihood of label strings, with its first and second derivative. */
import {
  type Draw,
  GradientError,
  type Operand,
  onesLike,
  type PrimitiveOp,
  type Sample,
  type Tensor,
} from '@tessera/tensor';
import { apply } from '@tessera/tensor/core';
import { type Frames, logLikelihood, type Task, visitShares } from './alignments.ts';

export interface CtcAttributes {
  readonly labels: readonly (readonly number[])[];
  readonly frames: readonly number[];
  readonly blank: number;
  /** Strings too long for their frames count 0, and so does their derivative, which is NaN otherwise. */
  readonly zeroInfinity: boolean;
}

interface Aligned {
  readonly n: number;
  readonly task: Task;
  readonly at: Frames;
  /** Where the number of a frame and label lies in the batch. */
  readonly place: Frames;
}

/** The samples of a batch [T, N, C]: what is to be aligned, and how its numbers are read. */
function samplesOf({ labels, frames, blank }: CtcAttributes, { data, shape }: Operand): Aligned[] {
  const [, samples, classes] = shape as readonly [number, number, number];
  return labels.map((string, n) => {
    const place: Frames = (frame, label) => (frame * samples + n) * classes + label;
    return {
      n,
      task: { labels: string, frames: frames[n] as number, blank },
      at: (frame, label) => data[place(frame, label)] as number,
      place,
    };
  });
}

/** -log of the sum over all alignments of the product of their probabilities. logProbs [T, N, C] -> [N] */
export const ctcOp: PrimitiveOp<'logProbs', CtcAttributes> = {
  kind: 'primitive',
  name: 'ctc',
  operands: ['logProbs'],
  formula: '-log(sum over alignments of prod(exp(logProbs)))',
  infer: ([logProbs], { labels }) => ({ shape: [labels.length], dtype: (logProbs as Tensor).dtype }),
  reference: ([loss], [logProbs], attributes) => {
    for (const { n, task, at } of samplesOf(attributes, logProbs as Operand)) {
      const value = -logLikelihood(task, at);
      (loss as Operand).data[n] = value === Number.POSITIVE_INFINITY && attributes.zeroInfinity ? 0 : value;
    }
  },
  vjp: {
    logProbs:
      ({ logProbs }, attributes) =>
      (g) =>
        apply(ctcBackwardOp, [logProbs, g], attributes),
  },
  sample: (draw) => sampleBatch(draw, 0),
};

/** -g_n times the share of the likelihood that goes through class c at frame t. logProbs [T, N, C], g [N] -> [T, N, C] */
export const ctcBackwardOp: PrimitiveOp<'logProbs' | 'g', CtcAttributes> = {
  kind: 'primitive',
  name: 'ctcBackward',
  operands: ['logProbs', 'g'],
  infer: ([logProbs]) => logProbs as Tensor,
  reference: ([dx], [logProbs, g], attributes) => {
    addUp(dx as Operand, logProbs as Operand, attributes, ({ n, task, at, place }, add) => {
      const factor = -(g?.data[n] as number);
      if (logLikelihood(task, at) > Number.NEGATIVE_INFINITY) {
        visitShares(task, at, null, (frame, label, share) => add(place(frame, label), factor * share));
        return;
      }
      const classes = logProbs?.shape[2] as number;
      for (let i = 0; i < task.frames * classes && !attributes.zeroInfinity; i++)
        add(place(Math.floor(i / classes), i % classes), Number.NaN);
    });
  },
  vjp: {
    // The matrix of second derivatives is symmetric: pulling back is pushing forward.
    logProbs:
      ({ logProbs, g }, attributes) =>
      (h) =>
        apply(ctcCurvatureOp, [logProbs, g, h], attributes),
    g:
      ({ logProbs, g }, attributes) =>
      (h) =>
        h.mul(apply(ctcBackwardOp, [logProbs, onesLike(g)], attributes)).sum([0, 2]),
  },
  sample: (draw) => sampleBatch(draw, 1),
};

/** How ctcBackward changes when the log-probabilities change by h. */
export const ctcCurvatureOp: PrimitiveOp<'logProbs' | 'g' | 'h', CtcAttributes> = {
  kind: 'primitive',
  name: 'ctcCurvature',
  operands: ['logProbs', 'g', 'h'],
  infer: ([logProbs]) => logProbs as Tensor,
  reference: ([dx], [logProbs, g, h], attributes) => {
    const directions = samplesOf(attributes, h as Operand);
    addUp(dx as Operand, logProbs as Operand, attributes, ({ n, task, at, place }, add) => {
      if (logLikelihood(task, at) === Number.NEGATIVE_INFINITY) return;
      const factor = -(g?.data[n] as number);
      visitShares(task, at, directions[n]?.at as Frames, (frame, label, _, change) =>
        add(place(frame, label), factor * change),
      );
    });
  },
  vjp: {
    logProbs: () => () => {
      throw new GradientError(
        'ctcLoss: derivatives are known up to the second; got the third; try gradients of gradients only',
      );
    },
    g:
      ({ logProbs, g, h }, attributes) =>
      (k) =>
        k.mul(apply(ctcCurvatureOp, [logProbs, onesLike(g), h], attributes)).sum([0, 2]),
    h:
      ({ logProbs, g }, attributes) =>
      (k) =>
        apply(ctcCurvatureOp, [logProbs, g, k], attributes),
  },
};

/** Sums up in float64 what `each` adds for every sample. */
function addUp(
  out: Operand,
  logProbs: Operand,
  attributes: CtcAttributes,
  each: (sample: Aligned, add: (place: number, value: number) => void) => void,
): void {
  const sums = new Float64Array(out.data.length);
  const add = (place: number, value: number): void => {
    sums[place] = (sums[place] as number) + value;
  };
  for (const sample of samplesOf(attributes, logProbs)) each(sample, add);
  for (let i = 0; i < sums.length; i++) out.data[i] = sums[i] as number;
}

function sampleBatch(draw: Draw, cotangents: number): Sample<CtcAttributes> {
  const samples = draw.integer(1, 3);
  const classes = draw.integer(2, 4);
  const most = draw.integer(1, 5);
  const strings = Array.from({ length: samples }, () => {
    const frames = draw.integer(1, most);
    // Labels without repeats next to each other need a frame each.
    const labels = Array.from({ length: draw.integer(0, frames) }, (_, i) =>
      classes === 2 ? 1 : 1 + (i % (classes - 1)),
    );
    return { frames, labels: classes === 2 ? labels.slice(0, Math.ceil(frames / 2)) : labels };
  });
  return {
    inputs: [
      { shape: [most, samples, classes], range: [-3, -0.25] },
      ...Array.from({ length: cotangents }, () => ({ shape: [samples] })),
    ],
    attributes: {
      labels: strings.map(({ labels }) => labels),
      frames: strings.map(({ frames }) => frames),
      blank: 0,
      zeroInfinity: draw.boolean(),
    },
  };
}
