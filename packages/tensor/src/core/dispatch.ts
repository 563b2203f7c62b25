/**
 * How an op is run: by the trace that one of its inputs carries, otherwise at once. Checks happen here or in the op's
 * own shape rule, once; kernels trust what they are given.
 */
import type { CompositeOp, Op, Operand, PrimitiveOp, Spec } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { rejectHalf } from './arguments.ts';
import { alias, allocate, makeTensor } from './base.ts';
import { elementsInPlace, freeTemporaries, toContiguous } from './copy.ts';
import { DTYPES, type TypedArray } from './dtype.ts';
import { runElementwise } from './elementwise.ts';
import { MemoryError } from './errors.ts';
import { runScope } from './scope.ts';
import { checkBudget } from './storage.ts';

/** Runs `op` and gives its results. Traced inputs hand the run to their trace. */
export function dispatch<A extends object>(op: Op<string, A>, inputs: readonly Tensor[], attributes: A): Tensor[] {
  for (const input of inputs) {
    if (input.trace !== null) return input.trace.engine.run(op as Op, inputs, attributes);
  }
  return evaluate(op, inputs, attributes);
}

/** The first result of `dispatch`. */
export function apply<A extends object>(op: Op<string, A>, inputs: readonly Tensor[], attributes: A): Tensor {
  return dispatch(op, inputs, attributes)[0] as Tensor;
}

/** Runs `op` on the values alone: traces are neither asked nor passed on. */
export function evaluate<A extends object>(op: Op<string, A>, inputs: readonly Tensor[], attributes: A): Tensor[] {
  for (const input of inputs) {
    if (input.storage.cell.freed)
      throw new MemoryError(
        `${op.name}: operands must still have their memory; got a tensor freed by dispose() or tidy(); try keeping it until its last use`,
      );
  }
  switch (op.kind) {
    case 'elementwise':
      return [runElementwise(op, inputs, attributes)];
    case 'view':
      return [alias(inputs[0] as Tensor, op.view(inputs[0] as Tensor, attributes))];
    case 'primitive':
      return runPrimitive(op, inputs, attributes);
    case 'composite':
      return runComposite(op, inputs, attributes);
  }
}

function runPrimitive<A>(op: PrimitiveOp<string, A>, inputs: readonly Tensor[], attributes: A): Tensor[] {
  const specs = asList(op.infer(inputs, attributes));
  rejectHalf(op.name, inputs);
  if (op.kernel !== undefined && hasKernels(inputs[0] ?? specs[0]))
    return runKernel(op, op.kernel, specs, inputs, attributes);
  const sources = inputs.map(toContiguous);
  const outputs = specs.map((spec) => allocateFor(op.name, spec));
  const arrays = elementsInPlace([...outputs, ...sources]);
  const operand = (t: Tensor, i: number): Operand => ({
    shape: t.shape,
    dtype: t.dtype,
    data: arrays[i] as TypedArray,
  });
  op.reference(
    outputs.map((t, i) => operand(t, i)),
    sources.map((t, i) => operand(t, outputs.length + i)),
    attributes,
  );
  freeTemporaries(sources, inputs);
  return outputs;
}

function runComposite<A>(op: CompositeOp<string, A>, inputs: readonly Tensor[], attributes: A): Tensor[] {
  const specs = op.infer(inputs, attributes);
  if (op.kernel !== undefined && hasKernels(inputs[0]))
    return runKernel(op, op.kernel, asList(specs), inputs, attributes);
  // The definition must not be recorded a second time: it sees the bare values. What it makes on the way is freed.
  const bare = inputs.map((t) => (t.trace === null ? t : makeTensor(t.storage, t)));
  return runScope(
    () => [...asList(op.define(bare, attributes))],
    (results) => results.map(({ storage }) => storage),
  );
}

type Kernel<A> = (outputs: readonly Tensor[], inputs: readonly Tensor[], attributes: A) => void;

function runKernel<A>(
  op: { readonly name: string; readonly strided?: boolean },
  kernel: Kernel<A>,
  specs: readonly Spec[],
  inputs: readonly Tensor[],
  attributes: A,
): Tensor[] {
  const sources = op.strided ? inputs : inputs.map(toContiguous);
  const outputs = specs.map((spec) => allocateFor(op.name, spec));
  kernel(outputs, sources, attributes);
  freeTemporaries(sources, inputs);
  return outputs;
}

/** Memory for a result, after a check that names the op. */
function allocateFor(op: string, { shape, dtype }: Spec): Tensor {
  checkBudget(op, shape, dtype);
  return allocate(shape, dtype);
}

/** Kernels exist for the dtypes of arithmetic; the first operand decides, or the result of an op without operands. */
function hasKernels(first: Spec | undefined): boolean {
  return first !== undefined && DTYPES[first.dtype].suffix !== null;
}

function asList<T extends object>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
