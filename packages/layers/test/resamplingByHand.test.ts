import { law } from '@tessera/laws';
import * as L from '@tessera/layers';
import { manualSeed, randn, type Tensor, tensor } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { expect } from 'vitest';

// Images of another size, by a matrix of weights for each dimension.

const float64 = { dtype: 'float64' } as const;
const MODES: readonly (readonly [L.InterpolationMode | undefined, number])[] = [
  ...[1, 2, 3].flatMap((rank) =>
    (['nearest', 'nearest-exact', 'area', undefined] as const).map((mode) => [mode, rank] as const),
  ),
  ['linear', 1],
  ['bilinear', 2],
  ['bicubic', 2],
  ['trilinear', 3],
];

interface Line {
  readonly from: number;
  readonly to: number;
  readonly isAligned: boolean;
  readonly step: number;
}

/** Keys' cubic, 1981, with PyTorch's sharpness of -3/4. */
function cubic(t: number): number {
  const [a, d] = [-3 / 4, Math.abs(t)];
  if (d < 1) return (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1;
  return d < 2 ? a * (d ** 3 - 5 * d ** 2 + 8 * d - 4) : 0;
}

/** What each element of the source gives to each of the result: [to, from]. */
function weightsOf(mode: string, { from, to, isAligned, step }: Line): number[][] {
  const inside = (place: number): number => Math.max(0, Math.min(from - 1, place));
  return Array.from({ length: to }, (_, i) => {
    const row = Array<number>(from).fill(0);
    const give = (place: number, weight: number): void => {
      row[inside(place)]! += weight;
    };
    if (mode === 'area') {
      const [start, end] = [Math.floor((i * from) / to), Math.ceil(((i + 1) * from) / to)];
      for (let j = start; j < end; j++) give(j, 1 / (end - start));
      return row;
    }
    if (mode.startsWith('nearest')) {
      // PyTorch finds the place in float32.
      give(Math.floor(Math.fround((mode === 'nearest' ? i : i + 0.5) * Math.fround(step))), 1);
      return row;
    }
    const corner = to > 1 ? (i * (from - 1)) / (to - 1) : 0;
    const place = isAligned ? corner : (i + 0.5) * step - 0.5;
    if (mode === 'bicubic') {
      for (let j = Math.floor(place) - 1; j <= Math.floor(place) + 2; j++) give(j, cubic(j - place));
      return row;
    }
    const at = Math.max(0, Math.min(from - 1, place));
    give(Math.floor(at), 1 - (at - Math.floor(at)));
    give(Math.floor(at) + 1, at - Math.floor(at));
    return row;
  });
}

const sizes = (rank: number) => fc.array(fc.integer({ min: 1, max: 6 }), { minLength: rank, maxLength: rank });
const drawn = fc.constantFrom(...MODES).chain(([mode, rank]) =>
  fc.record({
    mode: fc.constant(mode),
    seed: fc.nat(),
    from: sizes(rank),
    to: fc.oneof(
      fc.record({ size: fc.oneof(sizes(rank), fc.integer({ min: 1, max: 7 })) }),
      fc.record(
        {
          scaleFactor: fc.oneof(
            fc.constantFrom(1, 1.5, 2, 2.6),
            fc.array(fc.constantFrom(1, 1.25, 2, 3.1), { minLength: rank, maxLength: rank }),
          ),
          recomputeScaleFactor: fc.boolean(),
        },
        { requiredKeys: ['scaleFactor'] },
      ),
    ),
    alignCorners: /linear|cubic/.test(mode ?? '') ? fc.constantFrom(true, false, undefined) : fc.constant(undefined),
  }),
);

law('interpolation weighs the elements of the source, dimension by dimension', {
  rows: 102,
  formula: 'y = (W₁ ⊗ … ⊗ Wₙ) x, with W of the mode',
  tolerance: 'D',
  given: [drawn],
  share: 5,
  holds: ({ mode, seed, from, to: asked, alignCorners }) => {
    manualSeed(seed);
    const options = {
      ...asked,
      ...(mode !== undefined && { mode }),
      ...(alignCorners !== undefined && { alignCorners }),
    };
    const each = (given: number | readonly number[], d: number): number =>
      typeof given === 'number' ? given : (given[d] as number);
    const x = randn([2, 1, ...from], float64);
    const y = from.reduce<Tensor>((t, length, d) => {
      const [factor, size] = 'size' in asked ? [null, asked.size] : [each(asked.scaleFactor, d), null];
      const to = factor === null ? each(size as number, d) : Math.floor(length * factor);
      const isExact = factor === null || ('recomputeScaleFactor' in asked && asked.recomputeScaleFactor === true);
      const step = isExact ? length / to : 1 / factor;
      const weights = weightsOf(mode ?? 'nearest', { from: length, to, isAligned: alignCorners === true, step });
      // (..., from, ...) -> (..., to, ...)
      return t
        .movedim(d + 2, -1)
        .matmul(tensor(weights, float64).transpose(0, 1))
        .movedim(-1, d + 2);
    }, x);
    const found = L.interpolate(x, options);
    expect([found.shape, found.dtype]).toEqual([y.shape, 'float64']);
    expectWithin(found, y, bounds.identity(x, 16));
    expect(L.interpolate(x.to('float32'), options).dtype).toBe('float32');
    // As layers.
    expectSameBits(new L.Upsample(options as { size: number }).forward(x as Tensor) as Tensor, found);
    if (from.length !== 2) return;
    const plain = 'size' in asked ? asked : { scaleFactor: asked.scaleFactor };
    const kinds = { nearest: L.UpsamplingNearest2d, bilinear: L.UpsamplingBilinear2d };
    for (const [name, Layer] of Object.entries(kinds)) {
      const as = { ...plain, mode: name as 'nearest', ...(name === 'bilinear' && { alignCorners: true }) };
      expectSameBits(new Layer(plain).forward(x as Tensor) as Tensor, L.interpolate(x, as));
    }
  },
});
