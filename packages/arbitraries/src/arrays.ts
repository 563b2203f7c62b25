/** Arrays as plain objects: a shape and the values in row-major order. */
import fc from 'fast-check';
import { count, type ShapeOptions, shapes } from './shapes.ts';
import { simpleKinds, type ValueKind, values } from './values.ts';

/** Any library can make its own array of it. */
export interface PlainArray {
  readonly shape: number[];
  readonly data: number[];
}

export interface ArrayOptions {
  /** The shape, or how to draw it. */
  readonly shape?: readonly number[] | ShapeOptions | fc.Arbitrary<number[]>;
  /** The values; of a mixed kind, each array is of one of its parts. Default 'finite'. */
  readonly values?: ValueKind | readonly [number, number];
  /** Also draws arrays in which every row is one number. Default true. */
  readonly constantRows?: boolean;
}

/**
 * Arrays of a shape and kind of values. They shrink to small shapes and small whole numbers.
 *
 * @example
 * test.prop([arrays({ shape: { rank: 2 }, values: 'integers' })])('...', ({ shape, data }) => {
 *   const x = fromArray(data, shape);
 * });
 */
export function arrays(options: ArrayOptions = {}): fc.Arbitrary<PlainArray> {
  const { shape = {}, values: kind = 'finite', constantRows = true } = options;
  return shapesOf(shape).chain((drawn) => {
    const n = count(drawn);
    const rows = drawn.length === 0 || n === 0 ? n : n / (drawn.at(-1) as number);
    const kinds = typeof kind === 'string' ? simpleKinds(kind).map((simple) => values(simple)) : [values(kind)];
    const data = kinds.map((value) => list(value, n));
    if (constantRows) data.push(...kinds.map((value) => list(value, rows).map((heads) => repeated(heads, n))));
    return fc.oneof(...data).map((drawnData) => ({ shape: [...drawn], data: drawnData }));
  });
}

/** Exactly `n` values. */
export function list<T>(value: fc.Arbitrary<T>, n: number): fc.Arbitrary<T[]> {
  return fc.array(value, { minLength: n, maxLength: n, size: 'max' });
}

function repeated(heads: readonly number[], n: number): number[] {
  return heads.flatMap((head) => new Array<number>(n / heads.length).fill(head));
}

function shapesOf(shape: NonNullable<ArrayOptions['shape']>): fc.Arbitrary<number[]> {
  if (shape instanceof fc.Arbitrary) return shape;
  return Array.isArray(shape) ? fc.constant([...shape]) : shapes(shape as ShapeOptions);
}
