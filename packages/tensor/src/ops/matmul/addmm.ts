/** A product added to something: beta * input + alpha * (a @ b). */
import { launch, stageTable } from '@tessera/kernels';
import { checkNumber, checkOptions, checkTensor } from '../../core/arguments.ts';
import { broadcastStrides } from '../../core/broadcast.ts';
import { apply } from '../../core/dispatch.ts';
import { DTYPES, isFloating } from '../../core/dtype.ts';
import { ShapeError, ValueError } from '../../core/errors.ts';
import { formatShape, type Shape } from '../../core/shape.ts';
import type { CompositeOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { add, mul } from '../elementwise/arithmetic.ts';
import { permute, transpose } from '../views/permute.ts';
import { reshape } from '../views/reshape.ts';
import { unsqueeze } from '../views/squeeze.ts';
import { checkBatches, checkNumbers, checkProduct, checkRank } from './checkProduct.ts';
import { launchProduct } from './launchProduct.ts';
import { matmul, productShape } from './matmul.ts';

export interface AddmmOptions {
  /** The factor of `input`. At 0 the values of `input` do not matter, not even NaN. Default 1. */
  readonly beta?: number;
  /** The factor of the product. Default 1. */
  readonly alpha?: number;
}

/** `input` broadcasts to [..., m, n]. */
export const addmmOp: CompositeOp<'input' | 'a' | 'b', Required<AddmmOptions>> = {
  kind: 'composite',
  name: 'addmm',
  operands: ['input', 'a', 'b'],
  formula: 'y = beta * input + alpha * a b',
  infer: ([input, a, b], attributes) => {
    const shape = productShape('addmm', a as Tensor, b as Tensor);
    checkFactors('addmm', a as Tensor, attributes);
    checkAdded('addmm', input as Tensor, a as Tensor, shape);
    return { shape, dtype: (a as Tensor).dtype };
  },
  define: ([input, a, b], { alpha, beta }) => {
    const product = scale(matmul(a as Tensor, b as Tensor), alpha);
    return beta === 0 ? product : add(scale(input as Tensor, beta), product);
  },
  kernel: ([y], [input, a, b], { alpha, beta }) => {
    if (beta !== 0) fill(y as Tensor, input as Tensor);
    launchProduct(y as Tensor, a as Tensor, b as Tensor, { alpha, beta });
  },
  strided: true,
  // Y = beta X + alpha A B: dX = beta G, dA = alpha G B^T, dB = alpha A^T G
  vjp: {
    input:
      (_, { beta }) =>
      (g) =>
        scale(g, beta),
    a:
      ({ b }, { alpha }) =>
      (g) =>
        scale(matmul(g, transpose(b, -2, -1)), alpha),
    b:
      ({ a }, { alpha }) =>
      (g) =>
        scale(matmul(transpose(a, -2, -1), g), alpha),
  },
  sample: (draw) => {
    const [m, k, n] = [draw.integer(1, 3), draw.integer(1, 4), draw.integer(1, 3)];
    const batch = draw.shape([0, 1]);
    const input = draw.pick([[...batch, m, n], [n], [m, 1], []]);
    const attributes = { alpha: draw.pick([1, -2]), beta: draw.pick([1, 0.5, 0]) };
    return { inputs: [{ shape: input }, { shape: [...batch, m, k] }, { shape: [...batch, k, n] }], attributes };
  },
};

function checkAdded(op: string, input: Tensor, a: Tensor, shape: Shape): void {
  checkNumbers(op, a, input);
  const lead = shape.length - input.ndim;
  if (lead >= 0 && input.shape.every((size, d) => size === 1 || size === shape[lead + d])) return;
  throw new ShapeError(
    `${op}: input must broadcast to the product; got ${formatShape(input.shape)} for ${formatShape(shape)}; try an input of shape ${formatShape(shape.slice(-1))}`,
  );
}

function scale(x: Tensor, factor: number): Tensor {
  return factor === 1 ? x : mul(x, factor);
}

/** Writes x, stretched, into contiguous y. */
function fill(y: Tensor, x: Tensor): void {
  const table = stageTable([...y.shape, ...broadcastStrides(x.shape, x.strides, y.shape)]);
  launch(`copy_strided_u${DTYPES[y.dtype].bytes * 8}`, [y, x, table, y.ndim], y.count);
}

/** Throws unless both are numbers, and whole ones for whole tensors. */
function checkFactors(op: string, { dtype }: Tensor, factors: Required<AddmmOptions>): void {
  for (const [name, factor] of Object.entries(factors)) {
    checkNumber(op, name, factor);
    if (!isFloating(dtype) && !Number.isInteger(factor)) {
      throw new ValueError(`${op}: ${name} must be whole for ${dtype} tensors; got ${factor}; try .to('float32')`);
    }
  }
}

/** Checks everything under the name of the function that was called, then runs the one op. */
function run(op: string, input: Tensor, a: Tensor, b: Tensor, options: AddmmOptions): Tensor {
  const { beta = 1, alpha = 1 } = checkOptions(op, options, '{ beta: 0 }', ['beta', 'alpha']);
  checkFactors(op, a, { beta, alpha });
  checkAdded(op, input, a, productShape(op, a, b));
  return apply(addmmOp, [input, a, b], { alpha, beta });
}

/**
 * beta * input + alpha * (a @ b), where input broadcasts to [m, n]. PyTorch: `torch.addmm`.
 *
 * @example
 * addmm(ones(4), ones(2, 3), ones(3, 4), { alpha: 0.5 }).shape; // [2, 4]
 */
export function addmm(input: Tensor, a: Tensor, b: Tensor, options: AddmmOptions = {}): Tensor {
  checkTensor('addmm', 'input', input);
  return run('addmm', input, checkRank('addmm', 'a', a, 2), checkRank('addmm', 'b', b, 2), options);
}

/** The same for batches of one size: [b, m, k] @ [b, k, n]. PyTorch: `torch.baddbmm`. */
export function baddbmm(input: Tensor, a: Tensor, b: Tensor, options: AddmmOptions = {}): Tensor {
  checkTensor('baddbmm', 'input', input);
  checkBatches('baddbmm', checkRank('baddbmm', 'a', a, 3), checkRank('baddbmm', 'b', b, 3));
  return run('baddbmm', input, a, b, options);
}

/** beta * input + alpha * (the sum of a batch of products): [m, n]. PyTorch: `torch.addbmm`. */
export function addbmm(input: Tensor, a: Tensor, b: Tensor, options: AddmmOptions = {}): Tensor {
  checkTensor('addbmm', 'input', input);
  checkBatches('addbmm', checkRank('addbmm', 'a', a, 3), checkRank('addbmm', 'b', b, 3));
  checkProduct('addbmm', a, b);
  const [batch, m, k, n] = [...a.shape, b.shape[2]] as [number, number, number, number];
  const left = reshape(permute(a, [1, 0, 2]), [m, batch * k]); // (b, m, k) -> (m, b, k) -> (m, b k)
  return run('addbmm', input, left, reshape(b, [batch * k, n]), options); // (b, k, n) -> (b k, n)
}

/** beta * input + alpha * (a @ vector): [m]. PyTorch: `torch.addmv`. */
export function addmv(input: Tensor, a: Tensor, vector: Tensor, options: AddmmOptions = {}): Tensor {
  checkRank('addmv', 'a', a, 2);
  checkRank('addmv', 'vector', vector, 1);
  checkProduct('addmv', a, vector);
  checkAdded('addmv', checkTensor('addmv', 'input', input), a, a.shape.slice(0, 1));
  const column = input.ndim === 0 ? input : unsqueeze(input, 1); // (m) -> (m, 1)
  return reshape(run('addmv', column, a, unsqueeze(vector, 1), options), [a.shape[0] as number]);
}

/** beta * input + alpha * (every product of an element of a with one of b): [m, n]. PyTorch: `torch.addr`. */
export function addr(input: Tensor, a: Tensor, b: Tensor, options: AddmmOptions = {}): Tensor {
  checkTensor('addr', 'input', input);
  const column = unsqueeze(checkRank('addr', 'a', a, 1), 1); // (m) -> (m, 1)
  return run('addr', input, column, unsqueeze(checkRank('addr', 'b', b, 1), 0), options); // (n) -> (1, n)
}
