import { law } from '@tessera/laws';
import { fromArray, manualSeed, randn, type Tensor } from '@tessera/tensor';
import { bounds, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { expect } from 'vitest';
import { MultiheadAttention } from '../src/index.ts';

// Multi-head attention with all its options, on lists of numbers.

const float64 = { dtype: 'float64' } as const;
type Rows = number[][];

const drawn = fc.record({
  seed: fc.nat(),
  sizes: fc.record({
    batch: fc.integer({ min: 1, max: 2 }),
    heads: fc.integer({ min: 1, max: 3 }),
    headDim: fc.integer({ min: 1, max: 3 }),
    length: fc.integer({ min: 1, max: 4 }),
    keys: fc.integer({ min: 1, max: 4 }),
  }),
  // Nothing named means PyTorch's defaults.
  options: fc.record(
    {
      bias: fc.boolean(),
      addBiasKv: fc.boolean(),
      addZeroAttn: fc.boolean(),
      batchFirst: fc.boolean(),
      kdim: fc.constantFrom(null, 2),
      vdim: fc.constantFrom(null, 2),
    },
    { requiredKeys: [] },
  ),
  same: fc.constantFrom('all', 'key and value', 'query and key', 'none'),
  padding: fc.constantFrom('none', 'bool', 'float'),
  mask: fc.constantFrom('none', 'bool', 'float', 'bool of heads', 'float of heads'),
  isCausal: fc.boolean(),
  asked: fc.record({ needWeights: fc.boolean(), averageAttnWeights: fc.boolean() }, { requiredKeys: [] }),
});

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
const rowsOf = (t: Tensor): Rows => t.detach().toArray() as Rows;
/** x Wᵀ + b, row by row. */
const projected = (x: Rows, weight: Rows, bias: readonly number[] | null): Rows =>
  x.map((row) => weight.map((w, i) => dot(row, w) + (bias?.[i] ?? 0)));

/** Softmax of scores with what masks add; zeros where nothing may be attended to. */
function softmax(scores: readonly number[]): number[] {
  const top = Math.max(...scores);
  if (top === -Infinity) return scores.map(() => 0);
  const powers = scores.map((score) => Math.exp(score - top));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

law('multi-head attention is its formula, whatever is asked of it', {
  rows: 109,
  formula: 'y = [heads] Wₒ + bₒ; head h: softmax(q_h k_hᵀ / √d + masks) v_h over keys, those learned, and zeros',
  tolerance: 'D',
  given: [drawn],
  share: 4,
  holds: ({ seed, sizes, options, same, padding, mask, isCausal, asked }) => {
    manualSeed(seed);
    const { batch, heads, headDim } = sizes;
    const width = heads * headDim;
    const { bias = true, addBiasKv = false, addZeroAttn = false, batchFirst = false } = options;
    const [kdim, vdim] = [options.kdim ?? width, options.vdim ?? width];
    const layer = new MultiheadAttention(width as number, heads, options).double();
    for (const [, parameter] of layer.namedParameters()) parameter.detach().copy_(randn(parameter.shape, float64));
    // One tensor for several is possible where widths and lengths are the same.
    const ofKey = same === 'all' || same === 'query and key';
    const [length, keys] = [sizes.length, ofKey ? sizes.length : sizes.keys];
    const query = randn([batch, length, width], float64);
    const key = ofKey && kdim === width ? query : randn([batch, keys, kdim], float64);
    const shared = (same === 'all' || same === 'key and value') && vdim === kdim;
    const value = shared ? key : randn([batch, keys, vdim], float64);

    const draw = (shape: readonly number[], isBool: boolean): Tensor =>
      isBool ? randn(shape, float64).gt(0.5) : randn(shape, float64);
    const paddings = padding === 'none' ? null : draw([batch, keys], padding === 'bool');
    const shape = mask.endsWith('heads') ? [batch * heads, length, keys] : [length, keys];
    const attnMask = mask === 'none' ? null : draw(shape, mask.startsWith('bool'));
    /** What a mask adds: of bools, true takes the key away. */
    const adds = (t: Tensor | null, ...place: number[]): number => {
      if (t === null) return 0;
      const at = place.slice(-t.ndim).reduce((flat, i, d) => flat * t.shape[d]! + i, 0);
      return t.dtype === 'bool' ? (t.data[at] === 0 ? 0 : -Infinity) : t.data[at]!;
    };

    const weightsOf = (name: 'q' | 'k' | 'v', place: number): Rows =>
      layer.inProjWeight === null
        ? rowsOf(layer[`${name}ProjWeight`] as Tensor)
        : rowsOf(layer.inProjWeight as Tensor).slice(place * width, (place + 1) * width);
    const biasOf = (place: number): number[] | null =>
      layer.inProjBias && ([...layer.inProjBias.data].slice(place * width, (place + 1) * width) as number[]);
    expect([layer.inProjBias !== null, layer.biasK !== null, layer.biasV !== null]).toEqual([
      bias,
      addBiasKv,
      addBiasKv,
    ]);
    const output: number[] = [];
    const weights: number[][][][] = [];
    for (let n = 0; n < batch; n++) {
      const [q, k, v] = (
        [
          ['q', query],
          ['k', key],
          ['v', value],
        ] as const
      ).map(([name, x], i) => projected(rowsOf(x.select(0, n)), weightsOf(name, i), biasOf(i))) as [Rows, Rows, Rows];
      for (const [list, extra] of [
        [k, layer.biasK],
        [v, layer.biasV],
      ] as const) {
        if (extra !== null) list.push([...extra.data] as number[]);
        if (addZeroAttn) list.push(Array<number>(width).fill(0));
      }
      const joined = q.map((): number[] => []);
      weights.push(
        Array.from({ length: heads }, (_, h) => {
          const part = (row: readonly number[]): number[] => row.slice(h * headDim, (h + 1) * headDim);
          return q.map((row, i) => {
            const scores = k.map((other, j) => {
              const score = dot(part(row), part(other)) / Math.sqrt(headDim);
              // What was added may always be attended to. A mask decides where there is one.
              if (j >= keys) return score;
              const future = isCausal && attnMask === null && j > i ? -Infinity : 0;
              return score + future + adds(paddings, n, j) + adds(attnMask, n * heads + h, i, j);
            });
            const shares = softmax(scores);
            joined[i]!.push(
              ...Array.from({ length: headDim }, (_, c) =>
                dot(
                  shares,
                  v.map((one) => part(one)[c]!),
                ),
              ),
            );
            return shares;
          });
        }),
      );
      output.push(
        ...projected(
          joined,
          rowsOf(layer.outProj.weight as Tensor),
          (layer.outProj.bias?.toArray() as number[]) ?? null,
        ).flat(),
      );
    }

    const arranged = (x: Tensor): Tensor => (batchFirst ? x : x.transpose(0, 1));
    const given = [query, key, value].map((x, i, all) => (i > 0 && x === all[i - 1] ? null : arranged(x)));
    const q = given[0] as Tensor;
    const k = given[1] ?? q;
    const v = given[2] ?? k;
    const settings = { ...asked, keyPaddingMask: paddings, attnMask, ...(isCausal && { isCausal }) };
    const [y, shown] = layer.forward(q, k, v, settings);
    const near = bounds.identity(output, ...[...layer.parameters()].map((p) => p.detach()), query, key, value);
    expectWithin(arranged(y.detach()), fromArray(output, [batch, length, width], float64), near);
    if (asked.needWeights === false) return expect(shown).toBeNull();
    const each = fromArray(weights.flat(3), [batch, heads, length, weights[0]![0]![0]!.length], float64);
    const expected = asked.averageAttnWeights === false ? each : each.mean(1);
    expectWithin((shown as Tensor).detach(), expected, near);
  },
});

law('learned keys and values start as small as their projections', {
  rows: [109, 170],
  formula: 'biasK, biasV ~ normal(0, 1 / embedDim)',
  tolerance: 'Z',
  given: [fc.integer({ min: 8, max: 12 }), fc.constantFrom(1, 4)],
  holds: (half, heads) => {
    const width = 4 * half;
    const { biasK, biasV } = new MultiheadAttention(width as number, heads, { addBiasKv: true });
    const values = [biasK, biasV].flatMap((bias) => [...bias!.data].map((x) => x * Math.sqrt(width)));
    const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
    expectWithin(mean(values), 0, bounds.mean(1, values.length));
    expectWithin(mean(values.map((x) => x ** 2)), 1, bounds.variance(3, values.length));
  },
});
