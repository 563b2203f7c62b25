/** Convolution in any number of spatial dimensions, as one product of matrices for every image and group. */
import {
  type CompositeOp,
  cat,
  type Draw,
  flip,
  type Sample,
  type SampleInput,
  ShapeError,
  scatterStrided,
  type Tensor,
  ValueError,
} from '@tessera/tensor';
import {
  type Agreed,
  apply,
  checkFloat,
  checkSameDType,
  contiguousStrides,
  elementsOf,
  formatShape,
  type IsRanked,
  type Product,
  type Quotient,
  type Shape,
  type Show,
  sameShape,
} from '@tessera/tensor/core';
import { type Before, type Spatial, type SpatialRank, spatialSizes } from '../spatial/spatialSizes.ts';
import { countWindows, type Positions, spanOf } from '../spatial/windows.ts';
import { batches, type ConvGeometry, columnsOf, onlyResult } from './columns.ts';

/** The shape rule of convolutions: images S with a weight W. */
export type ConvShape<
  Op extends string,
  R extends SpatialRank,
  S extends Shape,
  W extends Shape,
  Stride,
  Padding,
  Dilation,
  Groups extends number,
> =
  Weight<W, R> extends [infer O extends number, infer PerGroup extends number, infer Kernel, infer Each]
    ? 0 extends (number extends Each ? 1 : Each)
      ? WrongWeight<Op, R, W>
      : ConvLayerShape<Op, R, S, Product<PerGroup, Groups>, O, Kernel, Stride, Padding, Dilation> extends infer Y
        ? Y extends string
          ? Y
          : Quotient<O, Groups>[1] extends 0
            ? Y
            : number extends O | Groups
              ? Y
              : `${Op}: groups must divide the weight's output channels; got ${Show<W>} (${O}) for ${Groups} groups`
        : never
    : IsRanked<W> extends true
      ? WrongWeight<Op, R, W>
      : Shape;

/** A weight as [outputs, inputs of a group, kernel, sizes of the kernel as a union]. */
type Weight<W extends Shape, R extends SpatialRank> = R extends 2
  ? W extends readonly [infer O, infer I, infer A, infer B]
    ? [O, I, readonly [A, B], A | B]
    : null
  : R extends 1
    ? W extends readonly [infer O, infer I, infer A]
      ? [O, I, readonly [A], A]
      : null
    : W extends readonly [infer O, infer I, infer A, infer B, infer C]
      ? [O, I, readonly [A, B, C], A | B | C]
      : null;

type WrongWeight<
  Op extends string,
  R extends SpatialRank,
  W extends Shape,
> = `${Op}: weight must be [outChannels, inChannels / groups, ${['', 'k', 'kh, kw', 'kd, kh, kw'][R]}]; got ${Show<W>}`;

/** The same for a layer from I to O channels. */
export type ConvLayerShape<
  Op extends string,
  R extends SpatialRank,
  S extends Shape,
  I extends number,
  O extends number,
  Kernel,
  Stride,
  Padding,
  Dilation,
> =
  Spatial<Op, S, R> extends infer Image
    ? Image extends [infer N, infer C extends number, infer Sizes]
      ? Agreed<C, I> extends never
        ? `${Op}: input must have ${I} channels; got ${Show<S>} (${C})`
        : Positions<Op, R, Before<N, O>, Sizes, Kernel, Stride, Padding, Dilation>
      : Image extends string
        ? Image
        : readonly [...number[], O, ...{ 1: [number]; 2: [number, number]; 3: [number, number, number] }[R]]
    : never;

/**
 * The shape rule: (N, C, ...sizes) or (C, ...sizes) with a weight (O, C / groups, ...kernel) and perhaps a bias (O) gives
 * (N, O, ...positions) or (O, ...positions).
 */
export function convShape(op: string, x: Shape, weight: Shape, bias: Shape | null, geometry: ConvGeometry): number[] {
  const { stride, before, after, dilation, groups } = geometry;
  const rank = stride.length;
  const sizes = spatialSizes(op, x, rank);
  const [out, perGroup, ...kernel] = weight as readonly [number, number, ...number[]];
  if (weight.length !== rank + 2 || kernel.includes(0)) {
    throw new ShapeError(
      `${op}: weight must be [outChannels, inChannels / groups, ${['', 'k', 'kh, kw', 'kd, kh, kw'][rank]}]; got ${formatShape(weight)}; try a kernel of ${rank === 1 ? 'one size' : `${rank} sizes`} from 1 on`,
    );
  }
  const channels = x.at(-rank - 1) as number;
  if (channels !== perGroup * groups) {
    throw new ShapeError(
      `${op}: input must have ${perGroup * groups} channels; got ${formatShape(x)} (${channels}); try groups or a weight ${formatShape([out, Math.floor(channels / groups), ...kernel])}`,
    );
  }
  if (out % groups !== 0) {
    throw new ShapeError(
      `${op}: groups must divide the weight's output channels; got ${formatShape(weight)} (${out}) for ${groups} groups; try groups: 1 or ${Math.ceil(out / groups) * groups} output channels`,
    );
  }
  if (bias !== null && !sameShape(bias, [out])) {
    throw new ShapeError(
      `${op}: bias must have one number for each output channel; got ${formatShape(bias)} for ${out}; try a bias of shape [${out}]`,
    );
  }
  const positions = kernel.map((k, d) => {
    const padded = (sizes[d] as number) + (before[d] as number) + (after[d] as number);
    return countWindows(op, d - rank, padded, spanOf(k, dilation[d] as number), stride[d] as number);
  });
  return [...x.slice(0, -rank - 1), out, ...positions];
}

/** The bias may be missing: then there are two operands. */
export const convOp: CompositeOp<'x' | 'weight' | 'bias', ConvGeometry> = {
  kind: 'composite',
  name: 'conv',
  operands: ['x', 'weight', 'bias'],
  formula: 'y[n, o, p] = b[o] + sum_ck w[o, c, k] x[n, c, stride p + dilation k]',
  infer: ([x, weight, bias], geometry) => {
    const { dtype } = checkFloat('conv', 'x', x as Tensor);
    for (const t of bias === undefined ? [weight] : [weight, bias]) checkSameDType('conv', x as Tensor, t as Tensor);
    const [image, kernels] = [x as Tensor, weight as Tensor];
    if (image.ndim !== geometry.stride.length + 2) {
      throw new ShapeError(`conv: x must be a batch; got ${formatShape(image.shape)}; try unsqueeze(0)`);
    }
    return { shape: convShape('conv', image.shape, kernels.shape, bias?.shape ?? null, geometry), dtype };
  },
  define: ([x, weight, bias], geometry) => {
    const { groups } = geometry;
    const kernels = weight as Tensor;
    const [out, perGroup, ...kernel] = kernels.shape as readonly [number, number, ...number[]];
    // (O, C/G, ...K) -> (G, O/G, C/G K)
    const matrices = kernels.reshape([groups, out / groups, perGroup * elementsOf(kernel)]);
    const shape = convShape('conv', (x as Tensor).shape, kernels.shape, null, geometry);
    // (G, O/G, C/G K) @ (N, G, C/G K, P) -> (N, G, O/G, P)
    const parts = batches(x as Tensor, kernel, shape).map((images) =>
      onlyResult(() => matrices.matmul(columnsOf(images, kernel, geometry))),
    );
    // (N, G, O/G, P) -> (N, O, ...positions)
    const y = (parts.length === 1 ? (parts[0] as Tensor) : cat(parts)).reshape(shape);
    return bias === undefined ? y : y.add(bias.reshape([out, ...kernel.map(() => 1)]));
  },
  vjp: {
    x:
      ({ weight, shapes }, geometry) =>
      (g) =>
        pullBackToInput(g, weight, shapes.x, geometry),
    weight:
      ({ x, shapes }, geometry) =>
      (g) =>
        pullBackToWeight(g, x, shapes.weight, geometry),
    // (N, O, ...positions) -> (O)
    bias: () => (g) => g.sum([0, ...Array.from({ length: g.ndim - 2 }, (_, d) => d + 2)]),
  },
  sample: sampleConv,
};

/** dX: the cotangent, its elements `stride` apart between zeros, convolved with the kernels read backwards. */
export function pullBackToInput(g: Tensor, weight: Tensor, x: Shape, geometry: ConvGeometry): Tensor {
  const { stride, before, dilation, groups } = geometry;
  const [out, perGroup, ...kernel] = weight.shape as readonly [number, number, ...number[]];
  const apart = stride.every((step) => step === 1) ? g : spread(g, stride);
  const front = kernel.map((k, d) => (dilation[d] as number) * (k - 1) - (before[d] as number));
  const back = kernel.map(
    (k, d) =>
      (x[d + 2] as number) +
      spanOf(k, dilation[d] as number) -
      1 -
      (front[d] as number) -
      (apart.shape[d + 2] as number),
  );
  const spatial = kernel.map((_, d) => d + 3);
  // (O, C/G, ...K) -> (G, O/G, C/G, ...K) -> (G, C/G, O/G, ...K) -> (C, O/G, ...K)
  const backwards = flip(weight.reshape(groups, out / groups, perGroup, ...kernel), spatial)
    .transpose(1, 2)
    .reshape(groups * perGroup, out / groups, ...kernel);
  return apply(convOp, [apart, backwards], {
    stride: kernel.map(() => 1),
    before: front,
    after: back,
    dilation,
    groups,
  });
}

/** stride - 1 zeros between neighbours: (N, O, ...P) -> (N, O, ...(P - 1) stride + 1) */
function spread(g: Tensor, stride: readonly number[]): Tensor {
  const shape = g.shape.map((size, d) => (d < 2 ? size : spanOf(size, stride[d - 2] as number)));
  const strides = contiguousStrides(shape).map((step, d) => (d < 2 ? step : step * (stride[d - 2] as number)));
  return scatterStrided(g, shape, { shape: g.shape, strides, offset: 0 });
}

/** dW: the cotangent times all windows, summed over the batch. */
function pullBackToWeight(g: Tensor, x: Tensor, weight: Shape, geometry: ConvGeometry): Tensor {
  const [out, , ...kernel] = weight as readonly [number, number, ...number[]];
  const { groups } = geometry;
  let first = 0;
  return batches(x, kernel, g.shape)
    .map((images) =>
      onlyResult(() => {
        const count = images.shape[0] as number;
        const part = g.slice(0, first, first + count);
        first += count;
        // (N, O, ...positions) -> (N, G, O/G, P)
        const rows = part.reshape([count, groups, out / groups, elementsOf(g.shape.slice(2))]);
        const columns = columnsOf(images, kernel, geometry);
        // (N, G, O/G, P) @ (N, G, P, C/G K) -> (N, G, O/G, C/G K) -> (G, O/G, C/G K)
        return rows.matmul(columns.transpose(-2, -1)).sum(0);
      }),
    )
    .reduce((total, part) => total.add(part))
    .reshape(weight); // (G, O/G, C/G K) -> (O, C/G, ...K)
}

/** Throws unless groups divide the channels of a layer. */
export function checkGroups(op: string, inChannels: number, outChannels: number, groups: number): void {
  if (inChannels % groups === 0 && outChannels % groups === 0) return;
  throw new ValueError(
    `${op}: groups must divide inChannels and outChannels; got ${groups} for ${inChannels} and ${outChannels}; try groups: 1`,
  );
}

function sampleConv(draw: Draw): Sample<ConvGeometry> {
  const rank = draw.pick([1, 1, 2, 2, 3]);
  const each = (low: number, high: number): number[] => Array.from({ length: rank }, () => draw.integer(low, high));
  const most = rank === 1 ? 3 : 2;
  const groups = draw.integer(1, 2);
  const [perGroup, out] = [draw.integer(1, 2), groups * draw.integer(1, 2)];
  const kernel = each(1, most);
  const dilation = each(1, 2);
  const x = kernel.map((k, d) => spanOf(k, dilation[d] as number) + draw.integer(0, most - 1));
  const inputs: SampleInput[] = [
    { shape: [draw.integer(1, 2), groups * perGroup, ...x], range: [-2, 2] },
    { shape: [out, perGroup, ...kernel], range: [-2, 2] },
  ];
  if (draw.boolean()) inputs.push({ shape: [out], range: [-2, 2] });
  return { inputs, attributes: { stride: each(1, 3), before: each(0, 1), after: each(0, 1), dilation, groups } };
}
