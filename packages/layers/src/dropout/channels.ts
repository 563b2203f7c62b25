/** Whole channels that go missing at random: their elements say much the same. */
import { type DropoutOptions, dropout, ones, ShapeError, type Tensor } from '@tessera/tensor';
import { checkFloat, checkTensor, formatShape } from '@tessera/tensor/core';
import { DropoutBase } from './dropout.ts';

/** The mask that `x`, of a number of dimensions that is allowed, is multiplied by: one number for each channel. */
function channelMask(x: Tensor, batched: boolean, p: number, options: DropoutOptions): Tensor {
  const lead = batched ? 2 : 1;
  const shape = x.shape.map((size, d) => (d < lead ? size : 1));
  return dropout(ones(shape, { dtype: x.dtype }), p, options);
}

function dropChannels(
  op: string,
  x: Tensor,
  p: number,
  options: DropoutOptions,
  batchedRanks: readonly number[],
  singleRanks: readonly number[],
): Tensor {
  checkFloat(op, 'x', checkTensor(op, 'x', x));
  const ranks = [...singleRanks, ...batchedRanks].toSorted();
  if (!ranks.includes(x.ndim))
    throw new ShapeError(
      `${op}: x must have ${ranks.join(' or ')} dimensions; got ${formatShape(x.shape)}; try dropout for elements`,
    );
  const mask = channelMask(x, batchedRanks.includes(x.ndim), p, options);
  return (options.training ?? true) && p > 0 ? x.mul(mask) : x;
}

/**
 * `dropout` of whole channels: [N, C, L] or [C, L]. PyTorch: `torch.nn.functional.dropout1d`.
 *
 * @throws ShapeError for other numbers of dimensions; ValueError unless p lies in [0, 1].
 */
export function dropout1d<A extends Tensor>(x: A, p?: number, options?: DropoutOptions): Tensor<A['shape']>;
export function dropout1d(x: Tensor, p = 0.5, options: DropoutOptions = {}): Tensor {
  return dropChannels('dropout1d', x, p, options, [3], [2]);
}

/**
 * `dropout` of whole channels: [N, C, H, W], or [N, C, L]. Tompson et al., 2015. PyTorch: `torch.nn.functional.dropout2d`.
 *
 * @throws ShapeError for other numbers of dimensions; ValueError unless p lies in [0, 1].
 */
export function dropout2d<A extends Tensor>(x: A, p?: number, options?: DropoutOptions): Tensor<A['shape']>;
export function dropout2d(x: Tensor, p = 0.5, options: DropoutOptions = {}): Tensor {
  return dropChannels('dropout2d', x, p, options, [3, 4], []);
}

/**
 * `dropout` of whole channels: [N, C, D, H, W] or [C, D, H, W]. PyTorch: `torch.nn.functional.dropout3d`.
 *
 * @throws ShapeError for other numbers of dimensions; ValueError unless p lies in [0, 1].
 */
export function dropout3d<A extends Tensor>(x: A, p?: number, options?: DropoutOptions): Tensor<A['shape']>;
export function dropout3d(x: Tensor, p = 0.5, options: DropoutOptions = {}): Tensor {
  return dropChannels('dropout3d', x, p, options, [5], [4]);
}

/** In training, drops whole channels of [N, C, L] or [C, L]. PyTorch: `torch.nn.Dropout1d`. */
export class Dropout1d extends DropoutBase {
  protected override f(x: Tensor): Tensor {
    return dropout1d(x, this.p, { training: this.training });
  }
}

/** In training, drops whole channels of [N, C, H, W] or [N, C, L]. PyTorch: `torch.nn.Dropout2d`. */
export class Dropout2d extends DropoutBase {
  protected override f(x: Tensor): Tensor {
    return dropout2d(x, this.p, { training: this.training });
  }
}

/** In training, drops whole channels of [N, C, D, H, W] or [C, D, H, W]. PyTorch: `torch.nn.Dropout3d`. */
export class Dropout3d extends DropoutBase {
  protected override f(x: Tensor): Tensor {
    return dropout3d(x, this.p, { training: this.training });
  }
}
