/** What the kernels of layer and RMS normalization share: rows of the last dimensions, and the pull-back to the weight. */
import { launch } from '@tessera/kernels';
import { allocate } from '../../core/base.ts';
import { DTYPES } from '../../core/dtype.ts';
import type { CompositeOp, SampleInput } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { resultsPerChunk } from '../reductions/layout.ts';
import { reducedCount, reducedShape } from '../reductions/reduction.ts';
import {
  type BackwardAttributes,
  checkBackward,
  type NormalizationAttributes,
  pullBackStandardized,
  sampleNormalization,
  standardize,
} from './standardize.ts';

interface Rows {
  /** The kernel for the dtype of x. */
  readonly name: string;
  readonly n: number;
  readonly rows: number;
  readonly grain: number;
}

/** A contiguous x as rows of its last dimensions. */
export function rowsOf(kernel: string, x: Tensor, dims: readonly number[]): Rows {
  const n = reducedCount(x.shape, { dims });
  return {
    name: `${kernel}_${DTYPES[x.dtype].suffix}`,
    n,
    rows: n === 0 ? 0 : x.count / n,
    grain: resultsPerChunk(n, 1),
  };
}

interface Centered {
  /** Whether the mean is taken away (layer normalization) or not (RMS). */
  readonly center: boolean;
}

/** The statistics of a contiguous x where the forward pass left none: mean and rstd, or rstd alone. */
export function rowStatistics(x: Tensor, { dims, eps, center }: NormalizationAttributes & Centered): Tensor[] {
  const { name, n, rows, grain } = rowsOf(center ? 'layer_norm' : 'rms_norm', x, dims);
  const shape = reducedShape(x.shape, { dims, keepdim: true });
  const statistics = center ? [allocate(shape, x.dtype), allocate(shape, x.dtype)] : [allocate(shape, x.dtype)];
  const y = allocate(x.shape, x.dtype);
  launch(name, [y, ...statistics, x, null, ...(center ? [null] : []), eps, n], rows, grain);
  y.storage.free();
  return statistics;
}

/** From the cotangent of y = h weight (+ bias) to that of the weight, where h is x brought to one scale. */
export const rowNormWeightBackwardOp: CompositeOp<'g' | 'x', BackwardAttributes & Centered> = {
  kind: 'composite',
  name: 'rowNormWeightBackward',
  operands: ['g', 'x'],
  formula: 'dw = sum over rows of g h',
  infer: (inputs, { dims }) => {
    const { shape, dtype } = checkBackward('rowNormWeightBackward', inputs, []);
    return { shape: shape.slice(dims[0]), dtype };
  },
  define: ([g, x], { dims, eps, center }) => {
    const products = (g as Tensor).mul(standardize(x as Tensor, dims, eps, center).y);
    const leading = products.shape.slice(0, dims[0]).map((_, d) => d);
    return leading.length === 0 ? products : products.sum(leading);
  },
  kernel: ([dw], [g, x], { statistics, ...attributes }) => {
    const { name, n, rows } = rowsOf('layer_norm_backward_params', x as Tensor, attributes.dims);
    const found = statistics ?? rowStatistics(x as Tensor, attributes);
    const [mean, rstd] = attributes.center ? found : [null, found[0]];
    const places = [dw as Tensor, null, g as Tensor, x as Tensor, mean as Tensor | null, rstd as Tensor];
    launch(name, [...places, rows, n], n, resultsPerChunk(rows, n));
  },
  vjp: {
    g:
      ({ x }, { dims, eps, center }) =>
      (h) =>
        standardize(x, dims, eps, center).y.mul(h),
    x:
      ({ g, x }, { dims, eps, center }) =>
      (h) =>
        pullBackStandardized(g.mul(h), x, dims, eps, center),
  },
  sample: (draw) => {
    const { inputs, attributes } = sampleNormalization(draw, 1);
    const x = inputs[0] as SampleInput;
    return { inputs: [{ shape: x.shape }, x], attributes: { ...attributes, center: draw.boolean(), statistics: null } };
  },
};
