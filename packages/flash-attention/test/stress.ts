/** Inputs on which a wrong kernel of attention shows: keys of rising norm, ragged tiles, rows that see nothing. */
import { fromArray, type Tensor } from '@tessera/tensor';
import fc from 'fast-check';

export interface Stress {
  readonly q: number[][];
  readonly k: number[][];
  readonly v: number[][];
  readonly tiles: readonly [number, number];
}

/** Each key is longer than the one before, in the direction of the queries: every tile has a new largest score. */
export const stress: fc.Arbitrary<Stress> = fc
  .record({
    queries: fc.integer({ min: 1, max: 20 }),
    keys: fc.integer({ min: 2, max: 40 }),
    d: fc.integer({ min: 1, max: 9 }),
    dv: fc.integer({ min: 1, max: 9 }),
    steepness: fc.constantFrom(0, 0.5, 4),
    seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    tiles: fc.constantFrom([8, 5] as const, [1, 1] as const, [3, 7] as const, [16, 64] as const, [8, 16] as const),
  })
  .map(({ queries, keys, d, dv, steepness, seed, tiles }) => {
    let state = seed;
    const next = (): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
      return (state >> 8) / 2 ** 22;
    };
    const rows = (count: number, width: number): number[][] =>
      Array.from({ length: count }, () => Array.from({ length: width }, () => Math.fround(next())));
    const [q, v] = [rows(queries, d).map((row) => row.map((x) => Math.fround(1 + x / 4))), rows(keys, dv)];
    const k = rows(keys, d).map((row, j) => row.map((x) => Math.fround(x / 2 + (steepness * j) / d)));
    return { q, k, v, tiles };
  });

/** One head of one batch. */
export function headOf(rows: readonly (readonly number[])[], dtype: 'float32' | 'float64' = 'float32'): Tensor {
  return fromArray(Float64Array.from(rows.flat()), [1, 1, rows.length, rows[0]?.length ?? 0], { dtype });
}

/** Attention of rows in float64. */
export function attentionOf(
  { q, k, v }: Pick<Stress, 'q' | 'k' | 'v'>,
  scale: number,
  seen: (i: number, j: number) => boolean = () => true,
): { readonly output: number[]; readonly logSumExp: number[] } {
  const [output, logSumExp]: [number[], number[]] = [[], []];
  q.forEach((query, i) => {
    const keys = k.flatMap((_, j) => (seen(i, j) ? [j] : []));
    const scores = keys.map((j) => scale * query.reduce((sum, x, c) => sum + x * (k[j]?.[c] as number), 0));
    const greatest = Math.max(...scores);
    const weights = scores.map((s) => Math.exp(s - greatest));
    const total = weights.reduce((a, b) => a + b, 0);
    v[0]?.forEach((_, c) => {
      output.push(keys.reduce((sum, j, at) => sum + ((weights[at] as number) / total) * (v[j]?.[c] as number), 0));
    });
    logSumExp.push(keys.length === 0 ? -Infinity : greatest + Math.log(total));
  });
  return { output, logSumExp };
}
