/** The modified Bessel functions of the first kind in float64, by their power series: no term is subtracted. */

/** sum_k (x^2 / 4)^k / k!^2 */
export function i0(x: number): number {
  return series(x, 0);
}

/** x / 2 sum_k (x^2 / 4)^k / (k! (k + 1)!) */
export function i1(x: number): number {
  return (x / 2) * series(x, 1);
}

function series(x: number, order: number): number {
  const quarter = (x * x) / 4;
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= quarter / (k * (k + order));
    sum += term;
  }
  return sum;
}
