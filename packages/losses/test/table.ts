/** Every loss, and what its `forward` takes. */
import type { LossOptions, Reduction } from '@tessera/autograd/testing';
import { type Draw, randn, type SampleInput, type Tensor } from '@tessera/tensor';
import * as losses from '../src/index.ts';

type Forward = (...inputs: never[]) => Tensor;
type Options = { readonly reduction: Reduction };

export interface Row extends LossOptions {
  readonly make: (options: Options) => { forward: Forward };
  readonly sample: (draw: Draw) => readonly SampleInput[];
}

type Of = Row['sample'];

const matrix = (draw: Draw): number[] => [draw.integer(1, 4), draw.integer(1, 4)];
/** Two tensors of one shape. */
const alike =
  (range?: readonly [number, number], other = range): Of =>
  (draw) => {
    const shape = draw.shape([1, 3]);
    return [
      { shape, ...(range && { range }) },
      { shape, ...(other && { range: other }) },
    ];
  };
/** Scores of classes, and a class for each row. */
const labelled =
  (least = 1): Of =>
  (draw) => {
    const [n, c] = [draw.integer(1, 4), draw.integer(least, 5)];
    return [{ shape: [n, c] }, { shape: [n], dtype: 'int32', range: [0, c - 1] }];
  };
/** Rows that stand for vectors, `count` of them, and a flag for each. */
const flagged =
  (count: number, isScalar = false): Of =>
  (draw) => {
    const [n, c] = matrix(draw) as [number, number];
    const shape = isScalar ? [n] : [n, c + 1];
    return [
      ...Array.from({ length: count }, () => ({ shape })),
      { shape: [n], dtype: 'int32', range: [0, 1] as const },
    ];
  };
const vectors: Of = (draw) => {
  const shape = matrix(draw);
  return [{ shape }, { shape }, { shape }];
};

/** Flags 0 and 1 as the signs -1 and 1, in the last input. */
const signed = (make: (options: Options) => { forward: Forward }): Row['make'] => {
  return (options) => {
    const loss = make(options);
    const forward = (...inputs: Tensor[]): Tensor => {
      const flags = inputs.at(-1) as Tensor;
      const signs = flags
        .to((inputs[0] as Tensor).dtype)
        .mul(2)
        .sub(1);
      return (loss.forward as (...inputs: Tensor[]) => Tensor)(...inputs.slice(0, -1), signs);
    };
    return { forward };
  };
};
const signsLike: Of = (draw) => {
  const shape = matrix(draw);
  return [{ shape }, { shape, dtype: 'int32', range: [0, 1] }];
};

const chances = [0.1, 0.9] as const;

export const TABLE: Readonly<Record<string, Row>> = {
  BCELoss: { make: (o) => new losses.BCELoss(o), sample: alike(chances), atLeast: 0 },
  BCEWithLogitsLoss: { make: (o) => new losses.BCEWithLogitsLoss(o), sample: alike([-3, 3], chances), atLeast: 0 },
  CTCLoss: {
    make: (o) => ({
      // The lengths are all there is of time and labels.
      forward: (x: Tensor, labels: Tensor): Tensor => {
        const [t, n] = x.shape as [number, number];
        const loss = new losses.CTCLoss(o);
        return loss.forward(x, labels.transpose(0, 1).add(1), Array(n).fill(t), Array(n).fill(1));
      },
    }),
    sample: (draw) => {
      const [t, n, c] = [draw.integer(1, 4), draw.integer(1, 3), draw.integer(1, 3)];
      return [
        { shape: [t, n, c + 1], range: [-3, -0.1] },
        { shape: [1, n], dtype: 'int32', range: [0, c - 1] },
      ];
    },
    batchDim: 1,
  },
  CosineEmbeddingLoss: { make: signed((o) => new losses.CosineEmbeddingLoss(o)), sample: flagged(2), atLeast: 0 },
  CrossEntropyLoss: {
    make: (o) => new losses.CrossEntropyLoss({ ...o, labelSmoothing: 0.1 }),
    sample: labelled(),
    atLeast: 0,
  },
  DiceLoss: {
    make: (o) => new losses.DiceLoss(o),
    sample: (draw) => {
      const shape = [draw.integer(1, 3), 2, draw.integer(1, 3)];
      return [
        { shape, range: chances },
        { shape, range: chances },
      ];
    },
    atLeast: 0,
  },
  FocalLoss: { make: (o) => new losses.FocalLoss(o), sample: labelled(2), atLeast: 0 },
  GaussianNLLLoss: {
    make: (o) => new losses.GaussianNLLLoss(o),
    sample: (draw) => {
      const [n, c] = matrix(draw) as [number, number];
      return [{ shape: [n, c] }, { shape: [n, c] }, { shape: [n, 1], range: chances }];
    },
  },
  HingeEmbeddingLoss: { make: signed((o) => new losses.HingeEmbeddingLoss(o)), sample: signsLike },
  HuberLoss: { make: (o) => new losses.HuberLoss({ ...o, delta: 0.7 }), sample: alike(), atLeast: 0 },
  KLDivLoss: { make: (o) => new losses.KLDivLoss(o), sample: alike([-3, 0], chances) },
  L1Loss: { make: (o) => new losses.L1Loss(o), sample: alike(), atLeast: 0 },
  LinearCrossEntropyLoss: {
    make: (o) => {
      const weight = randn(4, 3);
      // The head computes in the dtype of its input.
      const forward = (x: Tensor, labels: Tensor): Tensor =>
        new losses.LinearCrossEntropyLoss({ weight: weight.to(x.dtype) }, o).forward(x, labels);
      return { forward };
    },
    sample: (draw) => {
      const n = draw.integer(1, 4);
      return [{ shape: [n, 3] }, { shape: [n], dtype: 'int32', range: [0, 3] }];
    },
    atLeast: 0,
  },
  MSELoss: { make: (o) => new losses.MSELoss(o), sample: alike(), atLeast: 0 },
  MarginRankingLoss: { make: signed((o) => new losses.MarginRankingLoss(o)), sample: flagged(2, true), atLeast: 0 },
  MultiLabelMarginLoss: {
    make: (o) => new losses.MultiLabelMarginLoss(o),
    sample: (draw) => {
      const shape = matrix(draw);
      return [{ shape }, { shape, dtype: 'int32', range: [0, (shape[1] as number) - 1] }];
    },
    atLeast: 0,
  },
  MultiLabelSoftMarginLoss: {
    make: (o) => new losses.MultiLabelSoftMarginLoss(o),
    sample: (draw) => {
      const shape = matrix(draw);
      return [{ shape }, { shape, range: chances }];
    },
    atLeast: 0,
  },
  MultiMarginLoss: { make: (o) => new losses.MultiMarginLoss(o), sample: labelled(), atLeast: 0 },
  NLLLoss: { make: (o) => new losses.NLLLoss(o), sample: labelled() },
  PoissonNLLLoss: { make: (o) => new losses.PoissonNLLLoss(o), sample: alike([-2, 2], [0.1, 5]) },
  SigmoidFocalLoss: { make: (o) => new losses.SigmoidFocalLoss(o), sample: alike([-3, 3], chances), atLeast: 0 },
  SmoothL1Loss: { make: (o) => new losses.SmoothL1Loss({ ...o, beta: 0.7 }), sample: alike(), atLeast: 0 },
  SoftMarginLoss: { make: signed((o) => new losses.SoftMarginLoss(o)), sample: signsLike, atLeast: 0 },
  TripletMarginLoss: { make: (o) => new losses.TripletMarginLoss(o), sample: vectors, atLeast: 0 },
  TripletMarginWithDistanceLoss: {
    make: (o) => new losses.TripletMarginWithDistanceLoss(o),
    sample: vectors,
    atLeast: 0,
  },
};
