/** One half of a tensor gates the other. */
import { checkFloat, checkTensor } from '../../core/arguments.ts';
import { type NamedDim, normalizeDim } from '../../core/dims.ts';
import { ShapeError } from '../../core/errors.ts';
import type { Check, IsRanked, RankOf, Result, Show } from '../../core/rule.ts';
import { formatShape, type Resized, type Shape } from '../../core/shape.ts';
import type { Quotient } from '../../core/sizes.ts';
import type { Tensor } from '../../tensor.ts';

/** The shape rule of `glu`. */
export type Gated<S extends Shape, D extends number> =
  IsRanked<S> extends true
    ? NamedDim<'glu', D, RankOf<S>> extends infer I
      ? I extends number
        ? number extends I
          ? Shape
          : S extends readonly []
            ? Odd<S, D>
            : Quotient<S[I], 2> extends [infer Half extends number, infer Left]
              ? 0 extends Left
                ? Resized<S, I, Half>
                : Odd<S, D>
              : Shape
        : I
      : never
    : Shape;

type Odd<S extends Shape, D extends number> = `glu: the size along dim ${D} must be even; got ${Show<S>}`;

/**
 * a sigmoid(b), where a and b are the halves of x along `dim` (default -1). Dauphin et al., 2017.
 * PyTorch: `torch.nn.functional.glu`.
 *
 * @throws ShapeError when the size is odd.
 * @example
 * glu(tensor([2, 4, 0, 0])); // tensor([1., 2.])
 */
export function glu<A extends Tensor, D extends number = -1>(
  x: A & Check<Gated<A['shape'], D>>,
  dim?: D,
): Tensor<Result<Gated<A['shape'], D>>>;
export function glu(x: Tensor, dim = -1): Tensor {
  checkFloat('glu', 'x', checkTensor('glu', 'x', x));
  const axis = normalizeDim('glu', dim, x.ndim);
  const size = x.shape[axis] ?? 1;
  if (x.ndim === 0 || size % 2 !== 0)
    throw new ShapeError(
      `glu: the size along dim ${dim} must be even; got ${formatShape(x.shape)}; try a layer with twice as many outputs`,
    );
  const half = size / 2;
  return x.narrow(axis, 0, half).mul(x.narrow(axis, half, half).sigmoid());
}
