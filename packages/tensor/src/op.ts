/**
 * Ops as data. An op is one record: its name, what it means, perhaps a fast kernel, perhaps how a cotangent is pulled
 * back through it. Dispatch reads the meaning and the kernel, only autograd reads `vjp`; the laws, the docs and the
 * benchmark list are made from the same fields. A user's own op is the same kind of object.
 */
import { checkFunction, checkObject, toOperands } from './core/arguments.ts';
import type { Layout } from './core/base.ts';
import type { Beside, Paired } from './core/broadcast.ts';
import { dispatch } from './core/dispatch.ts';
import type { DType } from './core/dtype.ts';
import { ValueError } from './core/errors.ts';
import type { IsOne, OneOf, ShapeOf } from './core/rule.ts';
import { describe, type Shape } from './core/shape.ts';
import type { Tensor, TensorLike } from './tensor.ts';

/**
 * The operands of an op by name, and its results: `out`, or the names in `outputs`. Reading one saves it for backward;
 * reading only its shape does not.
 */
export type Values<N extends string> = { readonly [K in N | 'out']: Tensor } & {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** Shapes of the operands by name; of a variadic operand, by position in `inputShapes`. */
  readonly shapes: Readonly<Record<N, Shape>>;
  readonly inputShapes: readonly Shape[];
};

/** From a cotangent of the result to a cotangent of one operand, in the result's broadcast shape: autograd sums it down. */
export type Pullback = (...cotangents: Tensor[]) => Tensor;

/** First the values, then the cotangent; what the inner function mentions is what is kept. `index` counts variadic operands. */
export type PullbackRule<N extends string, A> = (values: Values<N>, attributes: A, index: number) => Pullback;

/** One rule for every operand; `'none'` says aloud that it has no derivative, `'joint'` that `joint` gives it with others. */
export type PullbackRules<N extends string, A> = { readonly [K in N]: PullbackRule<N, A> | 'none' | 'joint' };

/** From the cotangents of all results to those of the operands that share their work, by name. */
export type JointPullback = (...cotangents: Tensor[]) => Readonly<Record<string, Tensor>>;

/** What comes out: shape and dtype. */
export interface Spec {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Elements of a contiguous operand, in logical order, for reference kernels. */
export interface Operand extends Spec {
  readonly data: { [index: number]: number; readonly length: number };
}

/** Draws inputs for laws, examples and benchmarks; the testing entries implement it on fast-check. */
export interface Draw {
  /** A whole number in [low, high]. */
  integer(low: number, high: number): number;
  boolean(): boolean;
  pick<T>(choices: readonly T[]): T;
  /** A small shape of rank `rank` (default: 0 to 3); sizes 0 included only where `empty` says so. */
  shape(
    rank?: number | readonly [number, number],
    options?: { readonly empty?: boolean; readonly min?: number },
  ): number[];
}

/** One drawn input: its shape, dtype (default: a float) and the interval its values lie in. */
export interface SampleInput {
  readonly shape: Shape;
  readonly dtype?: DType;
  readonly range?: readonly [number, number];
  /** All values differ by at least 1/64 of the range: for max, sort, median, where ties have no derivative. */
  readonly distinct?: boolean;
}

export interface Sample<A> {
  readonly inputs: readonly SampleInput[];
  readonly attributes: A;
}

interface Common<N extends string, A> {
  readonly name: string;
  readonly operands: readonly N[];
  /** Names of the results, where there are several. */
  readonly outputs?: readonly string[];
  /** The last result's name stands for any number of tensors. */
  readonly variadicOutputs?: boolean;
  /** How many results, from the first on, carry a derivative (default 1). The rest are indices or residuals. */
  readonly differentiable?: number;
  /** The last operand's name stands for any number of tensors. */
  readonly variadic?: boolean;
  readonly vjp?: PullbackRules<N, A>;
  /** The rule of the operands whose rule is 'joint'; all others have none. */
  joint?(values: Values<string>, attributes: A): JointPullback;
  /** How to draw inputs; without one, operands of one drawn shape over `domain`. */
  sample?(draw: Draw): Sample<A>;
  /** One line of mathematics for the docs. */
  readonly formula?: string;
}

export type ResultDType = 'promote' | 'float' | 'bool';

/** Means a scalar function, applied to every element of the broadcast operands. */
export interface ElementwiseOp<N extends string = string, A = object> extends Common<N, A> {
  readonly kind: 'elementwise';
  readonly vjp: PullbackRules<N, A>;
  /** The meaning, in float64. Arguments: one number per operand, then the attributes. */
  f(...operandsThenAttributes: (number | A)[]): number;
  /** `promote`: of the operands' dtype; `float`: integers become float32; `bool`: true or false. Default `promote`. */
  readonly result: ResultDType;
  /** Where values may be drawn from, per operand. */
  readonly domain?: { readonly [K in N]?: readonly [number, number] };
  /** Points without a derivative, kept at a distance by the laws. */
  readonly kinks?: readonly number[];
  /** The greatest error in units in the last place of a float32 result. */
  readonly ulp?: number;
  readonly kernel?: ElementwiseKernel<A>;
}

/** The name of a SIMD kernel with the standard arguments, or a function that fills `out` from contiguous inputs of its shape. */
export type ElementwiseKernel<A> =
  | string
  | { readonly name: string; scalars(attributes: A): readonly number[] }
  | ((out: Tensor, inputs: readonly Tensor[], attributes: A) => void);

/** Means a reference kernel: slow, obvious, and right. */
export interface PrimitiveOp<N extends string = string, A = object> extends Common<N, A> {
  readonly kind: 'primitive';
  readonly vjp: PullbackRules<N, A>;
  /** The shape rule: checks every operand and attribute, and tells what comes out. */
  infer(inputs: readonly Tensor[], attributes: A): Spec | readonly Spec[];
  reference(outputs: readonly Operand[], inputs: readonly Operand[], attributes: A): void;
  /** The fast way, for float32 and float64 (the dtype of the first operand). */
  kernel?(outputs: readonly Tensor[], inputs: readonly Tensor[], attributes: A): void;
  /** The kernel reads any strides; otherwise it is given contiguous inputs. */
  readonly strided?: boolean;
}

/** Means another layout of the same memory. */
export interface ViewOp<N extends string = string, A = object> extends Common<N, A> {
  readonly kind: 'view';
  readonly vjp: PullbackRules<N, A>;
  view(x: Tensor, attributes: A): Layout;
}

/**
 * Means what it is defined as, in other ops; `kernel` and the rules are speed-ups that the laws hold against `define`. Without
 * rules its derivative is that of the definition, which backward runs again where there is a kernel.
 */
export interface CompositeOp<N extends string = string, A = object> extends Common<N, A> {
  readonly kind: 'composite';
  define(inputs: readonly Tensor[], attributes: A): Tensor | readonly Tensor[];
  /** Checks the operands and tells what comes out. */
  infer(inputs: readonly Tensor[], attributes: A): Spec | readonly Spec[];
  kernel?(outputs: readonly Tensor[], inputs: readonly Tensor[], attributes: A): void;
  readonly strided?: boolean;
}

export type Op<N extends string = string, A = object> =
  | ElementwiseOp<N, A>
  | PrimitiveOp<N, A>
  | ViewOp<N, A>
  | CompositeOp<N, A>;

/** An elementwise op that can be called: `squareplus(x)`. The compiler speaks of shapes that misfit under `Name`. */
export type Elementwise<N extends string = string, Name extends string = string> = ElementwiseOp<N, object> &
  (IsOne<N> extends true ? UnaryCall : IsOne<Exclude<N, OneOf<N>>> extends true ? BinaryCall<Name> : Call);

type UnaryCall = <X extends TensorLike>(x: X) => Tensor<ShapeOf<X>>;

type BinaryCall<Name extends string> = <X extends TensorLike, Y extends TensorLike>(
  x: X,
  y: Y & Beside<Name, ShapeOf<X>, Y>,
) => Tensor<Paired<Name, ShapeOf<X>, Y>>;

type Call = (...operands: readonly TensorLike[]) => Tensor;

type ElementwiseFields<N extends string, A> = Omit<ElementwiseOp<N, A>, 'kind' | 'name' | 'operands' | 'result'> & {
  readonly result?: ResultDType;
};

const RESULTS: readonly ResultDType[] = ['promote', 'float', 'bool'];

/** Throws unless an elementwise op can be made of `fields`: the loop takes one to three operands. */
function checkFields<N extends string, A>(op: string, name: unknown, fields: ElementwiseFields<N, A>): void {
  if (typeof name !== 'string' || name === '')
    throw new ValueError(`${op}: an op must have a name; got ${describe(name)}; try ${op}('squareplus', { f, vjp })`);
  const {
    f,
    vjp,
    result = 'promote',
  } = checkObject(op, fields, '{ f: (x) => 2 * x, vjp: { x: () => (g) => g.mul(2) } }');
  checkFunction(op, 'f', f, '(x) => 2 * x');
  if (!RESULTS.includes(result))
    throw new ValueError(`${op}: result must be one of ${RESULTS.join(', ')}; got ${describe(result)}; try 'promote'`);
  const rules: readonly unknown[] = typeof vjp === 'object' && vjp !== null ? Object.values(vjp) : [];
  if (rules.length < 1 || rules.length > 3 || !rules.every((rule) => rule === 'none' || typeof rule === 'function')) {
    throw new ValueError(
      `${op}: vjp must have a rule, or 'none', for each of one to three operands; got ${describe(vjp)}; try { x: () => (g) => g }`,
    );
  }
}

/** The record of an elementwise op with attributes; operands are named by the keys of `vjp`, in order. */
export function elementwiseOp<N extends string, A = object>(
  name: string,
  fields: ElementwiseFields<N, A>,
): ElementwiseOp<N, A> {
  checkFields('elementwiseOp', name, fields);
  return { result: 'promote', ...fields, kind: 'elementwise', name, operands: Object.keys(fields.vjp) as N[] };
}

/**
 * An op that applies the scalar function `f` to every element of its broadcast operands. The result is the record and
 * can be called.
 *
 * @example
 * const squareplus = elementwise('squareplus', {
 *   f: (x: number) => (x + Math.sqrt(x * x + 4)) / 2,
 *   vjp: { x: ({ x }) => (g) => g.mul(x.div(x.square().add(4).sqrt()).add(1).div(2)) },
 * });
 * squareplus(tensor([0, 3]));
 */
export function elementwise<N extends string, Name extends string = string>(
  name: Name,
  fields: ElementwiseFields<N, object>,
): Elementwise<N, Name> {
  checkFields('elementwise', name, fields);
  const record = elementwiseOp(name, fields);
  const call = (...operands: TensorLike[]): Tensor =>
    dispatch(record, toOperands(name, record.operands, operands), {})[0] as Tensor;
  for (const [key, value] of Object.entries(record)) Object.defineProperty(call, key, { value, enumerable: true });
  return call as unknown as Elementwise<N, Name>;
}
