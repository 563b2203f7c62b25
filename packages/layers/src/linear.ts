/** Affine maps. */
import { linear, type Tensor } from '@tessera/tensor';
import { checkInteger, checkOptions } from '@tessera/tensor/core';
import { uniformInit } from './init.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';

export interface LinearOptions {
  /** Whether a bias is added. Default true. */
  readonly bias?: boolean;
}

/**
 * y = x W^T + b, on the last dimension: (..., inFeatures) -> (..., outFeatures). Weight and bias start uniform in
 * +-1/sqrt(inFeatures). PyTorch: `torch.nn.Linear`.
 *
 * @example
 * new Linear(576, 512).forward(randn(64, 576)).shape; // [64, 512]
 */
export class Linear extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;

  constructor(
    readonly inFeatures: number,
    readonly outFeatures: number,
    options: LinearOptions = {},
  ) {
    super();
    checkInteger('Linear', 'inFeatures', inFeatures, 0);
    checkInteger('Linear', 'outFeatures', outFeatures, 0);
    checkOptions('Linear', options, '{ bias: false }');
    const bound = inFeatures > 0 ? 1 / Math.sqrt(inFeatures) : 0;
    this.weight = new Parameter(uniformInit([outFeatures, inFeatures], bound));
    this.bias = (options.bias ?? true) ? new Parameter(uniformInit([outFeatures], bound)) : null;
  }

  forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias ?? undefined);
  }

  override extraRepr(): string {
    return `inFeatures=${this.inFeatures}, outFeatures=${this.outFeatures}, bias=${this.bias !== null}`;
  }
}
