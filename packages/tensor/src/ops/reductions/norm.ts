/** p-norms of vectors. */

import { launch } from '@tessera/kernels';
import { checkFloat, checkTensor } from '../../core/arguments.ts';
import { allocate } from '../../core/base.ts';
import { apply } from '../../core/dispatch.ts';
import { DTYPES } from '../../core/dtype.ts';
import { ValueError } from '../../core/errors.ts';
import type { Check, Result } from '../../core/rule.ts';
import { describe } from '../../core/shape.ts';
import { zerosLike } from '../../creation.ts';
import type { PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { where } from '../elementwise/where.ts';
import { computeInto, launchFold } from './layout.ts';
import {
  type Dims,
  type DTypeOption,
  inDType,
  keepReduced,
  type Reduced,
  type ReductionAttributes,
  type ReductionOptions,
  reducedShape,
  reduceRows,
  reductionAttributes,
  rejectEmpty,
  sampleReduction,
} from './reduction.ts';
import { sum } from './sum.ts';

interface NormAttributes extends ReductionAttributes {
  readonly p: number;
}

export const normOp: PrimitiveOp<'x', NormAttributes> = {
  kind: 'primitive',
  name: 'norm',
  operands: ['x'],
  formula: 'y = (sum_i |x_i|^p)^(1/p)',
  infer: ([x], attributes) => {
    const { shape, dtype } = checkFloat('norm', 'x', x as Tensor);
    if (attributes.p < 0 || attributes.p === Infinity) rejectEmpty('norm', shape, attributes);
    return { shape: reducedShape(shape, attributes), dtype };
  },
  reference: ([y], [x], attributes) => reduceRows(y, x, attributes, (row) => normOf(row.map(Math.abs), attributes.p)),
  kernel: ([y], [x], attributes) => {
    const [to, from] = [y as Tensor, x as Tensor];
    const fold = FOLDS.get(attributes.p);
    if (fold === undefined) computeInto(to, from, (bare) => normBy(bare, attributes));
    else launchNorm(to, from, attributes.dims, fold);
  },
  vjp: {
    x:
      ({ x, out }, attributes) =>
      (g) =>
        pullBack(keepReduced(g, x.shape, attributes), x, keepReduced(out, x.shape, attributes), attributes),
  },
  sample: (draw) => {
    const { inputs, attributes } = sampleReduction(draw);
    // Away from 0, where no norm but that of squares has a derivative.
    const away = inputs.map((input) => ({ ...input, range: [0.25, 3] as const, distinct: true }));
    return {
      inputs: away,
      attributes: { ...attributes, p: draw.pick([0, 0.5, 1, 1.5, 2, 3, -1, Infinity, -Infinity]) },
    };
  },
};

function normOf(sizes: Float64Array, p: number): number {
  if (p === Infinity) return sizes.reduce((a, b) => Math.max(a, b));
  if (p === -Infinity) return sizes.reduce((a, b) => Math.min(a, b));
  if (p === 0) return sizes.reduce((count, size) => count + Number(size !== 0), 0);
  if (p === 1) return sizes.reduce((total, size) => total + size, 0);
  if (p === 2) return Math.sqrt(sizes.reduce((total, size) => total + size * size, 0));
  return sizes.reduce((total, size) => total + size ** p, 0) ** (1 / p);
}

interface Fold {
  /** What is done to every element before, */
  readonly each: 'abs' | 'square';
  /** how the results are folded, */
  readonly fold: 'sum' | 'amax' | 'amin';
  /** and what is done to the fold. */
  readonly last?: 'sqrt';
}

/** The norms that kernels have all parts of. */
const FOLDS: ReadonlyMap<number, Fold> = new Map<number, Fold>([
  [1, { each: 'abs', fold: 'sum' }],
  [2, { each: 'square', fold: 'sum', last: 'sqrt' }],
  [Infinity, { each: 'abs', fold: 'amax' }],
  [-Infinity, { each: 'abs', fold: 'amin' }],
]);

function launchNorm(y: Tensor, x: Tensor, dims: readonly number[], { each, fold, last }: Fold): void {
  const { suffix } = DTYPES[x.dtype];
  const parts = allocate(x.shape, x.dtype);
  launch(`${each}_${suffix}`, [parts, x], x.count);
  launchFold(fold, y, parts, dims);
  parts.storage.free();
  if (last !== undefined) launch(`${last}_${suffix}`, [y, y], y.count);
}

/** Any other norm by whole tensors. */
function normBy(x: Tensor, { p, dims, keepdim }: NormAttributes): Tensor {
  if (p === 0) return sum(x.ne(0).to(x.dtype), dims, { keepdim });
  return sum(x.abs().pow(p), dims, { keepdim }).pow(1 / p);
}

/** In general dy = sum_i sign(x_i) (|x_i| / y)^(p - 1) dx_i; where y is 0 all of it is 0, as in PyTorch. */
function pullBack(g: Tensor, x: Tensor, y: Tensor, { p, dims }: NormAttributes): Tensor {
  if (p === 0) return zerosLike(x);
  if (p === 1) return x.sign().mul(g);
  if (Math.abs(p) === Infinity) {
    // Those that reach the norm share, and so does NaN.
    const reaching = x.abs().eq(y).logicalOr(x.ne(x)).to(x.dtype);
    return x
      .sign()
      .mul(reaching)
      .mul(g.div(reaching.sum(dims, { keepdim: true })));
  }
  const zero = y.eq(0);
  const safe = where(zero, 1, y);
  if (p === 2) return x.mul(where(zero, 0, g.div(safe)));
  const still = x.eq(0);
  // |0|^(p - 1) is infinite for p < 1, and is meant as 0
  const size = where(still, 1, x.abs())
    .div(safe)
    .pow(p - 1);
  return where(zero.logicalOr(still), 0, x.sign().mul(size)).mul(g);
}

/**
 * The p-norm over `dim` (one, several, or all dimensions): `p` may be any number, with Infinity for the greatest size,
 * -Infinity for the least, and 0 for the number of elements other than 0. Its gradient at 0 is 0. PyTorch: `torch.norm`,
 * `torch.linalg.vector_norm`.
 *
 * @throws DTypeError for integers and booleans; IndexError for p = Infinity of nothing.
 * @example
 * norm(tensor([3, 4])); // tensor(5.)
 */
export function norm(x: Tensor, p?: number | 'fro'): Tensor<readonly []>;
export function norm<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
  x: A,
  p: number | 'fro' | undefined,
  dim: D & Check<Reduced<'norm', A['shape'], D, K>>,
  options?: ReductionOptions<K> & DTypeOption,
): Tensor<Result<Reduced<'norm', A['shape'], D, K>>>;
export function norm(
  x: Tensor,
  p: number | 'fro' = 2,
  dim?: Dims,
  options: ReductionOptions & DTypeOption = {},
): Tensor {
  const attributes = reductionAttributes('norm', checkTensor('norm', 'x', x), dim, options, ['dtype']);
  const power = p === 'fro' ? 2 : p;
  if (typeof power !== 'number' || Number.isNaN(power))
    throw new ValueError(`norm: p must be a number or 'fro'; got ${describe(p)}; try 2`);
  return apply(normOp, [inDType('norm', x, options, true)], { ...attributes, p: power });
}
