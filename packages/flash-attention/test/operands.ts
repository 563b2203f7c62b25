/** Queries, keys and values of drawn sizes. */
import { manualSeed, randn, type Tensor } from '@tessera/tensor';
import fc from 'fast-check';

const float64 = { dtype: 'float64' } as const;

export interface Drawn {
  readonly seed: number;
  readonly batch: number;
  readonly keyHeads: number;
  readonly group: number;
  readonly queries: number;
  readonly keys: number;
  readonly d: number;
  readonly dv: number;
}

/** Of up to so many rows of queries and keys, so wide at most, each size by itself. */
export function sizesUpTo(rows: number, width: number): { readonly [Size in keyof Drawn]: fc.Arbitrary<number> } {
  const upTo = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
  return {
    ...{ seed: fc.nat(), batch: upTo(2), keyHeads: upTo(2), group: upTo(2) },
    ...{ queries: upTo(rows), keys: upTo(rows), d: upTo(width), dv: upTo(width) },
  };
}

export function operands({ seed, batch, keyHeads, group, queries, keys, d, dv }: Drawn): [Tensor, Tensor, Tensor] {
  manualSeed(seed);
  return [
    randn([batch, keyHeads * group, queries, d], float64).mul(2),
    randn([batch, keyHeads, keys, d], float64).mul(2),
    randn([batch, keyHeads, keys, dv], float64),
  ];
}
