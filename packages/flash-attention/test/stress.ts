/** Inputs on which a wrong kernel of attention shows: keys of rising norm, ragged tiles. */
import { attentionInputs, type PlainAttention } from '@tessera/arbitraries';
import { fromArray, type Tensor } from '@tessera/tensor';
import type fc from 'fast-check';

export type Stress = PlainAttention;
export const stress: fc.Arbitrary<Stress> = attentionInputs();

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
