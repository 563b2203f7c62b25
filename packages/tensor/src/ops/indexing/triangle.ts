/** Triangles of matrices; the rest becomes zero. */

import { checkInteger, checkTensor } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import { ShapeError } from '../../core/errors.ts';
import { formatShape } from '../../core/shape.ts';
import type { Operand, PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';

interface TriangleAttributes {
  /** 0 is the main diagonal, 1 the one above it, -1 the one below. */
  readonly diagonal: number;
}

function triangle(
  name: string,
  keeps: (column: number, diagonal: number) => boolean,
): PrimitiveOp<'x', TriangleAttributes> {
  const op: PrimitiveOp<'x', TriangleAttributes> = {
    kind: 'primitive',
    name,
    operands: ['x'],
    infer: ([x]) => {
      const { shape, dtype } = x as Tensor;
      if (shape.length >= 2) return { shape, dtype };
      throw new ShapeError(
        `${name}: the tensor must have 2 or more dimensions; got ${formatShape(shape)}; try reshape`,
      );
    },
    reference: ([y], [x], { diagonal }) => {
      const [to, { data, shape }] = [(y as Operand).data, x as Operand];
      const [rows, columns] = shape.slice(-2) as [number, number];
      for (let i = 0; i < data.length; i++) {
        // The column, seen from the main diagonal of its row.
        const column = (i % columns) - (Math.floor(i / columns) % rows);
        to[i] = keeps(column, diagonal) ? (data[i] as number) : 0;
      }
    },
    vjp: {
      x: (_, attributes) => (g) => apply(op, [g], attributes),
    },
    sample: (draw) => ({
      inputs: [{ shape: draw.shape([2, 3], { empty: true }) }],
      attributes: { diagonal: draw.integer(-3, 3) },
    }),
  };
  return op;
}

export const trilOp: PrimitiveOp<'x', TriangleAttributes> = triangle('tril', (column, diagonal) => column <= diagonal);

export const triuOp: PrimitiveOp<'x', TriangleAttributes> = triangle('triu', (column, diagonal) => column >= diagonal);

/**
 * Matrices with what lies above the `diagonal`-th diagonal made zero. PyTorch: `tril`.
 *
 * @example
 * tril(ones(2, 2)); // tensor([[1., 0.], [1., 1.]])
 */
export function tril<A extends Tensor>(x: A, diagonal?: number): Tensor<A['shape']>;
export function tril(x: Tensor, diagonal = 0): Tensor {
  return apply(trilOp, [checkTensor('tril', 'x', x)], { diagonal: checkInteger('tril', 'diagonal', diagonal) });
}

/** Matrices with what lies below the `diagonal`-th diagonal made zero. PyTorch: `triu`. */
export function triu<A extends Tensor>(x: A, diagonal?: number): Tensor<A['shape']>;
export function triu(x: Tensor, diagonal = 0): Tensor {
  return apply(triuOp, [checkTensor('triu', 'x', x)], { diagonal: checkInteger('triu', 'diagonal', diagonal) });
}
