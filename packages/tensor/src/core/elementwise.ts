/** How an elementwise op runs: by a SIMD kernel where there is one for the dtype, else by looping its scalar meaning. */
import { launch } from '@tessera/kernels';
import type { ElementwiseOp, ResultDType } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { rejectHalf, resultType } from './arguments.ts';
import { allocate, makeTensor } from './base.ts';
import { broadcastShapes, broadcastStrides } from './broadcast.ts';
import { convert, elementsInPlace, freeTemporaries, toContiguous, WRITERS } from './copy.ts';
import { DTYPES, type DType, isFloating, type TypedArray } from './dtype.ts';
import { type Shape, sameShape } from './shape.ts';
import { checkBudget } from './storage.ts';

export function runElementwise<A>(op: ElementwiseOp<string, A>, inputs: readonly Tensor[], attributes: A): Tensor {
  rejectHalf(op.name, inputs);
  const shape =
    inputs.length === 1 ? (inputs[0] as Tensor).shape : broadcastShapes(op.name, ...inputs.map((t) => t.shape));
  const dtype = computeType(op.result, inputs);
  const sources = inputs.map((t) => (t.dtype === dtype ? t : convert(t, dtype)));
  const outType = op.result === 'bool' ? 'bool' : dtype;
  checkBudget(op.name, shape, outType);
  const out = allocate(shape, outType);
  const { suffix } = DTYPES[dtype];
  if (op.kernel === undefined || suffix === null) loop(op, out, sources, attributes);
  else if (typeof op.kernel === 'function') runOwn(op.kernel, out, sources, attributes);
  else if (typeof op.kernel === 'object')
    runUnary(`${op.kernel.name}_${suffix}`, out, sources[0] as Tensor, op.kernel.scalars(attributes));
  else if (sources.length === 1) runUnary(`${op.kernel}_${suffix}`, out, sources[0] as Tensor, []);
  else runBinary(`${op.kernel}_${suffix}`, out, sources[0] as Tensor, sources[1] as Tensor);
  freeTemporaries(sources, inputs);
  return out;
}

/** The dtype that the arithmetic is done in: promoted, and at least float32 where the op makes floats of integers. */
function computeType(result: ResultDType, inputs: readonly Tensor[]): DType {
  const promoted = resultType(inputs);
  return result === 'float' && !isFloating(promoted) ? 'float32' : promoted;
}

function runOwn<A>(
  kernel: (out: Tensor, inputs: readonly Tensor[], attributes: A) => void,
  out: Tensor,
  sources: readonly Tensor[],
  attributes: A,
): void {
  const full = sources.map((t) => expanded(t, out.shape));
  kernel(out, full, attributes);
  freeTemporaries(full, sources);
}

function runUnary(kernel: string, out: Tensor, x: Tensor, scalars: readonly number[]): void {
  const source = toContiguous(x);
  launch(kernel, [out, source, ...scalars], out.count);
  freeTemporaries([source], [x]);
}

function runBinary(kernel: string, out: Tensor, a: Tensor, b: Tensor): void {
  const [rows, cols] = collapse(
    out.shape,
    broadcastStrides(a.shape, a.strides, out.shape),
    broadcastStrides(b.shape, b.strides, out.shape),
  );
  if (rows !== null) {
    launch(kernel, [out, a, rows.a, cols.a, b, rows.b, cols.b, cols.size], out.count);
    return;
  }
  const fullA = expanded(a, out.shape);
  const fullB = expanded(b, out.shape);
  launch(kernel, [out, fullA, out.count, 1, fullB, out.count, 1, out.count], out.count);
  freeTemporaries([fullA, fullB], [a, b]);
}

interface Axis {
  size: number;
  a: number;
  b: number;
}

/**
 * Two operands over one output as rows and columns: neighbouring dimensions that both operands walk alike are merged.
 * The kernels take at most two, with column steps of 0 or 1; null says that it does not come to that.
 */
function collapse(shape: Shape, a: readonly number[], b: readonly number[]): [Axis, Axis] | [null, Axis] {
  const axes: Axis[] = [];
  for (let d = shape.length - 1; d >= 0; d--) {
    const axis: Axis = { size: shape[d] as number, a: a[d] as number, b: b[d] as number };
    if (axis.size === 1) continue;
    const inner = axes.at(-1);
    if (inner !== undefined && axis.a === inner.a * inner.size && axis.b === inner.b * inner.size)
      inner.size *= axis.size;
    else axes.push(axis);
  }
  const cols = axes[0] ?? { size: 1, a: 0, b: 0 };
  if (axes.length > 2 || cols.a > 1 || cols.b > 1) return [null, cols];
  return [axes[1] ?? { size: 1, a: 0, b: 0 }, cols];
}

/** `x` stretched to `shape`, contiguous. */
function expanded(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return toContiguous(x);
  return toContiguous(
    makeTensor(x.storage, { shape, strides: broadcastStrides(x.shape, x.strides, shape), offset: x.offset }),
  );
}

/** The meaning itself, element by element in float64. */
function loop<A>(op: ElementwiseOp<string, A>, out: Tensor, inputs: readonly Tensor[], attributes: A): void {
  const sources = inputs.map((t) => expanded(t, out.shape));
  const [to, a, b, c] = elementsInPlace([out, ...sources]) as [TypedArray, TypedArray, TypedArray, TypedArray];
  const write = WRITERS[out.dtype];
  const n = out.count;
  if (sources.length === 1) for (let i = 0; i < n; i++) to[i] = write(op.f(a[i] as number, attributes));
  else if (sources.length === 2)
    for (let i = 0; i < n; i++) to[i] = write(op.f(a[i] as number, b[i] as number, attributes));
  else for (let i = 0; i < n; i++) to[i] = write(op.f(a[i] as number, b[i] as number, c[i] as number, attributes));
  freeTemporaries(sources, inputs);
}
