/** Products of several matrices, and of one with itself. */
import { checkInteger, checkTensor } from '../../core/arguments.ts';
import { ShapeError, ValueError } from '../../core/errors.ts';
import { formatShape, type Shape } from '../../core/shape.ts';
import { eye } from '../../creation.ts';
import type { Tensor } from '../../tensor.ts';
import { mul } from '../elementwise/arithmetic.ts';
import { clone } from '../views/contiguous.ts';
import { expand } from '../views/expand.ts';
import { reshape } from '../views/reshape.ts';
import { checkNumbers, checkProduct, checkRank } from './checkProduct.ts';
import { matmul } from './matmul.ts';

/**
 * The product of a chain of matrices, bracketed so that it takes the fewest multiplications.
 * PyTorch: `torch.chain_matmul`, `torch.linalg.multi_dot`.
 *
 * @example
 * chainMatmul(ones(2, 100), ones(100, 3), ones(3, 50)).shape; // [2, 50]
 */
export function chainMatmul(...matrices: readonly Tensor[]): Tensor {
  for (const [i, x] of matrices.entries()) checkRank('chainMatmul', `matrix ${i}`, x, 2);
  if (matrices.length === 0)
    throw new ValueError('chainMatmul: takes at least one matrix; got none; try chainMatmul(a, b)');
  for (let i = 1; i < matrices.length; i++) checkProduct('chainMatmul', matrices[i - 1], matrices[i]);
  const sizes = [matrices[0]?.shape[0] as number, ...matrices.map((x) => x.shape[1] as number)];
  return multiplyChain(matrices, bestSplits(sizes), 0, matrices.length - 1);
}

/** splits[i][j]: after which matrix to cut the chain from i to j (Cormen et al., dynamic programming). */
function bestSplits(sizes: Shape): number[][] {
  const count = sizes.length - 1;
  const costs = Array.from({ length: count }, () => new Array<number>(count).fill(0));
  const splits = costs.map((row) => [...row]);
  for (let span = 1; span < count; span++) {
    for (let i = 0; i + span < count; i++) {
      const j = i + span;
      const cuts = Array.from({ length: span }, (_, d) => i + d);
      const costOf = (cut: number): number =>
        (costs[i]?.[cut] as number) +
        (costs[cut + 1]?.[j] as number) +
        (sizes[i] as number) * (sizes[cut + 1] as number) * (sizes[j + 1] as number);
      const best = cuts.reduce((least, cut) => (costOf(cut) < costOf(least) ? cut : least));
      (costs[i] as number[])[j] = costOf(best);
      (splits[i] as number[])[j] = best;
    }
  }
  return splits;
}

function multiplyChain(
  matrices: readonly Tensor[],
  splits: readonly (readonly number[])[],
  from: number,
  to: number,
): Tensor {
  if (from === to) return matrices[from] as Tensor;
  const cut = splits[from]?.[to] as number;
  return matmul(multiplyChain(matrices, splits, from, cut), multiplyChain(matrices, splits, cut + 1, to));
}

/**
 * A square matrix, or every one of a batch, times itself `n` times; n = 0 gives the identity.
 * PyTorch: `torch.matrix_power`, for n of at least 0.
 */
export function matrixPower(x: Tensor, n: number): Tensor {
  checkNumbers('matrixPower', checkTensor('matrixPower', 'x', x));
  const size = x.shape.at(-1) as number;
  if (x.ndim < 2 || x.shape.at(-2) !== size) {
    throw new ShapeError(
      `matrixPower: x must be square in its last two dimensions; got ${formatShape(x.shape)}; try x of shape [n, n]`,
    );
  }
  checkInteger('matrixPower', 'n', n, 0);
  if (n === 0) return clone(expand(eye(size, size, { dtype: x.dtype }), x.shape));
  // x^n = x^(n mod 2) (x^2)^(n div 2)
  if (n === 1) return x;
  const half = matrixPower(matmul(x, x), Math.floor(n / 2));
  return n % 2 === 0 ? half : matmul(x, half);
}

/**
 * Kronecker's product: every element of a times all of b. Missing dimensions in front count as 1.
 * PyTorch: `torch.kron`.
 *
 * @example
 * kron(eye(2), tensor([[1, 2]])); // tensor([[1., 2., 0., 0.], [0., 0., 1., 2.]])
 */
export function kron(a: Tensor, b: Tensor): Tensor {
  checkTensor('kron', 'a', a);
  checkTensor('kron', 'b', b);
  const rank = Math.max(a.ndim, b.ndim);
  const padded = ({ shape }: Tensor): number[] => [...new Array<number>(rank - shape.length).fill(1), ...shape];
  const [left, right] = [padded(a), padded(b)];
  // (a0, 1, a1, 1, ...) * (1, b0, 1, b1, ...) -> (a0 b0, a1 b1, ...)
  const product = mul(
    reshape(
      a,
      left.flatMap((size) => [size, 1]),
    ),
    reshape(
      b,
      right.flatMap((size) => [1, size]),
    ),
  );
  return reshape(
    product,
    left.map((size, d) => size * (right[d] as number)),
  );
}
