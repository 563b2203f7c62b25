/** Embedding: rows of a table, looked up by index. */

import { noGrad } from '@tessera/autograd';
import {
  bincount,
  type CompositeOp,
  type Draw,
  fromArray,
  IndexError,
  indexAdd,
  indexSelect,
  norm,
  randn,
  type Sample,
  ShapeError,
  type Tensor,
  ValueError,
  where,
  zeros,
} from '@tessera/tensor';
import {
  apply,
  type Check,
  checkFlag,
  checkFloat,
  checkIndices,
  checkInteger,
  checkNumber,
  checkObject,
  checkTensor,
  describe,
  formatShape,
  type IsRanked,
  type Result,
  type Shape,
  type Show,
  withDefaults,
} from '@tessera/tensor/core';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';
import type { Fits, Output, ShapeIn, ShapeMap } from './shapeMap.ts';

interface EmbeddingAttributes {
  /** The row that gets no gradient. */
  readonly paddingIdx: number | null;
  /** Whether a row's gradient is divided by how often it was looked up. */
  readonly scaleGradByFreq: boolean;
}

/** The rule of `embeddingShape`. */
export type EmbeddingShape<Op extends string, S extends Shape, W extends Shape> =
  IsRanked<W> extends true
    ? W extends readonly [number, infer D extends number]
      ? IsRanked<S> extends true
        ? readonly [...S, D]
        : readonly [...number[], D]
      : `${Op}: weight must be a table [numEmbeddings, embeddingDim]; got ${Show<W>}`
    : Shape;

/** The shape rule: indices of any shape and a table [V, D] give [...indices, D]. */
export function embeddingShape(op: string, indices: Shape, weight: Shape): number[] {
  if (weight.length === 2) return [...indices, weight[1] as number];
  throw new ShapeError(
    `${op}: weight must be a table [numEmbeddings, embeddingDim]; got ${formatShape(weight)}; try reshape`,
  );
}

/** The samples draw no padding and no frequencies: those are not derivatives, but what PyTorch does to them. */
export const embeddingOp: CompositeOp<'indices' | 'weight', EmbeddingAttributes> = {
  kind: 'composite',
  name: 'embedding',
  operands: ['indices', 'weight'],
  formula: 'y[i, d] = weight[indices[i], d]',
  infer: ([indices, weight]) => {
    const [places, table] = [indices as Tensor, weight as Tensor];
    checkIndices('embedding', 'indices', places);
    const { dtype } = checkFloat('embedding', 'weight', table);
    const shape = embeddingShape('embedding', places.shape, table.shape);
    checkRange('embedding', places, table.shape[0] as number);
    return { shape, dtype };
  },
  define: ([indices, weight]) => {
    const [places, table] = [indices as Tensor, weight as Tensor];
    // (...i) -> (n); (n, D) -> (...i, D)
    const rows = indexSelect(table, 0, places.reshape(places.count));
    return rows.reshape(embeddingShape('embedding', places.shape, table.shape));
  },
  vjp: {
    indices: 'none',
    weight:
      ({ indices, shapes }, { paddingIdx, scaleGradByFreq }) =>
      (g) => {
        const [count, width] = shapes.weight as readonly [number, number];
        const places = indices.reshape(indices.count);
        // (...i, D) -> (n, D)
        let rows: Tensor = g.reshape(indices.count, width);
        if (scaleGradByFreq) {
          const often = bincount(places, { minlength: count });
          rows = rows.div(indexSelect(often, 0, places).to(g.dtype).unsqueeze(1));
        }
        if (paddingIdx !== null) rows = where(places.eq(paddingIdx).unsqueeze(1), 0, rows);
        return indexAdd(zeros(shapes.weight, { dtype: g.dtype }), 0, places, rows);
      },
  },
  sample: sampleEmbedding,
};

function sampleEmbedding(draw: Draw): Sample<EmbeddingAttributes> {
  const [count, width] = [draw.integer(1, 4), draw.integer(1, 3)];
  return {
    inputs: [{ shape: draw.shape([0, 3]), dtype: 'int32', range: [0, count - 1] }, { shape: [count, width] }],
    attributes: { paddingIdx: null, scaleGradByFreq: false },
  };
}

/** Throws unless all indices are in [0, count); the message says which is not, and where. */
function checkRange(op: string, indices: Tensor, count: number): void {
  const values = indices.data;
  const wrong = values.findIndex((value) => value < 0 || value >= count);
  if (wrong < 0) return;
  const place = indices.shape.reduceRight<{ at: number[]; rest: number }>(
    ({ at, rest }, size) => ({ at: [rest % size, ...at], rest: Math.floor(rest / size) }),
    { at: [], rest: wrong },
  );
  const hint = count === 0 ? 'a table with rows' : `clamp(0, ${count - 1}), or more embeddings`;
  throw new IndexError(
    `${op}: indices must be in [0, ${count}); got ${values[wrong]} at ${formatShape(place.at)}; try ${hint}`,
  );
}

export interface EmbeddingOptions {
  /** The row that gets no gradient; negative numbers count from the end. */
  readonly paddingIdx?: number | null;
  /** Rows that are looked up and whose norm is greater are first brought to this norm, in the table itself. */
  readonly maxNorm?: number | null;
  /** The p of that norm. Default 2. */
  readonly normType?: number;
  /** Whether a row's gradient is divided by how often it was looked up. Default false. */
  readonly scaleGradByFreq?: boolean;
}

/** The same settings with every default in place. */
type Settings = Required<EmbeddingOptions>;

function settingsOf(op: string, count: number, options: EmbeddingOptions): Settings {
  const { paddingIdx, maxNorm, normType, scaleGradByFreq } = withDefaults<Settings>(op, options, {
    paddingIdx: null,
    maxNorm: null,
    normType: 2,
    scaleGradByFreq: false,
  });
  if (paddingIdx !== null && !(Number.isInteger(paddingIdx) && paddingIdx >= -count && paddingIdx < count)) {
    throw new ValueError(
      `${op}: paddingIdx must be a row in [${-count}, ${count}); got ${describe(paddingIdx)}; try 0 or null`,
    );
  }
  if (maxNorm !== null && !(checkNumber(op, 'maxNorm', maxNorm) >= 0))
    throw new ValueError(`${op}: maxNorm must be at least 0; got ${describe(maxNorm)}; try 1`);
  if (!(checkNumber(op, 'normType', normType) > 0))
    throw new ValueError(`${op}: normType must be greater than 0; got ${describe(normType)}; try 2`);
  checkFlag(op, 'scaleGradByFreq', scaleGradByFreq);
  const row = paddingIdx !== null && paddingIdx < 0 ? paddingIdx + count : paddingIdx;
  return { paddingIdx: row, maxNorm, normType, scaleGradByFreq };
}

/**
 * Rows of a table [V, D] at indices (int32 or uint8) of any shape: [...indices, D]. The gradient of a row is the sum over
 * all places where it was looked up. PyTorch: `torch.nn.functional.embedding`.
 *
 * @throws IndexError when an index is outside [0, V); DTypeError when indices are no whole numbers.
 * @example
 * embedding(tensor([[0, 2], [2, 1]], { dtype: 'int32' }), randn(3, 5)).shape; // [2, 2, 5]
 */
export function embedding<S extends Tensor, W extends Tensor>(
  indices: S,
  weight: W & Check<EmbeddingShape<'embedding', S['shape'], W['shape']>>,
  options?: EmbeddingOptions,
): Tensor<Result<EmbeddingShape<'embedding', S['shape'], W['shape']>>>;
export function embedding(indices: Tensor, weight: Tensor, options: EmbeddingOptions = {}): Tensor {
  checkFloat('embedding', 'weight', checkTensor('embedding', 'weight', weight));
  return lookUp('embedding', indices, weight, settingsOf('embedding', weight.shape[0] ?? 0, options));
}

function lookUp(op: string, indices: Tensor, weight: Tensor, settings: Settings): Tensor {
  checkIndices(op, 'indices', checkTensor(op, 'indices', indices));
  embeddingShape(op, indices.shape, weight.shape);
  checkRange(op, indices, weight.shape[0] as number);
  const { maxNorm, normType, paddingIdx, scaleGradByFreq } = settings;
  if (maxNorm !== null) noGrad(() => renormalize(indices, weight, maxNorm, normType));
  return apply(embeddingOp, [indices, weight], { paddingIdx, scaleGradByFreq });
}

/** Shortens the rows that are about to be looked up, and no others, as PyTorch's `embedding_renorm_`. */
function renormalize(indices: Tensor, weight: Tensor, maxNorm: number, normType: number): void {
  const list = Int32Array.from(new Set(indices.data));
  if (list.length === 0) return;
  const places = fromArray(list, [list.length]);
  const rows = indexSelect(weight, 0, places);
  const lengths = norm(rows, normType, 1, { keepdim: true });
  const shorter = rows.mul(lengths.add(1e-7).reciprocal().mul(maxNorm));
  weight.indexCopy_(0, places, where(lengths.gt(maxNorm), shorter, rows));
}

export interface EmbeddingLayerOptions extends EmbeddingOptions {
  /** The table to begin with, instead of a random one. It is shared, not copied. PyTorch: `_weight`. */
  readonly weight?: Tensor;
  /** Whether the table is left as it is, not learned. Default false. PyTorch: `_freeze`. */
  readonly freeze?: boolean;
}

export interface EmbeddingMap extends ShapeMap {
  readonly output: this['layer'] extends Embedding<number, infer D> ? readonly [...ShapeIn<this['input']>, D] : never;
}

/**
 * A table of `numEmbeddings` rows of `embeddingDim` numbers that is learned: indices -> [...indices, embeddingDim]. It
 * starts as normal(0, 1), with zeros in the row `paddingIdx`. PyTorch: `torch.nn.Embedding`.
 *
 * @throws IndexError when an index is outside [0, numEmbeddings).
 * @example
 * new Embedding(100, 16).forward(tensor([[1, 2, 3]], { dtype: 'int32' })).shape; // [1, 3, 16]
 */
export class Embedding<out V extends number = number, out D extends number = number> extends Module {
  declare readonly mapsShape: EmbeddingMap;
  readonly weight: Parameter<readonly [V, D]>;
  readonly paddingIdx: number | null;
  readonly maxNorm: number | null;
  readonly normType: number;
  readonly scaleGradByFreq: boolean;

  constructor(
    readonly numEmbeddings: V,
    readonly embeddingDim: D,
    options: EmbeddingLayerOptions = {},
  ) {
    super();
    checkInteger('Embedding', 'numEmbeddings', numEmbeddings, 0);
    checkInteger('Embedding', 'embeddingDim', embeddingDim, 0);
    const { weight, freeze = false, ...lookUp } = checkObject('Embedding', options, '{ paddingIdx: 0 }');
    checkFlag('Embedding', 'freeze', freeze);
    const settings = settingsOf('Embedding', numEmbeddings, lookUp);
    this.paddingIdx = settings.paddingIdx;
    this.maxNorm = settings.maxNorm;
    this.normType = settings.normType;
    this.scaleGradByFreq = settings.scaleGradByFreq;
    if (weight !== undefined) checkTable(weight, numEmbeddings, embeddingDim);
    const sizes: Shape = [numEmbeddings, embeddingDim];
    const table = weight ?? randn(sizes);
    if (weight === undefined && this.paddingIdx !== null) table.select(0, this.paddingIdx).zero_();
    this.weight = new Parameter(table as Tensor<readonly [V, D]>, { requiresGrad: !freeze });
  }

  /**
   * A layer with the rows of `weight`, which it shares; they are not learned unless `freeze` is false.
   * PyTorch: `torch.nn.Embedding.from_pretrained`.
   *
   * @example
   * Embedding.fromPretrained(randn(10, 4)).weight.requiresGrad; // false
   */
  static fromPretrained(weight: Tensor, options: Omit<EmbeddingLayerOptions, 'weight'> = {}): Embedding {
    const [rows, width] = checkTensor('Embedding', 'weight', weight).shape;
    checkObject('Embedding', options, '{ freeze: false }');
    return new Embedding(rows ?? 0, width ?? 0, { freeze: true, ...options, weight });
  }

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(indices: Tensor): Tensor {
    const { paddingIdx, maxNorm, normType, scaleGradByFreq } = this;
    return lookUp('Embedding', indices, this.weight, { paddingIdx, maxNorm, normType, scaleGradByFreq });
  }

  override extraRepr(): string {
    const parts = [`${this.numEmbeddings}, ${this.embeddingDim}`];
    if (this.paddingIdx !== null) parts.push(`paddingIdx=${this.paddingIdx}`);
    if (this.maxNorm !== null) parts.push(`maxNorm=${this.maxNorm}`);
    if (this.normType !== 2) parts.push(`normType=${this.normType}`);
    if (this.scaleGradByFreq) parts.push('scaleGradByFreq=true');
    return parts.join(', ');
  }
}

function checkTable(weight: Tensor, rows: number, width: number): void {
  const { shape } = checkFloat('Embedding', 'weight', checkTensor('Embedding', 'weight', weight));
  if (shape.length === 2 && shape[0] === rows && shape[1] === width) return;
  throw new ShapeError(
    `Embedding: weight must be a table [numEmbeddings, embeddingDim]; got ${formatShape(shape)} for [${rows}, ${width}]; try reshape`,
  );
}
