/** A margin between the scores of all labels and the scores of all other classes. */
import { full, gather, IndexError, ShapeError, scatter, type Tensor, tensor, where, zeros } from '@tessera/tensor';
import { checkFloat, checkIndices, checkTensor, formatShape, sameShape } from '@tessera/tensor/core';
import { type LossOptions, reduce, reductionOf } from '../reduction.ts';

/**
 * sum over labels j and other classes i of max(0, 1 - x[j] + x[i]) / C. The target lists the labels of a sample and ends with
 * -1, if there are fewer than classes. input, target [C] or [N, C] -> [] or [N], reduced.
 * PyTorch: `torch.nn.functional.multilabel_margin_loss`.
 *
 * @throws IndexError when a label is not a class; ShapeError when the shapes do not match.
 * @example
 * multilabelMarginLoss(tensor([[0.1, 0.2, 0.4, 0.8]]), tensor([[3, 0, -1, 1]], { dtype: 'int32' })); // tensor(0.8500)
 */
export function multilabelMarginLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const op = 'multilabelMarginLoss';
  const reduction = reductionOf(op, options);
  const { labels, listed } = listedLabels(op, input, target);
  const classes = input.shape.at(-1) as number;
  // (..., C): 1 at labels; a sample's unused places go to one class more, which is cut off.
  const places = where(listed, labels, classes);
  const marks = scatter(zeros(...input.shape.slice(0, -1), classes + 1), -1, places, full(places.shape, 1));
  const other = marks.narrow(-1, 0, classes).eq(0);
  const scores = gather(input, -1, where(listed, labels, 0));
  // (..., C, 1) and (..., 1, C) -> (..., C, C): what is missing between label j and class i
  const missing = input.unsqueeze(-2).sub(scores.unsqueeze(-1)).add(1);
  const counts = missing.gt(0).logicalAnd(listed.unsqueeze(-1)).logicalAnd(other.unsqueeze(-2));
  return reduce(where(counts, missing, 0).sum([-2, -1]).div(classes), reduction);
}

/** The labels, and which places of the target are before the first -1. */
function listedLabels(op: string, input: Tensor, target: Tensor): { readonly labels: Tensor; readonly listed: Tensor } {
  checkFloat(op, 'input', checkTensor(op, 'input', input));
  checkIndices(op, 'target', checkTensor(op, 'target', target));
  if (input.ndim < 1 || input.ndim > 2)
    throw new ShapeError(`${op}: input must be [C] or [N, C]; got ${formatShape(input.shape)}; try reshape(-1, C)`);
  if (!sameShape(input.shape, target.shape))
    throw new ShapeError(
      `${op}: input and target must have one shape; got ${formatShape(input.shape)} and ${formatShape(target.shape)}; try filling up with -1`,
    );
  const classes = input.shape.at(-1) as number;
  const values = Array.from(target.data);
  let open = true;
  const listed = values.map((label, i) => {
    open = (i % classes === 0 || open) && label !== -1;
    if (open && (label < 0 || label >= classes))
      throw new IndexError(`${op}: target must be in [0, ${classes}), or -1 at its end; got ${label}; try -1`);
    return Number(open);
  });
  const labels = target.to('int32');
  return { labels, listed: tensor(listed, { dtype: 'int32' }).reshape(target.shape).ne(0) };
}

/** `multilabelMarginLoss` with its options kept. PyTorch: `torch.nn.MultiLabelMarginLoss`. */
export class MultiLabelMarginLoss {
  constructor(readonly options: LossOptions = {}) {
    reductionOf('MultiLabelMarginLoss', options);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return multilabelMarginLoss(input, target, this.options);
  }
}
