/** Affine maps. */
import { linear, type Shape, ShapeError, type Tensor } from '@tessera/tensor';
import type { Agreed, ShowSize } from '@tessera/tensor/core';
import { checkFlag, checkInteger, checkTensor, formatShape, withDefaults } from '@tessera/tensor/core';
import { uniformInit } from './initialization/start.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';
import type { Fits, Output, ShapeIn, ShapeMap } from './shapeMap.ts';

export interface LinearOptions {
  /** Whether a bias is added. Default true. */
  readonly bias?: boolean;
}

/** The shape rule of `Linear`: (..., I) -> (..., O). */
export type LinearShape<S extends Shape, I extends number, O extends number> = S extends readonly [
  ...infer Rows extends Shape,
  infer N extends number,
]
  ? [Agreed<N, I>] extends [never]
    ? `Linear: last dimension must be ${I}; got ${N}`
    : readonly [...Rows, O]
  : S extends readonly []
    ? `Linear: last dimension must be ${ShowSize<I>}; got none`
    : readonly [...number[], O];

export interface LinearMap extends ShapeMap {
  readonly output: this['layer'] extends Linear<infer I, infer O> ? LinearShape<ShapeIn<this['input']>, I, O> : never;
}

/**
 * y = x W^T + b, on the last dimension: (..., inFeatures) -> (..., outFeatures). Weight and bias start uniform in
 * +-1/sqrt(inFeatures). PyTorch: `torch.nn.Linear`.
 *
 * @example
 * new Linear(576, 512).forward(randn(64, 576)).shape; // [64, 512]
 */
export class Linear<out I extends number = number, out O extends number = number> extends Module {
  declare readonly mapsShape: LinearMap;
  readonly weight: Parameter<readonly [O, I]>;
  readonly bias: Parameter<readonly [O]> | null;

  constructor(
    readonly inFeatures: I,
    readonly outFeatures: O,
    options: LinearOptions = {},
  ) {
    super();
    checkInteger('Linear', 'inFeatures', inFeatures, 0);
    checkInteger('Linear', 'outFeatures', outFeatures, 0);
    const { bias } = withDefaults<Required<LinearOptions>>('Linear', options, { bias: true });
    const bound = inFeatures > 0 ? 1 / Math.sqrt(inFeatures) : 0;
    this.weight = new Parameter(uniformInit([outFeatures, inFeatures], bound));
    this.bias = checkFlag('Linear', 'bias', bias) ? new Parameter(uniformInit([outFeatures], bound)) : null;
  }

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    checkLast('Linear', x, this.inFeatures);
    return linear(x, this.weight as Parameter, this.bias);
  }

  override extraRepr(): string {
    return `inFeatures=${this.inFeatures}, outFeatures=${this.outFeatures}, bias=${this.bias !== null}`;
  }
}

/** Throws unless the last dimension of x has the size that a layer takes. */
function checkLast(layer: string, x: Tensor, size: number): void {
  const { shape } = checkTensor(layer, 'x', x);
  if (shape.at(-1) === size) return;
  throw new ShapeError(
    `${layer}: last dimension must be ${size}; got ${shape.at(-1) ?? 'none'} in ${formatShape(shape)}; try x.reshape(-1, ${size}) or a layer of ${shape.at(-1) ?? 1} inputs`,
  );
}
