/** Convolution as layers. */

import { pad, type Shape, ShapeError, type Tensor, ValueError } from '@tessera/tensor';
import {
  checkFlag,
  checkFloat,
  checkInteger,
  checkTensor,
  describe,
  formatShape,
  withDefaults,
} from '@tessera/tensor/core';
import { uniformInit } from '../initialization/start.ts';
import { Module } from '../module.ts';
import { Parameter } from '../parameter.ts';
import type { Fits, Only, Output, Setting, ShapeIn, ShapeMap } from '../shapeMap.ts';
import { type PerDim, perDim } from '../spatial/perDim.ts';
import type { SpatialRank } from '../spatial/spatialSizes.ts';
import type { ConvGeometry } from './columns.ts';
import { CONV_DEFAULTS, type ConvPadding, type ConvSettings, convGeometry, convolve } from './conv.ts';
import { settingsOf, startBound, unlessZero } from './convLayer.ts';
import { type ConvLayerShape, checkGroups, convShape } from './convOp.ts';

export type ConvPaddingMode = 'zeros' | 'reflect' | 'replicate' | 'circular';

const MODES: readonly string[] = ['zeros', 'reflect', 'replicate', 'circular'];

export interface ConvLayerOptions extends ConvSettings {
  /** Whether a bias is added. Default true. */
  readonly bias?: boolean;
  /** What the padding is: zeros, the mirror image without its edge, the edge, or the other end. Default 'zeros'. */
  readonly paddingMode?: ConvPaddingMode;
}

/** Options as a rest parameter: one object or none. */
export type ConvLayerArgs = readonly [options?: ConvLayerOptions];

/** What the shape rule reads of a layer. */
export interface ConvForm<R, I, O, Kernel, Args> {
  readonly inChannels: I;
  readonly outChannels: O;
  /** Rank, window and options as they were given. */
  readonly form: { readonly rank: R; readonly kernelSize: Kernel; readonly options: Args };
}

/** The shape rule of `Conv1d`, `Conv2d` and `Conv3d`. */
export type ConvNdShape<
  S extends Shape,
  R extends SpatialRank,
  I extends number,
  O extends number,
  Kernel,
  Args,
> = ConvLayerShape<
  `Conv${R}d`,
  R,
  S,
  I,
  O,
  Kernel,
  Setting<Args, 'stride', 1>,
  Setting<Args, 'padding', 0>,
  Setting<Args, 'dilation', 1>
>;

export interface ConvMap extends ShapeMap {
  readonly output: this['layer'] extends ConvForm<
    infer R extends SpatialRank,
    infer I extends number,
    infer O extends number,
    infer Kernel,
    infer Args
  >
    ? ConvNdShape<ShapeIn<this['input']>, R, I, O, Kernel, Args>
    : never;
}

/** What Conv1d, Conv2d and Conv3d share. */
abstract class ConvNd<
  out R extends SpatialRank,
  out I extends number,
  out O extends number,
  out Kernel extends PerDim,
  out Args extends ConvLayerArgs,
> extends Module {
  declare readonly mapsShape: ConvMap;
  readonly weight: Parameter;
  readonly bias: Parameter<readonly [O]> | null;
  readonly kernelSize: readonly number[];
  readonly form: { readonly rank: R; readonly kernelSize: Kernel; readonly options: Args };
  readonly padding: ConvPadding;
  readonly paddingMode: ConvPaddingMode;
  /** Stride, dilation, groups, and the padding on either side. */
  readonly geometry: ConvGeometry;

  constructor(
    rank: R,
    readonly inChannels: I,
    readonly outChannels: O,
    kernelSize: Kernel,
    args: Args,
  ) {
    super();
    const name = `Conv${rank}d`;
    const options: ConvLayerOptions = args[0] ?? {};
    checkInteger(name, 'inChannels', inChannels, 0);
    checkInteger(name, 'outChannels', outChannels, 0);
    const settings = withDefaults<Required<ConvLayerOptions>>(name, options, {
      ...CONV_DEFAULTS,
      bias: true,
      paddingMode: 'zeros',
    });
    const { bias, paddingMode, padding } = settings;
    if (!MODES.includes(paddingMode)) {
      throw new ValueError(
        `${name}: paddingMode must be one of ${MODES.join(', ')}; got ${describe(paddingMode)}; try 'zeros'`,
      );
    }
    this.kernelSize = perDim(name, 'kernelSize', kernelSize, rank, 1);
    this.padding = padding;
    this.form = { rank, kernelSize, options: args };
    this.paddingMode = paddingMode;
    this.geometry = convGeometry(name, rank, this.kernelSize, settings);
    checkGroups(name, inChannels, outChannels, this.groups);
    const perGroup = inChannels / this.groups;
    const bound = startBound(perGroup, this.kernelSize);
    this.weight = new Parameter<Shape>(uniformInit([outChannels, perGroup, ...this.kernelSize], bound));
    this.bias = checkFlag(name, 'bias', bias) ? new Parameter(uniformInit<readonly [O]>([outChannels], bound)) : null;
  }

  get stride(): readonly number[] {
    return this.geometry.stride;
  }

  get dilation(): readonly number[] {
    return this.geometry.dilation;
  }

  get groups(): number {
    return this.geometry.groups;
  }

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    const { weight, bias, geometry, paddingMode } = this;
    const name = `Conv${this.kernelSize.length}d`;
    if (paddingMode === 'zeros') return convolve(name, x, weight, bias, geometry);
    checkFloat(name, 'x', checkTensor(name, 'x', x));
    convShape(name, x.shape, weight.shape, bias?.shape ?? null, geometry);
    const { before, after } = geometry;
    checkReach(name, x, geometry, paddingMode);
    // `pad` counts dimensions from the last
    const sides = before.flatMap((n, d) => [after[d] as number, n]).reverse();
    const none = before.map(() => 0);
    const padded = sides.every((n) => n === 0) ? x : pad(x, sides, { mode: paddingMode });
    return convolve(name, padded, weight, bias, { ...geometry, before: none, after: none });
  }

  override extraRepr(): string {
    const { padding, paddingMode } = this;
    const shown = typeof padding === 'string' ? [`padding=${padding}`] : unlessZero('padding', this.geometry.before);
    const settings = settingsOf(this, shown);
    return paddingMode === 'zeros' ? settings : `${settings}, paddingMode=${paddingMode}`;
  }
}

/** A mirror has no more elements than lie before its edge, a circle no more than there are. */
function checkReach(name: string, x: Tensor, { before, after }: ConvGeometry, mode: ConvPaddingMode): void {
  if (mode === 'replicate') return;
  const rank = before.length;
  before.forEach((n, d) => {
    const most = (x.shape[x.ndim - rank + d] as number) - (mode === 'reflect' ? 1 : 0);
    const sides = Math.max(n, after[d] as number);
    if (sides <= most) return;
    throw new ShapeError(
      `${name}: paddingMode '${mode}' pads by at most ${most} in dim ${d - rank}; got padding ${sides} for ${formatShape(x.shape)}; try paddingMode 'replicate'`,
    );
  });
}

/**
 * `conv1d` with a weight [outChannels, inChannels / groups, k] and a bias of its own, which start uniform in
 * +-1/sqrt(inChannels / groups k): [N, C, L] or [C, L]. PyTorch: `torch.nn.Conv1d`.
 *
 * @throws ShapeError when an input has other channels, or is smaller than a window.
 * @example
 * new Conv1d(3, 8, 5, { padding: 2 }).forward(randn(4, 3, 20)).shape; // [4, 8, 20]
 */
export class Conv1d<
  out I extends number = number,
  out O extends number = number,
  const out Kernel extends PerDim = PerDim,
  const out Args extends ConvLayerArgs = ConvLayerArgs,
> extends ConvNd<1, I, O, Kernel, Args> {
  constructor(
    inChannels: I,
    outChannels: O,
    kernelSize: Kernel,
    ...options: Args & Only<Args, keyof ConvLayerOptions>
  ) {
    super(1, inChannels, outChannels, kernelSize, options);
  }
}

/**
 * `conv2d` with a weight [outChannels, inChannels / groups, kh, kw] and a bias of its own, which start uniform in
 * +-1/sqrt(inChannels / groups kh kw): [N, C, H, W] or [C, H, W]. PyTorch: `torch.nn.Conv2d`.
 *
 * @throws ShapeError when an input has other channels, or is smaller than a window.
 * @example
 * new Conv2d(3, 16, 3, { stride: 2, padding: 1 }).forward(randn(8, 3, 28, 28)).shape; // [8, 16, 14, 14]
 */
export class Conv2d<
  out I extends number = number,
  out O extends number = number,
  const out Kernel extends PerDim = PerDim,
  const out Args extends ConvLayerArgs = ConvLayerArgs,
> extends ConvNd<2, I, O, Kernel, Args> {
  constructor(
    inChannels: I,
    outChannels: O,
    kernelSize: Kernel,
    ...options: Args & Only<Args, keyof ConvLayerOptions>
  ) {
    super(2, inChannels, outChannels, kernelSize, options);
  }
}

/**
 * `conv3d` with a weight [outChannels, inChannels / groups, kd, kh, kw] and a bias of its own, which start uniform in
 * +-1/sqrt(inChannels / groups kd kh kw): [N, C, D, H, W] or [C, D, H, W]. PyTorch: `torch.nn.Conv3d`.
 *
 * @throws ShapeError when an input has other channels, or is smaller than a window.
 * @example
 * new Conv3d(1, 4, [1, 3, 3]).forward(randn(2, 1, 5, 8, 8)).shape; // [2, 4, 5, 6, 6]
 */
export class Conv3d<
  out I extends number = number,
  out O extends number = number,
  const out Kernel extends PerDim = PerDim,
  const out Args extends ConvLayerArgs = ConvLayerArgs,
> extends ConvNd<3, I, O, Kernel, Args> {
  constructor(
    inChannels: I,
    outChannels: O,
    kernelSize: Kernel,
    ...options: Args & Only<Args, keyof ConvLayerOptions>
  ) {
    super(3, inChannels, outChannels, kernelSize, options);
  }
}
