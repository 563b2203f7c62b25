export { relu } from '@tessera/tensor';
export { ReLU, Softmax } from './activations.ts';
export { MHA, type MHAOptions } from './attention/mha.ts';
export {
  type AttentionOptions,
  scaledDotProductAttention,
  scaledDotProductAttentionOp,
} from './attention/scaledDotProductAttention.ts';
export { SelfAttention } from './attention/selfAttention.ts';
export type { ConvGeometry } from './convolution/columns.ts';
export {
  type ConvOptions,
  type ConvPadding,
  type ConvSettings,
  conv1d,
  conv2d,
  conv3d,
} from './convolution/conv.ts';
export { Conv1d, Conv2d, Conv3d, type ConvLayerOptions, type ConvPaddingMode } from './convolution/convNd.ts';
export { convOp } from './convolution/convOp.ts';
export { Dropout } from './dropout.ts';
export {
  Embedding,
  type EmbeddingLayerOptions,
  type EmbeddingOptions,
  embedding,
  embeddingOp,
} from './embedding.ts';
export { Flatten, Unflatten } from './flatten.ts';
export { Linear, type LinearOptions } from './linear.ts';
export { type LoadOptions, type LoadResult, Module, type StateDict } from './module.ts';
export { BatchNorm1d, type BatchNormOptions } from './normalization/batchNorm.ts';
export { LayerNorm, type LayerNormOptions } from './normalization/layerNorm.ts';
export { RMSNorm, type RMSNormOptions } from './normalization/rmsNorm.ts';
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
  AdaptiveMaxPool1d,
  AdaptiveMaxPool2d,
  AdaptiveMaxPool3d,
} from './pooling/adaptivePoolNd.ts';
export {
  type AdaptiveGeometry,
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
  MaxPool1d,
  MaxPool2d,
  MaxPool3d,
} from './pooling/poolNd.ts';
export type { PoolGeometry } from './pooling/poolShape.ts';
export { type Layer, Sequential } from './sequential.ts';
export type { SameShape, ShapeMap, Through, ThroughAll } from './shapeMap.ts';
export type { PerDim } from './spatial/perDim.ts';
