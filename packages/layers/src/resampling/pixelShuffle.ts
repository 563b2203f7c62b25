/** Channels turned into pixels, pixels into channels, and channels mixed between groups. */
import { type Shape, ShapeError, type Tensor } from '@tessera/tensor';
import {
  type Check,
  checkInteger,
  checkTensor,
  formatShape,
  type IsRanked,
  type Product,
  type Quotient,
  type Result,
  type Show,
  type ShowSize,
} from '@tessera/tensor/core';
import { Module } from '../module.ts';
import type { Fits, Output, SameShape, ShapeIn, ShapeMap } from '../shapeMap.ts';

/** The shape rule of `pixelShuffle`. */
export type PixelShuffled<S extends Shape, R extends number> =
  IsRanked<S> extends true
    ? S extends readonly [
        ...infer N extends Shape,
        infer C extends number,
        infer H extends number,
        infer W extends number,
      ]
      ? Quotient<C, Product<R, R>> extends [infer Q extends number, infer Left]
        ? 0 extends Left
          ? readonly [...N, Q, Product<H, R>, Product<W, R>]
          : NoSquare<S, R>
        : Shape
      : NoSquare<S, R>
    : Shape;

type NoSquare<
  S extends Shape,
  R extends number,
> = `pixelShuffle: x must be [..., C * ${ShowSize<Product<R, R>>}, H, W]; got ${Show<S>}`;

/**
 * Of r r channels one, with r times as many pixels along both sides: [..., C r r, H, W] -> [..., C, H r, W r]. Shi et al., 2016.
 * PyTorch: `torch.nn.functional.pixel_shuffle`.
 *
 * @throws ShapeError when the channels are not a multiple of r r.
 * @example
 * pixelShuffle(tensor([[[1]], [[2]], [[3]], [[4]]]), 2); // tensor([[[1., 2.], [3., 4.]]])
 */
export function pixelShuffle<A extends Tensor, R extends number>(
  x: A & Check<PixelShuffled<A['shape'], R>>,
  upscaleFactor: R,
): Tensor<Result<PixelShuffled<A['shape'], R>>>;
export function pixelShuffle(x: Tensor, upscaleFactor: number): Tensor {
  checkInteger('pixelShuffle', 'upscaleFactor', upscaleFactor, 1);
  const { shape } = checkTensor('pixelShuffle', 'x', x);
  const r = upscaleFactor;
  const [channels, height, width] = shape.slice(-3) as [number, number, number];
  if (shape.length < 3 || channels % (r * r) !== 0)
    throw new ShapeError(
      `pixelShuffle: x must be [..., C * ${r * r}, H, W]; got ${formatShape(shape)}; try ${r * r} times as many channels`,
    );
  const lead = shape.slice(0, -3);
  const outer = lead.map((_, d) => d);
  const n = lead.length;
  // (..., C r r, H, W) -> (..., C, r, r, H, W) -> (..., C, H, r, W, r) -> (..., C, H r, W r)
  return x
    .reshape([...lead, channels / (r * r), r, r, height, width])
    .permute([...outer, n, n + 3, n + 1, n + 4, n + 2])
    .reshape([...lead, channels / (r * r), height * r, width * r]);
}

/** The shape rule of `pixelUnshuffle`. */
export type PixelUnshuffled<S extends Shape, R extends number> =
  IsRanked<S> extends true
    ? S extends readonly [
        ...infer N extends Shape,
        infer C extends number,
        infer H extends number,
        infer W extends number,
      ]
      ? [Quotient<H, R>, Quotient<W, R>] extends [
          [infer Rows extends number, infer Below],
          [infer Columns extends number, infer Beside],
        ]
        ? [0, 0] extends [Below, Beside]
          ? readonly [...N, Product<C, Product<R, R>>, Rows, Columns]
          : NoMultiple<S, R>
        : Shape
      : NoMultiple<S, R>
    : Shape;

type NoMultiple<
  S extends Shape,
  R extends number,
> = `pixelUnshuffle: x must be [..., C, H * ${ShowSize<R>}, W * ${ShowSize<R>}]; got ${Show<S>}`;

/**
 * What `pixelShuffle` did, undone: [..., C, H r, W r] -> [..., C r r, H, W]. PyTorch: `torch.nn.functional.pixel_unshuffle`.
 *
 * @throws ShapeError when the sides are not multiples of r.
 * @example
 * pixelUnshuffle(ones(1, 4, 4), 2).shape; // [4, 2, 2]
 */
export function pixelUnshuffle<A extends Tensor, R extends number>(
  x: A & Check<PixelUnshuffled<A['shape'], R>>,
  downscaleFactor: R,
): Tensor<Result<PixelUnshuffled<A['shape'], R>>>;
export function pixelUnshuffle(x: Tensor, downscaleFactor: number): Tensor {
  checkInteger('pixelUnshuffle', 'downscaleFactor', downscaleFactor, 1);
  const { shape } = checkTensor('pixelUnshuffle', 'x', x);
  const r = downscaleFactor;
  const [channels, height, width] = shape.slice(-3) as [number, number, number];
  if (shape.length < 3 || height % r !== 0 || width % r !== 0)
    throw new ShapeError(
      `pixelUnshuffle: x must be [..., C, H * ${r}, W * ${r}]; got ${formatShape(shape)}; try padding`,
    );
  const lead = shape.slice(0, -3);
  const outer = lead.map((_, d) => d);
  const n = lead.length;
  // (..., C, H r, W r) -> (..., C, H, r, W, r) -> (..., C, r, r, H, W) -> (..., C r r, H, W)
  return x
    .reshape([...lead, channels, height / r, r, width / r, r])
    .permute([...outer, n, n + 2, n + 4, n + 1, n + 3])
    .reshape([...lead, channels * r * r, height / r, width / r]);
}

/**
 * Channels taken in turn from each group: [N, C, ...]. Zhang et al., 2018 (ShuffleNet).
 * PyTorch: `torch.nn.functional.channel_shuffle`.
 *
 * @throws ShapeError when groups do not divide the channels.
 * @example
 * channelShuffle(tensor([[1, 2, 3, 4]]), 2); // tensor([[1., 3., 2., 4.]])
 */
export function channelShuffle<A extends Tensor>(x: A, groups: number): Tensor<A['shape']>;
export function channelShuffle(x: Tensor, groups: number): Tensor {
  checkInteger('channelShuffle', 'groups', groups, 1);
  const { shape } = checkTensor('channelShuffle', 'x', x);
  const [samples, channels, ...rest] = shape as readonly [number, number, ...number[]];
  if (shape.length < 2 || channels % groups !== 0)
    throw new ShapeError(
      `channelShuffle: x must be [N, C * ${groups}, ...]; got ${formatShape(shape)}; try groups that divide the channels`,
    );
  // (N, C, ...) -> (N, G, C / G, ...) -> (N, C / G, G, ...) -> (N, C, ...)
  return x
    .reshape([samples, groups, channels / groups, ...rest])
    .transpose(1, 2)
    .reshape(shape);
}

export interface PixelShuffleMap extends ShapeMap {
  readonly output: this['layer'] extends { readonly upscaleFactor: infer R extends number }
    ? PixelShuffled<ShapeIn<this['input']>, R>
    : never;
}

/** `pixelShuffle` as a layer. PyTorch: `torch.nn.PixelShuffle`. */
export class PixelShuffle<out R extends number = number> extends Module {
  declare readonly mapsShape: PixelShuffleMap;

  constructor(readonly upscaleFactor: R) {
    super();
    checkInteger('PixelShuffle', 'upscaleFactor', upscaleFactor, 1);
  }

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    return pixelShuffle<Tensor, number>(x, this.upscaleFactor);
  }

  override extraRepr(): string {
    return `upscaleFactor=${this.upscaleFactor}`;
  }
}

export interface PixelUnshuffleMap extends ShapeMap {
  readonly output: this['layer'] extends { readonly downscaleFactor: infer R extends number }
    ? PixelUnshuffled<ShapeIn<this['input']>, R>
    : never;
}

/** `pixelUnshuffle` as a layer. PyTorch: `torch.nn.PixelUnshuffle`. */
export class PixelUnshuffle<out R extends number = number> extends Module {
  declare readonly mapsShape: PixelUnshuffleMap;

  constructor(readonly downscaleFactor: R) {
    super();
    checkInteger('PixelUnshuffle', 'downscaleFactor', downscaleFactor, 1);
  }

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    return pixelUnshuffle<Tensor, number>(x, this.downscaleFactor);
  }

  override extraRepr(): string {
    return `downscaleFactor=${this.downscaleFactor}`;
  }
}

/** `channelShuffle` as a layer. PyTorch: `torch.nn.ChannelShuffle`. */
export class ChannelShuffle extends Module {
  declare readonly mapsShape: SameShape;

  constructor(readonly groups: number) {
    super();
    checkInteger('ChannelShuffle', 'groups', groups, 1);
  }

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    return channelShuffle(x, this.groups);
  }

  override extraRepr(): string {
    return `groups=${this.groups}`;
  }
}
