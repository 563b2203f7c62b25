/** Products of tensors of any rank, summed over dimensions of one and the other. */
import { checkInteger, checkTensor } from '../../core/arguments.ts';
import { normalizeDims } from '../../core/dims.ts';
import { apply } from '../../core/dispatch.ts';
import { IndexError, ShapeError, ValueError } from '../../core/errors.ts';
import { describe, formatShape, type Shape } from '../../core/shape.ts';
import type { CompositeOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { checkNumbers } from './checkProduct.ts';
import { arrange, contract } from './contract.ts';

interface TensordotAttributes {
  /** Dimensions of a and of b, counted from the front; those at one place are summed over together. */
  readonly dims: readonly [readonly number[], readonly number[]];
}

export const tensordotOp: CompositeOp<'a' | 'b', TensordotAttributes> = {
  kind: 'composite',
  name: 'tensordot',
  operands: ['a', 'b'],
  formula: 'c_{i..., j...} = sum_{p...} a_{i..., p...} b_{p..., j...}',
  infer: ([a, b], { dims }) => {
    checkNumbers('tensordot', a as Tensor, b as Tensor);
    checkPairs(a as Tensor, b as Tensor, dims);
    return { shape: [...without(a as Tensor, dims[0]), ...without(b as Tensor, dims[1])], dtype: (a as Tensor).dtype };
  },
  define: ([a, b], { dims }) => {
    const pairOf = (list: readonly number[], d: number, own: string): string =>
      list.includes(d) ? `pair ${list.indexOf(d)}` : `${own} ${d}`;
    const left = { x: a as Tensor, labels: (a as Tensor).shape.map((_, d) => pairOf(dims[0], d, 'a')) };
    const right = { x: b as Tensor, labels: (b as Tensor).shape.map((_, d) => pairOf(dims[1], d, 'b')) };
    const kept = [...left.labels, ...right.labels].filter((label) => !label.startsWith('pair'));
    return arrange(contract(left, right, new Set(kept)), kept);
  },
  sample: (draw) => {
    const [i, p, q, j] = [draw.integer(1, 3), draw.integer(1, 3), draw.integer(1, 3), draw.integer(1, 3)];
    const inputs = [{ shape: [i, p, q] }, { shape: [q, j, p] }];
    return {
      inputs,
      attributes: {
        dims: draw.pick([
          [
            [1, 2],
            [2, 0],
          ],
          [[2], [0]],
          [[], []],
        ] as const),
      },
    };
  },
};

function without({ shape }: Tensor, dims: readonly number[]): Shape {
  return shape.filter((_, d) => !dims.includes(d));
}

/** A size of 1 stretches, as in PyTorch. */
function checkPairs(a: Tensor, b: Tensor, [from, to]: TensordotAttributes['dims']): void {
  from.forEach((d, i) => {
    const [left, right] = [a.shape[d], b.shape[to[i] as number]];
    if (left === right || left === 1 || right === 1) return;
    throw new ShapeError(
      `tensordot: dimensions that are summed together must have one size; got ${formatShape(a.shape)} and ${formatShape(b.shape)} (${left} in dim ${d} and ${right} in dim ${to[i]}); try other dims`,
    );
  });
}

/**
 * Multiplies and sums: over the last `dims` dimensions of a with the first of b (default 2), or over pairs of
 * dimensions given as two lists. The other dimensions stay, a's first. PyTorch: `torch.tensordot`.
 *
 * @throws ShapeError when paired sizes differ; IndexError for a dimension that is not there.
 * @example
 * tensordot(ones(2, 3, 4), ones(4, 3, 5), [[1, 2], [1, 0]]).shape; // [2, 5]
 */
export function tensordot(
  a: Tensor,
  b: Tensor,
  dims: number | readonly [readonly number[], readonly number[]] = 2,
): Tensor {
  checkTensor('tensordot', 'a', a);
  checkTensor('tensordot', 'b', b);
  return apply(tensordotOp, [a, b], { dims: typeof dims === 'number' ? inner(a, b, dims) : pairs(a, b, dims) });
}

function inner(a: Tensor, b: Tensor, count: number): [number[], number[]] {
  checkInteger('tensordot', 'dims', count, 0);
  if (count > Math.min(a.ndim, b.ndim)) {
    throw new IndexError(
      `tensordot: dims must not exceed either rank; got ${count} for ${formatShape(a.shape)} and ${formatShape(b.shape)}; try dims ${Math.min(a.ndim, b.ndim)}`,
    );
  }
  const first = Array.from({ length: count }, (_, i) => i);
  return [first.map((i) => a.ndim - count + i), first];
}

function pairs(a: Tensor, b: Tensor, dims: unknown): [number[], number[]] {
  if (!Array.isArray(dims) || dims.length !== 2 || !Array.isArray(dims[0]) || !Array.isArray(dims[1])) {
    throw new ValueError(
      `tensordot: dims must be a number or two lists of dimensions; got ${describe(dims)}; try [[-1], [0]]`,
    );
  }
  if (dims[0].length !== dims[1].length) {
    throw new ValueError(
      `tensordot: both lists of dims must be as long; got ${describe(dims)}; try one dimension of b for each of a`,
    );
  }
  return [dimsOf(a, dims[0]), dimsOf(b, dims[1])];
}

function dimsOf(x: Tensor, dims: readonly number[]): number[] {
  if (x.ndim === 0 && dims.length > 0) {
    throw new IndexError(
      `tensordot: a tensor without dimensions has none to sum over; got dims ${describe(dims)}; try dims 0`,
    );
  }
  return normalizeDims('tensordot', dims, x.ndim);
}
