/** A line search for a step that satisfies the strong Wolfe conditions. */

/** What is known of the objective at a step length: its value, and its slope along the line. */
export interface Probe<G> {
  readonly t: number;
  readonly f: number;
  /** The gradient, as the caller keeps it. */
  readonly g: G;
  readonly slope: number;
}

export interface Search<G> {
  readonly best: Probe<G>;
  readonly evaluations: number;
}

/** The value must fall by this share of what the slope promises. */
const ENOUGH_DECREASE = 1e-4;
/** The slope must fall to this share of what it was. */
const ENOUGH_FLATTENING = 0.9;
const MOST_EVALUATIONS = 25;

/**
 * Brackets a step and then narrows the bracket by cubic interpolation. `size` is the greatest element of the direction: where the
 * bracket times that is below `tolerance`, the search ends. Nocedal and Wright, 2006, algorithms 3.5 and 3.6.
 */
export function strongWolfe<G>(
  start: Probe<G>,
  first: number,
  size: number,
  tolerance: number,
  probe: (t: number) => Probe<G>,
): Search<G> {
  const tooHigh = ({ t, f }: Probe<G>): boolean => f > start.f + ENOUGH_DECREASE * t * start.slope;
  const isFlat = ({ slope }: Probe<G>): boolean => Math.abs(slope) <= -ENOUGH_FLATTENING * start.slope;

  let before = start;
  let now = probe(first);
  let evaluations = 1;
  let rounds = 0;
  let bracket: [Probe<G>, Probe<G>] | null = null;
  for (; rounds < MOST_EVALUATIONS; rounds++) {
    if (tooHigh(now) || (rounds > 1 && now.f >= before.f)) bracket = [before, now];
    else if (isFlat(now)) return { best: now, evaluations };
    else if (now.slope >= 0) bracket = [before, now];
    if (bracket !== null) break;
    const bounds = [now.t + 0.01 * (now.t - before.t), now.t * 10] as const;
    const next = cubicMinimum(before, now, bounds);
    before = now;
    now = probe(next);
    evaluations++;
  }
  bracket ??= [start, now];

  let hesitated = false;
  let [low, high] = bracket[0].f <= bracket[1].f ? [0, 1] : [1, 0];
  while (rounds < MOST_EVALUATIONS) {
    const [a, b] = bracket;
    if (Math.abs(b.t - a.t) * size < tolerance) break;
    const [least, greatest] = [Math.min(a.t, b.t), Math.max(a.t, b.t)];
    let t = cubicMinimum(a, b, [least, greatest]);
    // A step too near to an end of the bracket hardly narrows it: twice in a row, it is moved away.
    const margin = 0.1 * (greatest - least);
    if (Math.min(greatest - t, t - least) < margin) {
      if (hesitated || t >= greatest || t <= least) {
        t = Math.abs(t - greatest) < Math.abs(t - least) ? greatest - margin : least + margin;
        hesitated = false;
      } else hesitated = true;
    } else hesitated = false;
    now = probe(t);
    evaluations++;
    rounds++;
    if (tooHigh(now) || now.f >= (bracket[low] as Probe<G>).f) {
      bracket[high] = now;
      [low, high] = bracket[0].f <= bracket[1].f ? [0, 1] : [1, 0];
      continue;
    }
    if (isFlat(now)) return { best: now, evaluations };
    const span = (bracket[high] as Probe<G>).t - (bracket[low] as Probe<G>).t;
    if (now.slope * span >= 0) bracket[high] = bracket[low] as Probe<G>;
    bracket[low] = now;
  }
  return { best: bracket[low] as Probe<G>, evaluations };
}

/** Where the cubic through two values and slopes is least, within bounds; their middle where it has no minimum. */
export function cubicMinimum(
  a: Omit<Probe<unknown>, 'g'>,
  b: Omit<Probe<unknown>, 'g'>,
  [least, greatest]: readonly [number, number],
): number {
  const d1 = a.slope + b.slope - (3 * (a.f - b.f)) / (a.t - b.t);
  const square = d1 * d1 - a.slope * b.slope;
  if (!(square >= 0)) return (least + greatest) / 2;
  const d2 = Math.sqrt(square);
  const [l, r] = a.t <= b.t ? [a, b] : [b, a];
  const at = r.t - (r.t - l.t) * ((r.slope + d2 - d1) / (r.slope - l.slope + 2 * d2));
  return Math.min(Math.max(at, least), greatest);
}
