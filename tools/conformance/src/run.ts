/** Runs one case: builds the inputs, calls the adapter, compares outputs and gradients. */
import { grad, requiresGrad } from '@tessera/autograd';
import { fromArray, Tensor } from '@tessera/tensor';
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
  const strange = [...testCase.inputs, ...testCase.outputs].find((x) => x && dtypeOf(x.dtype) === null);
  if (strange) return { status: 'skipped', reason: `dtype ${strange.dtype}` };
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
    return compare(got, { what, op, area, role: 'output', shape, dtype, want, operands, error, signed }) ?? [];
  });
}

/** The gradients of the sum over the outputs of <gradOutput, output>; a leaf that is not reached has zeros. */
function compareGradients(testCase: Case, inputs: Found, outputs: readonly Tensor[]): Mismatch[] {
  const { op, area, gradInputs, gradOutputs, f32err } = testCase;
  const asked = gradInputs.flatMap((want, i) => (want === null ? [] : [{ i, want }]));
  const reached = outputs
    .map((out, i) => ({ out, cotangent: gradOutputs[i] }))
    .filter(({ out, cotangent }) => cotangent && out.requiresGrad);
  const leaves = asked.map(({ i }) => inputs[i] as Tensor);
  const found =
    asked.length === 0 || reached.length === 0
      ? leaves.map(() => null)
      : grad(
          reached.map(({ out }) => out),
          leaves,
          {
            gradOutputs: reached.map(({ out, cotangent }) =>
              fromArray(cotangent as number[], out.shape, { dtype: out.dtype }),
            ),
            allowUnused: true,
          },
        );
  return asked.flatMap(({ i, want }, at) => {
    const { shape, dtype, name } = testCase.inputs[i] as Values;
    const what = name === undefined ? `gradient of input ${i}` : `gradient of input ${i} (${name})`;
    const others = testCase.inputs
      .filter((input, j) => j !== i && isFloat(input))
      .map((input) => (input as Values).data);
    const operands = [...gradOutputs.filter((cotangent) => cotangent !== null), ...others];
    const got =
      found[at] ??
      fromArray(
        want.map(() => 0),
        shape,
        { dtype: (inputs[i] as Tensor).dtype },
      );
    const error = f32err[1];
    return compare(got, { what, op, area, role: 'gradient', shape, dtype, want, operands, error, signed: false }) ?? [];
  });
}

function isFloat<T extends Values>(input: T | null): input is T {
  return input !== null && !isWhole(input.dtype);
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
