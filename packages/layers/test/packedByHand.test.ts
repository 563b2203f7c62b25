import { law } from '@tessera/laws';
import {
  GRU,
  LSTM,
  PackedSequence,
  packPaddedSequence,
  packSequence,
  padPackedSequence,
  padSequence,
  RNN,
  unpackSequence,
  unpadSequence,
} from '@tessera/layers';
import { fromArray, manualSeed, randn, type Tensor, tensor } from '@tessera/tensor';
import { expectSameBits } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { expect } from 'vitest';

// Sequences of several lengths, packed and padded as lists are.

const drawn = fc.record({
  lengths: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }),
  // The form of an element, and its dtype.
  form: fc.constantFrom<number[]>([], [2], [3, 1]),
  dtype: fc.constantFrom('float32', 'float64'),
  options: fc.record({ batchFirst: fc.boolean() }, { requiredKeys: [] }),
  isSorted: fc.boolean(),
  asTensor: fc.boolean(),
  side: fc.constantFrom(undefined, 'left', 'right'),
  paddingValue: fc.constantFrom(undefined, 9, -0.5),
  more: fc.nat(2),
});

law('packed sequences are their elements step by step, and come back as they went in', {
  rows: 108,
  formula:
    'data = x[0] of all, x[1] of those that are longer, ...; batchSizes[t] = #{n : length n > t}; unpack ∘ pack = id',
  tolerance: 'E',
  given: [drawn],
  share: 4,
  holds: ({ lengths: drawnLengths, form, dtype, options, isSorted, asTensor, side, paddingValue, more }) => {
    const lengths = isSorted ? drawnLengths.toSorted((a, b) => b - a) : drawnLengths;
    const width = form.reduce((a, b) => a * b, 1);
    const type = { dtype: dtype as 'float64' };
    /** Element t of sequence n. */
    const element = (n: number, t: number): number[] =>
      Array.from({ length: width }, (_, i) => 100 * n + 10 * t + i / 8);
    const sequences = lengths.map((length, n) =>
      fromArray(Array.from({ length }, (_, t) => element(n, t)).flat(), [length, ...form], type),
    );
    const { batchFirst = false } = options;
    /** The batch as lists, of so many steps. */
    const batchOf = (steps: number, filler: number, isLeft: boolean): Tensor => {
      const cells = lengths.map((length, n) =>
        Array.from({ length: steps }, (_, t) => {
          const at = isLeft ? t - (steps - length) : t;
          return at >= 0 && at < length ? element(n, at) : Array<number>(width).fill(filler);
        }),
      );
      const flat = batchFirst
        ? cells.flat(2)
        : Array.from({ length: steps }, (_, t) => cells.map((row) => row[t]!)).flat(2);
      return fromArray(flat, [...(batchFirst ? [lengths.length, steps] : [steps, lengths.length]), ...form], type);
    };
    const longest = Math.max(...lengths);
    const fill = paddingValue === undefined ? {} : { paddingValue };
    const padded = padSequence(sequences, { ...options, ...fill, ...(side && { paddingSide: side as 'left' }) });
    expectSameBits(padded, batchOf(longest, paddingValue ?? 0, side === 'left'));

    // Longer sequences stand first; of equal ones, those that came first.
    const order = [...lengths.keys()].sort((a, b) => lengths[b]! - lengths[a]! || a - b);
    const sizes = Array.from({ length: longest }, (_, t) => lengths.filter((length) => length > t).length);
    const data = sizes.flatMap((size, t) => order.slice(0, size).flatMap((n) => element(n, t)));
    const batch = batchOf(longest + more, 7, false);
    const given = asTensor ? tensor(lengths, { dtype: 'int32' }) : lengths;
    const enforce = isSorted ? {} : { enforceSorted: false };
    for (const packed of [
      packPaddedSequence(batch, given, { ...options, ...enforce }),
      packSequence(sequences, enforce),
    ]) {
      expectSameBits(packed.data, fromArray(data, [data.length / width, ...form], type));
      expect([packed.batchSizes, packed.lengths]).toEqual([sizes, order.map((n) => lengths[n])]);
      expect(packed.sortedIndices).toEqual(isSorted ? null : order);
      expect(packed.unsortedIndices).toEqual(isSorted ? null : lengths.map((_, n) => order.indexOf(n)));
      const [again, found] = padPackedSequence(packed, {
        ...options,
        ...fill,
        ...(more > 0 && { totalLength: longest + more }),
      });
      expectSameBits(again, batchOf(longest + more, paddingValue ?? 0, false));
      expect(found.toArray()).toEqual(lengths);
      unpackSequence(packed).forEach((t, n) => {
        expectSameBits(t, sequences[n]!);
      });
    }
    unpadSequence(batch, given, options).forEach((t, n) => {
      expectSameBits(t, sequences[n]!);
    });
  },
});

law('recurrent layers leave packed sequences packed, whatever comes first in a batch', {
  rows: 108,
  formula: 'f(packed) of a layer with batchFirst = f(packed) of one without; the order stays',
  tolerance: 'E',
  given: [
    fc.constantFrom(RNN, GRU, LSTM),
    fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
    fc.nat(),
  ],
  holds: (Layer, lengths, seed) => {
    manualSeed(seed);
    const make = Layer as unknown as new (...of: readonly unknown[]) => RNN;
    const [plain, first] = [new make(2, 3), new make(2, 3, { batchFirst: true })];
    first.loadStateDict(plain.stateDict());
    const packed = packSequence(
      lengths.map((length) => randn(length, 2)),
      { enforceSorted: false },
    );
    const [y, again] = [plain, first].map((layer) => layer.forward(packed)[0]) as [PackedSequence, PackedSequence];
    expect(y instanceof PackedSequence && again instanceof PackedSequence).toBe(true);
    expectSameBits(y.data.detach(), again.data.detach());
    for (const { batchSizes, sortedIndices, unsortedIndices } of [y, again])
      expect([batchSizes, sortedIndices, unsortedIndices]).toEqual([
        packed.batchSizes,
        packed.sortedIndices,
        packed.unsortedIndices,
      ]);
  },
});
