/** Vectors that are to point the same way for one label, and apart for the other. */
import { ShapeError, sum, type Tensor, where } from '@tessera/tensor';
import { checkFloat, checkNumber, checkTensor, formatShape, sameShape } from '@tessera/tensor/core';
import { type LossOptions, type Reduction, reduce, settingsOf } from '../reduction.ts';

/** Added to both squared lengths, as in PyTorch. */
const EPSILON = 1e-12;

export interface CosineEmbeddingOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** The cosine from which on vectors with the label -1 are too close. Default 0. */
  readonly margin?: number;
}

function cosineSettings(op: string, options: CosineEmbeddingOptions): Required<CosineEmbeddingOptions> {
  const settings = settingsOf<Required<CosineEmbeddingOptions>>(op, options, { margin: 0 });
  checkNumber(op, 'margin', settings.margin);
  return settings;
}

/**
 * 1 - cos(input1, input2) where target is 1, max(0, cos - margin) where it is -1. input1, input2 [N, D] or [D], target [N] or
 * [] -> [N] or [], reduced. PyTorch: `torch.nn.functional.cosine_embedding_loss`.
 *
 * @throws ShapeError when the shapes do not match.
 * @example
 * cosineEmbeddingLoss(tensor([[3, 4]]), tensor([[4, 3]]), tensor([1])); // tensor(0.0400)
 */
export function cosineEmbeddingLoss(
  input1: Tensor,
  input2: Tensor,
  target: Tensor,
  options: CosineEmbeddingOptions = {},
): Tensor {
  const op = 'cosineEmbeddingLoss';
  const { margin, reduction } = cosineSettings(op, options);
  checkFloat(op, 'input1', checkTensor(op, 'input1', input1));
  checkFloat(op, 'input2', checkTensor(op, 'input2', input2));
  const label = checkTensor(op, 'target', target).to(input1.dtype);
  const rows = input1.shape.slice(0, -1);
  if (input1.ndim < 1 || input1.ndim > 2 || !sameShape(input1.shape, input2.shape) || !sameShape(label.shape, rows)) {
    throw new ShapeError(
      `${op}: inputs must be [N, D] with a target [N], or [D] with []; got ${formatShape(input1.shape)}, ${formatShape(input2.shape)} and ${formatShape(label.shape)}; try target.reshape(${formatShape(rows)})`,
    );
  }
  const product = sum(input1.mul(input2), -1);
  const lengths = sum(input1.square(), -1).add(EPSILON).mul(sum(input2.square(), -1).add(EPSILON)).sqrt();
  const cosine = product.div(lengths);
  const apart = where(label.eq(-1), cosine.sub(margin).clampMin(0), 0);
  return reduce(where(label.eq(1), cosine.neg().add(1), 0).add(apart), reduction);
}

/** `cosineEmbeddingLoss` with its options kept. PyTorch: `torch.nn.CosineEmbeddingLoss`. */
export class CosineEmbeddingLoss {
  constructor(readonly options: CosineEmbeddingOptions = {}) {
    cosineSettings('CosineEmbeddingLoss', options);
  }

  forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor {
    return cosineEmbeddingLoss(input1, input2, target, this.options);
  }
}
