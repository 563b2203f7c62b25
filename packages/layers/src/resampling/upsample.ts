/** Layers that give images another size. */
import type { Tensor } from '@tessera/tensor';
import { Module } from '../module.ts';
import type { Fits, Output, ShapeIn, ShapeMap } from '../shapeMap.ts';
import { type Interpolated, type InterpolateOptions, interpolate, interpolateSettings } from './interpolate.ts';

export interface UpsampleMap extends ShapeMap {
  readonly output: this['layer'] extends { readonly options: infer O }
    ? Interpolated<ShapeIn<this['input']>, O>
    : never;
}

/**
 * `interpolate` with its options kept. PyTorch: `torch.nn.Upsample`.
 *
 * @example
 * new Upsample({ scaleFactor: 2 }).forward(ones(1, 3, 4, 4)).shape; // [1, 3, 8, 8]
 */
export class Upsample<const out O extends InterpolateOptions = InterpolateOptions> extends Module {
  declare readonly mapsShape: UpsampleMap;

  constructor(readonly options: O) {
    super();
    interpolateSettings('Upsample', options);
  }

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    return interpolate<Tensor, InterpolateOptions>(x, this.options);
  }

  override extraRepr(): string {
    const { size, scaleFactor, mode } = interpolateSettings('Upsample', this.options);
    return `${size === null || size === undefined ? `scaleFactor=${scaleFactor}` : `size=${size}`}, mode=${mode}`;
  }
}

export type UpsamplingOptions = Pick<InterpolateOptions, 'size' | 'scaleFactor'>;

/** `Upsample` of images with mode 'nearest'. PyTorch: `torch.nn.UpsamplingNearest2d`. */
export class UpsamplingNearest2d<const out O extends UpsamplingOptions = UpsamplingOptions> extends Upsample<O> {
  constructor(options: O) {
    interpolateSettings('UpsamplingNearest2d', options);
    super({ ...options, mode: 'nearest' });
  }
}

/** `Upsample` of images with mode 'bilinear' and aligned corners. PyTorch: `torch.nn.UpsamplingBilinear2d`. */
export class UpsamplingBilinear2d<const out O extends UpsamplingOptions = UpsamplingOptions> extends Upsample<O> {
  constructor(options: O) {
    interpolateSettings('UpsamplingBilinear2d', options);
    super({ ...options, mode: 'bilinear', alignCorners: true });
  }
}
