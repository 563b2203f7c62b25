/** What padding layers share: so many elements on each side of the last dimensions. */
import { type PadOptions, pad, type Shape, ShapeError, type Tensor } from '@tessera/tensor';
import { checkInteger, checkTensor, describe, formatShape, type Sum } from '@tessera/tensor/core';
import { Module } from '../module.ts';
import type { Fits, Output, ShapeIn, ShapeMap } from '../shapeMap.ts';
import type { SpatialRank } from '../spatial/spatialSizes.ts';

/** One number for all sides, or two for each dimension, from the last on: `[left, right, top, bottom]`. Negative ones crop. */
export type Padding = number | readonly number[];

export interface PadMap extends ShapeMap {
  readonly output: this['layer'] extends { readonly dims: infer R extends SpatialRank; readonly given: infer P }
    ? Padded<ShapeIn<this['input']>, R, P>
    : never;
}

/** The shape rule: the last dimensions, longer by what is on both their sides. */
export type Padded<S extends Shape, R extends SpatialRank, P> = {
  1: S extends readonly [...infer N extends Shape, infer L extends number]
    ? readonly [...N, Sum<L, Both<P, 0, 1>>]
    : Shape;
  2: S extends readonly [...infer N extends Shape, infer H extends number, infer W extends number]
    ? readonly [...N, Sum<H, Both<P, 2, 3>>, Sum<W, Both<P, 0, 1>>]
    : Shape;
  3: S extends readonly [
    ...infer N extends Shape,
    infer D extends number,
    infer H extends number,
    infer W extends number,
  ]
    ? readonly [...N, Sum<D, Both<P, 4, 5>>, Sum<H, Both<P, 2, 3>>, Sum<W, Both<P, 0, 1>>]
    : Shape;
}[R];

/** The padding on two sides together; `number` where it is not known, or crops. */
type Both<P, Before extends number, After extends number> = P extends number
  ? Sum<P, P>
  : P extends readonly number[]
    ? number extends P['length']
      ? number
      : Sum<P[Before], P[After]>
    : number;

export abstract class Pad<out R extends SpatialRank = SpatialRank, out P extends Padding = Padding> extends Module {
  declare readonly mapsShape: PadMap;
  /** The padding as it was given. */
  readonly given: P;
  readonly padding: readonly number[];

  constructor(
    name: string,
    /** How many dimensions are padded. */
    readonly dims: R,
    padding: P,
  ) {
    super();
    const sides = 2 * dims;
    const list = Array.isArray(padding) ? (padding as readonly number[]) : Array<unknown>(sides).fill(padding);
    if (list.length !== sides)
      throw new ShapeError(
        `${name}: padding must be a number or ${sides} of them; got ${describe(padding)}; try ${describe(Array(sides).fill(1))}`,
      );
    this.given = padding;
    this.padding = list.map((side) => checkInteger(name, 'padding', side));
  }

  /** What the new elements are. */
  protected abstract readonly mode: PadOptions;

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    const { name } = this.constructor;
    checkTensor(name, 'x', x);
    const constant = this.mode.mode === 'constant';
    const fits = constant ? x.ndim >= this.dims : x.ndim === this.dims + 1 || x.ndim === this.dims + 2;
    if (!fits)
      throw new ShapeError(
        `${name}: x must have ${constant ? `${this.dims} dimensions at least` : `${this.dims + 1} or ${this.dims + 2} dimensions`}; got ${formatShape(x.shape)}; try unsqueeze(0)`,
      );
    return pad(x, this.padding, this.mode);
  }

  override extraRepr(): string {
    return `padding=[${this.padding.join(', ')}]`;
  }
}
