/** Sequences of different lengths in one tensor, without padding between them. */
import { cat, fromArray, full, ShapeError, type Tensor, ValueError } from '@tessera/tensor';
import {
  checkFlag,
  checkInteger,
  checkNumber,
  checkTensor,
  describe,
  formatShape,
  isTensor,
  withDefaults,
} from '@tessera/tensor/core';

/**
 * All first elements, then all second ones, and so on, of sequences that are sorted by falling length. Made by
 * `packPaddedSequence`; recurrent layers take and give it. PyTorch: `torch.nn.utils.rnn.PackedSequence`.
 */
export class PackedSequence {
  constructor(
    /** [sum of lengths, ...] */
    readonly data: Tensor,
    /** How many sequences have an element at each step. */
    readonly batchSizes: readonly number[],
    /** Which sequence of the batch stands at each place; null: they were sorted. */
    readonly sortedIndices: readonly number[] | null = null,
    /** At which place each sequence of the batch stands. */
    readonly unsortedIndices: readonly number[] | null = null,
  ) {
    const sizes: readonly number[] = Array.isArray(batchSizes) ? batchSizes : [Number.NaN];
    const falls = sizes.every((size, t) => Number.isInteger(size) && size > 0 && size <= (sizes[t - 1] ?? size));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    if (checkTensor('PackedSequence', 'data', data).shape[0] !== total || !falls)
      throw new ShapeError(
        `PackedSequence: batchSizes must fall and add up to the rows of data; got ${describe(batchSizes)} for ${formatShape(data.shape)}; try packPaddedSequence`,
      );
  }

  /** How long each sequence is, in the order of places. */
  get lengths(): number[] {
    return Array.from({ length: this.batchSizes[0] ?? 0 }, (_, i) => this.batchSizes.filter((size) => size > i).length);
  }
}

export interface PackOptions {
  /** Whether sequences come first, [N, T, ...] instead of [T, N, ...]. Default false. */
  readonly batchFirst?: boolean;
  /** Whether lengths must fall; otherwise sequences are sorted, and their order is remembered. Default true. */
  readonly enforceSorted?: boolean;
}

/**
 * Leaves the padding of a batch [T, N, ...] out. PyTorch: `torch.nn.utils.rnn.pack_padded_sequence`.
 *
 * @throws ValueError when a length is out of range, or lengths do not fall where they must.
 * @example
 * packPaddedSequence(tensor([[1, 2], [3, 0]]), [2, 1]).data; // tensor([1., 2., 3.])
 */
export function packPaddedSequence(
  input: Tensor,
  lengths: Tensor | readonly number[],
  options: PackOptions = {},
): PackedSequence {
  const op = 'packPaddedSequence';
  const { batchFirst, enforceSorted } = withDefaults<Required<PackOptions>>(op, options, {
    batchFirst: false,
    enforceSorted: true,
  });
  checkFlag(op, 'batchFirst', batchFirst);
  checkFlag(op, 'enforceSorted', enforceSorted);
  const { steps, samples, ...batch } = batchOf(op, input, batchFirst);
  const sizes = checkLengths(op, lengths, samples, steps);
  const order = sizes.map((_, i) => i).sort((a, b) => (sizes[b] as number) - (sizes[a] as number) || a - b);
  if (enforceSorted && order.some((from, to) => from !== to))
    throw new ValueError(`${op}: lengths must fall; got [${sizes.join(', ')}]; try { enforceSorted: false }`);
  const longest = sizes[order[0] as number] as number;
  const rows: number[] = [];
  const batchSizes = Array.from({ length: longest }, (_, t) => {
    const present = order.filter((n) => (sizes[n] as number) > t);
    rows.push(...present.map((n) => batch.place(t, n)));
    return present.length;
  });
  const data = batch.rows.indexSelect(0, fromArray(Int32Array.from(rows), [rows.length]));
  return enforceSorted
    ? new PackedSequence(data, batchSizes)
    : new PackedSequence(data, batchSizes, order, inverse(order));
}

/** A batch as rows of elements, and where the one of step t and sequence n stands. */
interface Batch {
  readonly steps: number;
  readonly samples: number;
  readonly rows: Tensor;
  place(t: number, n: number): number;
}

export function batchOf(op: string, input: Tensor, batchFirst: boolean): Batch {
  checkTensor(op, 'input', input);
  if (input.ndim < 2)
    throw new ShapeError(
      `${op}: input must be ${batchFirst ? '[N, T, ...]' : '[T, N, ...]'}; got ${formatShape(input.shape)}; try unsqueeze`,
    );
  const [first, second, ...rest] = input.shape as readonly [number, number, ...number[]];
  const [steps, samples] = batchFirst ? [second, first] : [first, second];
  const place = (t: number, n: number): number => (batchFirst ? n * steps + t : t * samples + n);
  return { steps, samples, place, rows: input.reshape([first * second, ...rest]) };
}

export function checkLengths(
  op: string,
  lengths: Tensor | readonly number[],
  samples: number,
  steps: number,
): number[] {
  const list = isTensor(lengths) ? Array.from(lengths.data) : lengths;
  if (!Array.isArray(list) || list.length !== samples || samples === 0)
    throw new ShapeError(
      `${op}: there must be a length for each of ${samples} sequences; got ${describe(lengths)}; try [${Array(Math.min(samples, 4)).fill(steps).join(', ')}]`,
    );
  for (const length of list)
    if (!(Number.isInteger(length) && length > 0 && length <= steps))
      throw new ValueError(
        `${op}: lengths must be whole numbers in [1, ${steps}]; got ${describe(length)}; try ${steps}`,
      );
  return [...list];
}

function inverse(order: readonly number[]): number[] {
  const places: number[] = [];
  for (const [place, n] of order.entries()) places[n] = place;
  return places;
}

export interface PadPackedOptions {
  /** Whether sequences come first, [N, T, ...] instead of [T, N, ...]. Default false. */
  readonly batchFirst?: boolean;
  /** What stands behind the end of a sequence. Default 0. */
  readonly paddingValue?: number;
  /** How many steps the result has; null: as many as the longest sequence. Default null. */
  readonly totalLength?: number | null;
}

/**
 * The batch [T, N, ...] with padding, and the lengths [N], in the order before packing.
 * PyTorch: `torch.nn.utils.rnn.pad_packed_sequence`.
 *
 * @throws ValueError when totalLength is shorter than the longest sequence.
 * @example
 * padPackedSequence(packPaddedSequence(tensor([[1, 2], [3, 0]]), [2, 1]))[0]; // tensor([[1., 2.], [3., 0.]])
 */
export function padPackedSequence(sequence: PackedSequence, options: PadPackedOptions = {}): [Tensor, Tensor] {
  const op = 'padPackedSequence';
  const { batchFirst, paddingValue, totalLength } = withDefaults<Required<PadPackedOptions>>(op, options, {
    batchFirst: false,
    paddingValue: 0,
    totalLength: null,
  });
  const { data, batchSizes, unsortedIndices, lengths } = checkPacked(op, sequence);
  checkFlag(op, 'batchFirst', batchFirst);
  checkNumber(op, 'paddingValue', paddingValue);
  const longest = batchSizes.length;
  const steps = totalLength ?? longest;
  if (checkInteger(op, 'totalLength', steps, 0) < longest)
    throw new ValueError(`${op}: totalLength must be at least ${longest}; got ${steps}; try null`);
  const samples = lengths.length;
  const order = unsortedIndices ?? lengths.map((_, i) => i);
  const starts = batchSizes.map((_, t) => batchSizes.slice(0, t).reduce((sum, size) => sum + size, 0));
  /** The row behind all others is padding. */
  const rowOf = (t: number, n: number): number => {
    const place = order[n] as number;
    return place < (batchSizes[t] ?? 0) ? (starts[t] as number) + place : (data.shape[0] as number);
  };
  const [outer, inner] = batchFirst ? [samples, steps] : [steps, samples];
  const rows = Int32Array.from({ length: outer * inner }, (_, i) => {
    const [a, b] = [Math.floor(i / inner), i % inner];
    return batchFirst ? rowOf(b, a) : rowOf(a, b);
  });
  const rest = data.shape.slice(1);
  const padding = full([1, ...rest], paddingValue, { dtype: data.dtype });
  const padded = cat([data, padding]).indexSelect(0, fromArray(rows, [rows.length]));
  const sizes = Int32Array.from(order, (place) => lengths[place] as number);
  return [padded.reshape([outer, inner, ...rest]), fromArray(sizes, [samples])];
}

export function checkPacked(op: string, sequence: PackedSequence): PackedSequence {
  if (sequence instanceof PackedSequence) return sequence;
  throw new ValueError(
    `${op}: takes a PackedSequence; got ${describe(sequence)}; try packPaddedSequence(input, lengths)`,
  );
}
