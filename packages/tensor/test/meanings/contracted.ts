/** Sums of products over the labels of dimensions: what all products of tensors mean. */
import type { DType } from '@tessera/tensor';
import fc from 'fast-check';
import { filled, NUMBERS, whole } from './draw.ts';
import { at, build, type Plain, placesOf, sumOf } from './plain.ts';

export interface Term {
  readonly x: Plain;
  readonly labels: readonly string[];
}

export const size = fc.integer({ min: 1, max: 3 });
export const of = (dtype: DType, shape: readonly number[]): fc.Arbitrary<Plain> =>
  filled(shape, { dtypes: [dtype], floats: whole });
export const dtypes = fc.constantFrom(...NUMBERS);

/** The sum of products over all labels that the result lacks. A size of 1 stretches. */
export function contracted(terms: readonly Term[], output: readonly string[], dtype: DType): Plain {
  const sizes = new Map<string, number>();
  for (const { x, labels } of terms)
    labels.forEach((label, d) => {
      sizes.set(label, Math.max(sizes.get(label) ?? 1, x.shape[d] as number));
    });
  const sizesOf = (labels: readonly string[]): number[] => labels.map((label) => sizes.get(label) as number);
  const summed = [...sizes.keys()].filter((label) => !output.includes(label));
  const names = [...output, ...summed];
  return build(sizesOf(output), dtype, (place) =>
    sumOf(
      placesOf(sizesOf(summed)).map((rest) => {
        const index = (label: string): number => [...place, ...rest][names.indexOf(label)] as number;
        return terms.reduce(
          (product, { x, labels }) =>
            product *
            at(
              x,
              labels.map((label, d) => (x.shape[d] === 1 ? 0 : index(label))),
            ),
          1,
        );
      }),
    ),
  );
}
