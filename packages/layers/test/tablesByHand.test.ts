import { requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { embedding, embeddingBag } from '@tessera/layers';
import { fromArray, manualSeed, randn, type Tensor } from '@tessera/tensor';
import { bounds, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { expect } from 'vitest';

// What is looked up in tables, with all options, on lists of numbers.

const float64 = { dtype: 'float64' } as const;
type Rows = number[][];

const table = {
  count: fc.integer({ min: 1, max: 5 }),
  width: fc.integer({ min: 1, max: 3 }),
  seed: fc.nat(),
  options: fc.record(
    {
      paddingIdx: fc.constantFrom(0, -1, null),
      maxNorm: fc.constantFrom(1, 0, null),
      normType: fc.constantFrom(1, 2, Number.POSITIVE_INFINITY),
      scaleGradByFreq: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
  // Places, as fractions of the table.
  places: fc.array(fc.nat(9), { maxLength: 12 }),
  whole: fc.constantFrom('int32', 'uint8'),
};
type Options = Partial<Record<'paddingIdx' | 'maxNorm', number | null>> & {
  readonly normType?: number;
  readonly scaleGradByFreq?: boolean;
};

/** The table when the rows that are looked up have been shortened. PyTorch adds 1e-7 to the norm that it divides by. */
function shortened(rows: Rows, places: readonly number[], { maxNorm = null, normType = 2 }: Options): Rows {
  return rows.map((row, i) => {
    const sizes = row.map(Math.abs);
    const length =
      normType === Number.POSITIVE_INFINITY
        ? Math.max(...sizes)
        : sizes.reduce((sum, size) => sum + size ** normType, 0) ** (1 / normType);
    const isLong = maxNorm !== null && places.includes(i) && length > maxNorm;
    return isLong ? row.map((value) => (value * maxNorm) / (length + 1e-7)) : row;
  });
}

/** Adds to the gradient of each row what arrives where it was looked up. */
function gathered(count: number, width: number, places: readonly number[], arriving: Rows, options: Options): Rows {
  const { paddingIdx = null, scaleGradByFreq = false } = options;
  const sums = Array.from({ length: count }, () => Array<number>(width).fill(0));
  places.forEach((place, n) => {
    if (place === paddingIdx || place - count === paddingIdx) return;
    const often = scaleGradByFreq ? places.filter((other) => other === place).length : 1;
    arriving[n]!.forEach((g, d) => {
      sums[place]![d]! += g / often;
    });
  });
  return sums;
}

const listOf = (t: Tensor): Rows => t.detach().toArray() as Rows;
const tensorOf = (rows: Rows, width: number): Tensor => fromArray(rows.flat(), [rows.length, width], float64);

law('an embedding is the rows of its table, shortened where that is asked, and gathers their gradients', {
  rows: [67, 111],
  formula: 'y[n] = W[i_n], with ‖W[i_n]‖ ≤ maxNorm first; ∇W[i] = Σ_{n: i_n = i} g[n] / frequency, 0 for padding',
  tolerance: 'D',
  given: [fc.record(table)],
  share: 4,
  holds: ({ count, width, seed, options, places, whole }) => {
    manualSeed(seed);
    const weight = requiresGrad(randn([count, width], float64).mul(2));
    const before = listOf(weight);
    const at = places.map((place) => place % count);
    const wanted = shortened(before, at, options);
    const y = embedding(fromArray(at, [at.length], { dtype: whole as 'int32' }), weight, options);
    const near = bounds.identity(4, weight.detach());
    expectWithin(
      y.detach(),
      tensorOf(
        at.map((place) => wanted[place]!),
        width,
      ),
      near,
    );
    expectWithin(weight.detach(), tensorOf(wanted, width), near);
    const g = randn(y.shape, float64);
    y.backward({ gradient: g });
    const gradients = gathered(count, width, at, listOf(g), options);
    expectWithin(weight.grad!, tensorOf(gradients, width), bounds.identity(at.length, g));
  },
});

law('bags are sums, means or maxima of rows, and their gradients', {
  rows: [67, 111],
  formula: 'y[b] = Σ s_n W[i_n], their mean or their maximum, over n of bag b that are no padding; 0 without any',
  tolerance: 'D',
  given: [
    fc.record({
      ...table,
      mode: fc.constantFrom('sum' as const, 'mean' as const, 'max' as const, undefined),
      cuts: fc.array(fc.nat(12), { maxLength: 4 }),
      ends: fc.constantFrom(undefined, false, true),
      columns: fc.constantFrom(null, null, 1, 2, 3),
      isWeighted: fc.boolean(),
    }),
  ],
  share: 4,
  holds: ({ count, width, seed, options, places, whole, mode, cuts, ends, columns, isWeighted }) => {
    manualSeed(seed);
    const weight = requiresGrad(randn([count, width], float64).mul(2));
    const before = listOf(weight);
    // Rows of a matrix, or what lies between offsets.
    const length = columns === null ? places.length : places.length - (places.length % columns);
    const at = places.slice(0, length).map((place) => place % count);
    const starts =
      columns === null
        ? [0, ...cuts.map((cut) => Math.min(cut, length)).toSorted((a, b) => a - b)]
        : Array.from({ length: length / columns }, (_, bag) => bag * columns);
    const bags = starts.map((start, bag) =>
      Array.from({ length: (starts[bag + 1] ?? length) - start }, (_, i) => start + i).filter(
        (n) => ![at[n], at[n]! - count].includes(options.paddingIdx ?? Number.NaN),
      ),
    );
    const wanted = shortened(before, at, options);
    const samples = isWeighted && mode === 'sum' ? requiresGrad(randn([length], float64)) : null;
    const scale = (n: number): number => (samples === null ? 1 : samples.data[n]!);
    const value = (n: number, d: number): number => wanted[at[n]!]![d]!;
    const columnsOf = Array.from({ length: width }, (_, d) => d);
    const expected = bags.map((bag) =>
      columnsOf.map((d) => {
        if (bag.length === 0) return 0;
        if (mode === 'max') return Math.max(...bag.map((n) => value(n, d)));
        const sum = bag.reduce((total, n) => total + scale(n) * value(n, d), 0);
        return mode === 'sum' ? sum : sum / bag.length;
      }),
    );
    const dtype = { dtype: whole as 'int32' };
    const shape = columns === null ? [length] : [length / columns, columns];
    const offsets = columns === null && {
      offsets: fromArray(
        ends === true ? [...starts, length] : starts,
        [starts.length + (ends === true ? 1 : 0)],
        dtype,
      ),
      ...(ends !== undefined && { includeLastOffset: ends }),
    };
    const y = embeddingBag(fromArray(at, shape, dtype), weight, {
      ...options,
      ...offsets,
      ...(mode && { mode }),
      ...(samples && { perSampleWeights: samples.reshape(shape) }),
    });
    const near = bounds.identity(4, length, weight.detach(), ...(samples ? [samples.detach()] : []));
    expectWithin(y.detach(), tensorOf(expected, width), near);
    expectWithin(weight.detach(), tensorOf(wanted, width), near);

    const g = randn(y.shape, float64);
    y.backward({ gradient: g });
    const given = listOf(g);
    // What arrives at each place: of equal maxima the first gets it, and equal are but places of one row.
    const arriving = at.map(() => columnsOf.map(() => 0));
    bags.forEach((bag, b) => {
      for (const d of columnsOf) {
        const of = mode === 'max' ? bag.filter((n) => value(n, d) === expected[b]![d]).slice(0, 1) : bag;
        for (const n of of)
          arriving[n]![d] = (given[b]![d]! * scale(n)) / (mode === 'sum' || mode === 'max' ? 1 : bag.length);
      }
    });
    const close = bounds.identity(length, g, ...(samples ? [samples.detach()] : []), weight.detach(), 16);
    expectWithin(weight.grad!, tensorOf(gathered(count, width, at, arriving, options), width), close);
    if (samples !== null) {
      const shares = at.map((_, n) => {
        const bag = bags.findIndex((list) => list.includes(n));
        return bag < 0 ? 0 : columnsOf.reduce((sum, d) => sum + given[bag]![d]! * value(n, d), 0);
      });
      expectWithin(samples.grad!, fromArray(shares, [length], float64), close);
    }
    expect(y.shape).toEqual([bags.length, width]);
  },
});
