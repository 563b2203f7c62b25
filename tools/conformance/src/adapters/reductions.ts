/** Reductions, scans, softmax and its kin, distances; and what sorts, which the vectors count among indexing. */
import type { DTypeOption, ReductionOptions, Tensor, ValuesAndIndices, VarianceOptions } from '@tessera/tensor';
import * as tessera from '@tessera/tensor';
import type { Adapter, Adapters } from '../adapter.ts';

type Attributes = Record<string, unknown>;
type Dims = number | readonly number[] | undefined;

const DTYPES: Readonly<Record<string, string>> = { int64: 'int32' };

/** Options by PyTorch's names; those that are missing or None are left out. */
function options(attributes: Attributes, ...names: readonly string[]): object {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = attributes[name];
      if (value === undefined || value === null) return [];
      return [[name, name === 'dtype' ? (DTYPES[value as string] ?? value) : value]];
    }),
  );
}

function dimOf({ dim, axis }: Attributes): Dims {
  return (dim ?? axis ?? undefined) as Dims;
}

type Reduction = (x: Tensor, dim: Dims, options: ReductionOptions & DTypeOption) => Tensor;

const reduced =
  (op: Reduction): Adapter =>
  ([x], attributes) =>
    op(x as Tensor, dimOf(attributes), options(attributes, 'keepdim', 'dtype'));

const reducedOne = (op: (x: Tensor, dim: number | undefined, options: ReductionOptions) => Tensor): Adapter =>
  reduced((x, dim, given) => op(x, dim as number | undefined, given));

const spread =
  (op: (x: Tensor, dim: Dims, options: VarianceOptions) => Tensor | readonly Tensor[]): Adapter =>
  ([x], attributes) =>
    op(x as Tensor, dimOf(attributes), options(attributes, 'keepdim', 'unbiased', 'correction'));

const pair = ({ values, indices }: ValuesAndIndices): readonly Tensor[] => [values, indices];

type Chosen = {
  (x: Tensor): Tensor;
  (x: Tensor, dim: number, options?: ReductionOptions): ValuesAndIndices;
};

/** One value of all, or with a dimension values and indices. */
const chosen =
  (op: Chosen): Adapter =>
  ([x], attributes) => {
    const dim = dimOf(attributes);
    return dim === undefined ? op(x as Tensor) : pair(op(x as Tensor, dim as number, options(attributes, 'keepdim')));
  };

const scanned =
  (op: (x: Tensor, dim: number, options: DTypeOption) => Tensor): Adapter =>
  ([x], attributes) =>
    op(x as Tensor, dimOf(attributes) as number, options(attributes, 'dtype'));

const scannedPair =
  (op: (x: Tensor, dim: number) => ValuesAndIndices): Adapter =>
  ([x], attributes) =>
    pair(op(x as Tensor, dimOf(attributes) as number));

const quantiles =
  (op: typeof tessera.quantile): Adapter =>
  ([x, share], attributes) =>
    op(
      x as Tensor,
      (share ?? attributes.q) as Tensor | number,
      dimOf(attributes) as number | undefined,
      options(attributes, 'keepdim', 'interpolation'),
    );

export const reductions: Adapters = {
  all: reduced(tessera.all),
  amax: reduced(tessera.amax),
  amin: reduced(tessera.amin),
  aminmax: ([x], attributes) => {
    const { min, max } = tessera.aminmax(
      x as Tensor,
      dimOf(attributes) as number | undefined,
      options(attributes, 'keepdim'),
    );
    return [min, max];
  },
  any: reduced(tessera.any),
  argmax: reducedOne(tessera.argmax),
  argmin: reducedOne(tessera.argmin),
  cdist: ([x, y], attributes) => tessera.cdist(x as Tensor, y as Tensor, options(attributes, 'p')),
  cosine_similarity: ([x, y], attributes) =>
    tessera.cosineSimilarity(
      x as Tensor,
      y as Tensor,
      dimOf(attributes) as number | undefined,
      options(attributes, 'eps'),
    ),
  count_nonzero: reduced((x, dim) => tessera.countNonzero(x, dim)),
  cummax: scannedPair(tessera.cummax),
  cummin: scannedPair(tessera.cummin),
  cumprod: scanned(tessera.cumprod),
  cumsum: scanned(tessera.cumsum),
  diff: ([x, prepend, append], attributes) =>
    tessera.diff(x as Tensor, dimOf(attributes) as number | undefined, {
      ...options(attributes, 'n'),
      ...options({ prepend, append }, 'prepend', 'append'),
    }),
  dist: ([x, y], { p }) => tessera.dist(x as Tensor, y as Tensor, p as number | undefined),
  histc: ([x], attributes) => tessera.histc(x as Tensor, options(attributes, 'bins', 'min', 'max')),
  log_softmax: scanned(tessera.logSoftmax),
  logcumsumexp: scanned(tessera.logcumsumexp),
  logsumexp: reduced(tessera.logsumexp),
  max: chosen(tessera.max as Chosen),
  mean: reduced(tessera.mean),
  median: chosen(tessera.median),
  min: chosen(tessera.min as Chosen),
  mode: ([x], attributes) =>
    pair(tessera.mode(x as Tensor, dimOf(attributes) as number | undefined, options(attributes, 'keepdim'))),
  nanmean: reduced(tessera.nanmean),
  nanmedian: chosen(tessera.nanmedian),
  nanquantile: quantiles(tessera.nanquantile),
  nansum: reduced(tessera.nansum),
  norm: ([x], attributes) =>
    tessera.norm(
      x as Tensor,
      (attributes.p ?? attributes.ord) as number | undefined,
      dimOf(attributes),
      options(attributes, 'keepdim', 'dtype'),
    ),
  normalize: ([x], attributes) => tessera.normalize(x as Tensor, dimOf(attributes), options(attributes, 'p', 'eps')),
  pairwise_distance: ([x, y], attributes) =>
    tessera.pairwiseDistance(x as Tensor, y as Tensor, options(attributes, 'p', 'eps', 'keepdim')),
  prod: reduced(tessera.prod),
  quantile: quantiles(tessera.quantile),
  softmax: scanned(tessera.softmax),
  softmin: scanned(tessera.softmin),
  std: spread(tessera.std),
  std_mean: spread((x, dim, given) => {
    const { std, mean } = tessera.stdMean(x, dim, given);
    return [std, mean];
  }),
  sum: reduced(tessera.sum),
  var: spread(tessera.variance),
  var_mean: spread((x, dim, given) => {
    const { var: variance, mean } = tessera.varMean(x, dim, given);
    return [variance, mean];
  }),
};
