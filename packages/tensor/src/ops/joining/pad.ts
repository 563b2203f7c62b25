/** Padding: more elements, or fewer, on both sides of dimensions. */
import { checkNumber, checkOptions, checkTensor } from '../../core/arguments.ts';
import { type Layout, makeTensor } from '../../core/base.ts';
import { fillInPlace, freeTemporaries, toContiguous, WRITERS, writeInto } from '../../core/copy.ts';
import { apply } from '../../core/dispatch.ts';
import { ShapeError, ValueError } from '../../core/errors.ts';
import { describe, formatShape, type Shape } from '../../core/shape.ts';
import { fromArray } from '../../fromValues.ts';
import type { Operand, PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { indexSelect } from '../indexing/indexSelect.ts';
import { freshLayout, placesOf } from '../views/asStrided.ts';
import { clone } from '../views/contiguous.ts';
import { numberList } from '../views/dimensions.ts';
import { onlyResult } from '../views/onlyResult.ts';

interface PadAttributes {
  /** Elements before and after, for every dimension; negative numbers crop. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly value: number;
}

/** `x` in the middle of `value`. */
export const padOp: PrimitiveOp<'x', PadAttributes> = {
  kind: 'primitive',
  name: 'pad',
  operands: ['x'],
  infer: ([x], attributes) => ({ shape: paddedShape((x as Tensor).shape, attributes), dtype: (x as Tensor).dtype }),
  reference: ([out], [x], attributes) => {
    const [y, source] = [out as Operand, x as Operand];
    const fill = WRITERS[y.dtype](attributes.value);
    for (let i = 0; i < y.data.length; i++) y.data[i] = fill;
    const { inX, inY } = keptLayouts(source.shape, y.shape, attributes);
    const from = placesOf(inX);
    placesOf(inY).forEach((place, i) => {
      y.data[place] = source.data[from[i] as number] as number;
    });
  },
  kernel: ([out], [x], attributes) => {
    const [y, source] = [out as Tensor, x as Tensor];
    const { inX, inY } = keptLayouts(source.shape, y.shape, attributes);
    const kept = makeTensor(source.storage, { ...inX, offset: source.offset + inX.offset });
    const flat = toContiguous(kept);
    fillInPlace(y, attributes.value);
    writeInto(makeTensor(y.storage, inY), flat);
    freeTemporaries([flat], [kept]);
  },
  // What was put in is cropped again, what was cropped comes back as zeros.
  vjp: {
    x:
      (_, { before, after }) =>
      (g) =>
        apply(padOp, [g], { before: before.map((n) => -n), after: after.map((n) => -n), value: 0 }),
  },
  sample: (draw) => {
    const shape = draw.shape([1, 3], { min: 2 });
    const sides = (): number[] => shape.map(() => draw.integer(-1, 2));
    return { inputs: [{ shape }], attributes: { before: sides(), after: sides(), value: draw.integer(0, 1) } };
  },
};

function paddedShape(shape: Shape, { before, after }: PadAttributes): number[] {
  return shape.map((size, d) => size + (before[d] as number) + (after[d] as number));
}

/** Where the elements that stay lie in a fresh x and in a fresh result. */
function keptLayouts(
  x: Shape,
  y: Shape,
  { before, after }: PadAttributes,
): { readonly inX: Layout; readonly inY: Layout } {
  const crop = (sides: readonly number[], d: number): number => Math.max(0, -(sides[d] as number));
  const shape = x.map((size, d) => Math.max(0, size - crop(before, d) - crop(after, d)));
  const [ofX, ofY] = [freshLayout(x), freshLayout(y)];
  let [inX, inY] = [0, 0];
  before.forEach((n, d) => {
    inX += Math.max(0, -n) * (ofX.strides[d] as number);
    inY += Math.max(0, n) * (ofY.strides[d] as number);
  });
  return { inX: { ...ofX, shape, offset: inX }, inY: { ...ofY, shape, offset: inY } };
}

export interface PadOptions {
  /** What the new elements are: `value`, the mirror image without its edge, the edge, or the other end. Default 'constant'. */
  readonly mode?: 'constant' | 'reflect' | 'replicate' | 'circular';
  /** For mode 'constant'. Default 0. */
  readonly value?: number;
}

/**
 * Pads the last dimension by `padding[0]` elements before and `padding[1]` after, the one before it by `padding[2]` and
 * `padding[3]`, and so on. Negative numbers crop. PyTorch: `torch.nn.functional.pad`.
 *
 * @throws ShapeError when more would be cropped than there is, or a mirror or circle would go round more than once.
 * @example
 * pad(tensor([1, 2, 3]), [2, 1], { mode: 'reflect' }); // tensor([3., 2., 1., 2., 3., 2.])
 */
export function pad(x: Tensor, padding: readonly number[], options: PadOptions = {}): Tensor {
  checkTensor('pad', 'x', x);
  const { mode = 'constant', value = 0 } = checkOptions('pad', options, "{ mode: 'reflect' }", ['mode', 'value']);
  const sides = numberList('pad', 'padding', padding);
  if (sides.length % 2 !== 0 || sides.length > 2 * x.ndim) {
    throw new ShapeError(
      `pad: takes two numbers for each dimension, from the last on; got ${describe(padding)} for ${formatShape(x.shape)}; try [before, after]`,
    );
  }
  if (mode !== 'constant' && !Object.hasOwn(SOURCES, mode)) {
    throw new ValueError(
      `pad: mode must be 'constant', 'reflect', 'replicate' or 'circular'; got ${describe(mode)}; try 'constant'`,
    );
  }
  if (mode !== 'constant' && value !== 0) {
    throw new ValueError(`pad: value is for mode 'constant'; got ${describe(value)} for '${mode}'; try without it`);
  }
  checkNumber('pad', 'value', value);
  const side = (d: number, which: 0 | 1): number => sides[2 * (x.ndim - 1 - d) + which] ?? 0;
  const before = x.shape.map((_, d) => side(d, 0));
  const after = x.shape.map((_, d) => side(d, 1));
  x.shape.forEach((size, d) => {
    checkSides(mode, size, before[d] as number, after[d] as number);
  });
  if (mode === 'constant') return apply(padOp, [x], { before, after, value });
  // A row of indices for every dimension says which element stands where: gradients come back by adding there.
  return onlyResult(() => {
    const padded = x.shape.reduce((y, size, d) => {
      const [front, back] = [before[d] as number, after[d] as number];
      if (front === 0 && back === 0) return y;
      const sources = Int32Array.from({ length: size + front + back }, (_, i) => SOURCES[mode](i - front, size));
      return indexSelect(y, d, fromArray(sources, [sources.length]));
    }, x);
    return padded === x ? clone(x) : padded;
  });
}

/** Which of `n` elements stands at place i, which may lie outside. */
const SOURCES: Readonly<Record<'reflect' | 'replicate' | 'circular', (i: number, n: number) => number>> = {
  reflect: (i, n) => (i < 0 ? -i : i >= n ? 2 * (n - 1) - i : i),
  replicate: (i, n) => Math.max(0, Math.min(n - 1, i)),
  circular: (i, n) => (i + n) % n,
};

function checkSides(mode: string, size: number, before: number, after: number): void {
  const most = mode === 'reflect' ? size - 1 : mode === 'circular' ? size : Number.POSITIVE_INFINITY;
  if (mode !== 'constant' && size === 0 && (before > 0 || after > 0)) {
    throw new ShapeError(`pad: mode '${mode}' needs an element to start from; got size 0; try mode 'constant'`);
  }
  if (before > most || after > most) {
    throw new ShapeError(
      `pad: mode '${mode}' pads by at most ${most} for size ${size}; got ${before} and ${after}; try mode 'replicate'`,
    );
  }
  if (Math.max(0, -before) + Math.max(0, -after) > size) {
    throw new ShapeError(
      `pad: of ${size} elements no more can be cropped; got ${before} and ${after}; try smaller numbers`,
    );
  }
}
