/** Every layer, with the smallest sizes that show it, and what its `forward` takes. */
import type { Draw, SampleInput } from '@tessera/tensor';
import * as layers from '../src/index.ts';

export interface Row {
  readonly make: () => layers.Module;
  readonly sample: (draw: Draw) => readonly SampleInput[];
  /** Null where samples are mixed, or lie along no dimension. */
  readonly batchDim?: number | null;
}

type Of = (draw: Draw) => readonly SampleInput[];
type Make = () => layers.Module;

const batch = (draw: Draw): number => draw.integer(1, 3);
/** For the layers that are taken by a name that is put together. */
const all = { ...layers };

/** [N, C, ...sizes] with up to 2 more in each spatial dimension. */
const image =
  (channels: number, ...least: number[]): Of =>
  (draw) => [{ shape: [batch(draw), channels, ...least.map((size) => size + draw.integer(0, 2))] }];
const anyShape: Of = (draw) => [{ shape: [batch(draw), ...draw.shape([0, 2])] }];
const rows =
  (width: number): Of =>
  (draw) => [{ shape: [batch(draw), width] }];
const distinct =
  (of: Of): Of =>
  (draw) =>
    of(draw).map((input) => ({ ...input, distinct: true }));
const whole = (shape: readonly number[], most: number): SampleInput => ({ shape, dtype: 'int32', range: [0, most] });

const of = (make: Make, sample: Of, batchDim?: number | null): Row =>
  batchDim === undefined ? { make, sample } : { make, sample, batchDim };

const activations: Record<string, Row> = Object.fromEntries(
  (
    [
      'CELU',
      'ELU',
      'GELU',
      'Hardshrink',
      'Hardsigmoid',
      'Hardswish',
      'Hardtanh',
      'Identity',
      'LeakyReLU',
      'LogSigmoid',
      'Mish',
      'PReLU',
      'RReLU',
      'ReLU',
      'ReLU6',
      'SELU',
      'SiLU',
      'Sigmoid',
      'Softplus',
      'Softshrink',
      'Softsign',
      'Tanh',
      'Tanhshrink',
    ] as const
  ).map((name) => [name, of(() => new all[name](), anyShape)]),
);

const convolutions: Record<string, Row> = {
  Conv1d: of(() => new layers.Conv1d(2, 3, 2, { padding: 1, stride: 2 }), image(2, 2)),
  Conv2d: of(() => new layers.Conv2d(4, 2, [2, 1], { groups: 2, dilation: 2 }), image(4, 3, 1)),
  Conv3d: of(() => new layers.Conv3d(1, 2, 2), image(1, 2, 2, 2)),
  ConvTranspose1d: of(() => new layers.ConvTranspose1d(2, 3, 2, { stride: 2 }), image(2, 1)),
  ConvTranspose2d: of(() => new layers.ConvTranspose2d(2, 2, 2, { padding: 1 }), image(2, 2, 2)),
  ConvTranspose3d: of(() => new layers.ConvTranspose3d(1, 2, 2), image(1, 1, 1, 1)),
  Fold: of(
    () => new layers.Fold([3, 3], 2),
    (draw) => [{ shape: [batch(draw), 8, 4] }],
  ),
  Unfold: of(() => new layers.Unfold(2), image(2, 2, 2)),
};

const pooling: Record<string, Row> = {
  AdaptiveAvgPool1d: of(() => new layers.AdaptiveAvgPool1d(2), image(2, 1)),
  AdaptiveAvgPool2d: of(() => new layers.AdaptiveAvgPool2d([2, 1]), image(2, 1, 1)),
  AdaptiveAvgPool3d: of(() => new layers.AdaptiveAvgPool3d(1), image(1, 1, 2, 1)),
  AdaptiveMaxPool1d: of(() => new layers.AdaptiveMaxPool1d(2), distinct(image(2, 1))),
  AdaptiveMaxPool2d: of(() => new layers.AdaptiveMaxPool2d([2, 1]), distinct(image(2, 1, 1))),
  AdaptiveMaxPool3d: of(() => new layers.AdaptiveMaxPool3d(1), distinct(image(1, 1, 2, 1))),
  AvgPool1d: of(() => new layers.AvgPool1d(2), image(2, 2)),
  AvgPool2d: of(() => new layers.AvgPool2d(2, { padding: 1, stride: 1 }), image(2, 2, 2)),
  AvgPool3d: of(() => new layers.AvgPool3d(2), image(1, 2, 2, 2)),
  MaxPool1d: of(() => new layers.MaxPool1d(2), distinct(image(2, 2))),
  MaxPool2d: of(() => new layers.MaxPool2d(2, { padding: 1, stride: 1 }), distinct(image(2, 2, 2))),
  MaxPool3d: of(() => new layers.MaxPool3d(2), distinct(image(1, 2, 2, 2))),
};

const padded: Record<string, Row> = Object.fromEntries(
  (['Circular', 'Constant', 'Reflection', 'Replication', 'Zero'] as const).flatMap((kind) =>
    ([1, 2, 3] as const).map((rank): [string, Row] => {
      const make: Make =
        kind === 'Constant' ? () => new all[`ConstantPad${rank}d`](1, 0.5) : () => new all[`${kind}Pad${rank}d`](1);
      return [`${kind}Pad${rank}d`, of(make, image(1, ...[2, 2, 2].slice(0, rank)))];
    }),
  ),
);

const normalization: Record<string, Row> = {
  BatchNorm1d: of(
    () => new layers.BatchNorm1d(2),
    (draw) => [{ shape: [draw.integer(3, 5), 2] }],
  ),
  BatchNorm2d: of(
    () => new layers.BatchNorm2d(2),
    (draw) => [{ shape: [draw.integer(2, 3), 2, 2, 2] }],
  ),
  BatchNorm3d: of(
    () => new layers.BatchNorm3d(2),
    (draw) => [{ shape: [draw.integer(2, 3), 2, 1, 2, 2] }],
  ),
  GroupNorm: of(() => new layers.GroupNorm(2, 4), image(4, 3)),
  InstanceNorm1d: of(() => new layers.InstanceNorm1d(2, { affine: true }), image(2, 3)),
  InstanceNorm2d: of(() => new layers.InstanceNorm2d(2), image(2, 2, 2)),
  InstanceNorm3d: of(() => new layers.InstanceNorm3d(2), image(2, 1, 2, 2)),
  LayerNorm: of(
    () => new layers.LayerNorm([2, 3]),
    (draw) => [{ shape: [batch(draw), 2, 3] }],
  ),
  LocalResponseNorm: of(() => new layers.LocalResponseNorm(2), image(3, 1)),
  RMSNorm: of(() => new layers.RMSNorm(4), rows(4)),
};

const shapes: Record<string, Row> = {
  ChannelShuffle: of(() => new layers.ChannelShuffle(2), image(4, 1, 1)),
  Flatten: of(() => new layers.Flatten(), image(2, 1)),
  PixelShuffle: of(() => new layers.PixelShuffle(2), image(4, 1, 1)),
  PixelUnshuffle: of(
    () => new layers.PixelUnshuffle(2),
    (draw) => [{ shape: [batch(draw), 1, 4, 2] }],
  ),
  Unflatten: of(() => new layers.Unflatten(1, [2, 3]), rows(6)),
  Upsample: of(() => new layers.Upsample({ scaleFactor: 2 }), image(2, 1, 1)),
  UpsamplingBilinear2d: of(() => new layers.UpsamplingBilinear2d({ scaleFactor: 2 }), image(1, 2, 2)),
  UpsamplingNearest2d: of(() => new layers.UpsamplingNearest2d({ scaleFactor: 2 }), image(1, 1, 1)),
};

const rowwise: Record<string, Row> = {
  Bilinear: of(
    () => new layers.Bilinear(2, 3, 2),
    (draw) => {
      const n = batch(draw);
      return [{ shape: [n, 2] }, { shape: [n, 3] }];
    },
  ),
  GLU: of(() => new layers.GLU(), rows(4)),
  Linear: of(() => new layers.Linear(3, 4), rows(3)),
  LogSoftmax: of(() => new layers.LogSoftmax(-1), rows(4)),
  Softmax: of(() => new layers.Softmax(-1), rows(4)),
  Softmax2d: of(() => new layers.Softmax2d(), image(3, 1, 1)),
  Softmin: of(() => new layers.Softmin(-1), rows(4)),
  Threshold: of(() => new layers.Threshold(0.3, -1), anyShape),
};

const random: Record<string, Row> = {
  AlphaDropout: of(() => new layers.AlphaDropout(0.5), anyShape),
  Dropout: of(() => new layers.Dropout(0.5), anyShape),
  Dropout1d: of(() => new layers.Dropout1d(0.5), image(2, 2)),
  Dropout2d: of(() => new layers.Dropout2d(0.5), image(2, 2, 1)),
  Dropout3d: of(() => new layers.Dropout3d(0.5), image(2, 1, 1, 2)),
  FeatureAlphaDropout: of(() => new layers.FeatureAlphaDropout(0.5), image(2, 2)),
};

const lookups: Record<string, Row> = {
  Embedding: of(
    () => new layers.Embedding(5, 3),
    (draw) => [whole([batch(draw), 2], 4)],
  ),
  EmbeddingBag: of(
    () => new layers.EmbeddingBag(5, 3),
    (draw) => [whole([batch(draw), 3], 4)],
  ),
};

/** [T, N, C]: batches lie along the second dimension, and final states along it too. */
const steps: Of = (draw) => [{ shape: [draw.integer(1, 3), batch(draw), 2] }];
const recurrent: Record<string, Row> = {
  GRU: of(() => new layers.GRU(2, 3, { bidirectional: true }), steps, 1),
  GRUCell: of(() => new layers.GRUCell(2, 3), rows(2)),
  LSTM: of(() => new layers.LSTM(2, 3, { numLayers: 2 }), steps, 1),
  LSTMCell: of(() => new layers.LSTMCell(2, 3), rows(2)),
  RNN: of(() => new layers.RNN(2, 3), steps, 1),
  RNNCell: of(() => new layers.RNNCell(2, 3), rows(2)),
};

/** [N, L, 4], and a memory beside it. */
const sequence: Of = (draw) => [{ shape: [batch(draw), draw.integer(1, 3), 4] }];
const withMemory: Of = (draw) => {
  const n = batch(draw);
  return [{ shape: [n, draw.integer(1, 3), 4] }, { shape: [n, draw.integer(1, 3), 4] }];
};
const small = { dimFeedforward: 5, batchFirst: true } as const;
const attention: Record<string, Row> = {
  MHA: of(() => new layers.MHA(4, 2), sequence),
  MultiheadAttention: of(
    () => new layers.MultiheadAttention(4, 2, { batchFirst: true }),
    (draw) => {
      const [query, key] = withMemory(draw) as [SampleInput, SampleInput];
      return [query, key, key];
    },
  ),
  RotaryEmbedding: of(
    () => new layers.RotaryEmbedding(4),
    (draw) => [{ shape: [batch(draw), 2, 3, 4] }],
  ),
  SelfAttention: of(() => new layers.SelfAttention(4), sequence),
  Transformer: of(
    () => new layers.Transformer(4, 2, { numEncoderLayers: 1, numDecoderLayers: 1, ...small }),
    withMemory,
  ),
  TransformerDecoder: of(
    () => new layers.TransformerDecoder(new layers.TransformerDecoderLayer(4, 2, small), 1),
    withMemory,
  ),
  TransformerDecoderLayer: of(() => new layers.TransformerDecoderLayer(4, 2, small), withMemory),
  TransformerEncoder: of(
    () => new layers.TransformerEncoder(new layers.TransformerEncoderLayer(4, 2, small), 2),
    sequence,
  ),
  TransformerEncoderLayer: of(() => new layers.TransformerEncoderLayer(4, 2, small), sequence),
};

const containers: Record<string, Row> = {
  Sequential: of(() => new layers.Sequential(new layers.Linear(3, 2), new layers.Tanh()), rows(3)),
};

export const TABLE: Readonly<Record<string, Row>> = {
  ...activations,
  ...convolutions,
  ...pooling,
  ...padded,
  ...normalization,
  ...shapes,
  ...rowwise,
  ...random,
  ...lookups,
  ...recurrent,
  ...attention,
  ...containers,
};
