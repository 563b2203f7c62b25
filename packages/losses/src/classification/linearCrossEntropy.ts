/** Cross-entropy of a linear head, without its logits. */
import { linear, ones, ShapeError, type Tensor, zeros } from '@tessera/tensor';
import { apply, checkFloat, checkTensor, elementsOf, formatShape, isFloating } from '@tessera/tensor/core';
import type { Reduction } from '../reduction.ts';
import { type CrossEntropyOptions, crossEntropy, crossEntropySettings, reduceLabelled } from './crossEntropy.ts';
import { checkClassWeight, checkLabels } from './labels.ts';
import { HEAD_DEFAULTS, linearCrossEntropyOp } from './linearCrossEntropyOp.ts';

export interface LinearCrossEntropyOptions<R extends Reduction = Reduction> extends CrossEntropyOptions<R> {
  /** Added to the logits, [C]. */
  readonly linearBias?: Tensor | null;
}

/**
 * `crossEntropy(linear(input, linearWeight, linearBias), target)`, for heads of so many classes that the logits would be the
 * largest tensor of all: they are made for a few rows at a time, in the backward pass again, and never stored. input is
 * [..., D], linearWeight [C, D], the target class indices [...]. Probabilities [..., C] are as large as logits, and take the
 * plain way. Wijmans et al., 2024 (Cut Your Losses). PyTorch: `torch.nn.functional.linear_cross_entropy`.
 *
 * @throws IndexError when a label is not a class; ShapeError when the shapes do not match.
 * @example
 * linearCrossEntropy(ones(2, 4), zeros(10, 4), tensor([3, 7], { dtype: 'int32' })); // tensor(2.3026)
 */
export function linearCrossEntropy(
  input: Tensor,
  linearWeight: Tensor,
  target: Tensor,
  options: LinearCrossEntropyOptions = {},
): Tensor {
  const op = 'linearCrossEntropy';
  const { linearBias, ...settings } = headSettings(op, options);
  checkFloat(op, 'input', checkTensor(op, 'input', input));
  checkTensor(op, 'linearWeight', linearWeight);
  checkTensor(op, 'target', target);
  const rows = input.shape.slice(0, -1);
  const [classes, inputs] = linearWeight.shape as readonly [number, number];
  if (input.ndim === 0 || linearWeight.ndim !== 2 || inputs !== input.shape.at(-1))
    throw new ShapeError(
      `${op}: input must be [..., D] with a weight [C, D]; got ${formatShape(input.shape)} and ${formatShape(linearWeight.shape)}; try the weight of a Linear(D, C)`,
    );
  checkClassWeight(op, settings.weight, classes, input);
  const x = input.reshape(elementsOf(rows), inputs);
  if (isFloating(target.dtype) && target.ndim === input.ndim) {
    const logits = linear(x, linearWeight, linearBias);
    const loss: Tensor = crossEntropy<Tensor, Tensor, Reduction>(logits, target.reshape(-1, classes), settings);
    return settings.reduction === 'none' ? loss.reshape(rows) : loss;
  }
  const bias = linearBias ?? zeros(classes, { dtype: input.dtype });
  checkLabels(op, [...rows, classes], target, rows.length, settings.ignoreIndex);
  const weight = settings.weight ?? ones(classes, { dtype: input.dtype });
  const operands = [x, linearWeight, bias, target.reshape(-1).to('int32'), weight];
  const loss = apply(linearCrossEntropyOp, operands, { ...settings, ...HEAD_DEFAULTS });
  return reduceLabelled(settings.reduction === 'none' ? loss.reshape(rows) : loss, target, settings);
}

interface Head {
  readonly linearBias: Tensor | null;
}

function headSettings(op: string, options: LinearCrossEntropyOptions): ReturnType<typeof crossEntropySettings<Head>> {
  const settings = crossEntropySettings<Head>(op, options, { linearBias: null });
  if (settings.linearBias !== null) checkTensor(op, 'linearBias', settings.linearBias);
  return settings;
}

/** What is read of the head: a `Linear`, or anything that has its weight and bias. */
export interface LinearHead {
  readonly weight: Tensor;
  readonly bias?: Tensor | null;
}

/**
 * `linearCrossEntropy` of a head, with its options kept. The head is a layer of the network, so that it may be tied to an
 * embedding; it learns with the network. PyTorch: `torch.nn.LinearCrossEntropyLoss`, which holds a head of its own.
 *
 * @example
 * const loss = new LinearCrossEntropyLoss({ weight: zeros(10, 4) });
 * loss.forward(ones(2, 4), tensor([3, 7], { dtype: 'int32' })); // tensor(2.3026)
 */
export class LinearCrossEntropyLoss {
  constructor(
    readonly head: LinearHead,
    readonly options: CrossEntropyOptions = {},
  ) {
    crossEntropySettings('LinearCrossEntropyLoss', options);
    checkTensor('LinearCrossEntropyLoss', 'the weight of the head', head?.weight);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    const { weight, bias = null } = this.head;
    return linearCrossEntropy(input, weight, target, { ...this.options, linearBias: bias });
  }
}
