/** Convolution as functions. */
import { type Tensor, ValueError } from '@tessera/tensor';
import {
  apply,
  type Check,
  checkFloat,
  checkInteger,
  checkSameDType,
  checkTensor,
  describe,
  type Result,
  withDefaults,
} from '@tessera/tensor/core';
import { type PerDim, perDim } from '../spatial/perDim.ts';
import type { ConvGeometry } from './columns.ts';
import { type ConvShape, convOp, convShape } from './convOp.ts';

/** Zeros on both sides, one number for all spatial dimensions or one for each; `same` keeps sizes, `valid` is 0. */
export type ConvPadding = PerDim | 'same' | 'valid';

export interface ConvSettings<
  Stride extends PerDim = PerDim,
  Padding extends ConvPadding = ConvPadding,
  Dilation extends PerDim = PerDim,
  Groups extends number = number,
> {
  /** Elements from one window to the next. Default 1. */
  readonly stride?: Stride;
  /** Default 0. */
  readonly padding?: Padding;
  /** Elements between neighbours in a window. Default 1. */
  readonly dilation?: Dilation;
  /** Into how many parts channels are divided; each sees its own part alone. Default 1. */
  readonly groups?: Groups;
}

/** PyTorch's defaults. */
export const CONV_DEFAULTS: Required<ConvSettings> = { padding: 0, stride: 1, dilation: 1, groups: 1 };

export interface ConvOptions<
  Stride extends PerDim = PerDim,
  Padding extends ConvPadding = ConvPadding,
  Dilation extends PerDim = PerDim,
  Groups extends number = number,
> extends ConvSettings<Stride, Padding, Dilation, Groups> {
  /** Added to every output channel; of shape [outChannels]. */
  readonly bias?: Tensor | null;
}

/**
 * The cross-correlation of [N, C, L] (or [C, L]) with kernels [O, C / groups, k]: [N, O, positions] (or [O, positions]).
 * PyTorch: `torch.nn.functional.conv1d`.
 *
 * @throws ShapeError when channels, weight or bias do not fit, or the padded input is smaller than a window.
 * @example
 * conv1d(tensor([[[1, 2, 3, 4]]]), tensor([[[1, -1]]])); // tensor([[[-1., -1., -1.]]])
 */
export function conv1d<
  S extends Tensor,
  W extends Tensor,
  const Stride extends PerDim = 1,
  const Padding extends ConvPadding = 0,
  const Dilation extends PerDim = 1,
  Groups extends number = 1,
>(
  x: S,
  weight: W & Check<ConvShape<'conv1d', 1, S['shape'], W['shape'], Stride, Padding, Dilation, Groups>>,
  options?: ConvOptions<Stride, Padding, Dilation, Groups>,
): Tensor<Result<ConvShape<'conv1d', 1, S['shape'], W['shape'], Stride, Padding, Dilation, Groups>>>;
export function conv1d(x: Tensor, weight: Tensor, options: ConvOptions = {}): Tensor {
  return conv('conv1d', 1, x, weight, options);
}

/**
 * The cross-correlation of [N, C, H, W] (or [C, H, W]) with kernels [O, C / groups, kh, kw].
 * PyTorch: `torch.nn.functional.conv2d`.
 *
 * @throws ShapeError when channels, weight or bias do not fit, or the padded input is smaller than a window.
 * @example
 * conv2d(randn(8, 3, 28, 28), randn(16, 3, 3, 3), { padding: 'same' }).shape; // [8, 16, 28, 28]
 */
export function conv2d<
  S extends Tensor,
  W extends Tensor,
  const Stride extends PerDim = 1,
  const Padding extends ConvPadding = 0,
  const Dilation extends PerDim = 1,
  Groups extends number = 1,
>(
  x: S,
  weight: W & Check<ConvShape<'conv2d', 2, S['shape'], W['shape'], Stride, Padding, Dilation, Groups>>,
  options?: ConvOptions<Stride, Padding, Dilation, Groups>,
): Tensor<Result<ConvShape<'conv2d', 2, S['shape'], W['shape'], Stride, Padding, Dilation, Groups>>>;
export function conv2d(x: Tensor, weight: Tensor, options: ConvOptions = {}): Tensor {
  return conv('conv2d', 2, x, weight, options);
}

/**
 * The cross-correlation of [N, C, D, H, W] (or [C, D, H, W]) with kernels [O, C / groups, kd, kh, kw].
 * PyTorch: `torch.nn.functional.conv3d`.
 *
 * @throws ShapeError when channels, weight or bias do not fit, or the padded input is smaller than a window.
 * @example
 * conv3d(randn(2, 1, 4, 8, 8), randn(5, 1, 2, 3, 3), { stride: [1, 2, 2] }).shape; // [2, 5, 3, 3, 3]
 */
export function conv3d<
  S extends Tensor,
  W extends Tensor,
  const Stride extends PerDim = 1,
  const Padding extends ConvPadding = 0,
  const Dilation extends PerDim = 1,
  Groups extends number = 1,
>(
  x: S,
  weight: W & Check<ConvShape<'conv3d', 3, S['shape'], W['shape'], Stride, Padding, Dilation, Groups>>,
  options?: ConvOptions<Stride, Padding, Dilation, Groups>,
): Tensor<Result<ConvShape<'conv3d', 3, S['shape'], W['shape'], Stride, Padding, Dilation, Groups>>>;
export function conv3d(x: Tensor, weight: Tensor, options: ConvOptions = {}): Tensor {
  return conv('conv3d', 3, x, weight, options);
}

function conv(op: string, rank: number, x: Tensor, weight: Tensor, options: ConvOptions): Tensor {
  const { bias, ...settings } = withDefaults<Required<ConvOptions>>(op, options, { bias: null, ...CONV_DEFAULTS });
  const kernel = checkTensor(op, 'weight', weight).shape.slice(2);
  return convolve(op, x, weight, bias, convGeometry(op, rank, kernel, settings));
}

/** The numbers behind the settings. A kernel of another rank is left for the shape rule to refuse. */
export function convGeometry(
  op: string,
  rank: number,
  kernel: readonly number[],
  { stride, padding, dilation, groups }: Required<ConvSettings>,
): ConvGeometry {
  const steps = perDim(op, 'stride', stride, rank, 1);
  const gaps = perDim(op, 'dilation', dilation, rank, 1);
  checkInteger(op, 'groups', groups, 1);
  if (padding === 'same') {
    if (steps.some((step) => step !== 1)) {
      throw new ValueError(
        `${op}: padding 'same' is for stride 1; got stride ${describe(stride)}; try a number as padding`,
      );
    }
    const more = gaps.map((gap, d) => gap * ((kernel[d] ?? 1) - 1));
    // An odd one stands at the end, as in PyTorch.
    const before = more.map((n) => Math.floor(n / 2));
    return { stride: steps, before, after: more.map((n, d) => n - (before[d] as number)), dilation: gaps, groups };
  }
  if (typeof padding === 'string' && padding !== 'valid') {
    throw new ValueError(
      `${op}: padding must be 'same', 'valid' or whole numbers; got ${describe(padding)}; try 'same'`,
    );
  }
  const sides = perDim(op, 'padding', padding === 'valid' ? 0 : padding, rank, 0);
  return { stride: steps, before: sides, after: sides, dilation: gaps, groups };
}

/** Checks the operands in the name of `op`, then convolves; an image alone is a batch of one. */
export function convolve(op: string, x: Tensor, weight: Tensor, bias: Tensor | null, geometry: ConvGeometry): Tensor {
  checkFloat(op, 'x', checkTensor(op, 'x', x));
  const others = bias === null ? [weight] : [weight, checkTensor(op, 'bias', bias)];
  for (const other of others) checkSameDType(op, x, other);
  convShape(op, x.shape, weight.shape, bias?.shape ?? null, geometry);
  const batched = x.ndim === geometry.stride.length + 2;
  const y = apply(convOp, [batched ? x : x.unsqueeze(0), ...others], geometry);
  return batched ? y : y.squeeze(0);
}
