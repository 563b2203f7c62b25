/** A product of two inputs. */
import { einsum, type Shape, ShapeError, type Tensor } from '@tessera/tensor';
import {
  checkFlag,
  checkFloat,
  checkInteger,
  checkSameDType,
  checkTensor,
  elementsOf,
  formatShape,
  sameShape,
  withDefaults,
} from '@tessera/tensor/core';
import { uniformInit } from './initialization/start.ts';
import type { LinearOptions } from './linear.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';

/**
 * y[o] = x1^T weight[o] x2 + bias[o]: [..., I], [..., J], weight [O, I, J], bias [O] -> [..., O].
 * PyTorch: `torch.nn.functional.bilinear`.
 *
 * @throws ShapeError when the shapes do not match.
 * @example
 * bilinear(ones(3, 2), ones(3, 4), ones(5, 2, 4)).shape; // [3, 5]
 */
export function bilinear(x1: Tensor, x2: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  checkFloat('bilinear', 'x1', checkTensor('bilinear', 'x1', x1));
  checkSameDType('bilinear', x1, checkTensor('bilinear', 'x2', x2));
  checkSameDType('bilinear', x1, checkTensor('bilinear', 'weight', weight));
  if (bias !== null) checkSameDType('bilinear', x1, checkTensor('bilinear', 'bias', bias));
  const rows = x1.shape.slice(0, -1);
  const [outputs, inputs1, inputs2] = weight.shape as readonly [number, number, number];
  const fits =
    weight.ndim === 3 &&
    x1.ndim > 0 &&
    x2.ndim > 0 &&
    sameShape(rows, x2.shape.slice(0, -1)) &&
    x1.shape.at(-1) === inputs1 &&
    x2.shape.at(-1) === inputs2;
  if (!fits || (bias !== null && !sameShape(bias.shape, [outputs])))
    throw new ShapeError(
      `bilinear: inputs must be [..., I] and [..., J] with a weight [O, I, J]; got ${[x1, x2, weight, bias].map((t) => (t === null ? 'no bias' : formatShape(t.shape))).join(', ')}; try a layer of those sizes`,
    );
  const n = elementsOf(rows);
  // (..., I) -> (n, I), (..., J) -> (n, J)
  const y = einsum('ni,oij,nj->no', x1.reshape(n, inputs1), weight, x2.reshape(n, inputs2)) as Tensor;
  return (bias === null ? y : y.add(bias)).reshape([...rows, outputs] as Shape);
}

/**
 * y = x1^T A x2 + b for two inputs of sizes of their own. Weight and bias start uniform in +-1/sqrt(in1Features).
 * PyTorch: `torch.nn.Bilinear`.
 *
 * @example
 * new Bilinear(2, 4, 5).forward(ones(3, 2), ones(3, 4)).shape; // [3, 5]
 */
export class Bilinear extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;

  constructor(
    readonly in1Features: number,
    readonly in2Features: number,
    readonly outFeatures: number,
    options: LinearOptions = {},
  ) {
    super();
    checkInteger('Bilinear', 'in1Features', in1Features, 1);
    checkInteger('Bilinear', 'in2Features', in2Features, 0);
    checkInteger('Bilinear', 'outFeatures', outFeatures, 0);
    const { bias } = withDefaults<Required<LinearOptions>>('Bilinear', options, { bias: true });
    const bound = 1 / Math.sqrt(in1Features);
    this.weight = new Parameter(uniformInit([outFeatures, in1Features, in2Features], bound));
    this.bias = checkFlag('Bilinear', 'bias', bias) ? new Parameter(uniformInit([outFeatures], bound)) : null;
  }

  forward(x1: Tensor, x2: Tensor): Tensor {
    return bilinear(x1, x2, this.weight, this.bias);
  }

  override extraRepr(): string {
    return `${this.in1Features}, ${this.in2Features}, ${this.outFeatures}, bias=${this.bias !== null}`;
  }
}
