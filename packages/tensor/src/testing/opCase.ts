/** One example for an op: inputs as plain arrays, and attributes. */
import { broadcastableShapes, bufferOf, layouts, type PlainLayout } from '@tessera/arbitraries';
import fc from 'fast-check';
import { alias } from '../core/base.ts';
import type { DType } from '../core/dtype.ts';
import type { Shape } from '../core/shape.ts';
import { fromArray } from '../fromValues.ts';
import type { Draw, Op, Sample, SampleInput } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { type DrawOptions, drawFrom } from './draw.ts';
import { drawData } from './drawData.ts';

export interface PlainInput {
  readonly operand: string;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly data: readonly number[];
}

export interface OpCase {
  readonly inputs: readonly PlainInput[];
  readonly attributes: object;
}

export interface CaseOptions extends DrawOptions {
  /** The dtype of inputs for which the record names none. Default 'float32'. */
  readonly dtype?: DType;
  /**
   * - `ordinary` (default): in the input's range; without one, of all finite kinds
   * - `generic`: inside the range, none in two inputs, and at a distance from the record's `kinks`
   * - `special`: zeros of both signs, infinities, NaN; without a range, also subnormals and extremes
   * - `infinite`: zeros of both signs, infinities, NaN
   */
  readonly values?: 'ordinary' | 'generic' | 'special' | 'infinite';
  /** Operands of an elementwise op take shapes of their own that broadcast, also where the record samples others. */
  readonly broadcast?: boolean;
}

/** Draws an example as the record's `sample` says; without one, operands of broadcasting shapes over its `domain`. */
export function drawCase(op: Op, gen: fc.GeneratorValue, options: CaseOptions = {}): OpCase {
  const draw = drawFrom(gen, options);
  const sample = op.sample?.(draw) ?? defaultSample(op, draw);
  const stretch = op.kind === 'elementwise' && op.operands.length > 1 && (op.sample === undefined || options.broadcast);
  const inputs = stretch ? broadcastInputs(sample.inputs, gen, options) : sample.inputs;
  const named = inputs.map((input, i) => ({ ...withDomain(op, input, i), operand: operandName(op, i) }));
  return { inputs: drawInputs(named, gen, { ...options, kinks: kinksOf(op) }), attributes: sample.attributes };
}

/** Draws the values of inputs. */
export function drawInputs(
  inputs: readonly (SampleInput & { readonly operand: string })[],
  gen: fc.GeneratorValue,
  { kinks = [], ...options }: CaseOptions & { readonly kinks?: readonly number[] } = {},
): readonly PlainInput[] {
  return inputs.map((input, i) => {
    const dtype = input.dtype ?? options.dtype ?? 'float32';
    const drawn = { ...input, dtype, kinks, shift: i / inputs.length };
    return { operand: input.operand, shape: [...input.shape], dtype, data: drawData(gen, drawn, options) };
  });
}

/** How an operand is called; those of a variadic op are numbered. */
export function operandName({ operands, variadic }: Op, index: number): string {
  const last = operands.length - 1;
  return variadic && index >= last ? `${operands[last]} ${index - last}` : (operands[index] as string);
}

function defaultSample(op: Op, draw: Draw): Sample<object> {
  const shape = draw.shape([0, 3], { empty: true });
  return { inputs: op.operands.map(() => ({ shape })), attributes: {} };
}

/** The same inputs in shapes that broadcast; large ones differ in their small dimensions only. */
function broadcastInputs(
  inputs: readonly SampleInput[],
  gen: fc.GeneratorValue,
  { edges = false, degenerate = false, large = false }: CaseOptions,
): readonly SampleInput[] {
  const [first] = inputs as readonly [SampleInput];
  const drawn = large
    ? inputs.map((_, i) =>
        i === 0 ? first.shape : first.shape.map((size) => (size < 9 && gen(fc.boolean) ? 1 : size)),
      )
    : gen(operandShapes, inputs.length, edges, degenerate);
  return inputs.map((input, i) => ({ ...input, shape: drawn[i] as Shape }));
}

function operandShapes(count: number, edges: boolean, degenerate: boolean): fc.Arbitrary<number[][]> {
  const sizes = degenerate ? [1, 0] : edges ? [1, 0, 2, 3, 5, 8, 9, 17, 33] : [1, 0, 2, 3, 4];
  return broadcastableShapes(count, { rank: [0, 3], sizes, maxElements: 600 });
}

/** The interval of the operand's domain, where the record gives the input none of its own. */
function withDomain(op: Op, input: SampleInput, index: number): SampleInput {
  const name = op.operands[Math.min(index, op.operands.length - 1)] as string;
  const domain =
    op.kind === 'elementwise'
      ? (op.domain as Record<string, readonly [number, number]> | undefined)?.[name]
      : undefined;
  return input.range === undefined && domain !== undefined ? { ...input, range: domain } : input;
}

function kinksOf(op: Op): readonly number[] {
  return op.kind === 'elementwise' ? (op.kinks ?? []) : [];
}

/** The tensor of a plain input. */
export function tensorOf({ data, shape, dtype }: PlainInput): Tensor {
  return fromArray(data, shape, { dtype });
}

/** Draws how a tensor of this shape lies in memory; where `expanded`, elements may be one. */
export function drawLayout(gen: fc.GeneratorValue, shape: Shape, expanded = false): PlainLayout {
  return gen(someLayouts, shape.join(), expanded);
}

// A generator takes simple arguments, by which fast-check tells it from others.
function someLayouts(shape: string, expanded: boolean): fc.Arbitrary<PlainLayout> {
  return layouts(shape === '' ? [] : shape.split(',').map(Number), { expanded });
}

/** A tensor that shows the values of a plain input through a layout. */
export function laidOut({ data, dtype }: PlainInput, layout: PlainLayout): Tensor {
  return alias(fromArray(bufferOf(data, layout), [layout.length], { dtype }), layout);
}

/** An example in a few words, for messages. */
export function describeCase({ inputs, attributes }: OpCase): string {
  const parts = inputs.map(({ operand, dtype, shape, data }) => {
    const shown = data.slice(0, 24).map((value) => (Object.is(value, -0) ? '-0' : String(value)));
    return `${operand}: ${dtype} [${shape.join(', ')}] = [${shown.join(', ')}${data.length > shown.length ? ', ...' : ''}]`;
  });
  return [...parts, `attributes: ${JSON.stringify(attributes)}`].join('\n      ');
}
