/** Transposed convolution as layers. */
import { type Shape, ShapeError, type Tensor, ValueError } from '@tessera/tensor';
import {
  checkFlag,
  checkInteger,
  checkShape,
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
import { settingsOf, startBound, unlessZero } from './convLayer.ts';
import type { ConvForm } from './convNd.ts';
import { checkGroups } from './convOp.ts';
import {
  CONV_TRANSPOSE_DEFAULTS,
  type ConvTransposeGeometry,
  type ConvTransposeLayerShape,
  type ConvTransposeSettings,
  convolveTransposed,
  convTransposeGeometry,
  transposedSizes,
} from './convTranspose.ts';

export interface ConvTransposeLayerOptions extends ConvTransposeSettings {
  /** Whether a bias is learned. Default true. */
  readonly bias?: boolean;
  /** There is but one: what is cut off at the sides counts as zeros. Default 'zeros'. */
  readonly paddingMode?: 'zeros';
}

export interface UpsampleToOptions {
  /** The spatial sizes of the result, where `outputPadding` follows from them. */
  readonly outputSize?: readonly number[] | null;
}

/** Options as a rest parameter: one object or none. */
export type ConvTransposeLayerArgs = readonly [options?: ConvTransposeLayerOptions];

export interface ConvTransposeMap extends ShapeMap {
  readonly output: this['layer'] extends ConvForm<
    infer R extends SpatialRank,
    infer I extends number,
    infer O extends number,
    infer Kernel,
    infer Args
  >
    ? ConvTransposeLayerShape<
        `ConvTranspose${R}d`,
        R,
        ShapeIn<this['input']>,
        I,
        O,
        {
          kernel: Kernel;
          stride: Setting<Args, 'stride', 1>;
          padding: Setting<Args, 'padding', 0>;
          outputPadding: Setting<Args, 'outputPadding', 0>;
          dilation: Setting<Args, 'dilation', 1>;
        }
      >
    : never;
}

/** What ConvTranspose1d, ConvTranspose2d and ConvTranspose3d share. */
abstract class ConvTransposeNd<
  out R extends SpatialRank,
  out I extends number,
  out O extends number,
  out Kernel extends PerDim,
  out Args extends ConvTransposeLayerArgs,
> extends Module {
  declare readonly mapsShape: ConvTransposeMap;
  readonly weight: Parameter;
  readonly bias: Parameter<readonly [O]> | null;
  readonly kernelSize: readonly number[];
  readonly form: { readonly rank: R; readonly kernelSize: Kernel; readonly options: Args };
  readonly geometry: ConvTransposeGeometry;

  constructor(
    rank: R,
    readonly inChannels: I,
    readonly outChannels: O,
    kernelSize: Kernel,
    args: Args,
  ) {
    super();
    const name = `ConvTranspose${rank}d`;
    const options: ConvTransposeLayerOptions = args[0] ?? {};
    checkInteger(name, 'inChannels', inChannels, 0);
    checkInteger(name, 'outChannels', outChannels, 0);
    const { bias, paddingMode, ...settings } = withDefaults<Required<ConvTransposeLayerOptions>>(name, options, {
      ...CONV_TRANSPOSE_DEFAULTS,
      bias: true,
      paddingMode: 'zeros',
    });
    if (paddingMode !== 'zeros')
      throw new ValueError(`${name}: paddingMode must be zeros; got ${describe(paddingMode)}; try 'zeros'`);
    this.kernelSize = perDim(name, 'kernelSize', kernelSize, rank, 1);
    this.form = { rank, kernelSize, options: args };
    this.geometry = convTransposeGeometry(name, rank, settings);
    const { groups } = this.geometry;
    checkGroups(name, inChannels, outChannels, groups);
    // The second dimension of the weight counts as what comes in.
    const bound = startBound(outChannels / groups, this.kernelSize);
    this.weight = new Parameter<Shape>(uniformInit([inChannels, outChannels / groups, ...this.kernelSize], bound));
    this.bias = checkFlag(name, 'bias', bias) ? new Parameter(uniformInit<readonly [O]>([outChannels], bound)) : null;
  }

  forward<L, X extends Tensor, To extends readonly [options?: UpsampleToOptions] = readonly []>(
    this: L,
    x: X & Fits<L, X>,
    ...options: To
  ): To extends readonly [] ? Output<L, X> : Tensor;
  forward(x: Tensor, options: UpsampleToOptions = {}): Tensor {
    const name = `ConvTranspose${this.kernelSize.length}d`;
    const { outputSize } = withDefaults<Required<UpsampleToOptions>>(name, options, { outputSize: null });
    const geometry = outputSize === null ? this.geometry : this.#reaching(name, x, outputSize);
    return convolveTransposed(name, x, this.weight, this.bias, geometry);
  }

  /** The geometry whose result has the sizes that are wanted. */
  #reaching(name: string, x: Tensor, wanted: readonly number[]): ConvTransposeGeometry {
    const rank = this.kernelSize.length;
    const sizes = checkShape(name, wanted).slice(-rank);
    const none = { ...this.geometry, outputPadding: this.kernelSize.map(() => 0) };
    const least = transposedSizes(name, checkTensor(name, 'x', x).shape.slice(-rank), this.kernelSize, none);
    const outputPadding = sizes.map((size, d) => size - (least[d] as number));
    const wrong = outputPadding.findIndex((more, d) => more < 0 || more >= (this.geometry.stride[d] as number));
    if (sizes.length !== rank)
      throw new ShapeError(
        `${name}: outputSize must have ${rank} sizes; got ${formatShape(sizes)}; try ${formatShape(least)}`,
      );
    if (wrong >= 0)
      throw new ValueError(
        `${name}: outputSize must lie from ${formatShape(least)} to less than a stride beyond; got ${describe(wanted)}; try ${formatShape(least)}`,
      );
    return { ...this.geometry, outputPadding };
  }

  override extraRepr(): string {
    const { before, outputPadding } = this.geometry;
    return settingsOf(this, [...unlessZero('padding', before), ...unlessZero('outputPadding', outputPadding)]);
  }
}

/**
 * `convTranspose1d` with a weight [inChannels, outChannels / groups, k] and a bias of its own, which start uniform in
 * +-1/sqrt(outChannels / groups k). PyTorch: `torch.nn.ConvTranspose1d`.
 *
 * @throws ShapeError when an input has other channels.
 * @example
 * new ConvTranspose1d(3, 8, 4, { stride: 2, padding: 1 }).forward(randn(4, 3, 10)).shape; // [4, 8, 20]
 */
export class ConvTranspose1d<
  out I extends number = number,
  out O extends number = number,
  const out Kernel extends PerDim = PerDim,
  const out Args extends ConvTransposeLayerArgs = ConvTransposeLayerArgs,
> extends ConvTransposeNd<1, I, O, Kernel, Args> {
  constructor(
    inChannels: I,
    outChannels: O,
    kernelSize: Kernel,
    ...options: Args & Only<Args, keyof ConvTransposeLayerOptions>
  ) {
    super(1, inChannels, outChannels, kernelSize, options);
  }
}

/**
 * `convTranspose2d` with a weight and bias of its own. PyTorch: `torch.nn.ConvTranspose2d`.
 *
 * @throws ShapeError when an input has other channels.
 * @example
 * new ConvTranspose2d(16, 3, 2, { stride: 2 }).forward(randn(8, 16, 14, 14)).shape; // [8, 3, 28, 28]
 */
export class ConvTranspose2d<
  out I extends number = number,
  out O extends number = number,
  const out Kernel extends PerDim = PerDim,
  const out Args extends ConvTransposeLayerArgs = ConvTransposeLayerArgs,
> extends ConvTransposeNd<2, I, O, Kernel, Args> {
  constructor(
    inChannels: I,
    outChannels: O,
    kernelSize: Kernel,
    ...options: Args & Only<Args, keyof ConvTransposeLayerOptions>
  ) {
    super(2, inChannels, outChannels, kernelSize, options);
  }
}

/** `convTranspose3d` with a weight and bias of its own. PyTorch: `torch.nn.ConvTranspose3d`. */
export class ConvTranspose3d<
  out I extends number = number,
  out O extends number = number,
  const out Kernel extends PerDim = PerDim,
  const out Args extends ConvTransposeLayerArgs = ConvTransposeLayerArgs,
> extends ConvTransposeNd<3, I, O, Kernel, Args> {
  constructor(
    inChannels: I,
    outChannels: O,
    kernelSize: Kernel,
    ...options: Args & Only<Args, keyof ConvTransposeLayerOptions>
  ) {
    super(3, inChannels, outChannels, kernelSize, options);
  }
}
