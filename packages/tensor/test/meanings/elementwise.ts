/** How functions are drawn that go element by element: operands that broadcast, or a number beside a tensor. */
import type { DType } from '@tessera/tensor';
import fc from 'fast-check';
import { type Drawn, filled, options, quarters, shapes } from './draw.ts';
import { build, type Case, type Loose, spread, tensorOf } from './plain.ts';

export type Given = Readonly<Record<string, number | boolean | string | null | undefined>>;
export type Rule = (values: readonly number[], given: Given, dtype: DType) => number;

export const float64: Drawn = { dtypes: ['float64'] };
export const special: fc.Arbitrary<number> = fc.oneof(
  { arbitrary: quarters, weight: 4 },
  fc.constantFrom(Number.NaN, Infinity, -Infinity, 0),
);

/** A shape that broadcasts to this one. */
export const within = (shape: readonly number[]): fc.Arbitrary<number[]> =>
  fc
    .tuple(fc.nat(shape.length), fc.tuple(...shape.map(() => fc.boolean())))
    .map(([from, ones]) => shape.map((n, d) => (ones[d] ? 1 : n)).slice(from));

/** Operands that broadcast to the first, options, and the rule for every element. */
export function elements(
  run: unknown,
  count: number,
  drawn: Drawn,
  named: Readonly<Record<string, fc.Arbitrary<number | boolean | string | null>>>,
  rule: Rule,
  dtypeOf: (dtype: DType) => DType = (dtype) => dtype,
): fc.Arbitrary<Case> {
  return fc
    .tuple(shapes({ rank: [0, 3], sizes: [1, 2, 3] }), fc.constantFrom(...(drawn.dtypes ?? [])))
    .chain(([shape, dtype]) => {
      const others = Array.from({ length: count - 1 }, () =>
        within(shape).chain((own) => filled(own, { ...drawn, dtypes: [dtype] })),
      );
      return fc
        .tuple(
          filled(shape, { ...drawn, dtypes: [dtype] }),
          fc.tuple(...others),
          options<Record<string, number | boolean | string | null>>(named),
        )
        .map(([first, rest, given]) => {
          const all = [first, ...rest];
          return {
            run: () => (run as Loose)(...all.map(tensorOf), ...(Object.keys(given).length > 0 ? [given] : [])),
            means: build(shape, dtypeOf(dtype), (place) =>
              rule(
                all.map((x) => spread(x, place)),
                given,
                dtype,
              ),
            ),
          };
        });
    });
}

/** The second operand a number; perhaps the first one. */
export const withNumber = (
  run: unknown,
  numbers: fc.Arbitrary<number>,
  rule: (x: number, y: number) => number,
  isSwapped = false,
  drawn: Drawn = float64,
): fc.Arbitrary<Case> =>
  fc.tuple(shapes({}), fc.constantFrom(...(drawn.dtypes ?? []))).chain(([shape, dtype]) =>
    fc.tuple(filled(shape, { ...drawn, dtypes: [dtype] }), numbers).map(([x, y]) => ({
      run: () => (isSwapped ? (run as Loose)(y, tensorOf(x)) : (run as Loose)(tensorOf(x), y)),
      means: { ...x, data: x.data.map((value) => (isSwapped ? rule(y, value) : rule(value, y))) },
    })),
  );

export const or = (value: Given[string], otherwise: number): number => (typeof value === 'number' ? value : otherwise);
export const number = (...values: readonly number[]): fc.Arbitrary<number> => fc.constantFrom(...values);

export const unary = (
  run: unknown,
  named: Parameters<typeof elements>[3],
  rule: (x: number, given: Given) => number,
  drawn: Drawn = float64,
): fc.Arbitrary<Case> => elements(run, 1, drawn, named, ([x], given) => rule(x as number, given));
