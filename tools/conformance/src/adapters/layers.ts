/** Linear, embedding and normalization. */
import {
  BatchNorm1d,
  BatchNorm2d,
  BatchNorm3d,
  bilinear,
  embedding,
  embeddingBag,
  groupNorm,
  instanceNorm,
  localResponseNorm,
  weightNorm,
} from '@tessera/layers';
import { linear, rmsNorm, type Shape, type Tensor } from '@tessera/tensor';
import type { Adapter, Adapters } from '../adapter.ts';
import { camelCase } from '../camelCase.ts';
import { notebook } from './notebook.ts';

type Normalizing = BatchNorm1d & { forward(x: Tensor): Tensor };

/** Trains on the inputs that are named so, in turn, then evaluates; state stands after the last step. */
const batchNorm =
  (Layer: new (channels: number, options: object) => unknown): Adapter =>
  (inputs, { steps: _, ...attributes }, { inputs: described }) => {
    const named = (name: string): Tensor | undefined => {
      const at = described.findIndex((input) => input?.name === name);
      return at < 0 ? undefined : (inputs[at] as Tensor);
    };
    const steps = inputs.filter((_, i) => described[i]?.name?.startsWith('train')) as Tensor[];
    const options = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [camelCase(name), value]));
    const layer = new Layer((steps[0] as Tensor).shape[1] as number, options) as Normalizing;
    // The case's tensors stand in for the layer's own, so that gradients reach them.
    if (layer.weight !== null) Object.assign(layer, { weight: named('weight'), bias: named('bias') });
    const trained = steps.map((x) => layer.forward(x));
    const evaluated = layer.eval().forward(named('eval') as Tensor);
    const { runningMean, runningVar, numBatchesTracked } = layer;
    const state = [runningMean, runningVar, numBatchesTracked].filter((buffer) => buffer !== null);
    return [...trained, evaluated, ...state];
  };

export const layers: Adapters = {
  batch_norm1d: batchNorm(BatchNorm1d),
  batch_norm2d: batchNorm(BatchNorm2d),
  batch_norm3d: batchNorm(BatchNorm3d),
  bilinear: ([x1, x2, weight, bias]) => bilinear(x1 as Tensor, x2 as Tensor, weight as Tensor, bias ?? null),
  embedding: ([indices, weight], { padding_idx }) =>
    embedding(indices as Tensor, weight as Tensor, { paddingIdx: (padding_idx ?? null) as number | null }),
  embedding_bag: ([indices, weight], { mode }) =>
    embeddingBag(indices as Tensor, weight as Tensor, { mode: mode as 'mean' | 'sum' | 'max' }),
  group_norm: ([x, weight, bias], { num_groups, eps }) =>
    groupNorm(x as Tensor, num_groups as number, { weight: weight ?? null, bias: bias ?? null, eps: eps as number }),
  instance_norm: ([x, weight, bias], { eps }) =>
    instanceNorm(x as Tensor, { weight: weight ?? null, bias: bias ?? null, eps: eps as number }),
  layer_norm: notebook.layer_norm as Adapter,
  linear: ([x, weight, bias]) => linear(x as Tensor, weight as Tensor, bias),
  local_response_norm: ([x], { size, ...options }) => localResponseNorm(x as Tensor, size as number, options),
  rms_norm: ([x, weight], { normalized_shape, eps }) =>
    rmsNorm(x as Tensor, normalized_shape as Shape, { weight: weight ?? null, eps: eps as number }),
  weight_norm: ([v, g]) => weightNorm(v as Tensor, g as Tensor),
};
