/** Dropout that keeps the mean and variance of self-normalizing networks. */
import {
  bernoulli,
  type DropoutOptions,
  defaultGenerator,
  full,
  type Shape,
  ShapeError,
  type Tensor,
} from '@tessera/tensor';
import { checkFlag, checkFloat, checkTensor, formatShape, withDefaults } from '@tessera/tensor/core';
import { checkProbability } from '../checkProbability.ts';
import { DropoutBase } from './dropout.ts';

/** Where SELU levels off: -scale alpha. */
const FLOOR = -1.7580993408473766;

/** Elements, or slices of the shape of `mask`, become the floor; then all are brought back to a mean of 0 and a variance of 1. */
function dropToFloor(op: string, x: Tensor, p: number, options: DropoutOptions, mask: (shape: Shape) => Shape): Tensor {
  const { training, generator } = withDefaults<Required<DropoutOptions>>(op, options, {
    training: true,
    generator: defaultGenerator(),
  });
  checkFlag(op, 'training', training);
  checkProbability(op, 'p', p, 0.5);
  if (!training || p === 0) return x;
  if (p === 1) return x.mul(0);
  const scale = 1 / Math.sqrt((FLOOR ** 2 * p + 1) * (1 - p));
  const stays = bernoulli(full(mask(x.shape), 1 - p, { dtype: x.dtype }), { generator });
  const floor = stays.neg().add(1).mul(FLOOR);
  return x
    .mul(stays)
    .add(floor)
    .mul(scale)
    .sub(scale * FLOOR * p);
}

/**
 * Sets elements to the negative limit of SELU with probability p, and scales and shifts all so that a mean of 0 and a variance of
 * 1 stay. Klambauer et al., 2017. PyTorch: `torch.nn.functional.alpha_dropout`.
 *
 * @throws ValueError unless p lies in [0, 1].
 */
export function alphaDropout<A extends Tensor>(x: A, p?: number, options?: DropoutOptions): Tensor<A['shape']>;
export function alphaDropout(x: Tensor, p = 0.5, options: DropoutOptions = {}): Tensor {
  checkFloat('alphaDropout', 'x', checkTensor('alphaDropout', 'x', x));
  return dropToFloor('alphaDropout', x, p, options, (shape) => shape);
}

/**
 * `alphaDropout` of whole channels, [N, C, ...]. PyTorch: `torch.nn.functional.feature_alpha_dropout`.
 *
 * @throws ShapeError with fewer than two dimensions; ValueError unless p lies in [0, 1].
 */
export function featureAlphaDropout<A extends Tensor>(x: A, p?: number, options?: DropoutOptions): Tensor<A['shape']>;
export function featureAlphaDropout(x: Tensor, p = 0.5, options: DropoutOptions = {}): Tensor {
  checkFloat('featureAlphaDropout', 'x', checkTensor('featureAlphaDropout', 'x', x));
  if (x.ndim < 2)
    throw new ShapeError(
      `featureAlphaDropout: x must be [N, C, ...]; got ${formatShape(x.shape)}; try alphaDropout for elements`,
    );
  return dropToFloor('featureAlphaDropout', x, p, options, (shape) => shape.map((size, d) => (d < 2 ? size : 1)));
}

/** In training, drops elements to the floor of SELU. PyTorch: `torch.nn.AlphaDropout`. */
export class AlphaDropout extends DropoutBase {
  protected override f(x: Tensor): Tensor {
    return alphaDropout(x, this.p, { training: this.training });
  }
}

/** In training, drops whole channels to the floor of SELU. PyTorch: `torch.nn.FeatureAlphaDropout`. */
export class FeatureAlphaDropout extends DropoutBase {
  protected override f(x: Tensor): Tensor {
    return featureAlphaDropout(x, this.p, { training: this.training });
  }
}
