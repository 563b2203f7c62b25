/** What gather and the scatters share: where an element of the index tensor points to. */
import type { Shape } from '../../core/shape.ts';
import type { Draw, Operand, SampleInput } from '../../op.ts';
import { freshLayout, placesOf } from '../views/asStrided.ts';
import { atLeastOne } from './bounds.ts';

/** Along which dimension the index tensor points; its elements keep their other coordinates. */
export interface AlongAttributes {
  readonly dim: number;
}

/** For every element of `index` its place in a fresh tensor of shape `frame`: its own coordinates, but for `dim`. */
export function placesAlong(index: Operand, frame: Shape, { dim }: AlongAttributes): Int32Array {
  const { strides } = freshLayout(atLeastOne(frame));
  const step = strides[dim] as number;
  const places = placesOf({ shape: atLeastOne(index.shape), strides: strides.with(dim, 0), offset: 0 });
  for (let i = 0; i < places.length; i++) places[i] = (places[i] as number) + (index.data[i] as number) * step;
  return places;
}

/** Copies all elements. */
export function copyData(to: Operand, from: Operand): void {
  for (let i = 0; i < from.data.length; i++) to.data[i] = from.data[i] as number;
}

/** A tensor and an index into it that is perhaps smaller. */
export function sampleAlong(draw: Draw): {
  readonly x: SampleInput;
  readonly index: SampleInput;
  readonly dim: number;
} {
  const shape = draw.shape([1, 3], { min: 1 });
  const dim = draw.integer(0, shape.length - 1);
  const smaller = shape.map((size, d) => (d === dim ? draw.integer(1, 4) : draw.integer(1, size)));
  const range = [0, (shape[dim] as number) - 1] as const;
  return { x: { shape }, index: { shape: smaller, dtype: 'int32', range }, dim };
}
