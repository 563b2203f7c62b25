/** Ways to run kernels that take contiguous operands of the result's shape. */
import { launch } from '@tessera/kernels';
import { allocate } from '../../core/base.ts';
import { convert, freeTemporaries } from '../../core/copy.ts';
import { DTYPES } from '../../core/dtype.ts';
import type { Tensor } from '../../tensor.ts';

type Run = (out: Tensor, inputs: readonly Tensor[]) => void;

/** Runs the kernel `name(out, ...inputs)`. */
export function flat(name: string): Run {
  return (out, inputs) => launch(`${name}_${DTYPES[out.dtype].suffix}`, [out, ...inputs], out.count);
}

/** Runs the kernel `name(out, a, b)` of two operands that broadcast, on operands that do not. */
export function pairwise(name: string, out: Tensor, a: Tensor, b: Tensor): void {
  const n = out.count;
  launch(`${name}_${DTYPES[out.dtype].suffix}`, [out, a, n, 1, b, n, 1, n], n);
}

/** Runs the kernel `name(out, g, x)` of a slope, which for infinite x is infinity times 0, NaN, as in PyTorch. */
export function slope(name: string): Run {
  return (out, inputs) => {
    flat(name)(out, inputs);
    const [, x] = inputs as readonly [Tensor, Tensor];
    // 0, or NaN
    const rest = allocate(out.shape, out.dtype);
    pairwise('sub', rest, x, x);
    pairwise('add', out, out, rest);
    rest.dispose();
  };
}

/** Runs in float64 and rounds once, where float32 would round at every step. */
export function inFloat64(out: Tensor, inputs: readonly Tensor[], run: Run): void {
  if (out.dtype === 'float64') {
    run(out, inputs);
    return;
  }
  const wide = inputs.map((t) => convert(t, 'float64'));
  const result = allocate(out.shape, 'float64');
  run(result, wide);
  launch('convert_f64_f32', [out, result], out.count);
  freeTemporaries([...wide, result], []);
}
