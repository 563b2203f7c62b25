/** A weight as its length and direction. */
import { norm, type Tensor } from '@tessera/tensor';
import {
  broadcastShapes,
  checkFloat,
  checkSameDType,
  checkTensor,
  normalizeDim,
  withDefaults,
} from '@tessera/tensor/core';

export interface WeightNormOptions {
  /** The dimension of what each length is of; null: there is one length for all. Default 0. */
  readonly dim?: number | null;
}

/**
 * g v / |v|, with a norm for each slice along `dim`: the lengths g are learned apart from the directions v. Salimans and Kingma,
 * 2016. PyTorch: `torch._weight_norm`, of which `torch.nn.utils.weight_norm` is made.
 *
 * @throws ShapeError when the shapes do not broadcast.
 * @example
 * weightNorm(tensor([[3, 4]]), tensor([[10]])); // tensor([[6., 8.]])
 */
export function weightNorm<A extends Tensor>(v: A, g: Tensor, options?: WeightNormOptions): Tensor<A['shape']>;
export function weightNorm(v: Tensor, g: Tensor, options: WeightNormOptions = {}): Tensor {
  const { dim } = withDefaults<Required<WeightNormOptions>>('weightNorm', options, { dim: 0 });
  checkFloat('weightNorm', 'v', checkTensor('weightNorm', 'v', v));
  checkSameDType('weightNorm', v, checkTensor('weightNorm', 'g', g));
  broadcastShapes('weightNorm', v.shape, g.shape);
  const kept = dim === null ? -1 : normalizeDim('weightNorm', dim, v.ndim);
  const others = v.shape.map((_, d) => d).filter((d) => d !== kept);
  const length = others.length === 0 ? v.abs() : norm(v, 2, others, { keepdim: true });
  return v.mul(g.div(length));
}
