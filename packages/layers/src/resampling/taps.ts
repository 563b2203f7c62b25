/** Where each element of a resampled line comes from. */

/** For every element of the result, which elements of the source it is made of, and with which weights. */
export interface Taps {
  /** One list of places for each tap. */
  readonly places: readonly Int32Array[];
  readonly weights: readonly Float64Array[];
}

export interface Line {
  readonly from: number;
  readonly to: number;
  readonly alignCorners: boolean;
  /** Source elements to one element of the result, where a factor says so; null: from / to. */
  readonly scale: number | null;
}

/** How sharp the bends of the cubic are. Keys, 1981, with PyTorch's value. */
const CUBIC = -0.75;

function stepOf({ from, to, alignCorners, scale }: Line): number {
  if (!alignCorners) return scale ?? from / to;
  return to > 1 ? (from - 1) / (to - 1) : 0;
}

/** The place in the source of the middle of an element, or with aligned corners of its corner. */
function placeOf(i: number, step: number, alignCorners: boolean): number {
  return alignCorners ? i * step : (i + 0.5) * step - 0.5;
}

/** The element that a place falls into. In float32, as PyTorch finds it; `exact` goes by the middle of an element. */
export function nearestTaps(line: Line, exact: boolean): Taps {
  const step = Math.fround(line.scale ?? line.from / line.to);
  const places = Int32Array.from({ length: line.to }, (_, i) =>
    Math.min(line.from - 1, Math.floor(Math.fround((exact ? i + 0.5 : i) * step))),
  );
  return { places: [places], weights: [new Float64Array(line.to).fill(1)] };
}

/** The two neighbours of a place, by how near they are. */
export function linearTaps(line: Line): Taps {
  const step = stepOf(line);
  const at = Array.from({ length: line.to }, (_, i) => Math.max(0, placeOf(i, step, line.alignCorners)));
  const first = Int32Array.from(at, (place) => Math.min(line.from - 1, Math.floor(place)));
  const share = Float64Array.from(at, (place, i) => place - (first[i] as number));
  return {
    places: [first, first.map((place) => Math.min(line.from - 1, place + 1))],
    weights: [share.map((s) => 1 - s), share],
  };
}

/** The four neighbours of a place, by a cubic through them. */
export function cubicTaps(line: Line): Taps {
  const step = stepOf(line);
  const at = Array.from({ length: line.to }, (_, i) => placeOf(i, step, line.alignCorners));
  const offsets = [-1, 0, 1, 2];
  const clamp = (place: number): number => Math.max(0, Math.min(line.from - 1, place));
  return {
    places: offsets.map((offset) => Int32Array.from(at, (place) => clamp(Math.floor(place) + offset))),
    weights: offsets.map((offset) => Float64Array.from(at, (place) => cubic(Math.floor(place) + offset - place))),
  };
}

/** The weight of a neighbour at a distance. */
function cubic(distance: number): number {
  const d = Math.abs(distance);
  if (d <= 1) return ((CUBIC + 2) * d - (CUBIC + 3)) * d * d + 1;
  return d < 2 ? ((CUBIC * d - 5 * CUBIC) * d + 8 * CUBIC) * d - 4 * CUBIC : 0;
}
