/** Views, joining, indexing, sorting and the creation of coordinates. */
import type { DType, IndexItem, Tensor } from '@tessera/tensor';
import * as tessera from '@tessera/tensor';
import type { Adapter, Adapters, Case } from '../adapter.ts';
import { dtypeOf } from '../build.ts';

type Attributes = Record<string, unknown>;

/** One tensor, then attributes of these names as arguments, in order; what is absent is left to the default. */
const positional =
  (op: (x: Tensor, ...rest: never[]) => Tensor | readonly Tensor[], ...names: readonly string[]): Adapter =>
  ([x], attributes) =>
    op(x as Tensor, ...(names.map((name) => attributes[name] ?? undefined) as never[]));

/** x, dim and the other inputs. */
const along =
  (op: (x: Tensor, dim: number, ...rest: Tensor[]) => Tensor): Adapter =>
  ([x, ...rest], { dim }) =>
    op(x as Tensor, (dim ?? 0) as number, ...(rest as Tensor[]));

/** All inputs as one list. */
const listed =
  (op: (tensors: readonly Tensor[], dim?: number) => Tensor | readonly Tensor[]): Adapter =>
  (inputs, { dim }) =>
    op(inputs as Tensor[], dim as number | undefined);

const together =
  (op: (...tensors: Tensor[]) => Tensor | readonly Tensor[]): Adapter =>
  (inputs) =>
    op(...(inputs as Tensor[]));

/** Those of the attributes that are there, under our names. */
function options(attributes: Attributes, ...names: readonly string[]): Attributes {
  return Object.fromEntries(
    names
      .filter((name) => attributes[name] !== undefined && attributes[name] !== null)
      .map((name) => [name, attributes[name]]),
  );
}

/** Results by name, in the order and number that the case wants. */
function named(results: Readonly<Record<string, Tensor>>, { outputs }: Case): Tensor[] {
  const inOrder = Object.values(results);
  return outputs.map((output, i) => results[output?.name ?? ''] ?? (inOrder[i] as Tensor));
}

/** What stands between the brackets of a note such as `x[index0, :, None]`; without one, the index tensors in order. */
function itemsOf(inputs: readonly (Tensor | null)[], testCase: Case): IndexItem[] {
  const tensors = inputs.slice(1) as Tensor[];
  const texts = /x\[(.*?)\]/.exec(testCase.note ?? '')?.[1]?.split(',') ?? [];
  const items = texts.map((text) => itemOf(text.trim(), inputs, testCase)).filter((item) => item !== undefined);
  const complete = items.length === texts.length && tensors.every((tensor) => items.includes(tensor));
  return complete && items.length > 0 ? items : tensors;
}

function itemOf(text: string, inputs: readonly (Tensor | null)[], testCase: Case): IndexItem | undefined {
  const place = testCase.inputs.findIndex((input) => input?.name === text);
  if (place >= 0) return inputs[place] as Tensor;
  if (text === 'None') return null;
  if (text === '...' || /^-?\d*(:-?\d*){1,2}$/.test(text)) return text as IndexItem;
  return /^-?\d+$/.test(text) ? Number(text) : undefined;
}

/** The dtype of what is made of nothing. */
function made({ outputs }: Case): { dtype: DType } {
  return { dtype: dtypeOf(outputs[0]?.dtype ?? 'float32') ?? 'float32' };
}

const stable = ({ attrs, note }: Case): boolean => attrs.stable === true || (note ?? '').includes('stable');

const scatter: Adapter = ([x, index, src], attributes) => {
  const source = (src ?? attributes.value ?? attributes.src) as Tensor | number;
  return tessera.scatter(x as Tensor, attributes.dim as number, index as Tensor, source, options(attributes, 'reduce'));
};

const indexPut: Adapter = (inputs, { accumulate = false }, testCase) => {
  const [x, ...rest] = inputs as Tensor[];
  const place = testCase.inputs.findIndex((input) => input?.name === 'values') - 1;
  const values = rest.splice(place >= 0 ? place : rest.length - 1, 1)[0] as Tensor;
  return tessera.indexPut(x as Tensor, rest, values, { accumulate: accumulate === true });
};

const slice: Adapter = ([x], { dim = 1, start, end, step }) =>
  tessera.slice(
    x as Tensor,
    dim as number,
    start as number | null | undefined,
    end as number | null | undefined,
    (step ?? undefined) as number | undefined,
  );

const split: Adapter = ([x], { split_size_or_sections, split_size, sections, dim }) =>
  tessera.split(x as Tensor, (split_size_or_sections ?? split_size ?? sections) as number, dim as number | undefined);

const repeatInterleave: Adapter = ([x, repeats], attributes) =>
  tessera.repeatInterleave(
    x as Tensor,
    (repeats ?? attributes.repeats) as Tensor | number,
    (attributes.dim ?? undefined) as number | undefined,
  );

const pad: Adapter = ([x], attributes) =>
  tessera.pad(x as Tensor, attributes.pad as number[], options(attributes, 'mode', 'value'));

const searchsorted: Adapter = ([sorted, values, sorter], attributes) =>
  tessera.searchsorted(sorted as Tensor, (values ?? attributes.values) as Tensor, {
    ...options(attributes, 'right', 'side'),
    ...(sorter ? { sorter } : {}),
  });

const bincount: Adapter = ([x, weights], attributes) =>
  tessera.bincount(x as Tensor, { ...options(attributes, 'minlength'), ...(weights ? { weights } : {}) });

const unique: Adapter = ([x], attributes, testCase) =>
  named({ ...tessera.unique(x as Tensor, options(attributes, 'dim')) }, testCase);

const meshgrid: Adapter = (inputs, { indexing }, { note }) =>
  tessera.meshgrid(inputs as Tensor[], {
    indexing: (indexing ?? ((note ?? '').includes("'xy'") ? 'xy' : 'ij')) as 'ij' | 'xy',
  });

const sort: Adapter = ([x], { dim, descending }, testCase) => {
  const choice = { descending: descending === true, stable: stable(testCase) };
  return named({ ...tessera.sort(x as Tensor, dim as number | undefined, choice) }, testCase);
};

const topk: Adapter = ([x], attributes, testCase) => {
  const { k, dim } = attributes as Record<string, number>;
  const choice = options(attributes, 'largest', 'sorted');
  return named({ ...tessera.topk(x as Tensor, k as number, dim, choice) }, testCase);
};

const kthvalue: Adapter = ([x], attributes, testCase) => {
  const { k, dim } = attributes as Record<string, number>;
  return named({ ...tessera.kthvalue(x as Tensor, k as number, dim, options(attributes, 'keepdim')) }, testCase);
};

export const indexing: Adapters = {
  arange: (_, { start = 0, end, step = 1 }, testCase) =>
    tessera.arange(start as number, end as number, step as number, made(testCase)),
  argsort: ([x], { dim, descending }, testCase) =>
    tessera.argsort(x as Tensor, dim as number | undefined, {
      descending: descending === true,
      stable: stable(testCase),
    }),
  argwhere: together(tessera.argwhere),
  atleast_1d: together(tessera.atleast1d),
  atleast_2d: together(tessera.atleast2d),
  atleast_3d: together(tessera.atleast3d),
  bincount,
  broadcast_tensors: listed(tessera.broadcastTensors),
  broadcast_to: positional(tessera.broadcastTo, 'size'),
  bucketize: ([x, boundaries], attributes) =>
    tessera.bucketize(x as Tensor, boundaries as Tensor, options(attributes, 'right')),
  cat: listed(tessera.cat),
  chunk: positional(tessera.chunk, 'chunks', 'dim'),
  column_stack: listed(tessera.columnStack),
  concat: listed(tessera.concat),
  diag: positional(tessera.diag, 'diagonal'),
  diag_embed: positional(tessera.diagEmbed, 'offset', 'dim1', 'dim2'),
  diagonal: positional(tessera.diagonal, 'offset', 'dim1', 'dim2'),
  dstack: listed(tessera.dstack),
  'exp(x)*sin(x)+x[0]': ([x]) => {
    const leaf = x as Tensor;
    return leaf.exp().mul(leaf.sin()).add(leaf.at(0));
  },
  expand: positional(tessera.expand, 'size'),
  expand_as: together(tessera.expandAs),
  flatten: positional(tessera.flatten, 'start_dim', 'end_dim'),
  flip: positional(tessera.flip, 'dims'),
  fliplr: together(tessera.fliplr),
  flipud: together(tessera.flipud),
  gather: along(tessera.gather),
  hstack: listed(tessera.hstack),
  index: (inputs, _, testCase) => tessera.at(inputs[0] as Tensor, ...itemsOf(inputs, testCase)),
  index_add: ([x, index, source], attributes) =>
    tessera.indexAdd(
      x as Tensor,
      attributes.dim as number,
      index as Tensor,
      source as Tensor,
      options(attributes, 'alpha'),
    ),
  index_copy: along(tessera.indexCopy),
  index_fill: ([x, index, value], attributes) =>
    tessera.indexFill(x as Tensor, attributes.dim as number, index as Tensor, (value ?? attributes.value) as number),
  index_put: indexPut,
  index_select: along(tessera.indexSelect),
  kthvalue,
  linspace: (_, { start, end, steps }, testCase) =>
    tessera.linspace(start as number, end as number, steps as number, made(testCase)),
  logspace: (_, attributes, testCase) => {
    const { start, end, steps } = attributes as Record<string, number>;
    return tessera.logspace(start as number, end as number, steps as number, {
      ...made(testCase),
      ...options(attributes, 'base'),
    });
  },
  masked_scatter: together(tessera.maskedScatter),
  masked_select: together(tessera.maskedSelect),
  meshgrid,
  moveaxis: positional(tessera.moveaxis, 'source', 'destination'),
  movedim: positional(tessera.movedim, 'source', 'destination'),
  narrow: positional(tessera.narrow, 'dim', 'start', 'length'),
  nonzero: ([x], { as_tuple }) =>
    as_tuple === true ? tessera.nonzero(x as Tensor, { asTuple: true }) : tessera.nonzero(x as Tensor),
  one_hot: positional(tessera.oneHot, 'num_classes'),
  pad,
  permute: positional(tessera.permute, 'dims'),
  ravel: together(tessera.ravel),
  repeat: ([x], { repeats, sizes }) => tessera.repeat(x as Tensor, (repeats ?? sizes) as number[]),
  repeat_interleave: repeatInterleave,
  reshape: positional(tessera.reshape, 'shape'),
  roll: positional(tessera.roll, 'shifts', 'dims'),
  rot90: positional(tessera.rot90, 'k', 'dims'),
  scatter,
  scatter_add: along(tessera.scatterAdd),
  scatter_reduce: ([x, index, src], { dim, reduce, include_self = true }) =>
    tessera.scatterReduce(x as Tensor, dim as number, index as Tensor, src as Tensor, reduce as 'sum', {
      includeSelf: include_self === true,
    }),
  searchsorted,
  select: positional(tessera.select, 'dim', 'index'),
  slice,
  sort,
  split,
  squeeze: positional(tessera.squeeze, 'dim'),
  stack: listed(tessera.stack),
  swapaxes: positional(tessera.swapaxes, 'axis0', 'axis1'),
  swapdims: positional(tessera.swapdims, 'dim0', 'dim1'),
  t: together(tessera.t),
  take: together(tessera.take),
  take_along_dim: ([x, index], { dim }) =>
    tessera.takeAlongDim(x as Tensor, index as Tensor, (dim ?? undefined) as number | undefined),
  tensor_split: ([x], { indices_or_sections, sections, indices, dim }) =>
    tessera.tensorSplit(x as Tensor, (indices_or_sections ?? sections ?? indices) as number, dim as number | undefined),
  tile: positional(tessera.tile, 'dims'),
  topk,
  trace: together(tessera.trace),
  transpose: positional(tessera.transpose, 'dim0', 'dim1'),
  tril: positional(tessera.tril, 'diagonal'),
  tril_indices: (_, attributes) => {
    const { row, col, offset } = attributes as Record<string, number>;
    return tessera.trilIndices(row as number, col as number, offset);
  },
  triu: positional(tessera.triu, 'diagonal'),
  triu_indices: (_, attributes) => {
    const { row, col, offset } = attributes as Record<string, number>;
    return tessera.triuIndices(row as number, col as number, offset);
  },
  unbind: positional(tessera.unbind, 'dim'),
  unflatten: positional(tessera.unflatten, 'dim', 'sizes'),
  unfold: positional(tessera.unfoldDim, 'dimension', 'size', 'step'),
  unique,
  unique_consecutive: ([x], attributes, testCase) =>
    named({ ...tessera.uniqueConsecutive(x as Tensor, options(attributes, 'dim')) }, testCase),
  unsqueeze: positional(tessera.unsqueeze, 'dim'),
  view: ([x], { shape, size }) => tessera.view(x as Tensor, (shape ?? size) as number[]),
  vstack: listed(tessera.vstack),
  'x*x+x.sum()': ([x]) => {
    const leaf = x as Tensor;
    return leaf.mul(leaf).add(leaf.sum());
  },
};
