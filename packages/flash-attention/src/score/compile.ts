/** From expressions to programs: what assembly/score/run.ts reads. */
import { type DType, IndexError, type Tensor, ValueError } from '@tessera/tensor';
import type { Contribution } from './differentiate.ts';
import type { Expression } from './expression.ts';
import { isOperation, OPERATIONS } from './operations.ts';
import { ANY, type Range } from './range.ts';

export interface Program {
  /** The register of the result, instructions, and 0. */
  readonly code: readonly number[];
  readonly registers: number;
}

/** Codes of leaves; scores and slopes lie in registers of their own. */
const LEAVES: Readonly<Record<string, number>> = { batch: 51, head: 52, query: 53, key: 54, lead: 55 };
const [LOOKUP, ACCUMULATE, CONSTANT] = [40, 41, 50];
/** Where an index comes from when it is in no register. */
const SOURCES: Readonly<Record<string, number>> = { batch: -1, head: -2, query: -3, key: -4, constant: -5 };

/** What programs need to know of captured tensors. */
export interface Layouts {
  /** Strides of each, for lookups. */
  readonly strides: readonly (readonly number[])[];
  readonly dtypes: readonly DType[];
  /** Strides of each one's gradient, and whether it is gathered in float64. */
  readonly gradients: readonly { readonly strides: readonly number[]; readonly wide: boolean }[];
}

const KINDS: Readonly<Partial<Record<DType, number>>> = { int32: 1, uint8: 2, bool: 2 };

/** The program of an expression, with what its lookups contribute to. Registers 0 and 1 hold the score and the slope. */
export function compile(result: Expression, contributions: readonly Contribution[], layouts: Layouts): Program {
  const order: Expression[] = [];
  const uses = new Map<Expression, number>();
  const visit = (x: Expression): void => {
    const before = uses.get(x) ?? 0;
    uses.set(x, before + 1);
    if (before > 0) return;
    for (const operand of readsOf(x)) visit(operand);
    order.push(x);
  };
  visit(result);
  for (const { indices, slope } of contributions) for (const x of [slope, ...indices.filter(isComputed)]) visit(x);

  const code: number[] = [];
  const free: number[] = [];
  let registers = 2;
  const places = new Map<Expression, number>();
  const placeOf = (x: Expression): number => {
    if (x.operation === 'score') return 0;
    if (x.operation === 'slope') return 1;
    return places.get(x) as number;
  };
  const release = (x: Expression): void => {
    const left = (uses.get(x) as number) - 1;
    uses.set(x, left);
    if (left === 0 && places.has(x)) free.push(places.get(x) as number);
  };
  const emit = (...words: readonly number[]): void => {
    code.push(words.length + 1, ...words);
  };
  const dimensions = (indices: readonly Expression[], strides: readonly number[]): number[] =>
    indices.flatMap((index, i) => {
      const stride = strides[i] as number;
      const source = SOURCES[index.operation] ?? placeOf(index);
      return index.operation === 'constant' ? [source, stride * (index.source as number)] : [source, stride];
    });

  for (const x of order) {
    if (x.operation === 'score' || x.operation === 'slope') continue;
    const operands = readsOf(x).map(placeOf);
    for (const operand of readsOf(x)) release(operand);
    const to = free.pop() ?? registers++;
    places.set(x, to);
    if (isOperation(x.operation))
      emit(OPERATIONS[x.operation].code, to, ...operands, ...Array(3 - operands.length).fill(0));
    else if (x.operation === 'constant') emit(CONSTANT, to, 0, ...words(x.source as number));
    else if (x.operation === 'lookup') {
      const slot = x.source as number;
      const places = dimensions(x.operands, layouts.strides[slot] as readonly number[]);
      emit(LOOKUP, to, slot, KINDS[layouts.dtypes[slot] as DType] ?? 0, x.operands.length, ...places);
    } else emit(LEAVES[x.operation] as number, to);
  }
  for (const { captured, indices, slope } of contributions) {
    const { strides, wide } = layouts.gradients[captured] as Layouts['gradients'][number];
    emit(ACCUMULATE, placeOf(slope), captured, wide ? 1 : 0, indices.length, ...dimensions(indices, strides));
  }
  return { code: [placeOf(result), ...code, 0], registers };
}

/** What must be in registers before x is computed. */
function readsOf(x: Expression): readonly Expression[] {
  return x.operation === 'lookup' ? x.operands.filter(isComputed) : x.operands;
}

/** Whether an index is neither a leaf nor a number, which lookups know by themselves. */
function isComputed(x: Expression): boolean {
  return SOURCES[x.operation] === undefined;
}

/** A number as two words. */
function words(value: number): number[] {
  return [...new Int32Array(Float64Array.of(value).buffer)];
}

/** Sizes by which indices are known. */
export interface Extents {
  readonly sequences: number;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
  readonly dtype: DType;
}

/** Throws unless every index of every lookup lies inside its tensor, whatever the place is. */
export function checkLookups(
  op: string,
  expressions: readonly Expression[],
  captured: readonly Tensor[],
  { sequences, heads, queries, keys, dtype }: Extents,
): void {
  const upTo = (size: number): Range => ({ low: 0, high: Math.max(0, size - 1), whole: true });
  const leaves: Readonly<Record<string, Range>> = {
    batch: upTo(sequences),
    head: upTo(heads),
    query: upTo(queries),
    key: upTo(keys),
    lead: { low: -queries, high: keys, whole: true },
  };
  const known = new Map<Expression, Range>();
  const rangeOf = (x: Expression): Range => {
    const before = known.get(x);
    if (before !== undefined) return before;
    const range = compute(x);
    known.set(x, range);
    return range;
  };
  const compute = (x: Expression): Range => {
    if (x.operation === 'constant') return constant(x.source as number);
    const operands = x.operands.map(rangeOf);
    if (x.operation === 'lookup') return checkLookup(op, captured[x.source as number] as Tensor, operands, dtype);
    return isOperation(x.operation) ? OPERATIONS[x.operation].range(...operands) : (leaves[x.operation] ?? ANY);
  };
  for (const x of expressions) rangeOf(x);
}

function constant(value: number): Range {
  return { low: value, high: value, whole: Number.isInteger(value) };
}

function checkLookup(op: string, from: Tensor, indices: readonly Range[], dtype: DType): Range {
  indices.forEach(({ low, high, whole }, i) => {
    const size = from.shape[i] as number;
    if (!whole)
      throw new ValueError(
        `${op}: indices of a lookup must be whole numbers; got others in dimension ${i}; try .floor()`,
      );
    if (low < 0 || high >= size)
      throw new IndexError(
        `${op}: indices of a lookup must lie in [0, ${size}) in dimension ${i}; got ${low} to ${high}; try clamp(0, ${size - 1})`,
      );
  });
  if (from.dtype === 'bool') return { low: 0, high: 1, whole: true };
  if (from.dtype !== 'int32' && from.dtype !== 'uint8') return ANY;
  const { data } = from;
  let [low, high] = [Infinity, -Infinity];
  for (const value of data) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (dtype === 'float32' && Math.max(-low, high) > 2 ** 24)
    throw new ValueError(
      `${op}: whole numbers of lookups must be exact in float32, within 2^24; got ${low} to ${high}; try .to('float64') for all operands`,
    );
  return data.length === 0 ? constant(0) : { low, high, whole: true };
}
