export { deterministic, getNumThreads, setNumThreads } from '@tessera/kernels';
export type { TensorLike } from './core/arguments.ts';
export { type DType, promoteTypes } from './core/dtype.ts';
export * from './core/errors.ts';
export type { Shape } from './core/shape.ts';
export {
  arange,
  type CreationOptions,
  empty,
  eye,
  full,
  fullLike,
  linspace,
  ones,
  onesLike,
  type SizesAndOptions,
  type SizesOf,
  zeros,
  zerosLike,
} from './creation.ts';
export { fromArray, type NestedArray, type NestedShape, type TensorData, tensor } from './fromValues.ts';
export * from './grids.ts';
export { memory, setMemoryBudget, tidy } from './memory.ts';
export type { ListOf, Numbers } from './methods/numbers.ts';
export * from './op.ts';
export * from './ops/elementwise/arithmetic.ts';
export * from './ops/elementwise/bitwise.ts';
export * from './ops/elementwise/clamp.ts';
export * from './ops/elementwise/closeness.ts';
export * from './ops/elementwise/comparison.ts';
export * from './ops/elementwise/division.ts';
export * from './ops/elementwise/elu.ts';
export * from './ops/elementwise/exponential.ts';
export * from './ops/elementwise/extrema.ts';
export * from './ops/elementwise/gelu.ts';
export * from './ops/elementwise/glu.ts';
export * from './ops/elementwise/hardtanh.ts';
export * from './ops/elementwise/hyperbolic.ts';
export * from './ops/elementwise/interpolation.ts';
export * from './ops/elementwise/logaddexp.ts';
export * from './ops/elementwise/logical.ts';
export * from './ops/elementwise/mish.ts';
export * from './ops/elementwise/nonfinite.ts';
export * from './ops/elementwise/powers.ts';
export * from './ops/elementwise/prelu.ts';
export * from './ops/elementwise/relu.ts';
export * from './ops/elementwise/rounding.ts';
export * from './ops/elementwise/shrink.ts';
export * from './ops/elementwise/sigmoid.ts';
export * from './ops/elementwise/signs.ts';
export * from './ops/elementwise/special.ts';
export * from './ops/elementwise/to.ts';
export * from './ops/elementwise/trigonometric.ts';
export { maskedFill, where, whereOp } from './ops/elementwise/where.ts';
export { at, type IndexItem, type Range, type RangeText } from './ops/indexing/at.ts';
export * from './ops/indexing/gather.ts';
export { type IndexAddOptions, indexAdd, indexAddOp } from './ops/indexing/indexAdd.ts';
export * from './ops/indexing/indexCopy.ts';
export { type IndexPutOptions, indexPut } from './ops/indexing/indexPut.ts';
export { type IndexSelected, indexSelect, indexSelectOp } from './ops/indexing/indexSelect.ts';
export * from './ops/indexing/nonzero.ts';
export * from './ops/indexing/oneHot.ts';
export * from './ops/indexing/scatter.ts';
export * from './ops/indexing/scatterAdd.ts';
export * from './ops/indexing/scatterReduce.ts';
export * from './ops/indexing/searchsorted.ts';
export { maskedScatter, maskedSelect, take } from './ops/indexing/take.ts';
export * from './ops/indexing/triangle.ts';
export * from './ops/indexing/unique.ts';
export { cat, catOp, concat, type Joined, type ShapesOf } from './ops/joining/cat.ts';
export * from './ops/joining/pad.ts';
export * from './ops/joining/repeat.ts';
export * from './ops/joining/split.ts';
export * from './ops/joining/stack.ts';
export * from './ops/matmul/addmm.ts';
export type { Batches, Inner, NoDimension, Ranked } from './ops/matmul/checkProduct.ts';
export * from './ops/matmul/einsum.ts';
export type { EinsumShape } from './ops/matmul/equation.ts';
export * from './ops/matmul/linear.ts';
export { type MatmulShape, matmul, matmulOp } from './ops/matmul/matmul.ts';
export * from './ops/matmul/powers.ts';
export * from './ops/matmul/products.ts';
export * from './ops/matmul/tensordot.ts';
export { bernoulli, bernoulliOp, coinOp } from './ops/random/bernoulli.ts';
export * from './ops/random/dropout.ts';
export type { RandomOptions } from './ops/random/generate.ts';
export type { GeneratorOption } from './ops/random/inPlace.ts';
export * from './ops/random/integers.ts';
export * from './ops/random/multinomial.ts';
export { normal, normalOp, randn, randnLike } from './ops/random/normal.ts';
export { rand, randLike, uniformOp } from './ops/random/uniform.ts';
export * from './ops/reductions/argExtrema.ts';
export * from './ops/reductions/cdist.ts';
export * from './ops/reductions/distances.ts';
export * from './ops/reductions/extrema.ts';
export * from './ops/reductions/histc.ts';
export * from './ops/reductions/logical.ts';
export * from './ops/reductions/max.ts';
export * from './ops/reductions/mean.ts';
export * from './ops/reductions/median.ts';
export * from './ops/reductions/mode.ts';
export * from './ops/reductions/norm.ts';
export * from './ops/reductions/prod.ts';
export * from './ops/reductions/quantile.ts';
export type { Dims, DTypeOption, Reduced, ReductionOptions } from './ops/reductions/reduction.ts';
export type { ValuesAndIndices } from './ops/reductions/selection.ts';
export * from './ops/reductions/sum.ts';
export * from './ops/reductions/variance.ts';
export * from './ops/rows/batchNorm.ts';
export { batchNormBackwardOp, batchNormOp, batchNormWeightBackwardOp, channelNormOp } from './ops/rows/channelNorm.ts';
export * from './ops/rows/layerNorm.ts';
export * from './ops/rows/logSoftmax.ts';
export * from './ops/rows/logsumexp.ts';
export * from './ops/rows/rmsNorm.ts';
export { rowNormWeightBackwardOp } from './ops/rows/rowNorm.ts';
export * from './ops/rows/softmax.ts';
export type { Trailing } from './ops/rows/standardize.ts';
export * from './ops/scans/cumExtrema.ts';
export * from './ops/scans/cumprod.ts';
export * from './ops/scans/cumsum.ts';
export * from './ops/scans/diff.ts';
export * from './ops/scans/logcumsumexp.ts';
export { linearRecurrenceOp } from './ops/scans/recurrence.ts';
export { argsort, type SortOptions, sort, sortOp } from './ops/sorting/sort.ts';
export * from './ops/sorting/topk.ts';
export { asStrided, asStridedOp, scatterStrided, scatterStridedOp } from './ops/views/asStrided.ts';
export * from './ops/views/broadcast.ts';
export * from './ops/views/contiguous.ts';
export * from './ops/views/diagonal.ts';
export type { LineDim } from './ops/views/dimensions.ts';
export { type Expanded, expand, expandOp } from './ops/views/expand.ts';
export {
  type Flattened,
  flatten,
  ravel,
  reshapeAs,
  type Unflattened,
  unflatten,
  view,
  viewAs,
} from './ops/views/flatten.ts';
export * from './ops/views/flip.ts';
export * from './ops/views/movedim.ts';
export * from './ops/views/permute.ts';
export { type Reshaped, reshape, reshapeOp } from './ops/views/reshape.ts';
export * from './ops/views/slice.ts';
export * from './ops/views/squeeze.ts';
export * from './ops/views/unfold.ts';
export { defaultGenerator, Generator, type GeneratorState, initialSeed, manualSeed } from './random/generator.ts';
export { type Nested, Tensor } from './tensor.ts';
