/** Positions as rotations. */
import { arange, cat, ShapeError, stack, type Tensor, ValueError } from '@tessera/tensor';
import {
  broadcastShapes,
  checkFlag,
  checkFloat,
  checkInteger,
  checkNumber,
  checkSameDType,
  checkTensor,
  formatShape,
  sameShape,
  withDefaults,
} from '@tessera/tensor/core';
import { Module } from '../module.ts';

export interface RotaryEmbeddingOptions {
  /** Pair i turns by position / base^(2 i / dim). Default 10000. */
  readonly base?: number;
  /** Whether pairs are neighbours (x0, x1), (x2, x3), ... and not (x0, x[dim/2]), ... Default false. */
  readonly interleaved?: boolean;
}

export interface RotateOptions {
  /** The position of the first element. Default 0. */
  readonly offset?: number;
  /** Positions that broadcast to the dimensions before the last: [L], or [N, 1, L]. Default 0, 1, 2, ... */
  readonly positions?: Tensor | null;
}

/**
 * Turns pairs of the first `dim` features by angles that grow with the position, so that a product of a query and a key depends
 * on their distance alone: [..., L, D] -> [..., L, D] with D >= dim. Su et al., 2021.
 *
 * @throws ShapeError when there are fewer than `dim` features.
 * @example
 * const rope = new RotaryEmbedding(64);
 * rope.forward(randn(2, 8, 10, 64)).shape; // [2, 8, 10, 64]
 */
export class RotaryEmbedding extends Module {
  readonly base: number;
  readonly interleaved: boolean;

  constructor(
    readonly dim: number,
    options: RotaryEmbeddingOptions = {},
  ) {
    super();
    checkInteger('RotaryEmbedding', 'dim', dim, 0);
    if (dim % 2 !== 0) throw new ValueError(`RotaryEmbedding: dim must be even; got ${dim}; try ${dim + 1}`);
    const { base, interleaved } = withDefaults<Required<RotaryEmbeddingOptions>>('RotaryEmbedding', options, {
      base: 10_000,
      interleaved: false,
    });
    this.base = checkNumber('RotaryEmbedding', 'base', base);
    this.interleaved = checkFlag('RotaryEmbedding', 'interleaved', interleaved);
  }

  forward<X extends Tensor>(x: X, options?: RotateOptions): Tensor<X['shape']>;
  forward(x: Tensor, options: RotateOptions = {}): Tensor {
    const { dim, base, interleaved } = this;
    checkFloat('RotaryEmbedding', 'x', checkTensor('RotaryEmbedding', 'x', x));
    const { offset, positions } = withDefaults<Required<RotateOptions>>('RotaryEmbedding', options, {
      offset: 0,
      positions: null,
    });
    checkInteger('RotaryEmbedding', 'offset', offset);
    const [length = 0, width = 0] = x.shape.slice(-2);
    if (x.ndim < 2 || width < dim)
      throw new ShapeError(
        `RotaryEmbedding: x must be [..., L, D] with D at least ${dim}; got ${formatShape(x.shape)}; try a smaller dim`,
      );
    const places =
      positions === null ? arange(length).add(offset) : checkTensor('RotaryEmbedding', 'positions', positions);
    checkPositions(places, x);
    // float64: large positions keep their angles. (..., L, 1) (dim/2) -> (..., L, dim/2)
    const turns = arange(0, dim, 2, { dtype: 'float64' })
      .mul(-Math.log(base) / Math.max(1, dim))
      .exp();
    const angles = places.to('float64').unsqueeze(-1).mul(turns);
    const [cos, sin] = [angles.cos().to(x.dtype), angles.sin().to(x.dtype)];
    return rotated(x, cos, sin, interleaved);
  }

  override extraRepr(): string {
    return `${this.dim}, base=${this.base}, interleaved=${this.interleaved}`;
  }
}

/** The first features of x, two for each angle, turned by it. */
function rotated(x: Tensor, cos: Tensor, sin: Tensor, interleaved: boolean): Tensor {
  const [half, width] = [cos.shape.at(-1) as number, x.shape.at(-1) as number];
  const turned = x.narrow(-1, 0, 2 * half);
  // (..., L, 2 half) -> two of (..., L, half)
  const pairs = interleaved ? turned.unflatten(-1, [half, 2]) : turned.unflatten(-1, [2, half]);
  const [a, b] = [pairs.select(interleaved ? -1 : -2, 0), pairs.select(interleaved ? -1 : -2, 1)];
  const [c, d] = [a.mul(cos).sub(b.mul(sin)), a.mul(sin).add(b.mul(cos))];
  const result = interleaved ? stack([c, d], -1).flatten(-2) : cat([c, d], -1);
  return width === 2 * half ? result : cat([result, x.narrow(-1, 2 * half, width - 2 * half)], -1);
}

export interface ApplyRotaryOptions {
  /** Whether pairs are neighbours (x0, x1), (x2, x3), ... and not halves apart. Default false. */
  readonly interleaved?: boolean;
}

/**
 * Turns pairs of the first 2 C features of x by angles of which cos and sin are given, [..., L, C], such as a table of a model's
 * own: [..., L, D] -> [..., L, D] with D >= 2 C. ONNX: `RotaryEmbedding`.
 *
 * @throws ShapeError when cos and sin do not broadcast to the features, or there are too few of these.
 * @example
 * const angles = arange(10, undefined, 1, { dtype: 'float32' }).unsqueeze(-1).mul(tensor([1, 0.1]));
 * applyRotaryEmbedding(randn(2, 8, 10, 4), angles.cos(), angles.sin()).shape; // [2, 8, 10, 4]
 */
export function applyRotaryEmbedding<X extends Tensor>(
  x: X,
  cos: Tensor,
  sin: Tensor,
  options?: ApplyRotaryOptions,
): Tensor<X['shape']>;
export function applyRotaryEmbedding(x: Tensor, cos: Tensor, sin: Tensor, options: ApplyRotaryOptions = {}): Tensor {
  const op = 'applyRotaryEmbedding';
  checkFloat(op, 'x', checkTensor(op, 'x', x));
  checkSameDType(op, x, checkTensor(op, 'cos', cos));
  checkSameDType(op, x, checkTensor(op, 'sin', sin));
  const { interleaved } = withDefaults<Required<ApplyRotaryOptions>>(op, options, { interleaved: false });
  checkFlag(op, 'interleaved', interleaved);
  const rows = [...x.shape.slice(0, -1), cos.shape.at(-1) ?? 0];
  const fits =
    sameShape(cos.shape, sin.shape) &&
    x.ndim >= 2 &&
    cos.ndim >= 1 &&
    2 * (rows.at(-1) as number) <= (x.shape.at(-1) as number) &&
    sameShape(broadcastShapes(op, cos.shape, rows), rows);
  if (!fits)
    throw new ShapeError(
      `${op}: cos and sin must broadcast to [..., L, C] of x [..., L, D] with D at least 2 C; got ${formatShape(cos.shape)} and ${formatShape(sin.shape)} for ${formatShape(x.shape)}; try half as many angles as features`,
    );
  return rotated(x, cos, sin, interleaved);
}

function checkPositions(positions: Tensor, x: Tensor): void {
  const rows = x.shape.slice(0, -1);
  if (positions.ndim <= rows.length && sameShape(broadcastShapes('RotaryEmbedding', positions.shape, rows), rows))
    return;
  throw new ShapeError(
    `RotaryEmbedding: positions must broadcast to the dimensions before the last; got ${formatShape(positions.shape)} for ${formatShape(x.shape)}; try one for every element of a sequence`,
  );
}
