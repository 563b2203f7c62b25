import { law } from '@tessera/laws';
import * as L from '@tessera/layers';
import { manualSeed, randperm, type Tensor } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect } from 'vitest';

type Result = Tensor | { readonly values: Tensor; readonly indices: Tensor };
type Loose = (...of: readonly unknown[]) => Result;
type Make = new (...of: readonly unknown[]) => L.Module;
const all = L as unknown as Readonly<Record<string, unknown>>;
const call = (module: L.Module, x: Tensor): Result => (module.forward as unknown as Loose).call(module, x);
const partsOf = (result: Result): Tensor[] =>
  'values' in result && !('storage' in result) ? [result.values, result.indices] : [result as Tensor];
const expectSame = (a: Result, b: Result): void => {
  const [left, right] = [partsOf(a), partsOf(b)];
  expect(left.length).toBe(right.length);
  left.forEach((one, i) => {
    expectSameBits(one, right[i] as Tensor);
  });
};

const windows = fc.integer({ min: 1, max: 3 }).chain((rank) => {
  const each = (low: number, high: number) =>
    fc.array(fc.integer({ min: low, max: high }), { minLength: rank, maxLength: rank });
  return fc.record({
    rank: fc.constant(rank),
    seed: fc.nat(),
    lengths: each(1, 7),
    // Of an image without a number in it, the first place is taken.
    isEmpty: fc.constantFrom(false, false, true),
    kernel: each(1, 3),
    isMax: fc.boolean(),
    options: fc.record(
      {
        stride: each(1, 3),
        ceilMode: fc.boolean(),
        isPadded: fc.boolean(),
        dilation: each(1, 2),
        flag: fc.boolean(),
        divisorOverride: fc.constantFrom(null, 3),
      },
      { requiredKeys: [] },
    ),
  });
});

/** All different, so that the greatest stands in one place. */
const imageOf = (seed: number, shape: readonly number[]): Tensor => {
  manualSeed(seed);
  const count = shape.reduce((a, b) => a * b, 1);
  return randperm(count)
    .to('float64')
    .reshape(...shape);
};

describe('pooling', () => {
  law('by layers is by functions, of one sample as of a batch, and is what loops over windows give', {
    rows: 101,
    formula: 'y[p] = max or mean of x[p s - pad + k d] over the k that lie inside',
    tolerance: 'D',
    given: [windows],
    holds: ({ rank, seed, lengths, kernel, isMax, isEmpty, options }) => {
      const { stride, ceilMode, isPadded, dilation, flag, divisorOverride } = options;
      const padding = kernel.map((k) => (isPadded ? Math.floor(k / 2) : 0));
      const gaps = isMax && dilation ? dilation : kernel.map(() => 1);
      const spans = kernel.map((k, d) => (k - 1) * (gaps[d] as number) + 1);
      // One window fits at least.
      const sizes = lengths.map((n, d) => Math.max(n, 1, (spans[d] as number) - 2 * (padding[d] as number)));
      const name = isMax ? 'MaxPool' : 'AvgPool';
      const given = {
        ...(stride && { stride }),
        ...(ceilMode !== undefined && { ceilMode }),
        ...(isPadded !== undefined && { padding }),
        ...(isMax && dilation && { dilation }),
        ...(isMax && flag !== undefined && { returnIndices: flag }),
        ...(!isMax && flag !== undefined && { countIncludePad: flag }),
        ...(!isMax && divisorOverride !== undefined && { divisorOverride }),
      };
      const image = imageOf(seed, [2, 2, ...sizes]);
      const x = isMax && isEmpty ? image.fill_(-Infinity) : image;
      const run = all[`${isMax ? 'max' : 'avg'}Pool${rank}d`] as Loose;
      const layer = new (all[`${name}${rank}d`] as Make)(kernel, given);
      const found = run(x, kernel, given);
      expectSame(call(layer, x), found);
      const steps = stride ?? kernel;
      const shown = layer as unknown as L.MaxPool2d;
      expect([shown.kernelSize, shown.stride, shown.padding, shown.ceilMode]).toEqual([
        kernel,
        steps,
        padding,
        ceilMode ?? false,
      ]);
      // A sample alone is a batch of one.
      const alone = partsOf(run(x.select(0, 1), kernel, given));
      alone.forEach((one, i) => {
        expectSameBits(one, (partsOf(found)[i] as Tensor).select(0, 1).contiguous());
      });
      const counts = sizes.map((n, d) => {
        const room = (n + 2 * (padding[d] as number) - (spans[d] as number)) / (steps[d] as number);
        const count = (ceilMode ? Math.ceil(room) : Math.floor(room)) + 1;
        // The last window begins inside, or in the padding before.
        return ceilMode && (count - 1) * (steps[d] as number) >= n + (padding[d] as number) ? count - 1 : count;
      });
      const [y, places] = partsOf(found) as [Tensor, Tensor | undefined];
      expect(y.shape).toEqual([2, 2, ...counts]);
      expect(places !== undefined).toBe(isMax && flag === true);
      const [data, flat, at] = [x.data, y.data, places?.data];
      const plane = sizes.reduce((a, b) => a * b, 1);
      const each = counts.reduce((a, b) => a * b, 1);
      const walk = (shape: readonly number[]): number[][] =>
        shape.reduce<number[][]>(
          (list, n) => list.flatMap((one) => Array.from({ length: n }, (_, i) => [...one, i])),
          [[]],
        );
      walk(counts).forEach((position, p) => {
        const window = walk(kernel).map((k) =>
          k.map(
            (i, d) => (position[d] as number) * (steps[d] as number) - (padding[d] as number) + i * (gaps[d] as number),
          ),
        );
        const inside = window.filter((place) => place.every((i, d) => i >= 0 && i < (sizes[d] as number)));
        const padded = window.filter((place) =>
          place.every((i, d) => i < (sizes[d] as number) + (padding[d] as number)),
        ).length;
        const offsets = inside.map((place) => place.reduce((offset, i, d) => offset * (sizes[d] as number) + i, 0));
        for (let image = 0; image < 4; image++) {
          const values = offsets.map((offset) => data[image * plane + offset] as number);
          const best = Math.max(...values);
          const divisor = divisorOverride ?? ((flag ?? true) ? padded : inside.length);
          const wanted = isMax ? best : values.reduce((a, b) => a + b, 0) / divisor;
          expectWithin([flat[image * each + p] as number], [wanted], bounds.identity(values, 9));
          // With gaps, a window may step over all that there is.
          if (at) expect(at[image * each + p]).toBe(offsets[values.indexOf(best)] ?? at[image * each + p]);
        }
      });
    },
  });

  law('to a size by layers is by functions, of one sample as of a batch', {
    rows: 101,
    formula: 'y[p] = max or mean of x[⌊p n / m⌋ ... ⌈(p + 1) n / m⌉]',
    tolerance: 'E',
    given: [windows, fc.constantFrom(undefined, true, false)],
    holds: ({ rank, seed, lengths, kernel, isMax }, returnIndices) => {
      const x = imageOf(seed, [2, 2, ...lengths]);
      const given = isMax && returnIndices !== undefined ? [{ returnIndices }] : [];
      const run = all[`adaptive${isMax ? 'Max' : 'Avg'}Pool${rank}d`] as Loose;
      const layer = new (all[`Adaptive${isMax ? 'Max' : 'Avg'}Pool${rank}d`] as Make)(kernel, ...given);
      const found = run(x, kernel, ...given);
      expectSame(call(layer, x), found);
      expect(partsOf(found).length).toBe(isMax && returnIndices ? 2 : 1);
      partsOf(run(x.select(0, 0), kernel, ...given)).forEach((one, i) => {
        expectSameBits(one, (partsOf(found)[i] as Tensor).select(0, 0).contiguous());
      });
      expect((layer as unknown as { readonly outputSize: unknown }).outputSize).toEqual(kernel);
    },
  });
});
