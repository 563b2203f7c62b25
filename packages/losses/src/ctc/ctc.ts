/** Connectionist temporal classification: label strings without times. */
import { IndexError, ShapeError, sum, type Tensor, tensor, ValueError } from '@tessera/tensor';
import {
  apply,
  checkFlag,
  checkFloat,
  checkIndices,
  checkInteger,
  checkTensor,
  describe,
  formatShape,
  isTensor,
} from '@tessera/tensor/core';
import { type LossOptions, type Reduction, reduce, settingsOf } from '../reduction.ts';
import { ctcOp } from './ctcOp.ts';

export interface CTCOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** The class that stands for no label. Default 0. */
  readonly blank?: number;
  /** Counts strings that are too long for their frames, whose loss is infinite, as 0. Default false. */
  readonly zeroInfinity?: boolean;
}

function ctcSettings(op: string, options: CTCOptions): Required<CTCOptions> {
  const settings = settingsOf<Required<CTCOptions>>(op, options, { blank: 0, zeroInfinity: false });
  checkInteger(op, 'blank', settings.blank, 0);
  checkFlag(op, 'zeroInfinity', settings.zeroInfinity);
  return settings;
}

/**
 * -log of the sum over all ways to stretch the labels over the frames, with blanks between them, of the product of their
 * probabilities. `logProbs` is [T, N, C], or [T, C] for one string; targets are [N, S], or one after the other in [sum of
 * lengths]; lengths are [N], or arrays, or numbers for one string. `mean` divides each loss by its target length first.
 * Graves et al., 2006. PyTorch: `torch.nn.functional.ctc_loss`.
 *
 * @throws ShapeError when the shapes do not match; IndexError when a label is not a class or is the blank; ValueError when a
 * length is out of range.
 * @example
 * const logProbs = logSoftmax(zeros(5, 1, 3), -1);
 * ctcLoss(logProbs, tensor([[1, 2]], { dtype: 'int32' }), [5], [2]); // tensor(1.3483)
 */
export function ctcLoss(
  logProbs: Tensor,
  targets: Tensor,
  inputLengths: Tensor | readonly number[] | number,
  targetLengths: Tensor | readonly number[] | number,
  options: CTCOptions = {},
): Tensor {
  const { blank, zeroInfinity, reduction } = ctcSettings('ctcLoss', options);
  checkFloat('ctcLoss', 'logProbs', checkTensor('ctcLoss', 'logProbs', logProbs));
  checkIndices('ctcLoss', 'targets', checkTensor('ctcLoss', 'targets', targets));
  if (logProbs.ndim !== 2 && logProbs.ndim !== 3)
    throw new ShapeError(
      `ctcLoss: logProbs must be [T, N, C] or [T, C]; got ${formatShape(logProbs.shape)}; try transpose(0, 1) of [N, T, C]`,
    );
  const batch = logProbs.ndim === 3 ? logProbs : logProbs.unsqueeze(1);
  const [most, samples, classes] = batch.shape as readonly [number, number, number];
  if (blank >= classes) throw new IndexError(`ctcLoss: blank must be in [0, ${classes}); got ${blank}; try 0`);
  const frames = checkLengths('inputLengths', inputLengths, samples, most);
  const longest = targets.ndim === 2 || samples === 1 ? (targets.shape.at(-1) ?? 0) : targets.count;
  const lengths = checkLengths('targetLengths', targetLengths, samples, longest);
  const labels = stringsOf(targets, lengths, samples);
  checkStrings(labels, classes, blank);
  const loss = apply(ctcOp, [batch], { labels, frames, blank, zeroInfinity });
  if (reduction === 'mean') {
    const shares = lengths.map((length) => 1 / Math.max(1, length));
    return sum(loss.mul(tensor(shares, { dtype: loss.dtype }))).div(samples);
  }
  return reduce(logProbs.ndim === 3 ? loss : loss.squeeze(0), reduction);
}

function checkLengths(
  name: string,
  lengths: Tensor | readonly number[] | number,
  samples: number,
  most: number,
): number[] {
  const list = isTensor(lengths) ? Array.from(lengths.data) : typeof lengths === 'number' ? [lengths] : lengths;
  if (!Array.isArray(list) || list.length !== samples)
    throw new ShapeError(
      `ctcLoss: ${name} must have a number for each of ${samples} strings; got ${describe(lengths)}; try [${Array(samples).fill(most).join(', ')}]`,
    );
  for (const length of list) {
    if (Number.isInteger(length) && length >= 0 && length <= most) continue;
    throw new ValueError(
      `ctcLoss: ${name} must be whole numbers in [0, ${most}]; got ${describe(length)}; try ${most}`,
    );
  }
  return [...list];
}

/** The labels of every string, from rows that may be too long, or from one row after the other. */
function stringsOf(targets: Tensor, lengths: readonly number[], samples: number): number[][] {
  const values = Array.from(targets.data);
  const total = lengths.reduce((a, b) => a + b, 0);
  const inRows = targets.ndim === 2 && targets.shape[0] === samples;
  if (!inRows && !(targets.ndim === 1 && (targets.count === total || samples === 1)))
    throw new ShapeError(
      `ctcLoss: targets must be [${samples}, S] or [${total}], the sum of their lengths; got ${formatShape(targets.shape)}; try one row for each string`,
    );
  let start = 0;
  return lengths.map((length, n) => {
    const from = inRows ? n * (targets.shape[1] as number) : start;
    start += length;
    return values.slice(from, from + length);
  });
}

function checkStrings(labels: readonly (readonly number[])[], classes: number, blank: number): void {
  for (const label of labels.flat()) {
    if (label >= 0 && label < classes && label !== blank) continue;
    throw new IndexError(
      `ctcLoss: targets must be classes in [0, ${classes}) other than the blank ${blank}; got ${label}; try another blank`,
    );
  }
}

/** `ctcLoss` with its options kept. PyTorch: `torch.nn.CTCLoss`. */
export class CTCLoss {
  constructor(readonly options: CTCOptions = {}) {
    ctcSettings('CTCLoss', options);
  }

  forward(
    logProbs: Tensor,
    targets: Tensor,
    inputLengths: Tensor | readonly number[] | number,
    targetLengths: Tensor | readonly number[] | number,
  ): Tensor {
    return ctcLoss(logProbs, targets, inputLengths, targetLengths, this.options);
  }
}
