import { law } from '@tessera/laws';
import {
  argsort,
  bernoulli,
  cumsum,
  dropout,
  fromArray,
  full,
  Generator,
  layerNorm,
  logSoftmax,
  logsumexp,
  norm,
  ones,
  rand,
  randn,
  rmsNorm,
  softmax,
  sort,
  type Tensor,
  variance,
  zeros,
} from '@tessera/tensor';
import { expectSameBits } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { expect } from 'vitest';

law('reductions of rows so long that threads share them are those of all their parts', {
  rows: [42, 45],
  formula: 'Σ, mean, max, min, argmax, Π of whole numbers, exact for 2¹⁶ elements and more',
  tolerance: 'E',
  given: [fc.integer({ min: 2 ** 16, max: 3 * 2 ** 16 }), fc.integer({ min: 1, max: 97 })],
  share: 0.2,
  holds: (n, step) => {
    const data = Float32Array.from({ length: n }, (_, i) => ((i * step) % 101) - 50);
    const x = fromArray(data, [n]);
    const all = data.reduce((sum, value) => sum + value, 0);
    expect(x.sum().item()).toBe(all);
    expect(x.mean().item()).toBe(Math.fround(all / n));
    const [peak, valley] = [(step * 7919) % n, (step * 7919 + 1) % n];
    data[peak] = 1000;
    data[valley] = -1000;
    const y = fromArray(data, [n]);
    expect([y.amax().item(), y.amin().item(), y.argmax().item()]).toEqual([1000, -1000, peak]);
    const ones = new Float32Array(n).fill(1);
    [ones[peak], ones[valley]] = [3, -2];
    expect(fromArray(ones, [n]).prod().item()).toBe(-6);
  },
});

/** What is done to each row by itself. */
const OF_ROWS: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  softmax: (x) => softmax(x, -1),
  logSoftmax: (x) => logSoftmax(x, -1),
  logsumexp: (x) => logsumexp(x, -1),
  layerNorm: (x) => layerNorm(x, x.shape.at(-1) as number),
  rmsNorm: (x) => rmsNorm(x, x.shape.at(-1) as number),
  cumsum: (x) => cumsum(x, -1),
  sort: (x) => sort(x, -1).values,
  argsort: (x) => argsort(x, -1),
  sum: (x) => x.sum(-1),
  amax: (x) => x.amax(-1),
  argmin: (x) => x.argmin(-1),
  variance: (x) => variance(x, -1),
  norm: (x) => norm(x, 2, -1),
};

law('rows so many that threads share them are each what they are alone', {
  rows: [45, 175],
  formula: 'f(x)[i ... i + k] = f(x[i ... i + k]), for softmax, norms, sums, orders and more of 2¹⁶ elements and more',
  tolerance: 'E',
  given: [
    fc.constantFrom(...Object.keys(OF_ROWS)),
    fc.constantFrom(1, 3, 16, 37, 128, 1000),
    fc.integer({ min: 2 ** 16, max: 3 * 2 ** 16 }),
    fc.constantFrom('float32', 'float64'),
    fc.nat(),
  ],
  share: 0.5,
  holds: (name, width, count, dtype, seed) => {
    const f = OF_ROWS[name] as (x: Tensor) => Tensor;
    const rows = Math.ceil(count / width);
    const x = randn([rows, width], { dtype: dtype as 'float32', generator: new Generator(seed) });
    const all = f(x);
    for (const start of [0, seed % rows, rows - 1]) {
      const few = Math.min(3, rows - start);
      expectSameBits(all.narrow(0, start, few).contiguous(), f(x.narrow(0, start, few).clone()));
    }
  },
});

/** What draws one word of a stream for each element. */
const DRAWS: Readonly<Record<string, (n: number, generator: Generator) => Tensor>> = {
  rand: (n, generator) => rand([n], { generator }),
  randn: (n, generator) => randn([n], { generator }),
  exponential: (n, generator) => zeros(n).exponential_(2, { generator }),
  bernoulli: (n, generator) => bernoulli(full([n], 0.3), { generator }),
  dropout: (n, generator) => dropout(ones(n), 0.3, { generator }),
};

law('numbers so many that threads share them are those of the stream, one after the other', {
  rows: [45, 70],
  formula: 'draw(n)[4 b ... 4 b + k] = draw(k) from b blocks of four words further on',
  tolerance: 'E',
  given: [
    fc.constantFrom(...Object.keys(DRAWS)),
    fc.integer({ min: 2 ** 16, max: 3 * 2 ** 16 }),
    fc.nat({ max: 2 ** 14 - 4 }),
    fc.nat(),
  ],
  share: 0.5,
  holds: (name, n, block, seed) => {
    const draw = (count: number, offset: number): Tensor => {
      const generator = new Generator(seed);
      generator.state = { ...generator.state, offset };
      return (DRAWS[name] as (typeof DRAWS)[string])(count, generator);
    };
    expectSameBits(
      draw(n, 0)
        .narrow(0, 4 * block, 16)
        .contiguous(),
      draw(16, block),
    );
  },
});
