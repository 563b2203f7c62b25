import type { DType, Tensor, ValuesAndIndices } from '@tessera/tensor';
import fc from 'fast-check';
import { T } from './called.ts';
import { dimOf, filled, options, quarters, tensors } from './draw.ts';
import { joined } from './joining.ts';
import { along, type Case, fromFront, isFloat, type Plain, tensorOf } from './plain.ts';

const special = fc.oneof({ arbitrary: quarters, weight: 5 }, fc.constantFrom(Number.NaN, Infinity, -Infinity));

/** What stands before, put together with every element in turn. */
const running =
  (start: number, step: (before: number, value: number) => number) =>
  (line: readonly number[]): number[] => {
    let before = start;
    return line.map((value) => {
      before = step(before, value);
      return before;
    });
  };

/** Integers and booleans are counted in int32, unless another type is asked for. */
const counted = (dtype: DType, asked?: DType): DType => asked ?? (isFloat(dtype) ? dtype : 'int32');

type Scan = (x: Tensor, dim: number, options: { readonly dtype?: DType }) => Tensor;
const folded = (run: Scan, start: number, step: (a: number, b: number) => number): fc.Arbitrary<Case> =>
  tensors().chain((x) =>
    fc
      .tuple(dimOf(x), options<{ dtype: DType }>({ dtype: fc.constantFrom('float64', 'float32') }))
      .map(([dim, given]) => ({
        run: () => run(tensorOf(x), dim, given),
        means: along(x, dim, running(start, step), { dtype: counted(x.dtype, given.dtype) }),
      })),
  );

/** The place of the best element so far, of equal ones the last; a NaN is better than all numbers. */
const bestSoFar =
  (isBetter: (a: number, b: number) => boolean) =>
  (line: readonly number[]): number[] => {
    let best = 0;
    return line.map((value, i) => {
      const before = line[best] as number;
      if (Number.isNaN(value) || (!Number.isNaN(before) && (value === before || isBetter(value, before)))) best = i;
      return best;
    });
  };

const extreme = (
  run: (x: Tensor, dim: number) => ValuesAndIndices,
  isBetter: (a: number, b: number) => boolean,
): fc.Arbitrary<Case> =>
  tensors({ floats: special }).chain((x) =>
    dimOf(x).map((dim) => {
      const places = bestSoFar(isBetter);
      return {
        run: () => {
          const { values, indices } = run(tensorOf(x), dim);
          return [values, indices];
        },
        means: [
          along(x, dim, (line) => places(line).map((i) => line[i] as number)),
          along(x, dim, places, { dtype: 'int32' }),
        ],
      };
    }),
  );

const logAddExp = (line: readonly number[]): number[] =>
  line.map((_, i) => {
    const before = line.slice(0, i + 1);
    const high = Math.max(...before);
    if (!Number.isFinite(high)) return high;
    return high + Math.log(before.reduce((sum, value) => sum + Math.exp(value - high), 0));
  });

/** A tensor of the same shape but along `dim`. */
const beside = (x: Plain, dim: number): fc.Arbitrary<Plain> =>
  fc.nat(2).chain((size) => filled(x.shape.with(fromFront(dim, x.shape.length), size), { dtypes: [x.dtype] }));

const differences = (x: Plain, dim: number, n: number): Plain => {
  const size = x.shape[dim] as number;
  if (n === 0 || size === 0) return x;
  const apart = (a: number, b: number): number => (x.dtype === 'bool' ? Number(a !== b) : b - a);
  const once = along(x, dim, (line) => line.slice(1).map((b, i) => apart(line[i] as number, b)), { length: size - 1 });
  return differences(once, dim, n - 1);
};

const diff: fc.Arbitrary<Case> = tensors({ rank: [1, 3] }).chain((x) =>
  dimOf(x).chain((dim) =>
    options({ n: fc.nat(3), prepend: beside(x, dim), append: beside(x, dim) }).map(({ n, prepend, append }) => {
      const axis = fromFront(dim, x.shape.length);
      const whole = joined(
        [prepend, x, append].filter((part) => part !== undefined),
        axis,
      );
      return {
        run: () =>
          T.diff(tensorOf(x), dim, {
            ...(n !== undefined && { n }),
            ...(prepend && { prepend: tensorOf(prepend) }),
            ...(append && { append: tensorOf(append) }),
          }),
        means: differences(whole, axis, n ?? 1),
      };
    }),
  ),
);

export const SCANS: Readonly<Record<string, fc.Arbitrary<Case>>> = {
  cumsum: folded(T.cumsum as Scan, 0, (a, b) => a + b),
  cumprod: folded(T.cumprod as Scan, 1, (a, b) => a * b),
  cummax: extreme(T.cummax as (x: Tensor, dim: number) => ValuesAndIndices, (a, b) => a > b),
  cummin: extreme(T.cummin as (x: Tensor, dim: number) => ValuesAndIndices, (a, b) => a < b),
  logcumsumexp: tensors({
    dtypes: ['float64'],
    floats: fc.oneof(quarters, fc.constant(-Infinity), fc.constant(Infinity)),
  }).chain((x) =>
    dimOf(x).map((dim) => ({
      run: () => (T.logcumsumexp as Scan)(tensorOf(x), dim, {}),
      means: along(x, dim, logAddExp),
    })),
  ),
  diff,
};
