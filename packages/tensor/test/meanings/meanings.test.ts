import { law } from '@tessera/laws';
import type { Tensor } from '@tessera/tensor';
import { bounds, expectWithin } from '@tessera/tensor/testing';
import type fc from 'fast-check';
import { describe, expect } from 'vitest';
import { ACTIVATIONS } from './activations.ts';
import { calledAs, WAYS } from './called.ts';
import { CREATION } from './creation.ts';
import { ELEMENTS } from './elements.ts';
import { INDICES } from './indices.ts';
import { JOINING } from './joining.ts';
import { ORDERS } from './orders.ts';
import { PIECES } from './pieces.ts';
import type { Case, Plain } from './plain.ts';
import { PRODUCTS } from './products.ts';
import { REDUCTIONS } from './reductions.ts';
import { ROWS } from './rows.ts';
import { SCALARS } from './scalars.ts';
import { SCANS } from './scans.ts';
import { SEARCHING } from './searching.ts';
import { STATISTICS } from './statistics.ts';
import { VIEWS } from './views.ts';

const sizeOf = (data: readonly number[]): number =>
  data.reduce((size, value) => (Number.isFinite(value) ? Math.max(size, Math.abs(value)) : size), 1);

function expectMeaning(found: Tensor, { shape, dtype, data }: Plain): void {
  expect(found.shape).toEqual(shape);
  expect(found.dtype).toBe(dtype);
  expectWithin(found, data, bounds.identity(sizeOf(data)));
}

/** Each public function against what it means in plain numbers. */
const TABLES: Readonly<
  Record<string, { readonly rows: readonly number[]; readonly of: Readonly<Record<string, fc.Arbitrary<Case>>> }>
> = {
  reductions: { rows: [42, 46, 49], of: REDUCTIONS },
  products: { rows: [54, 59, 60], of: PRODUCTS },
  rows: { rows: [52, 103, 104, 105, 107], of: ROWS },
  indices: { rows: [64, 65, 66], of: INDICES },
  searching: { rows: [15, 16, 67, 69], of: SEARCHING },
  statistics: { rows: [47, 52, 53], of: STATISTICS },
  pieces: { rows: [7, 16, 66], of: PIECES },
  orders: { rows: [68, 69], of: ORDERS },
  joining: { rows: [6, 8, 10], of: JOINING },
  views: { rows: [1, 2, 3, 8], of: VIEWS },
  creation: { rows: [12, 13], of: CREATION },
  elements: { rows: [18, 34, 35, 36, 38], of: ELEMENTS },
  activations: { rows: [29, 31, 32], of: ACTIVATIONS },
  scalars: { rows: [18, 35, 36, 37, 38, 40], of: SCALARS },
  scans: { rows: [50], of: SCANS },
};

describe.each(Object.keys(TABLES))('%s', (name) => {
  const { rows, of } = TABLES[name]!;
  for (const [function_, cases] of Object.entries(of))
    law(`${function_} is what it means in plain numbers, as a function, as a method and in place`, {
      rows: [...rows],
      formula: 'f(x, options) as PyTorch documents it',
      tolerance: 'D',
      given: [cases],
      holds: ({ run, means }) => {
        const wanted = [means].flat() as Plain[];
        for (const way of WAYS) {
          const found = [calledAs(way, run)].flat() as Tensor[];
          expect(found.length).toBe(wanted.length);
          found.forEach((one, i) => {
            expectMeaning(one, wanted[i]!);
          });
        }
      },
    });
});
