/** Bflash: how far attention in float32 may lie from its formula in float64, in tiles or not. */

import {
  gamma,
  LEAST_NORMAL,
  type Row,
  softmaxOf,
  sumOf,
  ULPS_EXP,
  ULPS_LOG,
  UNIT_FLOAT32 as UNIT,
} from './roundings.ts';

export interface AttentionForm {
  /** What products of queries and keys are multiplied with. */
  readonly scale: number;
  /** In how many tiles the keys are taken. */
  readonly tiles: number;
  /** Whether query i sees key j; default: it does. */
  readonly seen?: (i: number, j: number) => boolean;
}

/** Bounds of every entry of the output, [Lq, dv], and of the log-sum-exp, [Lq], for rows of one head. */
export function attention(
  q: readonly Row[],
  k: readonly Row[],
  v: readonly Row[],
  { scale, tiles, seen = () => true }: AttentionForm,
): { readonly output: number[]; readonly logSumExp: number[] } {
  const [output, logSumExp]: [number[], number[]] = [[], []];
  const greatestValue = Math.max(0, ...v.flat().map(Math.abs));
  q.forEach((query, i) => {
    const keys = k.flatMap((_, j) => (seen(i, j) ? [j] : []));
    const scores = keys.map((j) => scale * dot(query, k[j] as Row));
    const { greatest, gaps, p, mean } = softmaxOf(scores);
    const products = keys.map((j) => Math.abs(scale) * dot(query.map(Math.abs), (k[j] as Row).map(Math.abs)));
    const ofScores = products.map((x) => (gamma(query.length) + 2 * UNIT) * x);
    const r = Math.max(0, ...ofScores.map((x, j) => x + (gaps[j] as number) * UNIT));
    const roundings = 4 * ULPS_EXP + 2 * keys.length + (4 * ULPS_EXP + 3) * tiles + 2;
    const share = Math.expm1(2 * r) + (roundings + 2 * Math.max(0, ...gaps)) * UNIT;
    (v[0] ?? []).forEach((_, c) => {
      const size = sumOf(keys.map((j, at) => (p[at] as number) * Math.abs((v[j] as Row)[c] as number)));
      output.push(share * size + LEAST_NORMAL * greatestValue);
    });
    const beyond = Math.log(sumOf(scores.map((s) => Math.exp(s - greatest))));
    const ofSum = mean + 2 * ULPS_EXP + keys.length - 1 + (4 * ULPS_EXP + 3) * tiles;
    logSumExp.push((ofSum + 2 * ULPS_LOG * Math.abs(beyond) + Math.abs(greatest + beyond)) * UNIT + r);
  });
  return { output, logSumExp };
}

function dot(a: Row, b: Row): number {
  return a.reduce((total, value, i) => total + value * (b[i] as number), 0);
}
