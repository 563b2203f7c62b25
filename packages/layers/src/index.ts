export { relu } from '@tessera/tensor';
export { Activation, ActivationWithOptions } from './activations/activation.ts';
export { GLU, type GLUMap } from './activations/glu.ts';
export { Hardshrink, Hardsigmoid, Hardswish, Hardtanh, Softshrink } from './activations/hard.ts';
export {
  CELU,
  ELU,
  LeakyReLU,
  PReLU,
  type PReLUOptions,
  ReLU,
  ReLU6,
  RReLU,
  SELU,
  Threshold,
} from './activations/rectifiers.ts';
export {
  GELU,
  LogSigmoid,
  Mish,
  Sigmoid,
  SiLU,
  Softplus,
  Softsign,
  Tanh,
  Tanhshrink,
} from './activations/smooth.ts';
export { LogSoftmax, Softmax, Softmax2d, type SoftmaxMap, Softmin } from './activations/softmax.ts';
export type { AttentionShape } from './attention/attentionShape.ts';
export {
  type LinearAttentionOptions,
  type LinearAttentionResult,
  linearAttention,
  type UpdateRule,
} from './attention/linearAttention.ts';
export { MHA, type MHAMap, type MHAOptions } from './attention/mha.ts';
export {
  type AttendOptions,
  MultiheadAttention,
  type MultiheadAttentionOptions,
  type Weighed,
} from './attention/multiheadAttention.ts';
export {
  type ApplyRotaryOptions,
  applyRotaryEmbedding,
  RotaryEmbedding,
  type RotaryEmbeddingOptions,
  type RotateOptions,
} from './attention/rotaryEmbedding.ts';
export {
  type AttentionOptions,
  scaledDotProductAttention,
  scaledDotProductAttentionOp,
} from './attention/scaledDotProductAttention.ts';
export { SelfAttention, type SelfAttentionMap } from './attention/selfAttention.ts';
export type { SequenceOf, SequencesShape } from './attention/sequences.ts';
export { Bilinear, bilinear } from './bilinear.ts';
export { ModuleDict, ModuleList, ParameterDict, ParameterList } from './containers.ts';
export type { ConvGeometry } from './convolution/columns.ts';
export {
  type ConvOptions,
  type ConvPadding,
  type ConvSettings,
  conv1d,
  conv2d,
  conv3d,
} from './convolution/conv.ts';
export {
  Conv1d,
  Conv2d,
  Conv3d,
  type ConvForm,
  type ConvLayerArgs,
  type ConvLayerOptions,
  type ConvMap,
  type ConvNdShape,
  type ConvPaddingMode,
} from './convolution/convNd.ts';
export { type ConvLayerShape, type ConvShape, convOp } from './convolution/convOp.ts';
export {
  type ConvTransposeLayerShape,
  type ConvTransposeOptions,
  type ConvTransposeSettings,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
} from './convolution/convTranspose.ts';
export {
  ConvTranspose1d,
  ConvTranspose2d,
  ConvTranspose3d,
  type ConvTransposeLayerArgs,
  type ConvTransposeLayerOptions,
  type ConvTransposeMap,
  type UpsampleToOptions,
} from './convolution/convTransposeNd.ts';
export { Fold, fold, Unfold, type UnfoldOptions, unfold } from './convolution/unfold.ts';
export {
  AlphaDropout,
  alphaDropout,
  FeatureAlphaDropout,
  featureAlphaDropout,
} from './dropout/alpha.ts';
export { Dropout1d, Dropout2d, Dropout3d, dropout1d, dropout2d, dropout3d } from './dropout/channels.ts';
export { Dropout } from './dropout/dropout.ts';
export {
  Embedding,
  type EmbeddingLayerOptions,
  type EmbeddingMap,
  type EmbeddingOptions,
  type EmbeddingShape,
  embedding,
  embeddingOp,
} from './embedding.ts';
export {
  type BagOptions,
  EmbeddingBag,
  type EmbeddingBagLayerOptions,
  type EmbeddingBagMap,
  type EmbeddingBagOptions,
  type EmbeddingBagShape,
  embeddingBag,
} from './embeddingBag.ts';
export { Flatten, type FlattenMap, type FlattenShape, Unflatten, type UnflattenMap } from './flatten.ts';
export type { BackwardHook, ForwardHook, ForwardPreHook, HookHandle } from './hooks.ts';
export { Identity } from './identity.ts';
export * as init from './initialization/index.ts';
export { Linear, type LinearMap, type LinearOptions, type LinearShape } from './linear.ts';
export { type LoadOptions, type LoadResult, Module, type StateDict } from './module.ts';
export {
  BatchNorm1d,
  type BatchNorm1dMap,
  type BatchNorm1dShape,
  BatchNorm2d,
  type BatchNorm2dMap,
  BatchNorm3d,
  type BatchNorm3dMap,
  type BatchNormNdShape,
  type BatchNormOptions,
} from './normalization/batchNorm.ts';
export { ChannelNorm, type ChannelNormOptions } from './normalization/channelNorm.ts';
export {
  GroupNorm,
  type GroupNormFunctionOptions,
  type GroupNormOptions,
  groupNorm,
} from './normalization/groupNorm.ts';
export {
  InstanceNorm1d,
  InstanceNorm2d,
  InstanceNorm3d,
  type InstanceNormFunctionOptions,
  instanceNorm,
} from './normalization/instanceNorm.ts';
export { LayerNorm, type LayerNormMap, type LayerNormOptions, type Normalized } from './normalization/layerNorm.ts';
export {
  LocalResponseNorm,
  type LocalResponseNormOptions,
  localResponseNorm,
} from './normalization/localResponseNorm.ts';
export { RMSNorm, type RMSNormMap, type RMSNormOptions } from './normalization/rmsNorm.ts';
export { type Batch, updateBn } from './normalization/updateBn.ts';
export { type WeightNormOptions, weightNorm } from './normalization/weightNorm.ts';
export * from './padding/constant.ts';
export * from './padding/mirrored.ts';
export type { Padded, Padding, PadMap } from './padding/pad.ts';
export { Buffer, type BufferOptions, Parameter, type ParameterOptions } from './parameter.ts';
export {
  type AdaptiveMaxPoolOptions,
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveAvgPool3d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
} from './pooling/adaptivePool.ts';
export {
  AdaptiveAvgPool1d,
  AdaptiveAvgPool2d,
  AdaptiveAvgPool3d,
  type AdaptiveForm,
  type AdaptiveMap,
  AdaptiveMaxPool1d,
  AdaptiveMaxPool2d,
  AdaptiveMaxPool3d,
} from './pooling/adaptivePoolNd.ts';
export {
  type AdaptiveGeometry,
  type AdaptivePoolShape,
  adaptiveAvgPoolOp,
  adaptiveMaxPoolOp,
  type OutputSize,
} from './pooling/adaptivePoolOp.ts';
export {
  type AvgPoolGeometry,
  type AvgPoolOptions,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  avgPoolOp,
} from './pooling/avgPool.ts';
export { type MaxPoolOptions, maxPool1d, maxPool2d, maxPool3d, maxPoolOp, type Pooled } from './pooling/maxPool.ts';
export {
  AvgPool1d,
  AvgPool2d,
  AvgPool3d,
  type AvgPoolArgs,
  type Indexed,
  MaxPool1d,
  MaxPool2d,
  MaxPool3d,
  type MaxPoolArgs,
  type PoolForm,
  type PoolMap,
  type PoolNdShape,
} from './pooling/poolNd.ts';
export type { PoolGeometry, PoolSettings, PoolShape } from './pooling/poolShape.ts';
export { type CellOptions, GRUCell, LSTMCell, RNNCell, type RNNCellOptions } from './recurrent/cells.ts';
export { GRU, LSTM, type LSTMOptions, RNN, type RNNOptions } from './recurrent/layers.ts';
export {
  PackedSequence,
  type PackOptions,
  type PadPackedOptions,
  packPaddedSequence,
  padPackedSequence,
} from './recurrent/packedSequence.ts';
export {
  type PadSequenceOptions,
  packSequence,
  padSequence,
  unpackSequence,
  unpadSequence,
} from './recurrent/padSequence.ts';
export { type RecurrentOptions, RNNBase } from './recurrent/rnnBase.ts';
export type { RecurrentWeights, RNNNonlinearity } from './recurrent/steps.ts';
export {
  type Interpolated,
  type InterpolateOptions,
  type InterpolationMode,
  interpolate,
} from './resampling/interpolate.ts';
export {
  ChannelShuffle,
  channelShuffle,
  PixelShuffle,
  type PixelShuffled,
  type PixelShuffleMap,
  PixelUnshuffle,
  type PixelUnshuffled,
  type PixelUnshuffleMap,
  pixelShuffle,
  pixelUnshuffle,
} from './resampling/pixelShuffle.ts';
export {
  Upsample,
  type UpsampleMap,
  UpsamplingBilinear2d,
  UpsamplingNearest2d,
  type UpsamplingOptions,
} from './resampling/upsample.ts';
export { type Layer, Sequential, type SequentialMap } from './sequential.ts';
export type {
  Fits,
  Only,
  Output,
  Pair,
  SameShape,
  Setting,
  ShapeIn,
  ShapeMap,
  Through,
  ThroughAll,
} from './shapeMap.ts';
export type { At, PerDim } from './spatial/perDim.ts';
export type { Before, Spatial, SpatialRank } from './spatial/spatialSizes.ts';
export type { Positions } from './spatial/windows.ts';
export type {
  TransformerActivation,
  TransformerLayer,
  TransformerLayerOptions,
  TransformerLayerSettings,
} from './transformer/block.ts';
export { type DecodeOptions, TransformerDecoderLayer } from './transformer/decoderLayer.ts';
export {
  type EncodeOptions,
  TransformerEncoderLayer,
  type TransformerEncoderLayerMap,
} from './transformer/encoderLayer.ts';
export {
  type DecoderLayer,
  type EncoderLayer,
  type FinalNorm,
  TransformerDecoder,
  TransformerEncoder,
} from './transformer/stacks.ts';
export { Transformer, type TransformerOptions, type TransformOptions } from './transformer/transformer.ts';
