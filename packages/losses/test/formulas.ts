/** Every loss but those of classes by index, on plain numbers, as PyTorch's documentation and its papers have it. */
import { fromArray, type Tensor } from '@tessera/tensor';
import fc from 'fast-check';
import * as L from '../src/index.ts';

export interface Case {
  readonly run: (reduction: 'none' | 'mean' | 'sum') => Tensor;
  /** The loss of every element or sample. */
  readonly each: readonly number[];
}

const between = (least: number, most: number): fc.Arbitrary<number> =>
  fc.double({ min: least, max: most, noNaN: true }).map((value) => Math.round(value * 256) / 256);
const score = between(-4, 4);
const chance = between(0.125, 0.875);
const sign = fc.constantFrom(-1, 1);

const vector = (data: readonly number[]): Tensor => fromArray(data, [data.length], { dtype: 'float64' });
const matrix = (rows: readonly (readonly number[])[]): Tensor =>
  fromArray(rows.flat(), [rows.length, (rows[0] as readonly number[]).length], { dtype: 'float64' });

/** Elements of some operands, with options that may be left out. */
function elements<const A extends readonly fc.Arbitrary<number>[], O extends object>(
  operands: A,
  options: { readonly [K in keyof O]: fc.Arbitrary<O[K]> },
  run: (operands: Tensor[], options: Partial<O> & { readonly reduction: 'mean' }) => Tensor,
  rule: (element: { [K in keyof A]: number }, options: Partial<O>) => number,
): fc.Arbitrary<Case> {
  return fc
    .tuple(fc.array(fc.tuple(...operands), { minLength: 1, maxLength: 9 }), fc.record(options, { requiredKeys: [] }))
    .map(([list, given]) => ({
      run: (reduction) =>
        run(
          operands.map((_, k) => vector(list.map((element) => element[k] as number))),
          { ...(given as Partial<O>), reduction: reduction as 'mean' },
        ),
      each: list.map((element) => rule(element as never, given as Partial<O>)),
    }));
}

/** Rows of some operands, of one width, and a number for each row. */
function rows<O extends object>(
  count: number,
  aside: fc.Arbitrary<number>,
  options: { readonly [K in keyof O]: fc.Arbitrary<O[K]> },
  run: (operands: Tensor[], aside: readonly number[], options: Partial<O> & { readonly reduction: 'mean' }) => Tensor,
  rule: (rows: readonly number[][], aside: number, options: Partial<O>) => number,
): fc.Arbitrary<Case> {
  const row = (width: number) => fc.array(score, { minLength: width, maxLength: width });
  return fc.integer({ min: 1, max: 4 }).chain((width) =>
    fc
      .tuple(
        fc.array(fc.tuple(fc.tuple(...Array.from({ length: count }, () => row(width))), aside), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.record(options, { requiredKeys: [] }),
      )
      .map(([list, given]) => ({
        run: (reduction) =>
          run(
            Array.from({ length: count }, (_, k) => matrix(list.map(([operands]) => operands[k] as number[]))),
            list.map(([, number]) => number),
            { ...(given as Partial<O>), reduction: reduction as 'mean' },
          ),
        each: list.map(([operands, number]) => rule(operands, number, given as Partial<O>)),
      })),
  );
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const logistic = (x: number, y: number): number => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0) - x * y;
const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
const product = (a: readonly number[], b: readonly number[]): number => sum(a.map((value, i) => value * b[i]!));

export const FORMULAS: Readonly<Record<string, fc.Arbitrary<Case>>> = {
  mseLoss: elements(
    [score, score],
    {},
    ([x, y], o) => L.mseLoss(x!, y!, o),
    ([x, y]) => (x - y) ** 2,
  ),
  l1Loss: elements(
    [score, score],
    {},
    ([x, y], o) => L.l1Loss(x!, y!, o),
    ([x, y]) => Math.abs(x - y),
  ),
  huberLoss: elements(
    [score, score],
    { delta: fc.constantFrom(0.5, 2) },
    ([x, y], o) => L.huberLoss(x!, y!, o),
    ([x, y], { delta = 1 }) => {
      const d = Math.abs(x - y);
      return d <= delta ? d * d * 0.5 : delta * (d - delta / 2);
    },
  ),
  smoothL1Loss: elements(
    [score, score],
    { beta: fc.constantFrom(0, 0.5, 2) },
    ([x, y], o) => L.smoothL1Loss(x!, y!, o),
    ([x, y], { beta = 1 }) => {
      const d = Math.abs(x - y);
      return d < beta ? (d * d * 0.5) / beta : d - beta / 2;
    },
  ),
  binaryCrossEntropy: elements(
    [chance, chance, score],
    {},
    ([x, y, w], o) => L.binaryCrossEntropy(x!, y!, { ...o, weight: w! }),
    ([x, y, w]) => -w * (y * Math.log(x) + (1 - y) * Math.log(1 - x)),
  ),
  binaryCrossEntropyWithLogits: elements(
    [score, chance, score, chance],
    {},
    ([x, y, w, p], o) => L.binaryCrossEntropyWithLogits(x!, y!, { ...o, weight: w!, posWeight: p! }),
    ([x, y, w, p]) => -w * (p * y * Math.log(sigmoid(x)) + (1 - y) * Math.log(1 - sigmoid(x))),
  ),
  sigmoidFocalLoss: elements(
    [score, fc.constantFrom(0, 1)],
    { alpha: fc.constantFrom(null, 0.5), gamma: fc.constantFrom(0, 0.5, 1, 3) },
    ([x, y], o) => L.sigmoidFocalLoss(x!, y!, o as L.SigmoidFocalOptions),
    ([x, y], { alpha = 0.25, gamma = 2 }) => {
      const missed = Math.abs(y - sigmoid(x));
      const share = alpha === null ? 1 : y === 1 ? (alpha as number) : 1 - (alpha as number);
      return share * missed ** gamma * logistic(x, y);
    },
  ),
  softMarginLoss: elements(
    [score, sign],
    {},
    ([x, y], o) => L.softMarginLoss(x!, y!, o),
    ([x, y]) => Math.log(1 + Math.exp(-y * x)),
  ),
  hingeEmbeddingLoss: elements(
    [score, sign],
    { margin: fc.constantFrom(0, 2) },
    ([x, y], o) => L.hingeEmbeddingLoss(x!, y!, o),
    ([x, y], { margin = 1 }) => (y === 1 ? x : Math.max(0, margin - x)),
  ),
  marginRankingLoss: elements(
    [score, score, sign],
    { margin: fc.constantFrom(0.5, 2) },
    ([x, y, s], o) => L.marginRankingLoss(x!, y!, s!, o),
    ([x, y, s], { margin = 0 }) => Math.max(0, -s * (x - y) + margin),
  ),
  poissonNLLLoss: elements(
    [chance, fc.constantFrom(0, 1, 2, 5)],
    { logInput: fc.boolean(), full: fc.boolean(), eps: fc.constantFrom(0, 0.5) },
    ([x, y], o) => L.poissonNLLLoss(x!, y!, o),
    ([x, y], { logInput = true, full = false, eps = 1e-8 }) => {
      const stirling = y > 1 ? y * Math.log(y) - y + Math.log(2 * Math.PI * y) / 2 : 0;
      return (logInput ? Math.exp(x) - y * x : x - y * Math.log(x + eps)) + (full ? stirling : 0);
    },
  ),
  gaussianNLLLoss: elements(
    [score, score, chance],
    { full: fc.boolean(), eps: fc.constantFrom(0.25, 0.5) },
    ([x, y, v], o) => L.gaussianNLLLoss(x!, y!, v!, o),
    ([x, y, v], { full = false, eps = 1e-6 }) => {
      const variance = Math.max(v, eps);
      return (Math.log(variance) + (x - y) ** 2 / variance + (full ? Math.log(2 * Math.PI) : 0)) / 2;
    },
  ),
  klDiv: elements(
    [score, chance],
    { logTarget: fc.boolean() },
    ([x, y], o) => L.klDiv(x!, y!, o),
    ([x, y], { logTarget = false }) => (logTarget ? Math.exp(y) * (y - x) : y * (Math.log(y) - x)),
  ),
  cosineEmbeddingLoss: rows(
    2,
    sign,
    { margin: fc.constantFrom(0.25, -0.5) },
    ([x, y], s, o) => L.cosineEmbeddingLoss(x!, y!, vector(s), o),
    ([x, y], s, { margin = 0 }) => {
      const lengths = Math.sqrt((product(x!, x!) + 1e-12) * (product(y!, y!) + 1e-12));
      const cosine = product(x!, y!) / lengths;
      return s === 1 ? 1 - cosine : Math.max(0, cosine - margin);
    },
  ),
  tripletMarginLoss: rows(
    3,
    sign,
    { margin: fc.constantFrom(0.5, 4), p: fc.constantFrom(1, 3), eps: fc.constantFrom(0, 0.125), swap: fc.boolean() },
    ([a, p, n], _, o) => L.tripletMarginLoss(a!, p!, n!, o),
    ([a, x, y], _, { margin = 1, p = 2, eps = 1e-6, swap = false }) => {
      const distance = (s: readonly number[], t: readonly number[]): number =>
        sum(s.map((value, i) => Math.abs(value - t[i]! + eps) ** p)) ** (1 / p);
      const far = swap ? Math.min(distance(a!, y!), distance(x!, y!)) : distance(a!, y!);
      return Math.max(0, margin + distance(a!, x!) - far);
    },
  ),
  multilabelSoftMarginLoss: rows(
    3,
    sign,
    {},
    ([x, y, w], _, o) => L.multilabelSoftMarginLoss(x!, y!.sigmoid(), { ...o, weight: w! }),
    ([x, y, w]) => sum(x!.map((value, i) => w![i]! * logistic(value, sigmoid(y![i]!)))) / x!.length,
  ),
  multiMarginLoss: rows(
    1,
    fc.nat(11),
    { p: fc.constantFrom<(1 | 2)[]>(1, 2), margin: fc.constantFrom(0.5, 2), weight: fc.constant(true) },
    ([x], labels, { weight, ...o }) => {
      const [, c] = x!.shape as [number, number];
      const target = vector(labels.map((label) => label % c)).to('int32');
      return L.multiMarginLoss(x!, target, { ...o, weight: weight && vector(weightsOf(c)) });
    },
    ([x], label, { p = 1, margin = 1, weight }) => {
      const right = label % x!.length;
      const missing = x!.map((value, i) => (i === right ? 0 : Math.max(0, margin - x![right]! + value) ** p));
      return ((weight ? weightsOf(x!.length)[right]! : 1) * sum(missing)) / x!.length;
    },
  ),
  multilabelMarginLoss: rows(
    1,
    fc.nat(15),
    {},
    // The bits of a number say which classes are labels; a list ends at -1, and what comes after it is not read.
    ([x], sets, o) => {
      const [n, c] = x!.shape as [number, number];
      const lists = sets.map((set) => [...labelsOf(set, c), -1, ...Array<number>(c).fill(set % c)].slice(0, c));
      return L.multilabelMarginLoss(x!, fromArray(lists.flat(), [n, c], { dtype: 'int32' }), o);
    },
    ([x], set) => {
      const labels = labelsOf(set, x!.length);
      const others = x!.filter((_, i) => !labels.includes(i));
      return sum(labels.flatMap((label) => others.map((value) => Math.max(0, 1 - x![label]! + value)))) / x!.length;
    },
  ),
};

const weightsOf = (classes: number): number[] => Array.from({ length: classes }, (_, i) => 0.5 + i);
/** From the last class to the first. */
const labelsOf = (set: number, classes: number): number[] =>
  Array.from({ length: classes }, (_, i) => classes - 1 - i).filter((i) => (set >> i) % 2 === 1);
