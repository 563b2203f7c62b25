/** How ops over rows reach their kernels, which take rows that lie in memory one after the other. */
import { launch } from '@tessera/kernels';
import { allocate } from '../../core/base.ts';
import { freeTemporaries, toContiguous, writeInto } from '../../core/copy.ts';
import { DTYPES } from '../../core/dtype.ts';
import { elementsOf } from '../../core/shape.ts';
import type { Draw, Sample } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { permuted, resultsPerChunk } from '../reductions/layout.ts';

/** The dimension along which rows lie. */
export interface RowAttributes {
  readonly dim: number;
}

/** Runs a kernel `(out, ...inputs, n)` on contiguous tensors of one shape, over the rows along `dim`. */
export function launchRows(kernel: string, out: Tensor, inputs: readonly Tensor[], dim: number): void {
  const name = `${kernel}_${DTYPES[out.dtype].suffix}`;
  const n = out.shape[dim] ?? 1;
  const rows = n === 0 ? 0 : out.count / n;
  if (elementsOf(out.shape.slice(dim + 1)) === 1) {
    launch(name, [out, ...inputs, n], rows, resultsPerChunk(n, 1));
    return;
  }
  // Rows whose elements lie apart are brought together, and the results taken back to their places.
  const order = [...out.shape.keys()].sort((a, b) => Number(a === dim) - Number(b === dim) || a - b);
  const moved = inputs.map((input) => permuted(input, order));
  const sources = moved.map(toContiguous);
  const target = permuted(out, order);
  const result = allocate(target.shape, out.dtype);
  launch(name, [result, ...sources, n], rows, resultsPerChunk(n, 1));
  writeInto(target, result);
  freeTemporaries([result, ...sources], [out, ...inputs]);
}

export function sampleRows(draw: Draw): Sample<RowAttributes> {
  const shape = draw.shape([1, 3], { min: 1 });
  return { inputs: [{ shape, range: [-2, 2] }], attributes: { dim: draw.integer(0, shape.length - 1) } };
}
