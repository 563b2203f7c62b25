/** The notebook's sixth chapter: layer and batch normalization by hand, beside the library's. */
import { noGrad } from '@tessera/autograd';
import { BatchNorm1d, Buffer, LayerNorm as LibraryLayerNorm, Module, Parameter } from '@tessera/layers';
import { manualSeed, ones, randn, type Shape, sqrt, type Tensor, zeros } from '@tessera/tensor';
import { type Chapter, compared, largestDifference, showIfMain } from './chapter.ts';

export class LayerNorm extends Module {
  readonly normalizedShape: Shape;
  readonly gamma: Parameter;
  readonly beta: Parameter;

  constructor(
    normalizedShape: number | Shape,
    readonly eps = 1e-5,
  ) {
    super();
    this.normalizedShape = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
    this.gamma = new Parameter(ones(this.normalizedShape));
    this.beta = new Parameter(zeros(this.normalizedShape));
  }

  forward(x: Tensor): Tensor {
    const dims = this.normalizedShape.map((_, i) => i - this.normalizedShape.length); // the last ones: -1, or -2 and -1
    const mean = x.mean(dims, { keepdim: true });
    const variance = x.var(dims, { unbiased: false, keepdim: true });
    const xNormalized = x.sub(mean).div(sqrt(variance.add(this.eps)));
    const out = this.gamma.mul(xNormalized).add(this.beta);
    return out;
  }
}

/** For (batch, features) or (batch, length, features). */
export class BatchNorm extends Module {
  readonly gamma: Parameter;
  readonly beta: Parameter;
  readonly runningMean: Buffer;
  readonly runningVar: Buffer;

  constructor(
    readonly numFeatures: number,
    readonly eps = 1e-5,
    readonly momentum = 0.1,
  ) {
    super();
    this.gamma = new Parameter(ones(numFeatures));
    this.beta = new Parameter(zeros(numFeatures));
    // Part of the state, but nothing learns them.
    this.runningMean = new Buffer(zeros(numFeatures));
    this.runningVar = new Buffer(ones(numFeatures));
    this.train();
  }

  forward(x: Tensor): Tensor {
    const xReshaped = x.contiguous().view(-1, this.numFeatures); // (B, L, F) -> (B L, F)
    let mean: Tensor = this.runningMean;
    let variance: Tensor = this.runningVar;
    if (this.training) {
      mean = xReshaped.mean(0);
      variance = xReshaped.var(0, { unbiased: false });
      noGrad(() => {
        const unbiased = xReshaped.var(0, { unbiased: true });
        this.runningMean.copy_(this.runningMean.mul(1 - this.momentum).add(mean.mul(this.momentum)));
        this.runningVar.copy_(this.runningVar.mul(1 - this.momentum).add(unbiased.mul(this.momentum)));
      });
    }
    const xNormalized = xReshaped.sub(mean).div(sqrt(variance.add(this.eps)));
    const outReshaped = this.gamma.mul(xNormalized).add(this.beta);
    const out = outReshaped.view(x.shape);
    return out;
  }
}

/** Largest differences between ours by hand and the library's. */
export interface NormalizationNumbers {
  readonly layerNorm: number;
  readonly layerNormTwoDims: number;
  readonly batchNormTrain: number;
  readonly runningMean: number;
  readonly runningVar: number;
  readonly batchNormEval: number;
  /** Of (batch, length, features), where the library's wants the length last. */
  readonly batchNormThreeDims: number;
}

export function compareNormalization(seed = 0): NormalizationNumbers {
  manualSeed(seed);
  const [batchSize, seqLen, features, bnFeatures] = [2, 3, 4, 5];

  const lnInput = randn(batchSize, seqLen, features);
  const compareLayerNorm = (shape: number | Shape) => {
    const manualLn = new LayerNorm(shape);
    noGrad(() => manualLn.gamma.copy_(randn(manualLn.normalizedShape)));
    const libraryLn = new LibraryLayerNorm(shape);
    libraryLn.loadStateDict({ weight: manualLn.gamma, bias: manualLn.beta });
    return largestDifference(manualLn.forward(lnInput), libraryLn.forward(lnInput));
  };

  const bnInput = randn(batchSize, bnFeatures).mul(2).add(1);
  const manualBn = new BatchNorm(bnFeatures);
  const libraryBn = new BatchNorm1d(bnFeatures);
  const batchNormTrain = largestDifference(manualBn.forward(bnInput), libraryBn.forward(bnInput));
  manualBn.eval();
  libraryBn.eval();
  const bnInputEval = randn(batchSize, bnFeatures);

  const bnSequences = randn(batchSize, seqLen, bnFeatures);
  const compareSequences = () => {
    const [manual, library] = [new BatchNorm(bnFeatures), new BatchNorm1d(bnFeatures)];
    // (B, L, F) -> (B, F, L) -> (B, L, F)
    const expected = library.forward(bnSequences.transpose(1, 2)).transpose(1, 2);
    return largestDifference(manual.forward(bnSequences), expected);
  };
  return {
    layerNorm: compareLayerNorm(features),
    layerNormTwoDims: compareLayerNorm([seqLen, features]),
    batchNormTrain,
    runningMean: largestDifference(manualBn.runningMean, libraryBn.runningMean!),
    runningVar: largestDifference(manualBn.runningVar, libraryBn.runningVar!),
    batchNormEval: largestDifference(manualBn.forward(bnInputEval), libraryBn.forward(bnInputEval)),
    batchNormThreeDims: compareSequences(),
  };
}

export const chapter: Chapter = {
  title: 'Layer norm and batch norm',
  slips: [
    'LayerNorm takes a shape of several dimensions but normalizes the last one only; here all of them',
    '`running_var` takes the biased variance where `nn.BatchNorm1d` takes the unbiased; here the latter',
    "the running statistics are copied after the first batch, so PyTorch's copy counts it twice; here both start fresh",
  ],
  rows: () => {
    const numbers = compareNormalization();
    return [
      compared('by hand and LayerNorm', numbers.layerNorm),
      compared('by hand and LayerNorm, two dimensions', numbers.layerNormTwoDims),
      compared('by hand and BatchNorm1d, training', numbers.batchNormTrain),
      compared('running mean', numbers.runningMean),
      compared('running variance', numbers.runningVar),
      compared('by hand and BatchNorm1d, evaluation', numbers.batchNormEval),
      compared('by hand and BatchNorm1d, sequences', numbers.batchNormThreeDims),
    ];
  },
};

showIfMain(import.meta.url, chapter);
