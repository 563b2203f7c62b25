/** Expressions on tensors: what programs mean. */
import { at, full, indexPut, type Tensor, zeros } from '@tessera/tensor';
import type { Contribution } from './differentiate.ts';
import type { Expression, Leaf, OperationName } from './expression.ts';
import { OPERATIONS } from './operations.ts';

/** The values of leaves, which stretch to [B, H, Lq, Lk], and the tensors that lookups look in. */
export interface Place {
  readonly leaves: Readonly<Partial<Record<Leaf, Tensor>>>;
  readonly captured: readonly Tensor[];
  readonly dtype: 'float32' | 'float64';
}

/** Values of expressions at one place; each is computed once. */
export function evaluator(place: Place): (x: Expression) => Tensor {
  const known = new Map<Expression, Tensor>();
  const evaluate = (x: Expression): Tensor => {
    const before = known.get(x);
    if (before !== undefined) return before;
    const result = compute(x);
    known.set(x, result);
    return result;
  };
  const compute = (x: Expression): Tensor => {
    const { dtype, captured, leaves } = place;
    if (x.operation === 'constant') return full([], x.source as number, { dtype });
    if (x.operation === 'lookup') {
      const from = captured[x.source as number] as Tensor;
      const indices = x.operands.map((index) => evaluate(index).to('int32'));
      return (indices.length === 0 ? from : at(from, ...indices)).to(dtype);
    }
    const leaf = leaves[x.operation as Leaf];
    return leaf ?? OPERATIONS[x.operation as OperationName].plain(...x.operands.map(evaluate));
  };
  return evaluate;
}

/** What contributions add up to in a tensor of this shape; `slopeOf` gives slopes of the shape of all scores. */
export function gathered(
  { shape, dtype }: Tensor,
  contributions: readonly Contribution[],
  evaluate: (x: Expression) => Tensor,
  slopeOf: (x: Expression) => Tensor,
): Tensor {
  let sum: Tensor = zeros(shape, { dtype });
  for (const { indices, slope } of contributions) {
    const all = slopeOf(slope);
    const places = indices.map((index) => evaluate(index).to('int32').expand(all.shape));
    sum = places.length === 0 ? sum.add(all.sum()) : indexPut(sum, places, all, { accumulate: true });
  }
  return sum;
}
