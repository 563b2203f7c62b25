/** Limits of what is computed along rows: sums, products, softmax and its logarithm, normalization. */
import { gamma, LEAST_NORMAL, type Row, softmaxOf, sumOf, ULPS_EXP, ULPS_LOG, UNIT_FLOAT32 } from './roundings.ts';

/** One row, or several. */
export type Rows = Row | readonly Row[];

/** S: sums of the rows, in any order. */
export function sum(x: Rows): number[] {
  return rowsOf(x).map((row) => gamma(row.length - 1) * sumOf(row.map(Math.abs)) + UNIT_FLOAT32 * Math.abs(sumOf(row)));
}

/** M: `a @ b`, whatever the tiles, lanes, threads and fused multiply-adds. */
export function matmul(a: readonly Row[], b: readonly Row[]): number[] {
  const columns = (b[0] ?? []).map((_, j) => b.map((row) => row[j] as number));
  return a.flatMap((row) =>
    columns.map(
      (column) => gamma(row.length + 1) * sumOf(row.map((value, k) => Math.abs(value * (column[k] as number)))),
    ),
  );
}

/** Bsoft: every entry of softmax along rows. */
export function softmax(x: Rows): number[] {
  return rowsOf(x).flatMap((row) => {
    const { gaps, p, mean } = softmaxOf(row);
    return p.map(
      (pi, i) => ((gaps[i] as number) + mean + 4 * ULPS_EXP + row.length + 1) * UNIT_FLOAT32 * pi + LEAST_NORMAL,
    );
  });
}

/** How far a row of a softmax may be from summing to 1, whatever the logits. */
export function softmaxSum(x: Rows): number[] {
  return rowsOf(x).map((row) => gamma(row.length));
}

/** Blse: the logarithm of the sum of exponentials of every row. */
export function logSumExp(x: Rows): number[] {
  return rowsOf(x).map((row) => {
    const { greatest, mean } = softmaxOf(row);
    const beyond = Math.log(sumOf(row.map((value) => Math.exp(value - greatest))));
    const roundings = mean + 2 * ULPS_EXP + row.length - 1;
    return (roundings + 2 * ULPS_LOG * Math.abs(beyond) + Math.abs(greatest + beyond)) * UNIT_FLOAT32;
  });
}

/** Bln: every entry of layer normalization along rows, without weight and bias. */
export function layerNorm(x: Rows, eps: number): number[] {
  return rowsOf(x).flatMap((row) => {
    const mean = sumOf(row) / row.length;
    const deviation = Math.sqrt(sumOf(row.map((value) => (value - mean) ** 2)) / row.length + eps);
    const greatest = Math.max(...row.map(Math.abs));
    return row.map(
      (value) => (row.length + 4) * UNIT_FLOAT32 * (greatest / deviation) * (1 + Math.abs((value - mean) / deviation)),
    );
  });
}

function rowsOf(x: Rows): readonly Row[] {
  return x.length > 0 && typeof x[0] === 'number' ? [x as Row] : (x as readonly Row[]);
}
