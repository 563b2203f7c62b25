/** Functions of single elements: arithmetic, elementary and special functions, comparisons, conversions. */

import type { ClampBounds, DType, Tensor, TensorLike } from '@tessera/tensor';
import * as tessera from '@tessera/tensor';
import type { Adapter, Adapters, Case } from '../adapter.ts';

type Attributes = Record<string, unknown>;

const unary =
  (op: (x: Tensor) => Tensor): Adapter =>
  ([x]) =>
    op(x as Tensor);

/** The second operand is a tensor, or a number among the attributes; the first may be one too. */
const binary =
  (
    op: (x: TensorLike, y: TensorLike, options: object) => Tensor,
    optionsOf?: (attributes: Attributes) => object,
  ): Adapter =>
  (inputs, attributes) => {
    const tensors = inputs as readonly Tensor[];
    const { self, input, other, exponent } = attributes as Record<string, TensorLike | undefined>;
    const first = self ?? input;
    const [x, y] = first === undefined ? [tensors[0], tensors[1] ?? other ?? exponent] : [first, tensors[0]];
    return op(x as TensorLike, y as TensorLike, optionsOf?.(attributes) ?? {});
  };

const without = (op: (x: TensorLike, y: TensorLike) => Tensor): Adapter => binary((x, y) => op(x, y));

const accumulated =
  (op: (x: Tensor, y: Tensor, z: Tensor, options: object) => Tensor): Adapter =>
  ([x, y, z], attributes) =>
    op(x as Tensor, y as Tensor, z as Tensor, present(attributes, 'value'));

const converted =
  (dtype: DType): Adapter =>
  ([x]) =>
    tessera.to(x as Tensor, dtype);

/** A bound, an end or a value: an input of that name, an input by position, or an attribute. */
function argument(
  name: string,
  position: number,
  inputs: readonly (Tensor | null)[],
  attributes: Attributes,
  testCase: Case,
): TensorLike | null {
  const named = testCase.inputs.findIndex((input) => input?.name === name);
  if (named >= 0) return inputs[named] ?? null;
  const unnamed = testCase.inputs[position]?.name === undefined ? inputs[position] : null;
  return unnamed ?? (attributes[name] as TensorLike | null | undefined) ?? null;
}

/** Those of the attributes that are there. */
function present(attributes: Attributes, ...names: readonly string[]): Attributes {
  return Object.fromEntries(names.flatMap((name) => (name in attributes ? [[name, attributes[name]]] : [])));
}

export const elementwise: Adapters = {
  abs: unary(tessera.abs),
  acos: unary(tessera.acos),
  acosh: unary(tessera.acosh),
  add: binary(tessera.add, (attributes) => present(attributes, 'alpha')),
  addcdiv: accumulated(tessera.addcdiv),
  addcmul: accumulated(tessera.addcmul),
  asin: unary(tessera.asin),
  asinh: unary(tessera.asinh),
  atan: unary(tessera.atan),
  atan2: without(tessera.atan2),
  atanh: unary(tessera.atanh),
  bitwise_and: without(tessera.bitwiseAnd),
  bitwise_left_shift: without(tessera.bitwiseLeftShift),
  bitwise_not: unary(tessera.bitwiseNot),
  bitwise_or: without(tessera.bitwiseOr),
  bitwise_right_shift: without(tessera.bitwiseRightShift),
  bitwise_xor: without(tessera.bitwiseXor),
  ceil: unary(tessera.ceil),
  clamp: (inputs, attributes, testCase) => {
    const min = argument('min', 1, inputs, attributes, testCase);
    const max = argument('max', 2, inputs, attributes, testCase);
    return tessera.clamp(inputs[0] as Tensor, { min, max } satisfies ClampBounds);
  },
  clamp_max: (inputs, attributes, testCase) =>
    tessera.clampMax(inputs[0] as Tensor, argument('max', 1, inputs, attributes, testCase) as TensorLike),
  clamp_min: (inputs, attributes, testCase) =>
    tessera.clampMin(inputs[0] as Tensor, argument('min', 1, inputs, attributes, testCase) as TensorLike),
  copysign: without(tessera.copysign),
  cos: unary(tessera.cos),
  cosh: unary(tessera.cosh),
  deg2rad: unary(tessera.deg2rad),
  digamma: unary(tessera.digamma),
  div: binary(tessera.div, ({ rounding_mode }) => ({ roundingMode: rounding_mode ?? null })),
  eq: without(tessera.eq),
  erf: unary(tessera.erf),
  erfc: unary(tessera.erfc),
  erfinv: unary(tessera.erfinv),
  exp: unary(tessera.exp),
  exp2: unary(tessera.exp2),
  expm1: unary(tessera.expm1),
  floor: unary(tessera.floor),
  floor_divide: without(tessera.floorDivide),
  fmax: without(tessera.fmax),
  fmin: without(tessera.fmin),
  fmod: without(tessera.fmod),
  frac: unary(tessera.frac),
  ge: without(tessera.ge),
  gt: without(tessera.gt),
  heaviside: without(tessera.heaviside),
  hypot: without(tessera.hypot),
  i0: unary(tessera.i0),
  isclose: ([x, y], attributes) =>
    tessera.isclose(x as Tensor, y as Tensor, {
      ...present(attributes, 'rtol', 'atol'),
      equalNan: attributes.equal_nan === true,
    }),
  isfinite: unary(tessera.isfinite),
  isinf: unary(tessera.isinf),
  isnan: unary(tessera.isnan),
  isneginf: unary(tessera.isneginf),
  isposinf: unary(tessera.isposinf),
  le: without(tessera.le),
  lerp: (inputs, attributes, testCase) =>
    tessera.lerp(
      inputs[0] as Tensor,
      inputs[1] as Tensor,
      argument('weight', 2, inputs, attributes, testCase) as TensorLike,
    ),
  lgamma: unary(tessera.lgamma),
  log: unary(tessera.log),
  log10: unary(tessera.log10),
  log1p: unary(tessera.log1p),
  log2: unary(tessera.log2),
  logaddexp: without(tessera.logaddexp),
  logaddexp2: without(tessera.logaddexp2),
  logical_and: without(tessera.logicalAnd),
  logical_not: unary(tessera.logicalNot),
  logical_or: without(tessera.logicalOr),
  logical_xor: without(tessera.logicalXor),
  logit: ([x], attributes) => tessera.logit(x as Tensor, present(attributes, 'eps')),
  lt: without(tessera.lt),
  masked_fill: (inputs, attributes, testCase) =>
    tessera.maskedFill(
      inputs[0] as Tensor,
      inputs[1] as Tensor,
      argument('value', 2, inputs, attributes, testCase) as TensorLike,
    ),
  maximum: without(tessera.maximum),
  minimum: without(tessera.minimum),
  mul: without(tessera.mul),
  nan_to_num: ([x], attributes) => tessera.nanToNum(x as Tensor, present(attributes, 'nan', 'posinf', 'neginf')),
  ne: without(tessera.ne),
  neg: unary(tessera.neg),
  polygamma: ([x], { n }) => tessera.polygamma(n as number, x as Tensor),
  positive: unary(tessera.positive),
  pow: without(tessera.pow),
  rad2deg: unary(tessera.rad2deg),
  reciprocal: unary(tessera.reciprocal),
  relu: unary(tessera.relu),
  remainder: without(tessera.remainder),
  round: ([x], attributes) => tessera.round(x as Tensor, present(attributes, 'decimals')),
  rsqrt: unary(tessera.rsqrt),
  sgn: unary(tessera.sgn),
  sigmoid: unary(tessera.sigmoid),
  sign: unary(tessera.sign),
  signbit: unary(tessera.signbit),
  sin: unary(tessera.sin),
  sinc: unary(tessera.sinc),
  sinh: unary(tessera.sinh),
  sqrt: unary(tessera.sqrt),
  square: unary(tessera.square),
  sub: binary(tessera.sub, (attributes) => present(attributes, 'alpha')),
  tan: unary(tessera.tan),
  tanh: unary(tessera.tanh),
  to_bool: converted('bool'),
  to_float32: converted('float32'),
  to_float64: converted('float64'),
  to_int32: converted('int32'),
  to_int64: converted('int32'),
  to_uint8: converted('uint8'),
  true_divide: without(tessera.trueDivide),
  trunc: unary(tessera.trunc),
  where: ([condition, x, y], attributes) =>
    tessera.where(
      condition as Tensor,
      (x ?? attributes.self ?? attributes.input) as TensorLike,
      (y ?? attributes.other) as TensorLike,
    ),
  xlogy: without(tessera.xlogy),
};
