/** The one order that sort, topk, kthvalue, median and quantile go by: stable, and NaN is greater than every number. */

/** The places of a line's elements in sorted order; equal elements keep theirs. */
export function sortedOrder(line: Float64Array, descending: boolean): Int32Array {
  const numbers = Int32Array.from(line.keys()).filter((place) => !Number.isNaN(line[place]));
  // Equal elements keep their order either way, so that descending is ascending by the negative.
  const sorted = mergeSort(numbers, descending ? line.map((value) => -value) : line);
  if (sorted.length === line.length) return sorted;
  const rest = Int32Array.from(line.keys()).filter((place) => Number.isNaN(line[place]));
  const order = new Int32Array(line.length);
  order.set(rest, descending ? 0 : sorted.length);
  order.set(sorted, descending ? rest.length : 0);
  return order;
}

/** Merges runs of 1, 2, 4, ... places whose keys are in ascending order. */
function mergeSort(places: Int32Array, keys: Float64Array): Int32Array {
  const n = places.length;
  let from = places;
  let to = new Int32Array(n);
  for (let run = 1; run < n; run *= 2) {
    for (let start = 0; start < n; start += 2 * run) {
      merge(from, to, keys, start, Math.min(n, start + run), Math.min(n, start + 2 * run));
    }
    [from, to] = [to, from];
  }
  return from;
}

/** Two sorted runs, [start, middle) and [middle, end), become one; of equal keys those of the first run come first. */
function merge(from: Int32Array, to: Int32Array, keys: Float64Array, start: number, middle: number, end: number): void {
  let a = start;
  let b = middle;
  let i = start;
  while (a < middle && b < end) {
    const [first, second] = [from[a] as number, from[b] as number];
    if ((keys[second] as number) < (keys[first] as number)) {
      to[i++] = second;
      b++;
    } else {
      to[i++] = first;
      a++;
    }
  }
  to.set(from.subarray(a, middle), i);
  to.set(from.subarray(b, end), i + middle - a);
}

/** The elements at the given places. */
export function elementsAt(line: Float64Array, places: Int32Array): Float64Array {
  const elements = new Float64Array(places.length);
  for (let i = 0; i < places.length; i++) elements[i] = line[places[i] as number] as number;
  return elements;
}
