/** Distances and angles between vectors, made of norms. */
import { checkNumber, checkOptions, checkSameDType, checkTensor } from '../../core/arguments.ts';
import { broadcastShapes } from '../../core/broadcast.ts';
import { normalizeDim } from '../../core/dims.ts';
import { isFloating } from '../../core/dtype.ts';
import { DTypeError } from '../../core/errors.ts';
import type { Tensor } from '../../tensor.ts';
import { norm } from './norm.ts';
import type { ReductionOptions } from './reduction.ts';

/** The p-norm of x - y, whose shapes broadcast. PyTorch: `torch.dist`. */
export function dist(x: Tensor, y: Tensor, p = 2): Tensor {
  checkPair('dist', x, y);
  return norm(x.sub(y), p);
}

export interface PairwiseDistanceOptions extends ReductionOptions {
  /** Which norm. Default 2. */
  readonly p?: number;
  /** Added to every difference, so that the distance is never 0. Default 1e-6. */
  readonly eps?: number;
}

/** The p-norm of x - y + eps over the last dimension. PyTorch: `torch.nn.functional.pairwise_distance`. */
export function pairwiseDistance(x: Tensor, y: Tensor, options: PairwiseDistanceOptions = {}): Tensor {
  checkPair('pairwiseDistance', x, y);
  const {
    p = 2,
    eps = 1e-6,
    keepdim = false,
  } = checkOptions('pairwiseDistance', options, '{ p: 1 }', ['p', 'eps', 'keepdim']);
  checkNumber('pairwiseDistance', 'eps', eps);
  return norm(x.sub(y).add(eps), p, -1, { keepdim });
}

export interface CosineSimilarityOptions {
  /** What the lengths are at least taken to be. Default 1e-8. */
  readonly eps?: number;
}

/**
 * The cosine of the angle between vectors along `dim` (default 1): x . y / (max(|x|, eps) max(|y|, eps)). Shapes
 * broadcast. PyTorch: `torch.nn.functional.cosine_similarity`.
 *
 * @example
 * cosineSimilarity(tensor([3, 4]), tensor([4, 3]), 0); // tensor(0.9600)
 */
export function cosineSimilarity(x: Tensor, y: Tensor, dim = 1, options: CosineSimilarityOptions = {}): Tensor {
  checkPair('cosineSimilarity', x, y);
  const shape = broadcastShapes('cosineSimilarity', x.shape, y.shape);
  const axis = normalizeDim('cosineSimilarity', dim, shape.length);
  const { eps = 1e-8 } = checkOptions('cosineSimilarity', options, '{ eps: 1e-6 }', ['eps']);
  checkNumber('cosineSimilarity', 'eps', eps);
  const unit = (v: Tensor): Tensor => {
    const full = v.expand(shape);
    return full.div(norm(full, 2, axis, { keepdim: true }).clamp({ min: eps }));
  };
  return unit(x).mul(unit(y)).sum(axis);
}

export interface NormalizeOptions {
  /** Which norm. Default 2. */
  readonly p?: number;
  /** What the norm is at least taken to be. Default 1e-12. */
  readonly eps?: number;
}

/**
 * Vectors along `dim` (default 1) divided by their p-norm; vectors of 0 stay so.
 * PyTorch: `torch.nn.functional.normalize`.
 *
 * @example
 * normalize(tensor([[3, 4]])); // tensor([[0.6000, 0.8000]])
 */
export function normalize(x: Tensor, dim: number | readonly number[] = 1, options: NormalizeOptions = {}): Tensor {
  const { p = 2, eps = 1e-12 } = checkOptions('normalize', options, '{ p: 1 }', ['p', 'eps']);
  checkNumber('normalize', 'eps', eps);
  return checkTensor('normalize', 'x', x).div(norm(x, p, dim, { keepdim: true }).clamp({ min: eps }));
}

/** Two tensors of one float dtype. */
function checkPair(op: string, x: Tensor, y: Tensor): void {
  checkSameDType(op, checkTensor(op, 'x', x), checkTensor(op, 'y', y));
  if (!isFloating(x.dtype)) throw new DTypeError(`${op}: x must hold floats; got ${x.dtype}; try .to('float32')`);
}
