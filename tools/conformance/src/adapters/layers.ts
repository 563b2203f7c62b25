/** Linear, embedding and normalization. */
import { BatchNorm1d, embedding } from '@tessera/layers';
import { linear, rmsNorm, type Shape, type Tensor } from '@tessera/tensor';
import type { Adapter, Adapters } from '../adapter.ts';
import { notebook } from './notebook.ts';

/** Trains on the inputs that are named so, in turn, then evaluates; state stands after the last step. */
const batchNorm1d: Adapter = (inputs, attributes, { inputs: described }) => {
  const named = (name: string): Tensor | undefined => {
    const at = described.findIndex((input) => input?.name === name);
    return at < 0 ? undefined : (inputs[at] as Tensor);
  };
  const { momentum, eps, affine, track_running_stats } = attributes as {
    readonly momentum?: number | null;
    readonly eps?: number;
    readonly affine?: boolean;
    readonly track_running_stats?: boolean;
  };
  const steps = inputs.filter((_, i) => described[i]?.name?.startsWith('train')) as Tensor[];
  const layer = new BatchNorm1d((steps[0] as Tensor).shape[1] as number, {
    ...(momentum === undefined ? {} : { momentum }),
    ...(eps === undefined ? {} : { eps }),
    ...(affine === undefined ? {} : { affine }),
    ...(track_running_stats === undefined ? {} : { trackRunningStats: track_running_stats }),
  });
  // The case's tensors stand in for the layer's own, so that gradients reach them.
  if (layer.weight !== null) Object.assign(layer, { weight: named('weight'), bias: named('bias') });
  const trained = steps.map((x) => layer.forward(x));
  const evaluated = layer.eval().forward(named('eval') as Tensor);
  const { runningMean, runningVar, numBatchesTracked } = layer;
  const state = [runningMean, runningVar, numBatchesTracked].filter((buffer) => buffer !== null);
  return [...trained, evaluated, ...state];
};

export const layers: Adapters = {
  batch_norm1d: batchNorm1d,
  embedding: ([indices, weight], { padding_idx }) =>
    embedding(indices as Tensor, weight as Tensor, { paddingIdx: (padding_idx ?? null) as number | null }),
  layer_norm: notebook.layer_norm as Adapter,
  linear: ([x, weight, bias]) => linear(x as Tensor, weight as Tensor, bias),
  rms_norm: ([x, weight], { normalized_shape, eps }) =>
    rmsNorm(x as Tensor, normalized_shape as Shape, { weight: weight ?? null, eps: eps as number }),
};
