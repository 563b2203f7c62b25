/** Values between two others, and a product or quotient added to a third. */

import { checkNumber, checkOptions, resultType, type TensorLike, toOperands } from '../../core/arguments.ts';
import { type Broadcast, broadcastShapes } from '../../core/broadcast.ts';
import { apply } from '../../core/dispatch.ts';
import { isFloating } from '../../core/dtype.ts';
import { DTypeError, ValueError } from '../../core/errors.ts';
import type { Check, Result, ShapeOf } from '../../core/rule.ts';
import { type CompositeOp, type Draw, type ElementwiseOp, elementwiseOp, type Sample, type Spec } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { rejectWhole } from './integral.ts';
import { to } from './to.ts';

export const lerpOp: ElementwiseOp<'x' | 'end' | 'weight'> = elementwiseOp<'x' | 'end' | 'weight'>('lerp', {
  // From the nearer end, so that weights of 0 and 1 give the ends themselves.
  f: (x: number, end: number, weight: number) =>
    Math.abs(weight) < 0.5 ? x + weight * (end - x) : end - (1 - weight) * (end - x),
  ulp: 0.5,
  formula: 'x + weight * (end - x)',
  vjp: {
    x:
      ({ weight }) =>
      (g) =>
        g.sub(g.mul(weight)),
    end:
      ({ weight }) =>
      (g) =>
        g.mul(weight),
    weight:
      ({ x, end }) =>
      (g) =>
        g.mul(end.sub(x)),
  },
  sample: (draw) => ({ inputs: threeOperands(draw), attributes: {} }),
});

/**
 * x + weight * (end - x), with a number or a tensor as weight; floats only. PyTorch: `torch.lerp`.
 *
 * @example
 * lerp(tensor([0, 10]), tensor([1, 20]), 0.5); // tensor([ 0.5000, 15.0000])
 */
export function lerp<X extends TensorLike, Y extends TensorLike, Z extends TensorLike>(
  x: X,
  end: Y,
  weight: Z & Check<Broadcast<'lerp', [ShapeOf<X>, ShapeOf<Y>, ShapeOf<Z>]>>,
): Tensor<Result<Broadcast<'lerp', [ShapeOf<X>, ShapeOf<Y>, ShapeOf<Z>]>>>;
export function lerp(x: TensorLike, end: TensorLike, weight: TensorLike): Tensor {
  const operands = toOperands('lerp', ['x', 'end', 'weight'], [x, end, weight]);
  rejectWhole('lerp', operands.slice(0, 2));
  return apply(lerpOp, operands, {});
}

/** Options of `addcmul` and `addcdiv`. */
export interface ValueOptions {
  /** What the product or quotient is multiplied by. Default 1; whole for integers. */
  readonly value?: number;
}

type Accumulation = CompositeOp<'x' | 'y' | 'z', Required<ValueOptions>>;

export const addcmulOp: Accumulation = {
  kind: 'composite',
  name: 'addcmul',
  operands: ['x', 'y', 'z'],
  formula: 'x + value * y * z',
  infer: (inputs, { value }) => inferSum('addcmul', inputs, value),
  define: ([x, y, z], { value }) => (x as Tensor).add(times((y as Tensor).mul(z as Tensor), value)),
  sample: (draw) => ({ inputs: threeOperands(draw), attributes: { value: draw.pick([1, -0.5, 2]) } }),
};

export const addcdivOp: Accumulation = {
  kind: 'composite',
  name: 'addcdiv',
  operands: ['x', 'y', 'z'],
  formula: 'x + value * y / z',
  infer: (inputs, { value }) => {
    const spec = inferSum('addcdiv', inputs, value);
    if (!isFloating(spec.dtype))
      throw new DTypeError(`addcdiv: operands must be floats; got ${spec.dtype}; try .to('float32')`);
    return spec;
  },
  define: ([x, y, z], { value }) => (x as Tensor).add(times((y as Tensor).div(z as Tensor), value)),
  sample: (draw) => ({ inputs: threeOperands(draw), attributes: { value: draw.pick([1, -0.5, 2]) } }),
};

function times(x: Tensor, value: number): Tensor {
  return value === 1 ? x : x.mul(value);
}

function inferSum(op: string, inputs: readonly Tensor[], value: number): Spec {
  const dtype = resultType(inputs);
  if (dtype === 'bool') throw new DTypeError(`${op}: operands must be numbers; got bool; try .to('int32')`);
  if (!isFloating(dtype) && !Number.isInteger(value))
    throw new ValueError(`${op}: value must be whole where the result is an integer; got ${value}; try .to('float32')`);
  return { shape: broadcastShapes(op, ...inputs.map(({ shape }) => shape)), dtype };
}

function threeOperands(draw: Draw): Sample<object>['inputs'] {
  const shape = draw.shape();
  const stretched = shape.map((size) => (draw.boolean() ? 1 : size));
  return [{ shape: stretched }, { shape }, { shape: stretched.slice(draw.integer(0, shape.length)), range: [0.25, 2] }];
}

/**
 * x + value * y * z. PyTorch: `torch.addcmul`.
 *
 * @throws DTypeError for booleans; ValueError for a value that is not whole among integers.
 */
export function addcmul<A extends Tensor, Y extends TensorLike, Z extends TensorLike>(
  x: A,
  y: Y,
  z: Z & Check<Broadcast<'addcmul', [ShapeOf<A>, ShapeOf<Y>, ShapeOf<Z>]>>,
  options?: ValueOptions,
): Tensor<Result<Broadcast<'addcmul', [ShapeOf<A>, ShapeOf<Y>, ShapeOf<Z>]>>>;
export function addcmul(x: Tensor, y: TensorLike, z: TensorLike, options: ValueOptions = {}): Tensor {
  return accumulate(addcmulOp, [x, y, z], options);
}

/**
 * x + value * y / z. PyTorch: `torch.addcdiv`.
 *
 * @throws DTypeError for integers, as in PyTorch: say with `div` how they are to be rounded.
 */
export function addcdiv<A extends Tensor, Y extends TensorLike, Z extends TensorLike>(
  x: A,
  y: Y,
  z: Z & Check<Broadcast<'addcdiv', [ShapeOf<A>, ShapeOf<Y>, ShapeOf<Z>]>>,
  options?: ValueOptions,
): Tensor<Result<Broadcast<'addcdiv', [ShapeOf<A>, ShapeOf<Y>, ShapeOf<Z>]>>>;
export function addcdiv(x: Tensor, y: TensorLike, z: TensorLike, options: ValueOptions = {}): Tensor {
  return accumulate(addcdivOp, [x, y, z], options);
}

function accumulate(op: Accumulation, values: readonly TensorLike[], options: ValueOptions): Tensor {
  const { name } = op;
  const { value = 1 } = checkOptions(name, options, '{ value: 2 }', ['value']);
  const operands = toOperands(name, op.operands, values);
  checkNumber(name, 'value', value);
  const dtype = resultType(operands);
  return apply(
    op,
    operands.map((t) => to(t, dtype)),
    { value },
  );
}
