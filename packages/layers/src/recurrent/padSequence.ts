/** Sequences of different lengths as one batch with padding, and back. */
import { ShapeError, stack, type Tensor, ValueError } from '@tessera/tensor';
import { checkFlag, checkTensors, describe, formatShape, sameShape, withDefaults } from '@tessera/tensor/core';
import {
  batchOf,
  checkLengths,
  checkPacked,
  type PackedSequence,
  type PackOptions,
  packPaddedSequence,
  padPackedSequence,
} from './packedSequence.ts';

export interface PadSequenceOptions {
  /** Whether sequences come first, [N, T, ...] instead of [T, N, ...]. Default false. */
  readonly batchFirst?: boolean;
  /** What stands beyond the end of a sequence. Default 0. */
  readonly paddingValue?: number;
  /** On which side padding stands. Default 'right'. */
  readonly paddingSide?: 'left' | 'right';
}

/**
 * Sequences [T_i, ...] as one batch [T, N, ...], filled up. PyTorch: `torch.nn.utils.rnn.pad_sequence`.
 *
 * @throws ShapeError when the sequences differ beyond their lengths.
 * @example
 * padSequence([tensor([1, 2]), tensor([3])], { batchFirst: true }); // tensor([[1., 2.], [3., 0.]])
 */
export function padSequence(sequences: readonly Tensor[], options: PadSequenceOptions = {}): Tensor {
  const op = 'padSequence';
  const { batchFirst, paddingValue, paddingSide } = withDefaults<Required<PadSequenceOptions>>(op, options, {
    batchFirst: false,
    paddingValue: 0,
    paddingSide: 'right',
  });
  checkFlag(op, 'batchFirst', batchFirst);
  if (paddingSide !== 'left' && paddingSide !== 'right')
    throw new ValueError(`${op}: paddingSide must be 'left' or 'right'; got ${describe(paddingSide)}; try 'right'`);
  const list = checkSequences(op, sequences);
  const longest = Math.max(...list.map(({ shape }) => shape[0] as number));
  const padded = list.map((t) => {
    const missing = longest - (t.shape[0] as number);
    const sides = [
      ...Array<number>(2 * (t.ndim - 1)).fill(0),
      ...(paddingSide === 'right' ? [0, missing] : [missing, 0]),
    ];
    return missing === 0 ? t : t.pad(sides, { value: paddingValue });
  });
  return stack(padded, batchFirst ? 0 : 1);
}

function checkSequences(op: string, sequences: readonly Tensor[]): readonly Tensor[] {
  const list = checkTensors(op, sequences);
  const [first] = list;
  if (first === undefined) throw new ValueError(`${op}: there must be sequences; got an empty list; try [tensor([1])]`);
  list.forEach((t, i) => {
    if (t.ndim > 0 && sameShape(t.shape.slice(1), first.shape.slice(1))) return;
    throw new ShapeError(
      `${op}: sequences must be [T, ...] and differ in T alone; got ${formatShape(t.shape)} at position ${i} beside ${formatShape(first.shape)}; try unsqueeze`,
    );
  });
  return list;
}

/**
 * Packs sequences [T_i, ...]. PyTorch: `torch.nn.utils.rnn.pack_sequence`.
 *
 * @example
 * packSequence([tensor([1, 2]), tensor([3])]).data; // tensor([1., 3., 2.])
 */
export function packSequence(
  sequences: readonly Tensor[],
  options: Pick<PackOptions, 'enforceSorted'> = {},
): PackedSequence {
  const { enforceSorted } = withDefaults<Required<Pick<PackOptions, 'enforceSorted'>>>('packSequence', options, {
    enforceSorted: true,
  });
  const list = checkSequences('packSequence', sequences);
  const lengths = list.map(({ shape }) => shape[0] as number);
  return packPaddedSequence(padSequence(list), lengths, { enforceSorted });
}

/**
 * The sequences of a batch without their padding. PyTorch: `torch.nn.utils.rnn.unpad_sequence`.
 *
 * @throws ValueError when a length is out of range.
 */
export function unpadSequence(
  padded: Tensor,
  lengths: Tensor | readonly number[],
  options: Pick<PackOptions, 'batchFirst'> = {},
): Tensor[] {
  const op = 'unpadSequence';
  const { batchFirst } = withDefaults<Required<Pick<PackOptions, 'batchFirst'>>>(op, options, { batchFirst: false });
  const { steps, samples } = batchOf(op, padded, checkFlag(op, 'batchFirst', batchFirst));
  return checkLengths(op, lengths, samples, steps).map((length, n) =>
    padded.select(batchFirst ? 0 : 1, n).narrow(0, 0, length),
  );
}

/** The sequences that were packed, in the order before. PyTorch: `torch.nn.utils.rnn.unpack_sequence`. */
export function unpackSequence(sequence: PackedSequence): Tensor[] {
  const [padded, lengths] = padPackedSequence(checkPacked('unpackSequence', sequence));
  return unpadSequence(padded, lengths);
}
