/** Transposed convolution as functions: the derivative of a convolution by its input, as a layer of its own. */
import { type Shape, ShapeError, type Tensor, ValueError } from '@tessera/tensor';
import {
  type Agreed,
  checkFloat,
  checkInteger,
  checkSameDType,
  checkTensor,
  type Difference,
  formatShape,
  type Product,
  type Show,
  type Sum,
  sameShape,
  withDefaults,
} from '@tessera/tensor/core';
import { type At, type PerDim, perDim } from '../spatial/perDim.ts';
import { type Before, type Spatial, type SpatialRank, spatialSizes } from '../spatial/spatialSizes.ts';
import { type One, type Span, spanOf, type Three, type Two } from '../spatial/windows.ts';
import type { ConvGeometry } from './columns.ts';
import { pullBackToInput } from './convOp.ts';

export interface ConvTransposeSettings {
  /** Elements from one window to the next. Default 1. */
  readonly stride?: PerDim;
  /** How much is cut off on both sides. Default 0. */
  readonly padding?: PerDim;
  /** How much longer the result is at its end; smaller than the stride or the dilation. Default 0. */
  readonly outputPadding?: PerDim;
  /** Into how many parts channels are divided; each sees its own part alone. Default 1. */
  readonly groups?: number;
  /** Elements between neighbours in a window. Default 1. */
  readonly dilation?: PerDim;
}

export interface ConvTransposeOptions extends ConvTransposeSettings {
  /** Added to every output channel; of shape [outChannels]. */
  readonly bias?: Tensor | null;
}

/** PyTorch's defaults. */
export const CONV_TRANSPOSE_DEFAULTS: Required<ConvTransposeSettings> = {
  stride: 1,
  padding: 0,
  outputPadding: 0,
  groups: 1,
  dilation: 1,
};

/** The shape rule of a layer from I to O channels. */
export type ConvTransposeLayerShape<
  Op extends string,
  R extends SpatialRank,
  S extends Shape,
  I extends number,
  O extends number,
  Form extends TransposedForm,
> =
  Spatial<Op, S, R> extends infer Image
    ? Image extends [infer N, infer C extends number, infer Sizes]
      ? Agreed<C, I> extends never
        ? `${Op}: input must have ${I} channels; got ${Show<S>} (${C})`
        : Lengths<Op, R, Before<N, O>, Sizes, Form>
      : Image extends string
        ? Image
        : readonly [...number[], O, ...{ 1: [number]; 2: [number, number]; 3: [number, number, number] }[R]]
    : never;

/** Settings as they were given. */
interface TransposedForm {
  readonly kernel: unknown;
  readonly stride: unknown;
  readonly padding: unknown;
  readonly outputPadding: unknown;
  readonly dilation: unknown;
}

type Lengths<
  Op extends string,
  R extends SpatialRank,
  Lead extends Shape,
  Sizes,
  F extends TransposedForm,
> = Sizes extends readonly [infer H extends number, infer W extends number]
  ? Two<Lead, Length<Op, R, 0, H, F>, Length<Op, R, 1, W, F>>
  : Sizes extends readonly [infer L extends number]
    ? One<Lead, Length<Op, R, 0, L, F>>
    : Sizes extends readonly [infer D extends number, infer H extends number, infer W extends number]
      ? Three<Lead, Length<Op, R, 0, D, F>, Length<Op, R, 1, H, F>, Length<Op, R, 2, W, F>>
      : never;

type Length<Op extends string, R extends SpatialRank, D extends number, Size extends number, F extends TransposedForm> =
  Reach<
    Size,
    At<F['stride'], D> & number,
    Span<At<F['kernel'], D> & number, At<F['dilation'], D> & number>,
    At<F['outputPadding'], D> & number
  > extends infer Whole extends number
    ? Product<2, At<F['padding'], D> & number> extends infer Cut extends number
      ? number extends Whole | Cut
        ? number
        : Difference<Whole, Cut> extends infer Left extends number
          ? [Left] extends [0]
            ? `${Op}: padding must leave elements; got ${Cut} of ${Whole} in dim -${Difference<R, D>}`
            : Left
          : never
      : never
    : never;

/** (size - 1) stride + span + outputPadding */
type Reach<Size extends number, Stride extends number, Span extends number, More extends number> = number extends
  | Size
  | Stride
  | Span
  | More
  ? number
  : Sum<Sum<Product<Difference<Size, 1>, Stride>, Span>, More>;

export interface ConvTransposeGeometry extends ConvGeometry {
  readonly outputPadding: readonly number[];
}

/** The numbers behind the settings. */
export function convTransposeGeometry(
  op: string,
  rank: number,
  settings: Required<ConvTransposeSettings>,
): ConvTransposeGeometry {
  const stride = perDim(op, 'stride', settings.stride, rank, 1);
  const dilation = perDim(op, 'dilation', settings.dilation, rank, 1);
  const sides = perDim(op, 'padding', settings.padding, rank, 0);
  const outputPadding = perDim(op, 'outputPadding', settings.outputPadding, rank, 0);
  const groups = checkInteger(op, 'groups', settings.groups, 1);
  const long = outputPadding.findIndex((n, d) => n >= Math.max(stride[d] as number, dilation[d] as number));
  if (long >= 0)
    throw new ValueError(
      `${op}: outputPadding must be smaller than the stride or the dilation; got ${outputPadding[long]} for stride ${stride[long]}; try 0`,
    );
  return { stride, before: sides, after: sides, dilation, groups, outputPadding };
}

/** (size - 1) stride - 2 padding + dilation (kernel - 1) + outputPadding + 1, for every spatial dimension. */
export function transposedSizes(
  op: string,
  sizes: readonly number[],
  kernel: readonly number[],
  { stride, before, after, dilation, outputPadding }: ConvTransposeGeometry,
): number[] {
  return sizes.map((size, d) => {
    const span = spanOf(kernel[d] as number, dilation[d] as number);
    const whole = (size - 1) * (stride[d] as number) + span + (outputPadding[d] as number);
    const cut = (before[d] as number) + (after[d] as number);
    if (cut < whole) return whole - cut;
    throw new ShapeError(
      `${op}: padding must leave elements; got ${cut} of ${whole} in dim ${d - sizes.length}; try less padding`,
    );
  });
}

/** Checks the operands in the name of `op`, then convolves backwards; an image alone is a batch of one. */
export function convolveTransposed(
  op: string,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  geometry: ConvTransposeGeometry,
): Tensor {
  checkFloat(op, 'x', checkTensor(op, 'x', x));
  checkSameDType(op, x, checkTensor(op, 'weight', weight));
  if (bias !== null) checkSameDType(op, x, checkTensor(op, 'bias', bias));
  const { stride, groups } = geometry;
  const rank = stride.length;
  const sizes = spatialSizes(op, x.shape, rank);
  const [inputs, perGroup, ...kernel] = weight.shape as readonly [number, number, ...number[]];
  const channels = x.shape.at(-rank - 1) as number;
  if (weight.ndim === rank + 2 && inputs !== channels)
    throw new ShapeError(
      `${op}: input must have ${inputs} channels; got ${formatShape(x.shape)} (${channels}); try a weight ${formatShape([channels, perGroup, ...kernel])}`,
    );
  if (weight.ndim !== rank + 2 || kernel.includes(0) || inputs % groups !== 0)
    throw new ShapeError(
      `${op}: weight must be [inChannels, outChannels / groups, ${['', 'k', 'kh, kw', 'kd, kh, kw'][rank]}]; got ${formatShape(weight.shape)} for input ${formatShape(x.shape)} and ${groups} groups; try a weight ${formatShape([channels, perGroup ?? 1, ...new Array(rank).fill(3)])}`,
    );
  const outputs = perGroup * groups;
  if (bias !== null && !sameShape(bias.shape, [outputs]))
    throw new ShapeError(
      `${op}: bias must have one number for each output channel; got ${formatShape(bias.shape)} for ${outputs}; try a bias of shape [${outputs}]`,
    );
  const batched = x.ndim === rank + 2;
  const images = batched ? x : x.unsqueeze(0);
  const shape = [images.shape[0] as number, outputs, ...transposedSizes(op, sizes, kernel, geometry)];
  const y = pullBackToInput(images, weight, shape, geometry);
  const shifted = bias === null ? y : y.add(bias.reshape([outputs, ...kernel.map(() => 1)]));
  return batched ? shifted : shifted.squeeze(0);
}

function convTranspose(op: string, rank: number, x: Tensor, weight: Tensor, options: ConvTransposeOptions): Tensor {
  const { bias, ...settings } = withDefaults<Required<ConvTransposeOptions>>(op, options, {
    ...CONV_TRANSPOSE_DEFAULTS,
    bias: null,
  });
  return convolveTransposed(op, x, weight, bias, convTransposeGeometry(op, rank, settings));
}

/**
 * What a convolution with the same settings passes back to its input: [N, C, L] or [C, L] with a weight
 * [C, O / groups, k] gives [N, O, (L - 1) stride - 2 padding + dilation (k - 1) + outputPadding + 1]. Zeiler et al., 2010.
 * PyTorch: `torch.nn.functional.conv_transpose1d`.
 *
 * @throws ShapeError when channels, weight or bias do not fit; ValueError when outputPadding is too large.
 * @example
 * convTranspose1d(tensor([[[1, 2]]]), tensor([[[1, 1]]]), { stride: 2 }); // tensor([[[1., 1., 2., 2.]]])
 */
export function convTranspose1d(x: Tensor, weight: Tensor, options: ConvTransposeOptions = {}): Tensor {
  return convTranspose('convTranspose1d', 1, x, weight, options);
}

/** `convTranspose1d` for images, [N, C, H, W] or [C, H, W]. PyTorch: `torch.nn.functional.conv_transpose2d`. */
export function convTranspose2d(x: Tensor, weight: Tensor, options: ConvTransposeOptions = {}): Tensor {
  return convTranspose('convTranspose2d', 2, x, weight, options);
}

/** `convTranspose1d` for volumes, [N, C, D, H, W] or [C, D, H, W]. PyTorch: `torch.nn.functional.conv_transpose3d`. */
export function convTranspose3d(x: Tensor, weight: Tensor, options: ConvTransposeOptions = {}): Tensor {
  return convTranspose('convTranspose3d', 3, x, weight, options);
}
