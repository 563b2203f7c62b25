/** Rows over classes: logits that strain a softmax, probabilities that sum to 1 exactly, one-hot labels. */
import fc from 'fast-check';
import { list } from './arrays.ts';
import { interval } from './shapes.ts';
import { values } from './values.ts';

export interface RowOptions {
  /** The number of rows, or its least and greatest value. Default [1, 8]. */
  readonly rows?: number | readonly [number, number];
  /** The number of classes, or its least and greatest value. Default [1, 40]. */
  readonly classes?: number | readonly [number, number];
}

export interface LogitOptions extends RowOptions {
  /** Also draws rows with some classes at -Infinity, never all of them. Default false. */
  readonly masked?: boolean;
}

/**
 * Rows of logits: ordinary ones, ones near +-10,000, equal ones, rising ones (a running maximum changes at every step),
 * one that dominates all others.
 *
 * @example
 * test.prop([logits({ rows: [1, 64], classes: [1, 1000] })])('rows sum to 1', (x) => sumsToOne(softmax(tensor(x), -1)));
 */
export function logits(options: LogitOptions = {}): fc.Arbitrary<number[][]> {
  return sizes(options).chain(([rows, classes]) => list(logitRow(classes, options.masked ?? false), rows));
}

function logitRow(classes: number, masked: boolean): fc.Arbitrary<number[]> {
  const ordinary = list(values([-4, 4]), classes);
  const kinds = [
    ordinary,
    list(values('dyadic'), classes),
    list(values([-1e4, 1e4]), classes),
    list(values('ties'), classes),
    values('dyadic').map((value) => new Array<number>(classes).fill(value)),
    ordinary.map((row) => row.toSorted((a, b) => a - b)),
    fc.tuple(ordinary, fc.nat({ max: classes - 1 })).map(([row, at]) => row.with(at, 90)),
  ];
  const row = fc.oneof(...kinds);
  if (!masked) return row;
  const mask = fc.tuple(list(fc.boolean(), classes), fc.nat({ max: classes - 1 }));
  return fc
    .tuple(row, mask)
    .map(([all, [hidden, seen]]) => all.map((value, i) => (hidden[i] && i !== seen ? -Infinity : value)));
}

export interface ProbabilityOptions extends RowOptions {
  /** Every probability is above 0. Default false. */
  readonly positive?: boolean;
}

/**
 * Rows of probabilities: multiples of 2^-16 that sum to 1 exactly, also in float32.
 *
 * @example
 * probabilities({ rows: 1, classes: 3 }); // [[0.25, 0, 0.75]], ...
 */
export function probabilities(options: ProbabilityOptions = {}): fc.Arbitrary<number[][]> {
  return sizes(options).chain(([rows, classes]) => list(probabilityRow(classes, options.positive ?? false), rows));
}

const PARTS = 2 ** 16;

function probabilityRow(classes: number, positive: boolean): fc.Arbitrary<number[]> {
  const floor = positive ? 1 : 0;
  const spread = PARTS - floor * classes;
  return list(fc.nat({ max: spread }), classes - 1).map((cuts) => {
    const ends = [0, ...cuts.toSorted((a, b) => a - b), spread];
    return Array.from({ length: classes }, (_, i) => ((ends[i + 1] as number) - (ends[i] as number) + floor) / PARTS);
  });
}

/** Labels and the same as rows with a single 1. */
export interface OneHot {
  readonly classes: number;
  readonly labels: number[];
  readonly rows: number[][];
}

/**
 * One label per row, also in one-hot form.
 *
 * @example
 * oneHot({ rows: 2, classes: 3 }); // { classes: 3, labels: [0, 2], rows: [[1, 0, 0], [0, 0, 1]] }
 */
export function oneHot(options: RowOptions = {}): fc.Arbitrary<OneHot> {
  return sizes(options).chain(([rows, classes]) =>
    list(fc.nat({ max: classes - 1 }), rows).map((labels) => ({
      classes,
      labels,
      rows: labels.map((label) => Array.from({ length: classes }, (_, i) => Number(i === label))),
    })),
  );
}

/**
 * Soft labels: one-hot rows, smoothed ones, and any probabilities. They sum to 1 exactly, also in float32.
 *
 * @example
 * softLabels({ rows: 1, classes: 4 }); // [[0.0625, 0.8125, 0.0625, 0.0625]], ...
 */
export function softLabels(options: RowOptions = {}): fc.Arbitrary<number[][]> {
  return sizes(options).chain(([rows, classes]) => {
    const size = { rows, classes };
    const smoothing = fc.constantFrom(2 ** -10, 2 ** -6, 2 ** -4);
    return fc.oneof(
      oneHot(size).map((target) => target.rows),
      fc.tuple(oneHot(size), smoothing).map(([target, share]) => target.rows.map((row) => smoothed(row, share))),
      probabilities(size),
    );
  });
}

/** Takes a share for every other class from the one that has all; with many classes, a smaller one. */
function smoothed(row: readonly number[], share: number): number[] {
  const each = share * row.length > 1 ? 2 ** -16 : share;
  return row.map((p) => (p === 1 ? 1 - each * (row.length - 1) : each));
}

/** How many rows and classes. */
function sizes({ rows = [1, 8], classes = [1, 40] }: RowOptions): fc.Arbitrary<[number, number]> {
  const [fewestRows, mostRows] = interval(rows);
  const [fewest, most] = interval(classes);
  return fc.tuple(fc.integer({ min: fewestRows, max: mostRows }), fc.integer({ min: fewest, max: most }));
}
