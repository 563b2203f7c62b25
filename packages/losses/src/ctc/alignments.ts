/**
 * All alignments of one label string with T frames, summed up in log space. The string with blanks between its labels has
 * 2 S + 1 places; an alignment stays, goes to the next place, or skips a blank between two different labels.
 */

/** Log-probabilities of one sample, read as (frame, class). */
export type Frames = (frame: number, label: number) => number;

/** A label string and how many frames there are for it. */
export interface Task {
  readonly labels: readonly number[];
  readonly frames: number;
  readonly blank: number;
}

/** log of the sum over all alignments of the product of their probabilities; -Infinity where there is none. */
export function logLikelihood(task: Task, at: Frames): number {
  if (task.frames === 0) return task.labels.length === 0 ? 0 : Number.NEGATIVE_INFINITY;
  const places = withBlanks(task);
  return ending(places, forwardSums(task, places, at).subarray((task.frames - 1) * places.length));
}

/** Calls `visit` with the share of the likelihood that goes through each place at each frame, its label, and how the share changes. */
export function visitShares(
  task: Task,
  at: Frames,
  change: Frames | null,
  visit: (frame: number, label: number, share: number, itsChange: number) => void,
): void {
  const places = withBlanks(task);
  const n = places.length;
  const { frames } = task;
  const reversed: Task = { ...task, labels: task.labels.toReversed() };
  const turned = withBlanks(reversed);
  const fromEnd =
    (f: Frames): Frames =>
    (frame, label) =>
      f(frames - 1 - frame, label);
  const ahead = forwardSums(task, places, at);
  // What lies behind is what lies ahead of the string and the frames turned round.
  const behind = forwardSums(reversed, turned, fromEnd(at));
  const aheadChange = change && forwardChanges(task, places, ahead, change);
  const behindChange = change && forwardChanges(reversed, turned, behind, fromEnd(change));
  const last = (frames - 1) * n;
  const total = ending(places, ahead.subarray(last));
  const totalChange = aheadChange ? endingChange(places, ahead.subarray(last), aheadChange.subarray(last)) : 0;
  for (let frame = 0; frame < frames; frame++) {
    for (let place = 0; place < n; place++) {
      const label = places[place] as number;
      const here = frame * n + place;
      const there = (frames - 1 - frame) * n + (n - 1 - place);
      const both = (ahead[here] as number) + (behind[there] as number);
      if (both === Number.NEGATIVE_INFINITY) continue;
      const share = Math.exp(both - at(frame, label) - total);
      const rate =
        change && aheadChange && behindChange
          ? (aheadChange[here] as number) + (behindChange[there] as number) - change(frame, label) - totalChange
          : 0;
      visit(frame, label, share, share * rate);
    }
  }
}

/** Blanks before, between and after the labels. */
function withBlanks({ labels, blank }: Task): number[] {
  return [blank, ...labels.flatMap((label) => [label, blank])];
}

/** Whether an alignment may come to `place` from two places before. */
function skips(places: readonly number[], blank: number, place: number): boolean {
  return place > 1 && places[place] !== blank && places[place] !== places[place - 2];
}

/** For every frame and place, the log of the sum over all ways there. [T, 2 S + 1] */
function forwardSums({ frames, blank }: Task, places: readonly number[], at: Frames): Float64Array {
  const n = places.length;
  const sums = new Float64Array(frames * n).fill(Number.NEGATIVE_INFINITY);
  for (let place = 0; place < Math.min(2, n); place++) sums[place] = at(0, places[place] as number);
  for (let frame = 1; frame < frames; frame++) {
    const before = sums.subarray((frame - 1) * n, frame * n);
    for (let place = 0; place < n; place++) {
      const stay = before[place] as number;
      const step = place > 0 ? (before[place - 1] as number) : Number.NEGATIVE_INFINITY;
      const skip = skips(places, blank, place) ? (before[place - 2] as number) : Number.NEGATIVE_INFINITY;
      const top = Math.max(stay, step, skip);
      if (top === Number.NEGATIVE_INFINITY) continue;
      const sum = Math.exp(stay - top) + Math.exp(step - top) + Math.exp(skip - top);
      sums[frame * n + place] = top + Math.log(sum) + at(frame, places[place] as number);
    }
  }
  return sums;
}

/** How these sums change when the log-probabilities change by `change`. */
function forwardChanges(
  { frames, blank }: Task,
  places: readonly number[],
  sums: Float64Array,
  change: Frames,
): Float64Array {
  const n = places.length;
  const changes = new Float64Array(frames * n);
  for (let place = 0; place < Math.min(2, n); place++) changes[place] = change(0, places[place] as number);
  for (let frame = 1; frame < frames; frame++) {
    const start = (frame - 1) * n;
    for (let place = 0; place < n; place++) {
      const ways = [place, place - 1, skips(places, blank, place) ? place - 2 : -1].filter((from) => from >= 0);
      const values = ways.map((from) => sums[start + from] as number);
      const rates = ways.map((from) => changes[start + from] as number);
      changes[frame * n + place] = weightedMean(values, rates) + change(frame, places[place] as number);
    }
  }
  return changes;
}

/** The mean of `rates`, weighed by exp(values); 0 where all weights are 0. */
function weightedMean(values: readonly number[], rates: readonly number[]): number {
  const top = Math.max(...values);
  if (top === Number.NEGATIVE_INFINITY) return 0;
  const weights = values.map((value) => Math.exp(value - top));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.reduce((sum, weight, i) => sum + (weight === 0 ? 0 : weight * (rates[i] as number)), 0) / total;
}

/** An alignment ends at the last label or at the blank after it. */
function ending(places: readonly number[], last: Float64Array): number {
  const n = places.length;
  const a = last[n - 1] as number;
  const b = n > 1 ? (last[n - 2] as number) : Number.NEGATIVE_INFINITY;
  const top = Math.max(a, b);
  return top === Number.NEGATIVE_INFINITY ? top : top + Math.log(Math.exp(a - top) + Math.exp(b - top));
}

function endingChange(places: readonly number[], last: Float64Array, changes: Float64Array): number {
  const n = places.length;
  const ends = n > 1 ? [n - 1, n - 2] : [n - 1];
  return weightedMean(
    ends.map((place) => last[place] as number),
    ends.map((place) => changes[place] as number),
  );
}
