/** What all scatters share: the checks, the drawing of samples, and what may stand for src. */
import { checkSameDType, checkTensor } from '../../core/arguments.ts';
import type { Draw, Sample, Spec } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { fillValue } from '../elementwise/where.ts';
import { expand } from '../views/expand.ts';
import { narrow } from '../views/slice.ts';
import { type AlongAttributes, sampleAlong } from './along.ts';
import { atLeastOne, checkBounds, checkFits } from './bounds.ts';

/** What all scatters ask of x, index and src of the index's shape. */
export function inferScatter(op: string, inputs: readonly Tensor[], { dim }: AlongAttributes): Spec {
  const [x, index, src] = inputs as readonly [Tensor, Tensor, Tensor];
  checkSameDType(op, x, src);
  checkFits(op, index, 'src', src, null);
  checkFits(op, index, 'x', x, dim);
  checkBounds(op, 'index', index, 0, atLeastOne(x.shape)[dim] as number);
  return { shape: x.shape, dtype: x.dtype };
}

export function sampleScatter(draw: Draw): Sample<AlongAttributes> {
  const { x, index, dim } = sampleAlong(draw);
  return { inputs: [x, index, { shape: index.shape }], attributes: { dim } };
}

/** Checks that there are tensors, stretches a number to the index's shape, and leaves off what the index does not reach. */
export function scatterSource(op: string, x: Tensor, index: Tensor, src: Tensor | number): Tensor {
  checkTensor(op, 'x', x);
  checkTensor(op, 'index', index);
  if (typeof src === 'number') return expand(fillValue(op, x, src), index.shape);
  checkTensor(op, 'src', src);
  checkFits(op, index, 'src', src, null);
  if (src.ndim !== index.ndim) return src;
  return index.shape.reduce(
    (part, size, d) => (size < (part.shape[d] as number) ? narrow(part, d, 0, size) : part),
    src,
  );
}
