/** Images of another size. */
import { fromArray, type Shape, ShapeError, type Tensor, ValueError } from '@tessera/tensor';
import {
  checkFlag,
  checkFloat,
  checkInteger,
  checkTensor,
  describe,
  formatShape,
  type Product,
  type Result,
  withDefaults,
} from '@tessera/tensor/core';
import { adaptiveAvgPool1d, adaptiveAvgPool2d, adaptiveAvgPool3d } from '../pooling/adaptivePool.ts';
import { cubicTaps, type Line, linearTaps, nearestTaps, type Taps } from './taps.ts';

/** How values between elements are found, by PyTorch's names. */
export type InterpolationMode = 'nearest' | 'nearest-exact' | 'linear' | 'bilinear' | 'bicubic' | 'trilinear' | 'area';

export interface InterpolateOptions {
  /** The spatial sizes of the result: one for all, or one for each. */
  readonly size?: number | readonly number[] | null;
  /** By what sizes are multiplied: one number for all, or one for each. Either this or `size`. */
  readonly scaleFactor?: number | readonly number[] | null;
  /** Default 'nearest'. */
  readonly mode?: InterpolationMode;
  /** Whether corners of images lie on one another, instead of their edges; not for 'nearest' and 'area'. Default false. */
  readonly alignCorners?: boolean | null;
  /** Whether the ratio of the sizes counts, instead of `scaleFactor`, of which sizes are a rounding. Default false. */
  readonly recomputeScaleFactor?: boolean;
}

const SPATIAL: Readonly<Record<InterpolationMode, readonly number[]>> = {
  nearest: [1, 2, 3],
  'nearest-exact': [1, 2, 3],
  linear: [1],
  bilinear: [2],
  bicubic: [2],
  trilinear: [3],
  area: [1, 2, 3],
};

const ALIGNING: readonly string[] = ['linear', 'bilinear', 'bicubic', 'trilinear'];

type Settings = Required<InterpolateOptions>;

/** Throws for options that make no sense whatever the input. */
export function interpolateSettings(op: string, options: InterpolateOptions): Settings {
  const settings = withDefaults<Settings>(op, options, {
    size: null,
    scaleFactor: null,
    mode: 'nearest',
    alignCorners: null,
    recomputeScaleFactor: false,
  });
  const { size, scaleFactor, mode, alignCorners, recomputeScaleFactor } = settings;
  if (!Object.hasOwn(SPATIAL, mode))
    throw new ValueError(
      `${op}: mode must be one of ${Object.keys(SPATIAL).join(', ')}; got ${describe(mode)}; try 'nearest'`,
    );
  if ((size === null) === (scaleFactor === null))
    throw new ValueError(
      `${op}: either size or scaleFactor must be given; got ${size === null ? 'neither' : 'both'}; try { scaleFactor: 2 }`,
    );
  if (alignCorners !== null) checkFlag(op, 'alignCorners', alignCorners);
  if (alignCorners !== null && !ALIGNING.includes(mode))
    throw new ValueError(`${op}: alignCorners is for ${ALIGNING.join(', ')}; got it for '${mode}'; try without it`);
  checkFlag(op, 'recomputeScaleFactor', recomputeScaleFactor);
  if (recomputeScaleFactor && size !== null)
    throw new ValueError(`${op}: recomputeScaleFactor is for scaleFactor; got size; try without it`);
  return settings;
}

/** The shape rule of `interpolate`: sizes that are asked for, or multiplied by whole factors. */
export type Interpolated<S extends Shape, O> = S extends readonly [
  infer N extends number,
  infer C extends number,
  ...infer Sizes extends Shape,
]
  ? readonly [
      N,
      C,
      ...{ [D in keyof Sizes]: O extends { readonly size: infer To } ? PerSize<To, D> : Grown<Sizes[D], O, D> },
    ]
  : Shape;

/** A setting of one number for all dimensions, or of one for each. */
type PerSize<T, D> = T extends number ? T : D extends keyof T ? (T[D] extends number ? T[D] : number) : number;

type Grown<Size, O, D> = O extends { readonly scaleFactor: infer Factor }
  ? Product<Size & number, PerSize<Factor, D>>
  : number;

/**
 * [N, C, ...sizes] with other spatial sizes, each element from its neighbours in the source. Shrinking takes no more neighbours
 * than growing does (there is no antialiasing; 'area' averages). PyTorch: `torch.nn.functional.interpolate`.
 *
 * @throws ShapeError when the mode is for other numbers of dimensions; ValueError when sizes and factors are both given, or none.
 * @example
 * interpolate(tensor([[[1, 3]]]), { scaleFactor: 2, mode: 'linear' }); // tensor([[[1.0000, 1.5000, 2.5000, 3.0000]]])
 */
export function interpolate<A extends Tensor, const O extends InterpolateOptions>(
  x: A,
  options: O,
): Tensor<Result<Interpolated<A['shape'], O>>>;
export function interpolate(x: Tensor, options: InterpolateOptions): Tensor {
  const op = 'interpolate';
  const { size, scaleFactor, mode, alignCorners, recomputeScaleFactor } = interpolateSettings(op, options);
  checkFloat(op, 'x', checkTensor(op, 'x', x));
  const sizes = x.shape.slice(2);
  if (!SPATIAL[mode].includes(sizes.length) || sizes.includes(0))
    throw new ShapeError(
      `${op}: mode '${mode}' is for [N, C, ...] with ${SPATIAL[mode].join(', ')} spatial dimensions that are not empty; got ${formatShape(x.shape)}; try another mode`,
    );
  const factors = scaleFactor === null ? null : each(op, 'scaleFactor', scaleFactor, sizes.length);
  const wanted = factors
    ? sizes.map((n, d) => Math.floor(n * (factors[d] as number)))
    : each(op, 'size', size as number, sizes.length).map((n) => checkInteger(op, 'size', n, 1));
  if (wanted.some((n) => !(n > 0)))
    throw new ValueError(
      `${op}: the result must have elements; got sizes ${formatShape(wanted)}; try a larger scaleFactor`,
    );
  if (mode === 'area') return averaged(x, wanted);
  return wanted.reduce((y, to, d) => {
    const scale = factors === null || recomputeScaleFactor ? null : 1 / (factors[d] as number);
    const line = { from: sizes[d] as number, to, alignCorners: alignCorners ?? false, scale };
    return resampled(y, d + 2, tapsOf(mode, line));
  }, x);
}

function each(op: string, name: string, value: number | readonly number[], rank: number): readonly number[] {
  const list = typeof value === 'number' ? new Array<number>(rank).fill(value) : value;
  if (Array.isArray(list) && list.length === rank && list.every((n) => typeof n === 'number' && n > 0)) return list;
  throw new ValueError(
    `${op}: ${name} must be a number above 0${rank === 1 ? '' : `, or ${rank} of them`}; got ${describe(value)}; try 2`,
  );
}

function averaged(x: Tensor, sizes: readonly number[]): Tensor {
  if (sizes.length === 1) return adaptiveAvgPool1d(x, sizes[0] as number);
  return sizes.length === 2
    ? adaptiveAvgPool2d(x, sizes as [number, number])
    : adaptiveAvgPool3d(x, sizes as [number, number, number]);
}

function tapsOf(mode: InterpolationMode, line: Line): Taps {
  if (mode === 'nearest' || mode === 'nearest-exact') return nearestTaps(line, mode === 'nearest-exact');
  return mode === 'bicubic' ? cubicTaps(line) : linearTaps(line);
}

/** The sum over taps of the elements of one dimension at their places, times their weights. */
function resampled(x: Tensor, dim: number, { places, weights }: Taps): Tensor {
  const shape = x.shape.map((_, d) => (d === dim ? (places[0] as Int32Array).length : 1));
  const parts = places.map((indices, tap) => {
    const part = x.indexSelect(dim, fromArray(indices, [indices.length]));
    const share = weights[tap] as Float64Array;
    return share.every((weight) => weight === 1) ? part : part.mul(fromArray(share, shape, { dtype: x.dtype }));
  });
  return parts.reduce((sum, part) => sum.add(part));
}
