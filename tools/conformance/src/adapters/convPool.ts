/** Convolution and pooling. */
import * as layers from '@tessera/layers';
import type { Tensor, ValuesAndIndices } from '@tessera/tensor';
import type { Adapter, Adapters } from '../adapter.ts';
import { camelCase } from '../camelCase.ts';

type Attributes = Record<string, unknown>;

/** Options by our names, without those that are None. */
function options(attributes: Attributes): object {
  const given = Object.entries(attributes).filter(([, value]) => value !== null);
  return Object.fromEntries(given.map(([name, value]) => [camelCase(name), value]));
}

const convolved =
  (op: (x: Tensor, weight: Tensor, options: never) => Tensor): Adapter =>
  ([x, weight, bias], attributes) =>
    op(x as Tensor, weight as Tensor, { ...options(attributes), bias: bias ?? null } as never);

type MaxPool = (x: Tensor, size: layers.PerDim, options: object) => Tensor | ValuesAndIndices;

/** The greatest, and their indices where the case has them. */
const greatest =
  (op: MaxPool): Adapter =>
  ([x], { kernel_size, ...attributes }, { outputs }) => {
    const returnIndices = outputs.length === 2;
    const pooled = op(x as Tensor, kernel_size as layers.PerDim, { ...options(attributes), returnIndices });
    return 'values' in pooled ? [pooled.values, pooled.indices] : pooled;
  };

const averaged =
  (op: (x: Tensor, size: layers.PerDim, options: layers.AvgPoolOptions) => Tensor): Adapter =>
  ([x], { kernel_size, ...attributes }) =>
    op(x as Tensor, kernel_size as layers.PerDim, options(attributes));

const adapted =
  (op: (x: Tensor, size: layers.OutputSize) => Tensor): Adapter =>
  ([x], { output_size }) =>
    op(x as Tensor, output_size as layers.OutputSize);

export const convPool: Adapters = {
  conv1d: convolved(layers.conv1d),
  conv2d: convolved(layers.conv2d),
  conv3d: convolved(layers.conv3d),
  conv_transpose1d: convolved(layers.convTranspose1d),
  conv_transpose2d: convolved(layers.convTranspose2d),
  conv_transpose3d: convolved(layers.convTranspose3d),
  fold_col2im: ([x], { output_size, kernel_size, ...attributes }) =>
    layers.fold(x as Tensor, output_size as layers.PerDim, kernel_size as layers.PerDim, options(attributes)),
  interpolate: ([x], attributes) => layers.interpolate(x as Tensor, options(attributes)),
  pixel_shuffle: ([x], { upscale_factor }) => layers.pixelShuffle(x as Tensor, upscale_factor as number),
  pixel_unshuffle: ([x], { downscale_factor }) => layers.pixelUnshuffle(x as Tensor, downscale_factor as number),
  unfold_im2col: ([x], { kernel_size, ...attributes }) =>
    layers.unfold(x as Tensor, kernel_size as layers.PerDim, options(attributes)),
  max_pool1d: greatest(layers.maxPool1d),
  max_pool2d: greatest(layers.maxPool2d),
  max_pool3d: greatest(layers.maxPool3d),
  avg_pool1d: averaged(layers.avgPool1d),
  avg_pool2d: averaged(layers.avgPool2d),
  avg_pool3d: averaged(layers.avgPool3d),
  adaptive_avg_pool1d: adapted(layers.adaptiveAvgPool1d),
  adaptive_avg_pool2d: adapted(layers.adaptiveAvgPool2d),
  adaptive_avg_pool3d: adapted(layers.adaptiveAvgPool3d),
  adaptive_max_pool1d: adapted(layers.adaptiveMaxPool1d),
  adaptive_max_pool2d: adapted(layers.adaptiveMaxPool2d),
  adaptive_max_pool3d: adapted(layers.adaptiveMaxPool3d),
};
