/** Queries, keys and values of drawn sizes. */
import { manualSeed, randn, type Tensor } from '@tessera/tensor';

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

export function operands({ seed, batch, keyHeads, group, queries, keys, d, dv }: Drawn): [Tensor, Tensor, Tensor] {
  manualSeed(seed);
  return [
    randn([batch, keyHeads * group, queries, d], float64).mul(2),
    randn([batch, keyHeads, keys, d], float64).mul(2),
    randn([batch, keyHeads, keys, dv], float64),
  ];
}
