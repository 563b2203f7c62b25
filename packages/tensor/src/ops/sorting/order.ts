/** The one order that sort, topk, kthvalue, median and quantile go by: stable, and NaN is greater than every number. */

/** The places of a line's elements in sorted order; equal elements keep theirs. A merge sort, from runs of 1 upwards. */
export function sortedOrder(line: Float64Array, descending: boolean): Int32Array {
  const n = line.length;
  let from = Int32Array.from({ length: n }, (_, i) => i);
  let to = new Int32Array(n);
  const after = descending ? isLess : isGreater;
  for (let run = 1; run < n; run *= 2) {
    for (let start = 0; start < n; start += 2 * run) {
      const middle = Math.min(n, start + run);
      const end = Math.min(n, start + 2 * run);
      let a = start;
      let b = middle;
      for (let i = start; i < end; i++) {
        const second =
          a === middle || (b < end && after(line[from[a] as number] as number, line[from[b] as number] as number));
        to[i] = from[second ? b++ : a++] as number;
      }
    }
    [from, to] = [to, from];
  }
  return from;
}

function isGreater(a: number, b: number): boolean {
  return a > b || (Number.isNaN(a) && !Number.isNaN(b));
}

function isLess(a: number, b: number): boolean {
  return isGreater(b, a);
}
