/** Sums, means or maxima of rows of a table, bag by bag. */
import { fromArray, indexAdd, type Shape, ShapeError, stack, type Tensor, ValueError, zeros } from '@tessera/tensor';
import {
  checkFlag,
  checkFloat,
  checkIndices,
  checkInteger,
  checkSameDType,
  checkTensor,
  describe,
  formatShape,
  type IsRanked,
  type Show,
  sameShape,
  withDefaults,
} from '@tessera/tensor/core';
import { Embedding, type EmbeddingLayerOptions, type EmbeddingOptions, embedding } from './embedding.ts';
import { Module } from './module.ts';
import type { Parameter } from './parameter.ts';
import type { Fits, Output, ShapeIn, ShapeMap } from './shapeMap.ts';

export interface BagOptions {
  /** Where each bag begins in indices of one dimension. */
  readonly offsets?: Tensor | null;
  /** What becomes of the rows of a bag. Default 'mean'. */
  readonly mode?: 'sum' | 'mean' | 'max';
  /** Multiplies each row, in the shape of the indices; for 'sum' only. */
  readonly perSampleWeights?: Tensor | null;
  /** Whether the last offset is the end of the last bag. Default false. */
  readonly includeLastOffset?: boolean;
}

export interface EmbeddingBagOptions extends BagOptions, EmbeddingOptions {}

/** Which rows belong to which bag; rows of padding belong to none. */
interface Bags {
  readonly count: number;
  readonly bagOf: Int32Array;
  /** Which of the indices are kept. */
  readonly places: Int32Array;
}

type Settings = Required<EmbeddingBagOptions>;

const DEFAULTS: Settings = {
  offsets: null,
  mode: 'mean',
  perSampleWeights: null,
  includeLastOffset: false,
  paddingIdx: null,
  maxNorm: null,
  normType: 2,
  scaleGradByFreq: false,
};

function bagSettings(op: string, options: EmbeddingBagOptions): Settings {
  const settings = withDefaults<Settings>(op, options, DEFAULTS);
  checkFlag(op, 'includeLastOffset', settings.includeLastOffset);
  if (!['sum', 'mean', 'max'].includes(settings.mode))
    throw new ValueError(`${op}: mode must be 'sum', 'mean' or 'max'; got ${describe(settings.mode)}; try 'mean'`);
  return settings;
}

/**
 * What becomes of the rows of `weight` [V, D] at the indices of each bag: [B, D]. Bags are rows of indices [B, N], or begin at
 * `offsets` in indices [M]. An empty bag gives zeros, and rows at `paddingIdx` do not count.
 * PyTorch: `torch.nn.functional.embedding_bag`.
 *
 * @throws IndexError when an index is outside [0, V); ShapeError when the shapes do not match; ValueError for offsets that do not
 * begin with 0 or do not rise.
 * @example
 * const weight = tensor([[1, 2], [3, 4], [5, 6]]);
 * const options = { offsets: tensor([0, 1], { dtype: 'int32' }) };
 * embeddingBag(tensor([0, 1, 2], { dtype: 'int32' }), weight, options); // tensor([[1., 2.], [4., 5.]])
 */
export function embeddingBag(indices: Tensor, weight: Tensor, options: EmbeddingBagOptions = {}): Tensor {
  const settings = bagSettings('embeddingBag', options);
  const { mode, perSampleWeights, paddingIdx, maxNorm, normType, scaleGradByFreq } = settings;
  checkIndices('embeddingBag', 'indices', checkTensor('embeddingBag', 'indices', indices));
  checkFloat('embeddingBag', 'weight', checkTensor('embeddingBag', 'weight', weight));
  if (perSampleWeights !== null) checkSampleWeights(perSampleWeights, indices, weight, mode);
  const padding = paddingIdx !== null && paddingIdx < 0 ? paddingIdx + (weight.shape[0] ?? 0) : paddingIdx;
  const bags = bagsOf(indices, settings, padding);
  // Also what is padding must be a row of the table.
  const lookUp = { paddingIdx, maxNorm, normType, scaleGradByFreq };
  const all: Tensor = embedding<Tensor, Tensor>(indices.reshape(-1), weight, lookUp);
  const rows = all.indexSelect(0, fromArray(bags.places, [bags.places.length]));
  if (mode === 'max') return maxima(rows, bags);
  const factors = perSampleWeights?.reshape(-1).indexSelect(0, fromArray(bags.places, [bags.places.length]));
  const scaled = factors === undefined ? rows : rows.mul(factors.unsqueeze(1));
  const sums = indexAdd(
    zeros([bags.count, weight.shape[1] as number], { dtype: weight.dtype }),
    0,
    fromArray(bags.bagOf, [bags.bagOf.length]),
    scaled,
  );
  if (mode === 'sum') return sums;
  const divisors = sizesOf(bags).map((size) => Math.max(1, size));
  return sums.div(fromArray(divisors, [bags.count, 1], { dtype: weight.dtype }));
}

function checkSampleWeights(weights: Tensor, indices: Tensor, table: Tensor, mode: string): void {
  checkSameDType('embeddingBag', checkTensor('embeddingBag', 'perSampleWeights', weights), table);
  if (mode !== 'sum')
    throw new ValueError(`embeddingBag: perSampleWeights are for mode 'sum'; got mode '${mode}'; try { mode: 'sum' }`);
  if (!sameShape(weights.shape, indices.shape))
    throw new ShapeError(
      `embeddingBag: perSampleWeights must have the indices' shape; got ${formatShape(weights.shape)} for ${formatShape(indices.shape)}; try one weight for each index`,
    );
}

function bagsOf(indices: Tensor, { offsets, includeLastOffset }: Settings, padding: number | null): Bags {
  const values = indices.data;
  const starts = indices.ndim === 2 ? rowStarts(indices, offsets) : bagStarts(indices, offsets, includeLastOffset);
  const count = starts.length - 1;
  const kept: [place: number, bag: number][] = [];
  for (let bag = 0; bag < count; bag++)
    for (let place = starts[bag] as number; place < (starts[bag + 1] as number); place++)
      if (values[place] !== padding) kept.push([place, bag]);
  return {
    count,
    places: Int32Array.from(kept, ([place]) => place),
    bagOf: Int32Array.from(kept, ([, bag]) => bag),
  };
}

/** Where rows begin, and the end of the last. */
function rowStarts(indices: Tensor, offsets: Tensor | null): number[] {
  if (offsets !== null)
    throw new ValueError(
      `embeddingBag: offsets are for indices of one dimension; got indices ${formatShape(indices.shape)}; try flatten()`,
    );
  const [bags, size] = indices.shape as readonly [number, number];
  return Array.from({ length: bags + 1 }, (_, bag) => bag * size);
}

function bagStarts(indices: Tensor, offsets: Tensor | null, includeLastOffset: boolean): number[] {
  if (indices.ndim !== 1 || offsets === null)
    throw new ShapeError(
      `embeddingBag: indices must be [B, N], or [M] with offsets; got ${formatShape(indices.shape)} ${offsets === null ? 'without' : 'with'} offsets; try { offsets }`,
    );
  checkIndices('embeddingBag', 'offsets', checkTensor('embeddingBag', 'offsets', offsets));
  const starts = Array.from(offsets.data);
  const rises = starts.every((start, i) => start >= (starts[i - 1] ?? 0) && start <= indices.count);
  if (offsets.ndim !== 1 || !rises || (starts[0] ?? 0) !== 0 || (includeLastOffset && starts.length === 0))
    throw new ValueError(
      `embeddingBag: offsets must begin with 0 and rise to at most ${indices.count}; got [${starts.slice(0, 8).join(', ')}${starts.length > 8 ? ', ...' : ''}]; try tensor([0], { dtype: 'int32' })`,
    );
  return includeLastOffset ? starts : [...starts, indices.count];
}

/** How many rows each bag holds. */
function sizesOf({ count, bagOf }: Bags): Float64Array {
  const sizes = new Float64Array(count);
  for (const bag of bagOf) sizes[bag] = (sizes[bag] as number) + 1;
  return sizes;
}

/** The greatest of every column, bag by bag; of no rows it is their sum, 0, so that gradients find a way. */
function maxima(rows: Tensor, bags: Bags): Tensor {
  if (bags.count === 0) return rows;
  let start = 0;
  const greatest = Array.from(sizesOf(bags), (size) => {
    const own = rows.narrow(0, start, size);
    start += size;
    return size === 0 ? own.sum(0) : own.max(0).values;
  });
  return stack(greatest);
}

/** What each call may say. */
type ForwardOptions = Pick<BagOptions, 'offsets' | 'perSampleWeights'>;

export interface EmbeddingBagLayerOptions
  extends Omit<BagOptions, 'offsets' | 'perSampleWeights'>,
    Omit<EmbeddingLayerOptions, 'freeze'> {}

export interface EmbeddingBagMap extends ShapeMap {
  readonly output: this['layer'] extends { readonly embeddingDim: infer D extends number }
    ? EmbeddingBagShape<ShapeIn<this['input']>, D>
    : never;
}

/** The shape rule of `EmbeddingBag` without offsets. */
export type EmbeddingBagShape<S extends Shape, D extends number> =
  IsRanked<S> extends true
    ? S extends readonly [infer B extends number, number]
      ? readonly [B, D]
      : `embeddingBag: indices must be [B, N], or [M] with offsets; got ${Show<S>} without offsets`
    : readonly [number, D];

/**
 * A table that is learned, of which the rows of each bag are summed up, averaged, or compared: indices [B, N], or [M] with
 * offsets -> [B, embeddingDim]. PyTorch: `torch.nn.EmbeddingBag`.
 *
 * @throws IndexError when an index is outside [0, numEmbeddings).
 * @example
 * new EmbeddingBag(10, 3).forward(tensor([[1, 2], [4, 5]], { dtype: 'int32' })).shape; // [2, 3]
 */
export class EmbeddingBag<out V extends number = number, out D extends number = number> extends Module {
  declare readonly mapsShape: EmbeddingBagMap;
  readonly weight: Parameter<readonly [V, D]>;
  readonly options: Omit<EmbeddingBagOptions, 'offsets' | 'perSampleWeights'>;

  constructor(
    readonly numEmbeddings: V,
    readonly embeddingDim: D,
    options: EmbeddingBagLayerOptions = {},
  ) {
    super();
    const { offsets: _, perSampleWeights: __, ...names } = DEFAULTS;
    const { weight, mode, includeLastOffset, ...table } = withDefaults<
      Required<Omit<EmbeddingBagLayerOptions, 'weight'>> & { readonly weight: Tensor | undefined }
    >('EmbeddingBag', options, { ...names, weight: undefined });
    bagSettings('EmbeddingBag', { mode, includeLastOffset });
    checkInteger('EmbeddingBag', 'numEmbeddings', numEmbeddings, 0);
    const embeddings = new Embedding(numEmbeddings, embeddingDim, { ...table, ...(weight && { weight }) });
    this.weight = embeddings.weight;
    const { paddingIdx, maxNorm, normType, scaleGradByFreq } = embeddings;
    this.options = { mode, includeLastOffset, paddingIdx, maxNorm, normType, scaleGradByFreq };
  }

  forward<L, X extends Tensor, Given extends readonly [options?: ForwardOptions] = readonly []>(
    this: L,
    indices: Given extends readonly [] ? X & Fits<L, X> : X,
    ...options: Given
  ): Given extends readonly [] ? Output<L, X> : Tensor;
  forward(indices: Tensor, options: ForwardOptions = {}): Tensor {
    const given = withDefaults<Required<ForwardOptions>>('EmbeddingBag', options, {
      offsets: null,
      perSampleWeights: null,
    });
    return embeddingBag(indices, this.weight, { ...this.options, ...given });
  }

  override extraRepr(): string {
    return `${this.numEmbeddings}, ${this.embeddingDim}, mode=${this.options.mode}`;
  }
}
