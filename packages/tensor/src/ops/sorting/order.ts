/** The one order that sort, topk, kthvalue, median and quantile go by: stable, and NaN is greater than every number. */

/** The places of a line's elements in sorted order; equal elements keep theirs. */
export function sortedOrder(line: Float64Array, descending: boolean): Int32Array {
  const n = line.length;
  const places = new Int32Array(n);
  let numbers = 0;
  for (let i = 0; i < n; i++) if (!Number.isNaN(line[i])) places[numbers++] = i;
  // Equal elements keep their order either way, so that descending is ascending by the negative.
  const sorted = mergeSort(places.subarray(0, numbers), descending ? line.map((value) => -value) : line);
  if (numbers === n) return sorted;
  const order = new Int32Array(n);
  order.set(sorted, descending ? n - numbers : 0);
  let end = descending ? 0 : numbers;
  for (let i = 0; i < n; i++) if (Number.isNaN(line[i])) order[end++] = i;
  return order;
}

/** Merges runs of 1, 2, 4, ... places whose keys are in ascending order. */
function mergeSort(places: Int32Array, keys: Float64Array): Int32Array {
  const n = places.length;
  let from = places;
  let to: Int32Array = new Int32Array(n);
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
    const first = from[a] as number;
    const second = from[b] as number;
    const swap = (keys[second] as number) < (keys[first] as number);
    to[i++] = swap ? second : first;
    if (swap) b++;
    else a++;
  }
  while (a < middle) to[i++] = from[a++] as number;
  while (b < end) to[i++] = from[b++] as number;
}

/** The elements at the given places. */
export function elementsAt(line: Float64Array, places: Int32Array): Float64Array {
  const elements = new Float64Array(places.length);
  for (let i = 0; i < places.length; i++) elements[i] = line[places[i] as number] as number;
  return elements;
}
