/** Parts of expressions: sizes, shapes, tensors, and numbers that name dimensions, right ones and wrong ones. */
import fc from 'fast-check';

type Text = fc.Arbitrary<string>;

/** Few sizes, so that they often agree. */
export const size: fc.Arbitrary<number> = fc.constantFrom(1, 2, 3, 4);

export const sizeOr0: fc.Arbitrary<number> = fc.constantFrom(0, 1, 2, 3, 3, 4, 6);

export const shapeOf = (least: number, most: number, of: fc.Arbitrary<number> = size): fc.Arbitrary<number[]> =>
  fc.array(of, { minLength: least, maxLength: most });

/** `zeros(2, 3)`; every tensor of an expression is written so. */
export const zeros = (shape: readonly number[], dtype?: string): string =>
  dtype === undefined ? `zeros(${shape.join(', ')})` : `zeros([${shape.join(', ')}], { dtype: '${dtype}' })`;

export const tensorOf = (least: number, most: number): Text => shapeOf(least, most).map((shape) => zeros(shape));

/** A dimension of a tensor of that rank, or one just outside. */
export const dimOf = (rank: number): fc.Arbitrary<number> => fc.integer({ min: -rank - 1, max: rank });

export const list = (values: readonly unknown[]): string => `[${values.map(String).join(', ')}]`;

/** A shape that broadcasts to another one, or nearly. */
export const partOf = (shape: readonly number[]): fc.Arbitrary<number[]> =>
  fc
    .tuple(
      fc.nat(shape.length),
      fc.array(fc.constantFrom('keep', 'keep', 'keep', 'one', 'other'), { minLength: 6, maxLength: 6 }),
    )
    .map(([from, ways]) =>
      shape.slice(from).map((n, d) => (ways[d] === 'one' ? 1 : ways[d] === 'other' ? (n % 4) + 1 : n)),
    );

/** A shape of as many elements, or nearly; perhaps with -1. */
export const refilled = (shape: readonly number[]): fc.Arbitrary<number[]> => {
  const count = shape.reduce((a, b) => a * b, 1);
  const factor = fc.constantFrom(1, 2, 3, 4, 6, 12);
  return fc
    .tuple(factor, factor, fc.constantFrom('whole', 'whole', 'unknown', 'unknown', 'short', 'off'))
    .map(([a, b, way]) => {
      if (way === 'unknown') return [a, -1, b];
      if (way === 'short') return [count];
      if (way === 'off') return [a, b];
      return [a, b, ...(a * b > 0 && count % (a * b) === 0 ? [count / (a * b)] : [])];
    });
};

/** A call as a function or as a method: `sum(x, 1)`, `x.sum(1)`. */
export const call = (name: string, x: string, ...args: readonly string[]): Text =>
  fc.boolean().map((method) => (method ? `${x}.${name}(${args.join(', ')})` : `${name}(${[x, ...args].join(', ')})`));
