import type { DType } from '@tessera/tensor';
import fc from 'fast-check';
import { T } from './called.ts';
import { ALL, type Drawn, quarters } from './draw.ts';
import { elements, float64, special } from './elementwise.ts';
import type { Case } from './plain.ts';

type Table = Readonly<Record<string, fc.Arbitrary<Case>>>;

const bool = (): DType => 'bool';
const any: Drawn = { dtypes: ALL, floats: special };
const signed: Drawn = { dtypes: ['float64'], floats: fc.oneof(special, fc.constant(-0)) };
const one = (run: unknown, rule: (x: number) => number, drawn = float64, dtypeOf?: (dtype: DType) => DType) =>
  elements(run, 1, drawn, {}, ([x]) => rule(x as number), dtypeOf);
const two = (
  run: unknown,
  rule: (x: number, y: number) => number,
  drawn = float64,
  dtypeOf?: (dtype: DType) => DType,
) => elements(run, 2, drawn, {}, ([x, y]) => rule(x as number, y as number), dtypeOf);

const isTrue = (x: number): boolean => x !== 0;
const isMinus = (x: number): boolean => x < 0 || Object.is(x, -0);

const QUESTIONS: Table = {
  isnan: one(T.isnan, (x) => Number(Number.isNaN(x)), any, bool),
  isinf: one(T.isinf, (x) => Number(x === Infinity || x === -Infinity), any, bool),
  isfinite: one(T.isfinite, (x) => Number(Number.isFinite(x)), any, bool),
  isposinf: one(T.isposinf, (x) => Number(x === Infinity), any, bool),
  isneginf: one(T.isneginf, (x) => Number(x === -Infinity), any, bool),
  signbit: one(T.signbit, (x) => Number(isMinus(x)), signed, bool),
  logicalNot: one(T.logicalNot, (x) => Number(!isTrue(x)), any, bool),
  logicalAnd: two(T.logicalAnd, (x, y) => Number(isTrue(x) && isTrue(y)), any, bool),
  logicalOr: two(T.logicalOr, (x, y) => Number(isTrue(x) || isTrue(y)), any, bool),
  logicalXor: two(T.logicalXor, (x, y) => Number(isTrue(x) !== isTrue(y)), any, bool),
};

const compared = (run: unknown, rule: (x: number, y: number) => boolean): fc.Arbitrary<Case> =>
  two(run, (x, y) => Number(rule(x, y)), any, bool);
const COMPARISONS: Table = {
  eq: compared(T.eq, (x, y) => x === y),
  ne: compared(T.ne, (x, y) => x !== y),
  lt: compared(T.lt, (x, y) => x < y),
  le: compared(T.le, (x, y) => x <= y),
  gt: compared(T.gt, (x, y) => x > y),
  ge: compared(T.ge, (x, y) => x >= y),
};

/** The better of two numbers; a NaN is passed over. */
const ignoringNaN =
  (best: (a: number, b: number) => number) =>
  (x: number, y: number): number =>
    Number.isNaN(x) ? y : Number.isNaN(y) ? x : best(x, y);
const numbers: Drawn = { dtypes: ['float64', 'float32', 'int32'], floats: special };

/** 0 of NaN, as in PyTorch. */
const signOf = (x: number): number => Number(x > 0) - Number(x < 0);

const SIGNS: Table = {
  abs: one(T.abs, Math.abs, numbers),
  neg: one(T.neg, (x) => 0 - x, { dtypes: ['float64', 'int32'], floats: quarters }),
  positive: one(T.positive, (x) => x, numbers),
  sign: one(T.sign, signOf, numbers),
  sgn: one(T.sgn, signOf, numbers),
  copysign: two(T.copysign, (x, y) => (isMinus(y) ? -Math.abs(x) : Math.abs(x)), signed),
  heaviside: two(T.heaviside, (x, y) => (x === 0 ? y : Number(x > 0)), {
    dtypes: ['float64'],
    floats: fc.oneof(quarters, fc.constant(0)),
  }),
  maximum: two(T.maximum, Math.max, numbers),
  minimum: two(T.minimum, Math.min, numbers),
  fmax: two(T.fmax, ignoringNaN(Math.max), numbers),
  fmin: two(T.fmin, ignoringNaN(Math.min), numbers),
  floor: one(T.floor, Math.floor, numbers),
  ceil: one(T.ceil, Math.ceil, numbers),
  trunc: one(T.trunc, Math.trunc, numbers),
  frac: one(T.frac, (x) => x - Math.trunc(x)),
};

/** In 64 bits: whatever is shifted out is lost, and beyond the width there is nothing but the sign. */
const shifted = (run: unknown, rule: (x: number, by: number) => number): fc.Arbitrary<Case> =>
  fc
    .tuple(
      fc.array(fc.tuple(fc.integer(), fc.constantFrom(0, 1, 5, 30, 31, 32, 33, 64, -1, -31)), {
        minLength: 1,
        maxLength: 9,
      }),
    )
    .map(([pairs]) => ({
      run: () =>
        (run as (x: unknown, y: unknown) => never)(
          T.fromArray(
            pairs.map(([x]) => x),
            [pairs.length],
            { dtype: 'int32' },
          ),
          T.fromArray(
            pairs.map(([, by]) => by),
            [pairs.length],
            { dtype: 'int32' },
          ),
        ),
      means: { shape: [pairs.length], dtype: 'int32', data: pairs.map(([x, by]) => rule(x, by)) },
    }));
const fits = (by: number): boolean => by >= 0 && by < 32;

const BITS: Table = {
  bitwiseNot: elements(T.bitwiseNot, 1, { dtypes: ['int32', 'bool'] }, {}, ([x], _, dtype) =>
    dtype === 'bool' ? 1 - (x as number) : -1 - (x as number),
  ),
  bitwiseAnd: two(T.bitwiseAnd, (x, y) => x & y, { dtypes: ['int32', 'bool'] }),
  bitwiseOr: two(T.bitwiseOr, (x, y) => x | y, { dtypes: ['int32', 'bool'] }),
  bitwiseXor: two(T.bitwiseXor, (x, y) => x ^ y, { dtypes: ['int32', 'bool'] }),
  bitwiseLeftShift: shifted(T.bitwiseLeftShift, (x, by) =>
    fits(by) ? Number(BigInt.asIntN(32, BigInt(x) << BigInt(by))) : 0,
  ),
  bitwiseRightShift: shifted(T.bitwiseRightShift, (x, by) =>
    fits(by) ? Number(BigInt(x) >> BigInt(by)) : x < 0 ? -1 : 0,
  ),
};

/** By whole numbers, at zero and at infinity as well. */
const nonzeroWhole = fc.integer({ min: -5, max: 5 }).filter((i) => i !== 0);
const wholes = (
  run: (x: never, y: never) => unknown,
  right: fc.Arbitrary<number>,
  rule: (x: number, y: number) => number,
): fc.Arbitrary<Case> =>
  fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), right), { minLength: 1, maxLength: 9 }).map((pairs) => {
    const column = (k: 0 | 1) =>
      T.fromArray(
        pairs.map((pair) => pair[k]),
        [pairs.length],
        { dtype: 'int32' },
      );
    return {
      run: () => (run as (x: unknown, y: unknown) => never)(column(0), column(1)),
      means: { shape: [pairs.length], dtype: 'int32', data: pairs.map(([x, y]) => rule(x, y) + 0) },
    };
  });
const ends: Drawn = {
  dtypes: ['float64'],
  floats: fc.constantFrom(-2, -0.5, 0, 0.5, 3, Infinity, -Infinity, Number.NaN),
};
/** With the sign of the divisor. */
const remainderOf = (x: number, y: number): number => {
  const rest = x % y;
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
};
/** 1 to any power is 1, and so is -1 to an infinite one. */
const powerOf = (x: number, y: number): number => (x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y);
const wholePower = (x: number, y: number): number => {
  if (y < 0) return x === 1 ? 1 : x === -1 ? (y % 2 === 0 ? 1 : -1) : 0;
  return Number(BigInt.asIntN(32, BigInt(x) ** BigInt(y)));
};

const DIVISION: Table = {
  'floorDivide of whole numbers': wholes(T.floorDivide as never, nonzeroWhole, (x, y) => Math.floor(x / y)),
  'remainder of whole numbers': wholes(T.remainder as never, nonzeroWhole, remainderOf),
  'fmod of whole numbers': wholes(T.fmod as never, nonzeroWhole, (x, y) => x % y),
  'div of whole numbers, cut off': wholes(
    ((x: never, y: never) => T.div(x, y, { roundingMode: 'trunc' })) as never,
    nonzeroWhole,
    (x, y) => Math.trunc(x / y),
  ),
  'div at the ends': two(T.div, (x, y) => x / y, ends),
  'fmod at the ends': two(T.fmod, (x, y) => x % y, ends),
  'remainder at the ends': two(T.remainder, remainderOf, {
    ...ends,
    floats: fc.constantFrom(-2, -0.5, 0, 0.5, 3, Number.NaN),
  }),
  'floorDivide at zero': two(T.floorDivide, (x, y) => (y === 0 ? x / y : Math.floor(x / y)), {
    dtypes: ['float64'],
    floats: fc.constantFrom(-2, -0.5, 0, 0.5, 3),
  }),
  'pow of whole numbers': wholes(T.pow as never, fc.integer({ min: -3, max: 12 }), wholePower),
  'pow at the ends': two(T.pow, powerOf, {
    ...ends,
    floats: fc.oneof(ends.floats as fc.Arbitrary<number>, fc.constantFrom(1, -1, 2)),
  }),
  'square of whole numbers': elements(
    T.square,
    1,
    { dtypes: ['int32', 'bool'] },
    {},
    ([x]) => (x as number) ** 2,
    () => 'int32',
  ),
};

const CURVES: Table = {
  deg2rad: one(T.deg2rad, (x) => (x * Math.PI) / 180),
  rad2deg: one(T.rad2deg, (x) => (x * 180) / Math.PI),
  exp2: one(T.exp2, (x) => 2 ** x),
  hypot: two(T.hypot, Math.hypot),
  sinc: one(T.sinc, (x) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))),
  logaddexp: two(T.logaddexp, (x, y) => Math.log(Math.exp(x) + Math.exp(y))),
  logaddexp2: two(T.logaddexp2, (x, y) => Math.log2(2 ** x + 2 ** y)),
  'logaddexp of infinities': two(
    T.logaddexp,
    (x, y) => (x === y ? x : Number.isNaN(x + y) && !Number.isNaN(x) && !Number.isNaN(y) ? Infinity : Math.max(x, y)),
    {
      dtypes: ['float64'],
      floats: fc.constantFrom(Infinity, -Infinity, Number.NaN),
    },
  ),
  xlogy: two(T.xlogy, (x, y) => (Number.isNaN(y) ? y : x === 0 ? 0 : x * Math.log(y)), {
    dtypes: ['float64'],
    floats: fc.constantFrom(0, 0.5, 2, Infinity, Number.NaN),
  }),
};

export const SCALARS: Table = { ...QUESTIONS, ...COMPARISONS, ...SIGNS, ...BITS, ...DIVISION, ...CURVES };
