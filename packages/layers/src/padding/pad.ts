/** What padding layers share: so many elements on each side of the last dimensions. */
import { type PadOptions, pad, ShapeError, type Tensor } from '@tessera/tensor';
import { checkInteger, checkTensor, describe, formatShape } from '@tessera/tensor/core';
import { Module } from '../module.ts';
import type { Fits, Output } from '../shapeMap.ts';

/** One number for all sides, or two for each dimension, from the last on: `[left, right, top, bottom]`. Negative ones crop. */
export type Padding = number | readonly number[];

export abstract class Pad extends Module {
  readonly padding: readonly number[];

  constructor(
    name: string,
    /** How many dimensions are padded. */
    readonly dims: 1 | 2 | 3,
    padding: Padding,
  ) {
    super();
    const sides = 2 * dims;
    const list = Array.isArray(padding) ? (padding as readonly number[]) : Array<number>(sides).fill(padding as number);
    if (list.length !== sides)
      throw new ShapeError(
        `${name}: padding must be a number or ${sides} of them; got ${describe(padding)}; try ${describe(Array(sides).fill(1))}`,
      );
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
