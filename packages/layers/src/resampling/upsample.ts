/** Layers that give images another size. */
import type { Tensor } from '@tessera/tensor';
import { Module } from '../module.ts';
import { type InterpolateOptions, interpolate, interpolateSettings } from './interpolate.ts';

/**
 * `interpolate` with its options kept. PyTorch: `torch.nn.Upsample`.
 *
 * @example
 * new Upsample({ scaleFactor: 2 }).forward(ones(1, 3, 4, 4)).shape; // [1, 3, 8, 8]
 */
export class Upsample extends Module {
  constructor(readonly options: InterpolateOptions) {
    super();
    interpolateSettings('Upsample', options);
  }

  forward(x: Tensor): Tensor {
    return interpolate(x, this.options);
  }

  override extraRepr(): string {
    const { size, scaleFactor, mode } = interpolateSettings('Upsample', this.options);
    return `${size === null || size === undefined ? `scaleFactor=${scaleFactor}` : `size=${size}`}, mode=${mode}`;
  }
}

export type UpsamplingOptions = Pick<InterpolateOptions, 'size' | 'scaleFactor'>;

/** `Upsample` of images with mode 'nearest'. PyTorch: `torch.nn.UpsamplingNearest2d`. */
export class UpsamplingNearest2d extends Upsample {
  constructor(options: UpsamplingOptions) {
    super({ ...interpolateSettings('UpsamplingNearest2d', options), mode: 'nearest' });
  }
}

/** `Upsample` of images with mode 'bilinear' and aligned corners. PyTorch: `torch.nn.UpsamplingBilinear2d`. */
export class UpsamplingBilinear2d extends Upsample {
  constructor(options: UpsamplingOptions) {
    super({ ...interpolateSettings('UpsamplingBilinear2d', options), mode: 'bilinear', alignCorners: true });
  }
}
