import {
  BatchNorm1d,
  Dropout,
  Embedding,
  EmbeddingBag,
  embedding,
  Flatten,
  GLU,
  LayerNorm,
  Linear,
  MHA,
  MultiheadAttention,
  ReLU,
  RMSNorm,
  SelfAttention,
  Sequential,
  Softmax,
  scaledDotProductAttention,
  TransformerDecoderLayer,
  TransformerEncoderLayer,
  Unflatten,
} from '@tessera/layers';
import { glu, layerNorm, rmsNorm, type Tensor, zeros } from '@tessera/tensor';

declare const some: Tensor;
declare const n: number;
const a = zeros(64, 576);
const words = zeros([2, 7], { dtype: 'int32' });

// Linear<576, 512>
export const linear = new Linear(576, 512);
// Tensor<readonly [64, 512]>
export const hidden = linear.forward(a);
// Tensor<readonly [2, 3, 512]>
export const inBatches = linear.forward(zeros(2, 3, 576));
// Parameter<readonly [512, 576]>
export const weight = linear.weight;
// Linear: last dimension must be 512; got 576
export const misfit = new Linear(512, 10).forward(a);
// Tensor<Shape>
export const ofSome = linear.forward(some);
// Tensor<readonly [64, 10]>
export const someInputs = new Linear(n, 10).forward(a);
// Tensor<readonly [64, 576]>
export const normalized = new LayerNorm(576).forward(a);
// layerNorm: normalizedShape must be the last dimensions of x, one at least; got [512] for x [64, 576]
export const misfitNorm = new LayerNorm(512).forward(a);
// layerNorm: normalizedShape must be the last dimensions of x, one at least; got [3, 4] for x [2, 3, 5]
export const misfitNorms = layerNorm(zeros(2, 3, 5), [3, 4]);
// rmsNorm: normalizedShape must be the last dimensions of x, one at least; got 4 for x [2, 3]
export const misfitRms = rmsNorm(zeros(2, 3), 4);
// Tensor<readonly [2, 3]>
export const rms = new RMSNorm([2, 3]).forward(zeros(2, 3));
// Tensor<readonly [2, 10, 64]>
export const attendedTwice = new MHA(64, 8).forward(new SelfAttention(64).forward(zeros(2, 10, 64)));
// MHA: input must be [B, L, 64]; got [10, 64]
export const unbatchedMHA = new MHA(64, 8).forward(zeros(10, 64));
// SelfAttention: input must be [B, L, 64]; got [2, 10, 32]
export const misfitSelfAttention = new SelfAttention(64).forward(zeros(2, 10, 32));
// [Tensor<readonly [2, 10, 64]>, Tensor<Shape>]
export const attendedTo = new MultiheadAttention(64, 8).forward(zeros(2, 10, 64), zeros(2, 7, 64), zeros(2, 7, 64));
// MultiheadAttention: query must be [L, 64], or a batch of such; got [10, 32]
export const narrowQuery = new MultiheadAttention(64, 8).forward(zeros(10, 32), zeros(7, 64), zeros(7, 64));
// Tensor<readonly [10, 2, 64]>
export const encoded = new TransformerEncoderLayer(64, 8).forward(zeros(10, 2, 64));
// TransformerEncoderLayer: src must be [L, 64], or a batch of such; got [10, 2, 32]
export const misfitEncoder = new TransformerEncoderLayer(64, 8).forward(zeros(10, 2, 32));
// Tensor<readonly [5, 2, 64]>
export const decoded = new TransformerDecoderLayer(64, 8).forward(zeros(5, 2, 64), zeros(10, 2, 64));
// TransformerDecoderLayer: memory must be [L, 64], or a batch of such; got [64]
export const misfitDecoder = new TransformerDecoderLayer(64, 8).forward(zeros(5, 2, 64), zeros(64));
// Tensor<readonly [8, 5]>
export const batchNorm = new BatchNorm1d(5).forward(zeros(8, 5));
// BatchNorm1d: input must be [N, 5] or [N, 5, L]; got [8, 4]
export const misfitBatchNorm = new BatchNorm1d(5).forward(zeros(8, 4));
// Tensor<readonly [64, 576]>
export const dropped = new Dropout(0.1).forward(new ReLU().forward(a));
// softmax: dim must be in [-2, 2); got 2 for rank 2
export const misfitSoftmax = new Softmax(2).forward(a);
// Tensor<readonly [2, 7, 16]>
export const embedded = new Embedding(100, 16).forward(words);
// embedding: weight must be a table [numEmbeddings, embeddingDim]; got [100]
export const misfitTable = embedding(words, zeros(100));
// Tensor<readonly [8, 784]>
export const flat = new Flatten().forward(zeros(8, 16, 7, 7));
// Tensor<readonly [128, 7, 7]>
export const flatFront = new Flatten(0, 1).forward(zeros(8, 16, 7, 7));
// Tensor<readonly [8, 16, 7, 7]>
export const apart = new Unflatten(1, [16, 7, -1]).forward(zeros(8, 784));
// Tensor<readonly [2, 8, 5, 32]>
export const attended = scaledDotProductAttention(zeros(2, 8, 5, 16), zeros(2, 8, 7, 16), zeros(2, 8, 7, 32));
// Tensor<readonly [2, 8, 5, 16]>
export const grouped = scaledDotProductAttention(zeros(2, 8, 5, 16), zeros(2, 2, 7, 16), zeros(2, 2, 7, 16), {
  enableGqa: true,
});
// scaledDotProductAttention: query heads must be a multiple of key heads, and those as many as value heads; got [2, 8, 5, 16], [2, 3, 7, 16] and [2, 3, 7, 16] (8, 3 and 3)
export const misfitHeads = scaledDotProductAttention(zeros(2, 8, 5, 16), zeros(2, 3, 7, 16), zeros(2, 3, 7, 16), {
  enableGqa: true,
});
// scaledDotProductAttention: query and key must have one last size; got [5, 16], [7, 8] and [7, 16] (16 and 8)
export const misfitWidth = scaledDotProductAttention(zeros(5, 16), zeros(7, 8), zeros(7, 16));
// scaledDotProductAttention: there must be a value for every key; got [5, 16], [7, 16] and [6, 16] (7 keys and 6 values)
export const misfitKeys = scaledDotProductAttention(zeros(5, 16), zeros(7, 16), zeros(6, 16));
// Sequential<[Linear<576, 512>, ReLU, Linear<512, 10>]>
export const mlp = new Sequential(linear, new ReLU(), new Linear(512, 10));
// Tensor<readonly [64, 10]>
export const outputs = mlp.forward(a);
// Linear: last dimension must be 576; got 100
export const misfitInput = mlp.forward(zeros(64, 100));
// Linear: last dimension must be 256; got 512
export const misfitChain = new Sequential(linear, new ReLU(), new Linear(256, 10));
// Linear: last dimension must be 10; got 512
export const misfitNested = new Sequential(
  new Sequential(linear, new LayerNorm(512)),
  new Sequential(new Linear(10, 2)),
);
// Tensor<Shape>
export const outputsOfSome = mlp.forward(some);
// Tensor<readonly [2, 5]>
export const gated = new GLU().forward(zeros(2, 10));
// Tensor<readonly [3, 10]>
export const gatedFirst = glu(zeros(6, 10), 0);
// glu: the size along dim -1 must be even; got [2, 9]
export const oddGate = new GLU().forward(zeros(2, 9));
// Tensor<readonly [2, 16]>
export const bags = new EmbeddingBag(100, 16).forward(words);
// embeddingBag: indices must be [B, N], or [M] with offsets; got [7] without offsets
export const noOffsets = new EmbeddingBag(100, 16).forward(zeros([7], { dtype: 'int32' }));
