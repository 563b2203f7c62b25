/** Channels that damp their neighbours. */
import { pad, ShapeError, type Tensor } from '@tessera/tensor';
import { checkFloat, checkInteger, checkNumber, checkTensor, formatShape, withDefaults } from '@tessera/tensor/core';
import { Module } from '../module.ts';
import type { Fits, Output, SameShape } from '../shapeMap.ts';

export interface LocalResponseNormOptions {
  /** Default 1e-4. */
  readonly alpha?: number;
  /** Default 0.75. */
  readonly beta?: number;
  /** Default 1. */
  readonly k?: number;
}

function responseSettings(
  op: string,
  size: number,
  options: LocalResponseNormOptions,
): Required<LocalResponseNormOptions> {
  const settings = withDefaults<Required<LocalResponseNormOptions>>(op, options, { alpha: 1e-4, beta: 0.75, k: 1 });
  checkInteger(op, 'size', size, 1);
  for (const [name, value] of Object.entries(settings)) checkNumber(op, name, value);
  return settings;
}

/**
 * x / (k + alpha mean(x^2))^beta, with the mean over `size` neighbouring channels, where zeros stand beyond the ends.
 * x [N, C, ...]. Krizhevsky, Sutskever and Hinton, 2012. PyTorch: `torch.nn.functional.local_response_norm`.
 *
 * @throws ShapeError with fewer than three dimensions.
 * @example
 * localResponseNorm(ones(1, 3, 1), 3, { alpha: 3 }).flatten(); // tensor([0.4387, 0.3536, 0.4387])
 */
export function localResponseNorm<A extends Tensor>(
  x: A,
  size: number,
  options?: LocalResponseNormOptions,
): Tensor<A['shape']>;
export function localResponseNorm(x: Tensor, size: number, options: LocalResponseNormOptions = {}): Tensor {
  const { alpha, beta, k } = responseSettings('localResponseNorm', size, options);
  checkFloat('localResponseNorm', 'x', checkTensor('localResponseNorm', 'x', x));
  if (x.ndim < 3)
    throw new ShapeError(`localResponseNorm: x must be [N, C, ...]; got ${formatShape(x.shape)}; try unsqueeze(-1)`);
  if (x.count === 0) return x;
  const sides = [...Array<number>(2 * (x.ndim - 2)).fill(0), Math.floor(size / 2), Math.floor((size - 1) / 2)];
  // (N, C, ...) -> (N, C, ..., size): the squares of each channel and its neighbours
  const windows = pad(x.square(), sides).unfold(1, size, 1);
  return x.div(windows.mean(-1).mul(alpha).add(k).pow(beta));
}

/** `localResponseNorm` with its settings kept. PyTorch: `torch.nn.LocalResponseNorm`. */
export class LocalResponseNorm extends Module {
  declare readonly mapsShape: SameShape;

  constructor(
    readonly size: number,
    readonly options: LocalResponseNormOptions = {},
  ) {
    super();
    responseSettings('LocalResponseNorm', size, options);
  }

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    return localResponseNorm(x, this.size, this.options);
  }

  override extraRepr(): string {
    const { alpha, beta, k } = responseSettings('LocalResponseNorm', this.size, this.options);
    return `${this.size}, alpha=${alpha}, beta=${beta}, k=${k}`;
  }
}
