/** Attention of bare typed arrays. */
import { type DType, fromArray, ShapeError, type Tensor, ValueError, zeros } from '@tessera/tensor';
import { checkInteger, checkObject, describe, dispatch, elementsOf, withDefaults } from '@tessera/tensor/core';
import { prepare } from './flashAttention.ts';
import { flashAttentionBackwardOp } from './flashAttentionBackwardOp.ts';
import { flashAttentionOp } from './flashAttentionOp.ts';
import { type AttentionOptions, DEFAULTS, type Settings } from './options.ts';

/** float32 or float64, all of one kind. */
export type FloatArray = Float32Array | Float64Array;

export interface ArraySizes {
  readonly batch: number;
  readonly heads: number;
  /** Heads of keys, each for heads / keyHeads of queries. Default: as `heads`. */
  readonly keyHeads?: number;
  readonly queries: number;
  readonly keys: number;
  readonly dim: number;
  /** Default: as `dim`. */
  readonly valueDim?: number;
}

/** Sizes beside the options of `flashAttention`, but those about gradients of others. */
export type ArrayOptions = ArraySizes & Omit<AttentionOptions, 'enableGqa' | 'sinks'>;

interface Shapes {
  readonly query: readonly number[];
  readonly key: readonly number[];
  readonly value: readonly number[];
  readonly output: readonly number[];
  readonly logSumExp: readonly number[];
}

/**
 * `flashAttention` of arrays, [batch, heads, length, dim] in rows, into `out`, and into `logSumExp` ([batch, heads, queries]) where
 * one is given, without a tensor in sight.
 *
 * @throws ShapeError for arrays of other lengths; ValueError for what are not float arrays of one kind.
 * @example
 * const sizes = { batch: 1, heads: 2, queries: 3, keys: 3, dim: 4 };
 * const [q, k, v, out] = [1, 2, 3, 4].map(() => new Float32Array(24).fill(1)) as [Float32Array, Float32Array, Float32Array, Float32Array];
 * flashAttentionArrays(q, k, v, out, { ...sizes, causal: 'top-left' });
 */
export function flashAttentionArrays<A extends FloatArray>(
  query: A,
  key: A,
  value: A,
  out: A,
  options: ArrayOptions & { readonly logSumExp?: A | null },
): void {
  const op = 'flashAttentionArrays';
  const { logSumExp = null, ...rest } = checkObject(
    op,
    options,
    '{ batch: 1, heads: 8, queries: 64, keys: 64, dim: 64 }',
  );
  const { shapes, settings } = readOptions(op, rest);
  const [q, k, v] = tensorsOf(op, shapes, { query, key, value });
  const written = { output: out, ...(logSumExp === null ? {} : { logSumExp }) };
  checkArrays(op, shapes, written, (q as Tensor).dtype);
  const operands = [q, k, v] as [Tensor, Tensor, Tensor];
  const { attributes, captured } = prepare(op, operands, settings, NOWHERE);
  const results = dispatch(flashAttentionOp, [...operands, ...captured], attributes);
  for (const [i, array] of [out, logSumExp].entries()) array?.set((results[i] as Tensor).data as A);
}

/**
 * The gradients of `flashAttentionArrays`: from what went in, what came out (with its log-sum-exp), and the gradient of the output,
 * into dQuery, dKey and dValue.
 *
 * @throws ShapeError for arrays of other lengths; ValueError for what are not float arrays of one kind.
 */
export function flashAttentionBackwardArrays<A extends FloatArray>(
  given: { readonly [K in 'query' | 'key' | 'value' | 'output' | 'logSumExp' | 'dOutput']: A },
  written: { readonly [K in 'dQuery' | 'dKey' | 'dValue']: A },
  options: ArrayOptions,
): void {
  const op = 'flashAttentionBackwardArrays';
  const { shapes, settings } = readOptions(op, options);
  checkObject(op, given, '{ query, key, value, output, logSumExp, dOutput }');
  const { query, key, value, output, logSumExp, dOutput } = given;
  const all = { ...shapes, dOutput: shapes.output, dQuery: shapes.query, dKey: shapes.key, dValue: shapes.value };
  const inputs = tensorsOf(op, all, { query, key, value, output, logSumExp, dOutput });
  const [q, k, v, , sums] = inputs as [Tensor, Tensor, Tensor, Tensor, Tensor];
  const { dQuery, dKey, dValue } = checkObject(op, written, '{ dQuery, dKey, dValue }');
  checkArrays(op, all, { dQuery, dKey, dValue }, q.dtype);
  const { attributes, captured } = prepare(op, [q, k, v], settings, NOWHERE);
  const operands = [...inputs, zeros(sums.shape, { dtype: q.dtype }), ...captured];
  const results = dispatch(flashAttentionBackwardOp, operands, { ...attributes, wanted: [] });
  for (const [i, array] of [dQuery, dKey, dValue].entries()) array.set((results[i] as Tensor).data as A);
}

const NOWHERE = { sequences: null, pages: null, blockMask: null };

const SIZES = ['batch', 'heads', 'keyHeads', 'queries', 'keys', 'dim', 'valueDim'] as const;

function readOptions(op: string, options: ArrayOptions): { readonly shapes: Shapes; readonly settings: Settings } {
  const { enableGqa: _, sinks: _s, ...defaults } = DEFAULTS;
  const none = Object.fromEntries(SIZES.map((name) => [name, undefined]));
  const given = withDefaults<Required<ArrayOptions>>(op, options, { ...defaults, ...none } as never);
  const size = (name: (typeof SIZES)[number], other?: number): number =>
    checkInteger(op, name, given[name] ?? other, 0, 2 ** 31 - 1);
  const [batch, heads, queries, keys, dim] = [size('batch'), size('heads'), size('queries'), size('keys'), size('dim')];
  const [keyHeads, valueDim] = [size('keyHeads', heads), size('valueDim', dim)];
  const shapes = {
    query: [batch, heads, queries, dim],
    key: [batch, keyHeads, keys, dim],
    value: [batch, keyHeads, keys, valueDim],
    output: [batch, heads, queries, valueDim],
    logSumExp: [batch, heads, queries],
  };
  return { shapes, settings: { ...DEFAULTS, ...given, enableGqa: true } };
}

type Named = Readonly<Record<string, FloatArray>>;

function tensorsOf(op: string, shapes: object, arrays: Named): Tensor[] {
  const dtype: DType = Object.values(arrays)[0] instanceof Float64Array ? 'float64' : 'float32';
  checkArrays(op, shapes, arrays, dtype);
  return Object.entries(arrays).map(([name, array]) =>
    fromArray(array, (shapes as Record<string, readonly number[]>)[name] as readonly number[], { dtype }),
  );
}

function checkArrays(op: string, shapes: object, arrays: Named, dtype: DType): void {
  const kind = dtype === 'float64' ? Float64Array : Float32Array;
  for (const [name, array] of Object.entries(arrays)) {
    if (!(array instanceof kind))
      throw new ValueError(
        `${op}: ${name} must be a ${kind.name}, as the others; got ${describe(array)}; try new ${kind.name}(length)`,
      );
    const shape = (shapes as Record<string, readonly number[]>)[name] as readonly number[];
    const length = elementsOf(shape);
    if (array.length !== length)
      throw new ShapeError(
        `${op}: ${name} must have ${length} elements, [${shape.join(', ')}]; got ${array.length}; try other sizes`,
      );
  }
}
