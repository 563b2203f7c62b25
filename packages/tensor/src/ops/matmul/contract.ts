/** The product of two tensors whose dimensions have names: what tensordot and einsum are made of. */
import { elementsOf, type Shape } from '../../core/shape.ts';
import type { Tensor } from '../../tensor.ts';
import { mul } from '../elementwise/arithmetic.ts';
import { to } from '../elementwise/to.ts';
import { sum } from '../reductions/sum.ts';
import { permute } from '../views/permute.ts';
import { reshape } from '../views/reshape.ts';
import { matmul } from './matmul.ts';

/** A tensor with a different label on every dimension. */
export interface Labelled {
  readonly x: Tensor;
  readonly labels: readonly string[];
}

/**
 * Multiplies elements that agree in the labels both have, and sums over labels that `keep` lacks. One batched matrix
 * product, or a broadcast one where nothing is summed; a size of 1 stretches. The result's labels are the shared ones,
 * then the rest of left's, then the rest of right's.
 */
export function contract(first: Labelled, second: Labelled, keep: ReadonlySet<string>): Labelled {
  const single = (label: string, size: number): boolean => size === 1 && !keep.has(label);
  const squeezed = [squeezeWhere(first, single), squeezeWhere(second, single)] as const;
  const left = sameDType(sumAway(squeezed[0], new Set([...keep, ...squeezed[1].labels])), first);
  const right = sameDType(sumAway(squeezed[1], new Set([...keep, ...left.labels])), second);
  const shared = left.labels.filter((label) => right.labels.includes(label));
  const batch = shared.filter((label) => keep.has(label));
  const summed = shared.filter((label) => !keep.has(label));
  const rows = left.labels.filter((label) => !shared.includes(label));
  const columns = right.labels.filter((label) => !shared.includes(label));
  const labels = [...batch, ...rows, ...columns];
  if (summed.length === 0) return { x: mul(spread(left, labels), spread(right, labels)), labels };
  const product = matmul(fold(left, [batch, rows, summed]), fold(right, [batch, summed, columns]));
  // (batch..., rows, columns) -> (batch..., rows..., columns...)
  return {
    x: reshape(product, [...product.shape.slice(0, -2), ...sizesOf(left, rows), ...sizesOf(right, columns)]),
    labels,
  };
}

/** The sum over every label that `keep` lacks. */
export function sumAway({ x, labels }: Labelled, keep: ReadonlySet<string>): Labelled {
  const dims = labels.flatMap((label, d) => (keep.has(label) ? [] : [d]));
  return dims.length === 0 ? { x, labels } : { x: sum(x, dims), labels: labels.filter((label) => keep.has(label)) };
}

/** A sum of bytes is an int32; a product of bytes stays one. */
function sameDType({ x, labels }: Labelled, as: Labelled): Labelled {
  return { x: to(x, as.x.dtype), labels };
}

/** The dimensions in the order of `labels`, which must be all of them. */
export function arrange(of: Labelled, labels: readonly string[]): Tensor {
  return permute(
    of.x,
    labels.map((label) => of.labels.indexOf(label)),
  );
}

/** Without the dimensions of size 1 that `drop` names. */
function squeezeWhere({ x, labels }: Labelled, drop: (label: string, size: number) => boolean): Labelled {
  const kept = labels.flatMap((label, d) => (drop(label, x.shape[d] as number) ? [] : [d]));
  if (kept.length === labels.length) return { x, labels };
  return {
    x: reshape(
      x,
      kept.map((d) => x.shape[d] as number),
    ),
    labels: kept.map((d) => labels[d] as string),
  };
}

/** The batch labels one by one, then the two other groups as one dimension each. */
function fold(
  of: Labelled,
  [batch, rows, columns]: readonly [readonly string[], readonly string[], readonly string[]],
): Tensor {
  const sizes = (labels: readonly string[]): number => elementsOf(sizesOf(of, labels));
  return reshape(arrange(of, [...batch, ...rows, ...columns]), [...sizesOf(of, batch), sizes(rows), sizes(columns)]);
}

/** One dimension for each of `labels`: of size 1 for those it does not have. */
function spread(of: Labelled, labels: readonly string[]): Tensor {
  const own = labels.filter((label) => of.labels.includes(label));
  return reshape(
    arrange(of, own),
    labels.map((label) => (own.includes(label) ? (sizesOf(of, [label])[0] as number) : 1)),
  );
}

function sizesOf({ x, labels }: Labelled, wanted: readonly string[]): Shape {
  return wanted.map((label) => x.shape[labels.indexOf(label)] as number);
}
