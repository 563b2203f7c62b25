/** Runs one case: builds the inputs, calls the adapter, compares outputs and gradients. */
import { grad, requiresGrad } from '@tessera/autograd';
import { fromArray, Tensor, zerosLike } from '@tessera/tensor';
import type { Adapter, Case, Values } from './adapter.ts';
import { build, dtypeOf, isWhole } from './build.ts';
import { compare, type Mismatch } from './compare.ts';

export type Outcome =
  | { readonly status: 'passed' }
  | { readonly status: 'failed'; readonly mismatches: readonly Mismatch[] }
  | { readonly status: 'skipped'; readonly reason: string };

/** Ops about signs, and odd functions: for them -0 is not 0. */
const SIGNED: ReadonlySet<string> = new Set(
  'neg copysign mul div reciprocal sqrt ceil floor round trunc sin tan asin atan sinh tanh asinh atanh erf expm1 log1p'.split(
    ' ',
  ),
);

type Found = readonly (Tensor | null)[];

export function runCase(testCase: Case, adapter: Adapter): Outcome {
  const reason = [...testCase.inputs, ...testCase.outputs].map((x) => x && unsupported(x)).find(Boolean);
  if (reason) return { status: 'skipped', reason };
  let what = 'inputs';
  try {
    const inputs = testCase.inputs.map((input, i) => {
      if (input === null) return null;
      const leaf = input.requiresGrad || testCase.gradInputs[i] !== null;
      return leaf ? requiresGrad(build(input)) : build(input);
    });
    what = 'outputs';
    const outputs = listOf(adapter(inputs, { ...testCase.attrs }, testCase));
    const mismatches = compareOutputs(testCase, outputs);
    what = 'gradients';
    // Outputs of the wrong shape have no cotangents to try.
    if (mismatches.every(({ worst }) => worst)) mismatches.push(...compareGradients(testCase, inputs, outputs));
    return mismatches.length === 0 ? { status: 'passed' } : { status: 'failed', mismatches };
  } catch (error) {
    return { status: 'failed', mismatches: [{ what, message: `threw ${describe(error)}` }] };
  }
}

/** Why there is no such tensor here; null when there is. */
function unsupported({ dtype, data }: Values): string | null {
  if (dtypeOf(dtype) === null) return `dtype ${dtype}`;
  if (dtypeOf(dtype) !== 'int32' || data.every((value) => value === (value | 0))) return null;
  return `${dtype} beyond int32`;
}

function listOf(result: Tensor | readonly Tensor[]): readonly Tensor[] {
  const outputs = Array.isArray(result) ? (result as readonly Tensor[]) : [result as Tensor];
  if (!outputs.every((output) => output instanceof Tensor))
    throw new TypeError('the adapter gave something else than tensors');
  return outputs;
}

function compareOutputs({ op, area, inputs, outputs, f32err }: Case, found: readonly Tensor[]): Mismatch[] {
  if (found.length !== outputs.length) {
    return [{ what: 'outputs', message: `${found.length} of them, want ${outputs.length}` }];
  }
  const operands = inputs.filter(isFloat).map(({ data }) => data);
  return outputs.flatMap((output, i) => {
    if (output === null) return [];
    const what = output.name === undefined ? `output ${i}` : `output ${i} (${output.name})`;
    const { shape, dtype, data: want } = output;
    const signed = SIGNED.has(op);
    const error = f32err[0];
    const got = found[i] as Tensor;
    return (
      compare(got, { what, op, area, role: 'output', shape, dtype, want, operands, cotangents: [], error, signed }) ??
      []
    );
  });
}

function compareGradients(testCase: Case, inputs: Found, outputs: readonly Tensor[]): Mismatch[] {
  const { op, area, gradInputs, gradOutputs, f32err } = testCase;
  const cotangents = gradOutputs.filter((cotangent) => cotangent !== null);
  const error = f32err[1];
  const found = gradients(testCase, inputs, outputs);
  return gradInputs.flatMap((want, i) => {
    if (want === null) return [];
    const { shape, dtype, name } = testCase.inputs[i] as Values;
    const what = name === undefined ? `gradient of input ${i}` : `gradient of input ${i} (${name})`;
    const others = testCase.inputs.filter((_, j) => j !== i).filter(isFloat);
    const operands = others.map(({ data }) => data);
    const got = found[i] ?? zerosLike(inputs[i] as Tensor);
    const wanted = {
      what,
      op,
      area,
      role: 'gradient',
      shape,
      dtype,
      want,
      operands,
      cotangents,
      error,
      signed: false,
    } as const;
    return compare(got, wanted) ?? [];
  });
}

/** The gradients of the sum over the outputs of <gradOutput, output> for every input; null where it is not reached. */
function gradients({ gradInputs, gradOutputs }: Case, inputs: Found, outputs: readonly Tensor[]): Found {
  const roots = outputs.flatMap((out, i) => {
    const cotangent = gradOutputs[i];
    return cotangent && out.requiresGrad ? [{ out, g: fromArray(cotangent, out.shape, { dtype: out.dtype }) }] : [];
  });
  if (roots.length === 0) return inputs.map(() => null);
  const leaves = inputs.filter((input, i): input is Tensor => input !== null && gradInputs[i] !== null);
  const cotangents = roots.map(({ g }) => g);
  const found = grad(
    roots.map(({ out }) => out),
    leaves,
    { gradOutputs: cotangents, allowUnused: true },
  );
  return inputs.map((input) => (input === null ? null : (found[leaves.indexOf(input)] ?? null)));
}

function isFloat<T extends Values>(input: T | null): input is T {
  return input !== null && !isWhole(input.dtype);
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
