/** Sums of products in Einstein's notation. */

import { checkTensors } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import { isFloating } from '../../core/dtype.ts';
import { ValueError } from '../../core/errors.ts';
import type { Check, Result } from '../../core/rule.ts';
import type { CompositeOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import type { ShapesOf } from '../joining/cat.ts';
import { diagonal } from '../views/diagonal.ts';
import { checkNumbers } from './checkProduct.ts';
import { arrange, contract, type Labelled, sumAway } from './contract.ts';
import { type EinsumShape, type Equation, parseEquation } from './equation.ts';

interface EinsumAttributes {
  readonly equation: string;
}

/** Pair by pair from left to right; a letter is summed over as soon as no later operand and no result needs it. */
export const einsumOp: CompositeOp<'operands', EinsumAttributes> = {
  kind: 'composite',
  name: 'einsum',
  operands: ['operands'],
  variadic: true,
  infer: (operands, { equation }) => {
    const [first, ...others] = operands as readonly [Tensor, ...Tensor[]];
    if (others.length > 0) checkNumbers('einsum', first, ...others);
    const { output, sizes } = parse(equation, operands);
    const summed = others.length === 0 && output.length < sizes.size;
    // One tensor is summed as `sum` does it: integers and booleans give int32.
    const dtype = summed && !isFloating(first.dtype) ? 'int32' : first.dtype;
    return { shape: output.map((label) => sizes.get(label) as number), dtype };
  },
  define: (operands, { equation }) => {
    const { inputs, output } = parse(equation, operands);
    const factors = operands.map((x, i) => diagonals({ x, labels: inputs[i] as string[] }));
    const product = factors.reduce((sofar, next, i) => {
      const needed = new Set([...output, ...inputs.slice(i + 1).flat()]);
      return contract(sofar, next, needed);
    });
    return arrange(sumAway(product, new Set(output)), output);
  },
  sample: (draw) => {
    const [i, j, k] = [draw.integer(1, 3), draw.integer(1, 3), draw.integer(1, 3)];
    const [equation, ...shapes] = draw.pick<[string, ...number[][]]>([
      ['ij,jk->ik', [i, j], [j, k]],
      ['bij, bkj -> bki', [2, i, j], [2, k, j]],
      ['...ij,...j', [2, 1, i, j], [k, j]],
      ['iij->ji', [i, i, j]],
      ['ij,ik,jk->', [i, j], [i, k], [j, k]],
      ['i,j', [i], [j]],
      ['aB,c->c', [i, j], [k]],
    ]);
    return { inputs: shapes.map((shape) => ({ shape })), attributes: { equation } };
  },
};

function parse(equation: string, operands: readonly Tensor[]): Equation {
  return parseEquation(
    equation,
    operands.map(({ shape }) => shape),
  );
}

/** A letter that stands twice or more in one term means the diagonal. */
function diagonals({ x, labels }: Labelled): Labelled {
  const second = labels.findIndex((label, d) => labels.indexOf(label) < d);
  if (second < 0) return { x, labels };
  const label = labels[second] as string;
  const first = labels.indexOf(label);
  return diagonals({
    x: diagonal(x, 0, first, second),
    labels: [...labels.filter((_, d) => d !== first && d !== second), label],
  });
}

/** The tensors, given one by one or in one array. */
type Operands<T> = T extends readonly [infer List extends readonly Tensor[]]
  ? List
  : T extends readonly Tensor[]
    ? T
    : never;

/**
 * Multiplies tensors and sums, as an equation says: a letter names a dimension; letters that the result lacks are summed
 * over; a letter twice in one term means the diagonal; `...` stands for dimensions that broadcast. Without `->` the
 * result has the letters that stand once, in alphabetical order, after the dimensions of `...`. Several tensors are
 * multiplied from left to right. PyTorch: `torch.einsum`.
 *
 * @throws ValueError when the equation cannot be read; ShapeError when it does not fit the tensors.
 * @example
 * einsum('bhqd,bhkd->bhqk', q, k); // attention scores
 * einsum('ii', x); // the trace
 */
export function einsum<const E extends string, const T extends readonly Tensor[] | readonly [readonly Tensor[]]>(
  equation: E,
  ...operands: T & Check<EinsumShape<E, ShapesOf<Operands<T>>>>
): Tensor<Result<EinsumShape<E, ShapesOf<Operands<T>>>>>;
export function einsum(equation: string, ...operands: readonly Tensor[] | readonly [readonly Tensor[]]): Tensor {
  const tensors = checkTensors('einsum', operands.length === 1 && Array.isArray(operands[0]) ? operands[0] : operands);
  if (tensors.length === 0)
    throw new ValueError(`einsum: takes at least one tensor; got none; try einsum('ij->ji', x)`);
  return apply(einsumOp, tensors, { equation });
}
