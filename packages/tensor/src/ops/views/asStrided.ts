/** Any walk over the elements of a contiguous tensor, and its adjoint: what pulls cotangents back through views. */
import { checkInteger, checkTensor } from '../../core/arguments.ts';
import { type Layout, makeTensor } from '../../core/base.ts';
import { elementsInPlace, fillInPlace, WRITERS, writeInto } from '../../core/copy.ts';
import { apply } from '../../core/dispatch.ts';
import type { TypedArray } from '../../core/dtype.ts';
import { IndexError, ShapeError, ValueError } from '../../core/errors.ts';
import {
  checkShape,
  contiguousStrides,
  describe,
  elementsOf,
  formatShape,
  type Shape,
  sameShape,
} from '../../core/shape.ts';
import type { Draw, Operand, PrimitiveOp, ViewOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { contiguous } from './contiguous.ts';

interface Walk {
  /** Where the walk leads, counted in elements of a contiguous tensor. */
  readonly layout: Layout;
  /** The shape of that tensor. */
  readonly shape: Shape;
}

/** `out[i, j, ...] = x[offset + i * strides[0] + j * strides[1] + ...]` over the elements of a contiguous x. */
export const asStridedOp: ViewOp<'x', Walk> = {
  kind: 'view',
  name: 'asStrided',
  operands: ['x'],
  view: (x, { layout }) => ({ ...layout, offset: x.offset + layout.offset }),
  vjp: {
    x:
      (_, { shape, layout }) =>
      (g) =>
        scatterStrided(g, shape, layout),
  },
  sample: (draw) => {
    const walk = sampleWalk(draw);
    return { inputs: [{ shape: walk.shape }], attributes: walk };
  },
};

/** The adjoint: zeros of `shape`, to which every element of g is added where the walk meets it, as often as it does. */
export const scatterStridedOp: PrimitiveOp<'g', Walk> = {
  kind: 'primitive',
  name: 'scatterStrided',
  operands: ['g'],
  infer: ([g], { shape }) => ({ shape, dtype: (g as Tensor).dtype }),
  reference: ([y], [g], { layout }) => addAlong(y as Operand, g as Operand, layout),
  kernel: ([y], [g], { layout }) => {
    const [to, from] = [y as Tensor, g as Tensor];
    if (overlaps(layout)) {
      const [toData, fromData] = elementsInPlace([to, from]) as [TypedArray, TypedArray];
      addAlong(
        { shape: to.shape, dtype: to.dtype, data: toData },
        { shape: from.shape, dtype: from.dtype, data: fromData },
        layout,
      );
    } else {
      fillInPlace(to, 0);
      writeInto(makeTensor(to.storage, layout), from);
    }
  },
  vjp: {
    g:
      (_, { layout }) =>
      (g) =>
        asStrided(g, layout),
  },
  sample: (draw) => {
    const walk = sampleWalk(draw);
    return { inputs: [{ shape: walk.layout.shape }], attributes: walk };
  },
};

/**
 * A view of `x` (made contiguous) through `layout`.
 *
 * @throws IndexError when the layout leads out of x.
 * @example
 * asStrided(arange(4), { shape: [3, 2], strides: [1, 1], offset: 0 }).toArray(); // [[0, 1], [1, 2], [2, 3]]
 */
export function asStrided(x: Tensor, layout: Layout): Tensor {
  const { count } = checkTensor('asStrided', 'x', x);
  checkLayout('asStrided', layout, count);
  return apply(asStridedOp, [contiguous(x)], { layout, shape: x.shape });
}

/**
 * Zeros of `shape` with `g`, of the layout's shape, added along `layout`.
 *
 * @throws IndexError when the layout leads out of `shape`; ShapeError when g has another shape than it.
 */
export function scatterStrided(g: Tensor, shape: Shape, layout: Layout): Tensor {
  checkTensor('scatterStrided', 'g', g);
  checkLayout('scatterStrided', layout, elementsOf(checkShape('scatterStrided', shape)));
  if (!sameShape(g.shape, layout.shape)) {
    throw new ShapeError(
      `scatterStrided: g must have the shape of the layout; got ${formatShape(g.shape)} and ${formatShape(layout.shape)}; try g.reshape(layout.shape)`,
    );
  }
  return apply(scatterStridedOp, [g], { shape, layout });
}

/** Throws unless every place that the layout visits is one of `count` elements. */
function checkLayout(op: string, layout: Layout, count: number): void {
  if (typeof layout !== 'object' || layout === null) {
    throw new ValueError(
      `${op}: a layout must be { shape, strides, offset }; got ${describe(layout)}; try { shape: [2], strides: [1], offset: 0 }`,
    );
  }
  const { strides, offset } = layout;
  const shape = checkShape(op, layout.shape);
  checkInteger(op, 'offset', offset, 0, Number.MAX_SAFE_INTEGER);
  if (!Array.isArray(strides) || strides.length !== shape.length || !Array.from(strides).every(Number.isInteger)) {
    throw new ShapeError(
      `${op}: strides must be a whole number for every dimension; got ${describe(strides)} for ${formatShape(shape)}; try ${formatShape(contiguousStrides(shape))}`,
    );
  }
  const reaches = shape.map((size, d) => (size - 1) * (strides[d] as number));
  const low = reaches.reduce((sum, reach) => sum + Math.min(0, reach), offset);
  const high = reaches.reduce((sum, reach) => sum + Math.max(0, reach), offset);
  if (elementsOf(shape) > 0 && (low < 0 || high >= count)) {
    throw new IndexError(
      `${op}: a layout must stay inside the tensor; got places ${low} to ${high} of ${count} elements; try a smaller shape`,
    );
  }
}

/** The layout of a fresh tensor of this shape: the frame in which view rules say where their elements come from. */
export function freshLayout(shape: Shape): Layout {
  return { shape, strides: contiguousStrides(shape), offset: 0 };
}

/** The places that a layout visits, in logical order. */
export function placesOf({ shape, strides, offset }: Layout): Int32Array {
  const places = new Int32Array(elementsOf(shape)).fill(offset, 0, 1);
  // What the inner dimensions visit, again and again along the next outer one.
  let block = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    const size = shape[d] as number;
    const step = strides[d] as number;
    for (let i = 1; i < size; i++) {
      for (let j = 0; j < block; j++) places[i * block + j] = (places[j] as number) + i * step;
    }
    block *= size;
  }
  return places;
}

function addAlong(y: Operand, g: Operand, layout: Layout): void {
  const totals = new Float64Array(y.data.length);
  placesOf(layout).forEach((place, i) => {
    totals[place] = (totals[place] as number) + (g.data[i] as number);
  });
  const write = WRITERS[y.dtype];
  for (let i = 0; i < totals.length; i++) y.data[i] = write(totals[i] as number);
}

/** Whether the walk may meet an element twice: some step does not lead out of what the smaller steps reach. */
function overlaps({ shape, strides }: Layout): boolean {
  const wide = [...shape.keys()].filter((d) => shape[d] !== 1);
  const steps = wide.map((d) => ({ step: Math.abs(strides[d] as number), size: shape[d] as number }));
  let reach = 0;
  return steps
    .sort((a, b) => a.step - b.step)
    .some(({ step, size }) => {
      const meets = step <= reach;
      reach += (size - 1) * step;
      return meets;
    });
}

/** Windows of two that overlap: elements in the middle are met twice. */
function sampleWalk(draw: Draw): Walk {
  const n = draw.integer(2, 6);
  const rows = draw.integer(1, 3);
  return { shape: [rows, n], layout: { shape: [rows, n - 1, 2], strides: [n, 1, 1], offset: 0 } };
}
