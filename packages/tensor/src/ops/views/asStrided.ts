/** Any walk over the elements of a contiguous tensor, and its adjoint: what pulls cotangents back through views. */
import type { Layout } from '../../core/base.ts';
import { apply } from '../../core/dispatch.ts';
import { contiguousStrides, type Shape } from '../../core/shape.ts';
import type { Draw, PrimitiveOp, ViewOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { contiguous } from './contiguous.ts';

interface Walk {
  /** Where the walk leads, counted in elements of a contiguous tensor. */
  readonly layout: Layout;
}

/** `out[i, j, ...] = x[offset + i * strides[0] + j * strides[1] + ...]` over the elements of a contiguous x. */
export const asStridedOp: ViewOp<'x', Walk> = {
  kind: 'view',
  name: 'asStrided',
  operands: ['x'],
  view: (x, { layout }) => ({ ...layout, offset: x.offset + layout.offset }),
  vjp: { x: ({ shapes }, { layout }) => (g) => scatterStrided(g, shapes.x, layout) },
  sample: (draw) => {
    const { shape, layout } = sampleWalk(draw);
    return { inputs: [{ shape }], attributes: { layout } };
  },
};

interface Scatter extends Walk {
  readonly shape: Shape;
}

/** The adjoint: zeros of `shape`, to which every element of g is added where the walk meets it, as often as it does. */
export const scatterStridedOp: PrimitiveOp<'g', Scatter> = {
  kind: 'primitive',
  name: 'scatterStrided',
  operands: ['g'],
  infer: ([g], { shape }) => ({ shape, dtype: (g as Tensor).dtype }),
  reference: ([y], [g], { layout }) => {
    const to = y?.data as { [index: number]: number; length: number };
    for (let i = 0; i < to.length; i++) to[i] = 0;
    walk(layout, (place, i) => {
      to[place] = (to[place] as number) + (g?.data[i] as number);
    });
  },
  vjp: { g: (_, { layout }) => (g) => asStrided(g, layout) },
  sample: (draw) => {
    const { shape, layout } = sampleWalk(draw);
    return { inputs: [{ shape: layout.shape }], attributes: { shape, layout } };
  },
};

/** A view of `x` (made contiguous) through `layout`. The caller vouches that it stays inside. */
export function asStrided(x: Tensor, layout: Layout): Tensor {
  return apply(asStridedOp, [contiguous(x)], { layout });
}

export function scatterStrided(g: Tensor, shape: Shape, layout: Layout): Tensor {
  return apply(scatterStridedOp, [g], { shape, layout });
}

/** The layout of a fresh tensor of this shape: the frame in which view rules say where their elements come from. */
export function freshLayout(shape: Shape): Layout {
  return { shape, strides: contiguousStrides(shape), offset: 0 };
}

/** Visits the places of a layout in logical order. */
function walk({ shape, strides, offset }: Layout, visit: (place: number, index: number) => void): void {
  let index = 0;
  const step = (d: number, place: number): void => {
    if (d === shape.length) {
      visit(place, index++);
      return;
    }
    for (let i = 0; i < (shape[d] as number); i++) step(d + 1, place + i * (strides[d] as number));
  };
  step(0, offset);
}

/** Windows of two that overlap: elements in the middle are met twice. */
function sampleWalk(draw: Draw): { shape: Shape; layout: Layout } {
  const n = draw.integer(2, 6);
  const rows = draw.integer(1, 3);
  return { shape: [rows, n], layout: { shape: [rows, n - 1, 2], strides: [n, 1, 1], offset: 0 } };
}

