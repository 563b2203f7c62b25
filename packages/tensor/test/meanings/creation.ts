import type { DType } from '@tessera/tensor';
import fc from 'fast-check';
import { T } from './called.ts';
import { ALL, filled, options, quarters, shapes, tensors } from './draw.ts';
import { build, type Case, type Loose, type Plain, placesOf, tensorOf } from './plain.ts';

type Typed = { readonly dtype?: DType };

const typed: fc.Arbitrary<Typed> = options<{ dtype: DType }>({ dtype: fc.constantFrom(...ALL) });
const anyShape = shapes({ rank: [0, 3], sizes: [1, 0, 2, 3] });
const whole = fc.integer({ min: -4, max: 4 });

/** As a number of that type. */
const stored = (value: number, dtype: DType): number => {
  if (dtype === 'bool') return Number(value !== 0);
  if (dtype === 'int32') return Math.trunc(value);
  return dtype === 'float32' ? Math.fround(value) : value;
};
const listOf = (values: readonly number[], dtype: DType): Plain => ({
  shape: [values.length],
  dtype,
  data: values.map((value) => stored(value, dtype)),
});

/** Sizes one by one, or as an array; options last. */
const constant = (run: unknown, value: number): fc.Arbitrary<Case> =>
  fc.tuple(anyShape, typed, fc.boolean(), fc.boolean()).map(([shape, given, isList, isBare]) => {
    const hasOptions = !isBare || given.dtype !== undefined;
    return {
      run: () => (run as Loose)(...(isList ? [shape] : shape), ...(hasOptions ? [given] : [])),
      means: build(shape, given.dtype ?? 'float32', () => value),
    };
  });
const full: fc.Arbitrary<Case> = fc
  .tuple(anyShape, fc.oneof(quarters, fc.boolean()), typed)
  .map(([shape, value, given]) => {
    const dtype = given.dtype ?? (typeof value === 'boolean' ? 'bool' : 'float32');
    return {
      run: () => (T.full as Loose)(shape, value, ...(given.dtype ? [given] : [])),
      means: build(shape, dtype, () => stored(Number(value), dtype)),
    };
  });
const like = (run: unknown, value: number, ...further: readonly number[]): fc.Arbitrary<Case> =>
  fc.tuple(tensors(), typed).map(([x, given]) => ({
    run: () => (run as Loose)(tensorOf(x), ...further, ...(given.dtype ? [given] : [])),
    means: build(x.shape, given.dtype ?? x.dtype, () => stored(value, given.dtype ?? x.dtype)),
  }));

const arange: fc.Arbitrary<Case> = fc
  .record({
    low: fc.oneof(whole, quarters),
    span: fc.nat(9),
    step: fc.constantFrom(1, 2, 0.5, -1, -0.75),
    form: fc.nat(3),
    given: typed,
  })
  .map(({ low, span, step, form, given }) => {
    const end = low + Math.sign(step) * span;
    const [start, high, by] = form === 0 ? [0, span, 1] : form === 1 ? [low, low + span, 1] : [low, end, step];
    const call = form === 0 ? [span] : form === 1 ? [low, low + span] : [low, end, step];
    const count = Math.ceil((high - start) / by);
    const dtype = form === 3 ? given.dtype : undefined;
    return {
      run: () => (T.arange as Loose)(...call, ...(dtype ? [{ dtype }] : [])),
      means: listOf(
        Array.from({ length: count }, (_, i) => start + i * by),
        dtype ?? ([start, high, by].every(Number.isInteger) ? 'int32' : 'float32'),
      ),
    };
  });

/** Steps of a power of two: every number is exact. */
const evenly: fc.Arbitrary<{
  readonly start: number;
  readonly steps: number;
  readonly values: readonly number[];
  readonly end: number;
}> = fc
  .tuple(whole, fc.constantFrom(0, 1, 2, 3, 5, 9), fc.constantFrom(0.5, 1, -2, -0.25))
  .map(([start, steps, step]) => ({
    start,
    steps,
    end: steps < 2 ? start + step : start + (steps - 1) * step,
    values: Array.from({ length: steps }, (_, i) => start + i * step),
  }));
const floats: fc.Arbitrary<Typed> = options<{ dtype: DType }>({
  dtype: fc.constantFrom('float64', 'float32', 'int32'),
});
const linspace: fc.Arbitrary<Case> = fc.tuple(evenly, floats).map(([{ start, end, steps, values }, given]) => ({
  run: () => (T.linspace as Loose)(start, end, steps, ...(given.dtype ? [given] : [])),
  means: listOf(values, given.dtype ?? 'float32'),
}));
const anyEnd = fc.tuple(whole, fc.double({ min: -9, max: 9, noNaN: true }), fc.integer({ min: 1, max: 9 }));
const linspaceOfAnyStep: fc.Arbitrary<Case> = anyEnd.map(([start, end, steps]) => ({
  run: () => T.linspace(start, end, steps, { dtype: 'float64' }),
  means: listOf(
    Array.from({ length: steps }, (_, i) => start + (steps === 1 ? 0 : (i * (end - start)) / (steps - 1))),
    'float64',
  ),
}));
const logspace: fc.Arbitrary<Case> = fc
  .tuple(evenly, options({ base: fc.constantFrom(2, 4), dtype: fc.constantFrom<DType[]>('float64', 'float32') }))
  .map(([{ start, end, steps, values }, { base, dtype }]) => ({
    run: () => T.logspace(start, end, steps, { ...(dtype && { dtype }), ...(base !== undefined && { base }) }),
    means: listOf(
      values.map((value) => (base ?? 10) ** value),
      dtype ?? 'float32',
    ),
  }));

const eye: fc.Arbitrary<Case> = fc.tuple(fc.nat(4), fc.option(fc.nat(4)), typed).map(([n, m, given]) => ({
  run: () => (T.eye as Loose)(n, ...(m === null ? (given.dtype ? [n] : []) : [m]), ...(given.dtype ? [given] : [])),
  means: build([n, m ?? n], given.dtype ?? 'float32', ([i, j]) => Number(i === j)),
}));

const meshgrid: fc.Arbitrary<Case> = fc
  .tuple(
    fc.constantFrom<DType>('float64', 'int32'),
    fc.array(fc.tuple(fc.nat(3), fc.boolean()), { minLength: 1, maxLength: 3 }),
    options({ indexing: fc.constantFrom('ij' as const, 'xy' as const) }),
  )
  .chain(([dtype, lengths, given]) =>
    fc.tuple(...lengths.map(([n, isNumber]) => filled(isNumber ? [] : [n], { dtypes: [dtype] }))).map((lists) => {
      const sizes = lists.map(({ data }) => data.length);
      const isSwapped = given.indexing === 'xy' && sizes.length > 1;
      const order = sizes.map((_, d) => (isSwapped && d < 2 ? 1 - d : d));
      return {
        run: () => T.meshgrid(lists.map(tensorOf), given),
        means: lists.map(({ data }, k) =>
          build(
            order.map((d) => sizes[d] as number),
            dtype,
            (place) => data[place[order.indexOf(k)] as number] as number,
          ),
        ),
      };
    }),
  );

const triangle = (run: unknown, isInside: (over: number, offset: number) => boolean): fc.Arbitrary<Case> =>
  fc
    .tuple(fc.nat(4), fc.nat(4), fc.option(fc.integer({ min: -3, max: 3 }), { nil: undefined }))
    .map(([rows, columns, offset]) => {
      const places = placesOf([rows, columns]).filter(([i, j]) => isInside((j as number) - (i as number), offset ?? 0));
      return {
        run: () => (run as Loose)(rows, columns, ...(offset === undefined ? [] : [offset])),
        means: {
          shape: [2, places.length],
          dtype: 'int32',
          data: [0, 1].flatMap((d) => places.map((place) => place[d] as number)),
        },
      };
    });

type Nested = number | boolean | readonly Nested[];
const nested = ({ shape, data, dtype }: Plain): Nested => {
  if (shape.length === 0) return dtype === 'bool' ? data[0] !== 0 : (data[0] as number);
  const inner = data.length / (shape[0] as number);
  return Array.from({ length: shape[0] as number }, (_, i) =>
    nested({ shape: shape.slice(1), dtype, data: data.slice(i * inner, (i + 1) * inner) }),
  );
};
const fromNested: fc.Arbitrary<Case> = fc
  .tuple(tensors({ dtypes: ['float32', 'bool'], sizes: [1, 2, 3] }), typed)
  .map(([x, given]) => {
    const dtype = given.dtype ?? x.dtype;
    return {
      run: () => (T.tensor as Loose)(nested(x), ...(given.dtype ? [given] : [])),
      means: { ...x, dtype, data: x.data.map((value) => stored(value, dtype)) },
    };
  });

const ARRAYS: readonly (readonly [DType, (data: readonly number[]) => ArrayLike<number> | BigInt64Array])[] = [
  ['float32', (data) => Float32Array.from(data)],
  ['float64', (data) => Float64Array.from(data)],
  ['int32', (data) => Int32Array.from(data)],
  ['int32', (data) => BigInt64Array.from(data.map(BigInt))],
  ['uint8', (data) => Uint8Array.from(data)],
  ['uint8', (data) => Uint8ClampedArray.from(data)],
];
const fromTyped: fc.Arbitrary<Case> = fc
  .tuple(fc.constantFrom(...ARRAYS), fc.array(fc.nat(9), { maxLength: 6 }), typed, fc.boolean())
  .map(([[own, make], data, given, isShaped]) => {
    const dtype = given.dtype ?? own;
    const shape = isShaped ? [data.length, 1] : [data.length];
    return {
      run: () =>
        isShaped
          ? (T.fromArray as Loose)(make(data), shape, ...(given.dtype ? [given] : []))
          : (T.tensor as Loose)(make(data), ...(given.dtype ? [given] : [])),
      means: { shape, dtype, data: data.map((value) => stored(value, dtype)) },
    };
  });

export const CREATION: Readonly<Record<string, fc.Arbitrary<Case>>> = {
  zeros: constant(T.zeros, 0),
  ones: constant(T.ones, 1),
  full,
  zerosLike: like(T.zerosLike, 0),
  onesLike: like(T.onesLike, 1),
  fullLike: like(T.fullLike, 2.5, 2.5),
  arange,
  linspace,
  'linspace of any step': linspaceOfAnyStep,
  logspace,
  eye,
  meshgrid,
  trilIndices: triangle(T.trilIndices, (over, offset) => over <= offset),
  triuIndices: triangle(T.triuIndices, (over, offset) => over >= offset),
  'tensor of nested arrays': fromNested,
  'tensor and fromArray of typed arrays': fromTyped,
};
