import type { DType, Tensor } from '@tessera/tensor';
import fc from 'fast-check';
import { T } from './called.ts';
import { type Drawn, filled, options, quarters, shapes, whole } from './draw.ts';
import { elements, float64, number, or, type Rule, special, unary, within, withNumber } from './elementwise.ts';
import { build, type Case, type Loose, type Plain, spread, tensorOf } from './plain.ts';

const bool = (): DType => 'bool';
const arithmetic: Drawn = { dtypes: ['float64', 'float32', 'int32'], floats: whole };
const ROUNDINGS: Readonly<Record<string, (x: number) => number>> = { trunc: Math.trunc, floor: Math.floor };
const divided: Rule = ([x, y], { roundingMode }, dtype) => {
  const quotient = (x as number) / (y as number);
  const rounded =
    typeof roundingMode === 'string' ? (ROUNDINGS[roundingMode] as (x: number) => number)(quotient) : quotient;
  return dtype === 'float64' ? rounded : Math.fround(rounded);
};
const nonzero: Drawn = { dtypes: ['float64'], floats: fc.constantFrom(-3, -2, -0.5, 0.25, 1, 2, 4) };

/** To the even neighbour at halves. */
const roundHalfEven = (x: number): number => {
  const low = Math.floor(x);
  if (x - low !== 0.5) return Math.round(x);
  return low % 2 === 0 ? low : low + 1;
};
const FLOAT32_MAX = (2 - 2 ** -23) * 2 ** 127;

const clamped = (values: readonly number[], low: number, high: number): number =>
  Math.min(Math.max(values[0] as number, low), high);
const clamp: fc.Arbitrary<Case> = fc
  .tuple(shapes({}), fc.constantFrom('both', 'min', 'max', 'options', 'tensors'), quarters, quarters)
  .chain(([shape, form, low, high]) =>
    fc
      .tuple(
        filled(shape, float64),
        within(shape).chain((own) => filled(own, float64)),
        within(shape).chain((own) => filled(own, float64)),
      )
      .map(([x, lows, highs]): Case => {
        if (form === 'tensors')
          return {
            run: () => (T.clamp as Loose)(tensorOf(x), tensorOf(lows), tensorOf(highs)),
            means: build(shape, 'float64', (place) =>
              clamped([spread(x, place)], spread(lows, place), spread(highs, place)),
            ),
          };
        const call = { both: [low, high], min: [low], max: [null, high], options: [{ min: low, max: high }] }[
          form
        ] as unknown[];
        const [a, b] = [form === 'max' ? -Infinity : low, form === 'min' ? Infinity : high];
        return {
          run: () => (T.clamp as Loose)(tensorOf(x), ...call),
          means: { ...x, data: x.data.map((value) => clamped([value], a, b)) },
        };
      }),
  );

const maskedFill: fc.Arbitrary<Case> = shapes({}).chain((shape) =>
  fc
    .tuple(
      filled(shape, arithmetic),
      within(shape).chain((own) => filled(own, { dtypes: ['bool'] })),
      whole,
      fc.boolean(),
    )
    .map(([x, mask, value, isTensor]) => ({
      run: () => (T.maskedFill as Loose)(tensorOf(x), tensorOf(mask), isTensor ? T.tensor(value) : value),
      means: build(shape, x.dtype, (place) => (spread(mask, place) ? value : spread(x, place))),
    })),
);
const where: fc.Arbitrary<Case> = shapes({}).chain((shape) =>
  fc
    .tuple(
      within(shape).chain((own) => filled(own, { dtypes: ['bool'] })),
      filled(shape, float64),
      within(shape).chain((own) => filled(own, float64)),
      fc.constantFrom('tensors', 'x a number', 'y a number', 'both numbers'),
      whole,
    )
    .map(([mask, x, y, form, value]): Case => {
      const [isX, isY] = [
        form === 'x a number' || form === 'both numbers',
        form === 'y a number' || form === 'both numbers',
      ];
      const shapeOf = form === 'both numbers' ? mask.shape : isX ? broadcast(mask.shape, y.shape) : shape;
      return {
        run: () => (T.where as Loose)(tensorOf(mask), isX ? value : tensorOf(x), isY ? value + 1 : tensorOf(y)),
        means: build(shapeOf, form === 'both numbers' ? 'int32' : 'float64', (place) => {
          if (spread(mask, place)) return isX ? value : spread(x, place);
          return isY ? value + 1 : spread(y, place);
        }),
      };
    }),
);
/** Of two shapes that broadcast to one. */
const broadcast = (a: readonly number[], b: readonly number[]): number[] => {
  const rank = Math.max(a.length, b.length);
  const size = (shape: readonly number[], d: number): number => shape[d - (rank - shape.length)] ?? 1;
  return Array.from({ length: rank }, (_, d) => Math.max(size(a, d), size(b, d)));
};

const isClose: Rule = ([x, y], { rtol, atol, equalNan }) => {
  const [a, b] = [x as number, y as number];
  if (Number.isNaN(a) && Number.isNaN(b)) return Number(equalNan === true);
  if (a === b) return 1;
  return Number(
    Number.isFinite(a) && Number.isFinite(b) && Math.abs(a - b) <= or(atol, 1e-8) + or(rtol, 1e-5) * Math.abs(b),
  );
};

/** What holds of the whole, as a tensor of one boolean. */
const truth = (value: boolean): Plain => ({ shape: [], dtype: 'bool', data: [Number(value)] });
const near = fc
  .tuple(filled([3], { ...float64, floats: special }), fc.constantFrom(0, 1e-9, 1e-6, 0.5))
  .map(([x, off]) => {
    const y: Plain = { ...x, data: x.data.map((value) => value + off) };
    return { x, y };
  });
const allclose: fc.Arbitrary<Case> = fc
  .tuple(
    near,
    options<Record<string, number | boolean>>({ rtol: number(0.5, 0), atol: number(0.25, 0), equalNan: fc.boolean() }),
  )
  .map(([{ x, y }, given]) => ({
    run: () => T.tensor(T.allclose(tensorOf(x), tensorOf(y), given)) as Tensor,
    means: truth(x.data.every((value, i) => isClose([value, y.data[i] as number], given, 'float64') === 1)),
  }));
const equal: fc.Arbitrary<Case> = fc.tuple(near, fc.boolean()).map(([{ x, y }, isReshaped]) => ({
  run: () => T.tensor(T.equal(tensorOf(x), tensorOf(isReshaped ? { ...y, shape: [3, 1] } : y))) as Tensor,
  means: truth(!isReshaped && x.data.every((value, i) => value === y.data[i])),
}));

export const ELEMENTS: Readonly<Record<string, fc.Arbitrary<Case>>> = {
  add: elements(
    T.add,
    2,
    arithmetic,
    { alpha: number(1, 2, -1) },
    ([x, y], { alpha }) => (x as number) + or(alpha, 1) * (y as number),
  ),
  sub: elements(
    T.sub,
    2,
    arithmetic,
    { alpha: number(1, 2, -1) },
    ([x, y], { alpha }) => (x as number) - or(alpha, 1) * (y as number),
  ),
  'add of a number': withNumber(T.add, whole, (x, y) => x + y, false, arithmetic),
  div: elements(T.div, 2, nonzero, { roundingMode: fc.constantFrom('trunc', 'floor', null) }, divided),
  'div of whole numbers': elements(T.div, 2, { dtypes: ['int32'], floats: whole }, {}, divided, () => 'float32').map(
    (one) => one,
  ),
  trueDivide: elements(T.trueDivide, 2, nonzero, {}, divided),
  floorDivide: elements(T.floorDivide, 2, nonzero, {}, ([x, y]) => Math.floor((x as number) / (y as number))),
  fmod: elements(T.fmod, 2, nonzero, {}, ([x, y]) => (x as number) % (y as number)),
  remainder: elements(
    T.remainder,
    2,
    nonzero,
    {},
    ([x, y]) => (x as number) - (y as number) * Math.floor((x as number) / (y as number)),
  ),
  pow: elements(
    T.pow,
    2,
    { dtypes: ['float64'], floats: fc.constantFrom(0.5, 1, 2, 3) },
    {},
    ([x, y]) => (x as number) ** (y as number),
  ),
  'pow of a number': withNumber(T.pow, number(2, 0.5, -0.5, -1, 3, 0, Infinity), (x, y) => x ** y, false, {
    dtypes: ['float64'],
    floats: fc.constantFrom(0.25, 0.5, 2, 4),
  }),
  'pow of whole numbers to a number': withNumber(T.pow, number(0, 1, 2, 3), (x, y) => x ** y, false, {
    dtypes: ['int32'],
  }),
  'a number to pow': withNumber(T.pow, number(2, 0.5, 3), (x, y) => x ** y, true),
  square: unary(T.square, {}, (x) => x * x),
  clamp,
  clampMin: withNumber(T.clampMin, quarters, Math.max),
  clampMax: withNumber(T.clampMax, quarters, Math.min),
  'clampMin of tensors': elements(T.clampMin, 2, float64, {}, ([x, y]) => Math.max(x as number, y as number)),
  'clampMax of tensors': elements(T.clampMax, 2, float64, {}, ([x, y]) => Math.min(x as number, y as number)),
  round: unary(T.round, { decimals: number(0, 1, -1) }, (x, { decimals }) => {
    const scale = 10 ** or(decimals, 0);
    return roundHalfEven(x * scale) / scale;
  }),
  logit: unary(
    T.logit,
    { eps: fc.constantFrom(0.25, null) },
    (x, { eps }) => {
      const inner = typeof eps === 'number' ? Math.min(Math.max(x, eps), 1 - eps) : x;
      return Math.log(inner / (1 - inner));
    },
    { ...float64, floats: fc.constantFrom(0.125, 0.25, 0.5, 0.875, 0, 1) },
  ),
  nanToNum: elements(
    T.nanToNum,
    1,
    { dtypes: ['float64', 'float32'], floats: special },
    { nan: fc.constantFrom(1, null), posinf: fc.constantFrom(8, null), neginf: fc.constantFrom(-8, null) },
    ([x], { nan, posinf, neginf }, dtype) => {
      const most = dtype === 'float64' ? Number.MAX_VALUE : FLOAT32_MAX;
      if (Number.isNaN(x)) return or(nan, 0);
      if (x === Infinity) return or(posinf, most);
      return x === -Infinity ? or(neginf, -most) : (x as number);
    },
  ),
  lerp: elements(
    T.lerp,
    3,
    { dtypes: ['float64'], floats: quarters },
    {},
    ([x, end, weight]) => (x as number) + (weight as number) * ((end as number) - (x as number)),
  ),
  addcmul: elements(
    T.addcmul,
    3,
    arithmetic,
    { value: number(2, -1) },
    ([x, y, z], { value }) => (x as number) + or(value, 1) * (y as number) * (z as number),
  ),
  addcdiv: elements(
    T.addcdiv,
    3,
    nonzero,
    { value: number(2, -0.5) },
    ([x, y, z], { value }) => (x as number) + (or(value, 1) * (y as number)) / (z as number),
  ),
  where,
  maskedFill,
  isclose: elements(
    T.isclose,
    2,
    { dtypes: ['float64'], floats: special },
    { rtol: number(0.5, 0), atol: number(0.25, 0), equalNan: fc.boolean() },
    isClose,
    bool,
  ),
  allclose,
  equal,
};
