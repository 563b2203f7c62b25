import { law } from '@tessera/laws';
import {
  defaultGenerator,
  dropout,
  erf,
  Generator,
  initialSeed,
  manualSeed,
  multinomial,
  ones,
  rand,
  randint,
  randn,
  randperm,
  setNumThreads,
  type Tensor,
  tensor,
} from '@tessera/tensor';
import { bounds, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';

const threads = { generator: new Generator(0) };

afterAll(() => setNumThreads(1));

/** The values that `draw` gives from a fresh seed. */
function drawn(draw: (options: typeof threads) => Tensor, seed = 1): Tensor['data'] {
  return draw({ generator: new Generator(seed) }).data;
}

describe('streams', () => {
  test('the same seed gives the same numbers, another seed others', () => {
    manualSeed(7);
    const first = rand(5).data;
    expect(initialSeed()).toBe(7);
    expect(manualSeed(7)).toBe(defaultGenerator());
    expect(rand(5).data).toEqual(first);
    manualSeed(8);
    expect(rand(5).data).not.toEqual(first);
  });

  test('calls take whole blocks one after another: nothing comes twice', () => {
    const whole = drawn((options) => rand(12, options));
    const generator = new Generator(1);
    expect(rand(5, { generator }).data).toEqual(whole.slice(0, 5));
    expect(generator.offset).toBe(2);
    expect(rand(4, { generator }).data).toEqual(whole.slice(8, 12));
  });

  test('a state that was kept brings back what came after it', () => {
    const generator = new Generator(3);
    rand(100, { generator });
    const state = JSON.parse(JSON.stringify(generator.state));
    const next = randn(9, { generator }).data;
    const later = new Generator();
    later.state = state;
    expect(randn(9, { generator: later }).data).toEqual(next);
  });

  test.each([
    ['rand', (options: typeof threads) => rand(300, 500, options)],
    ['randn', (options: typeof threads) => randn(300, 500, { ...options, dtype: 'float64' })],
    ['dropout', (options: typeof threads) => dropout(ones(300, 500), 0.3, options)],
  ])('%s gives the same bits on one thread and on three', (_, draw) => {
    setNumThreads(1);
    const alone = drawn(draw);
    setNumThreads(3);
    expect(drawn(draw)).toEqual(alone);
  });
});

law('streams are those of their seed, and keep to their ranges', {
  rows: 70,
  formula: 'seed ⇒ stream; another seed ⇒ another; rand ∈ [0, 1); randint ∈ [low, high); randperm = a permutation',
  tolerance: 'E',
  given: [fc.integer({ min: -(2 ** 31), max: 2 ** 31 }), fc.integer({ min: 1, max: 200 })],
  holds: (seed, n) => {
    const uniform = drawn((options) => rand(n, options), seed);
    expect(drawn((options) => rand(n, options), seed)).toEqual(uniform);
    expect(drawn((options) => rand(8, options), seed + 1)).not.toEqual(drawn((options) => rand(8, options), seed));
    for (const value of uniform) expect(value >= 0 && value < 1).toBe(true);
    for (const value of drawn((options) => randint(-3, 4, [n], options), seed))
      expect(Number.isInteger(value) && value >= -3 && value < 4).toBe(true);
    const order = drawn((options) => randperm(n, options), seed);
    expect([...order].sort((a, b) => a - b)).toEqual([...Array(n).keys()]);
  },
});

law('uniform numbers are uniform, normal ones normal, and two streams have nothing to do with each other', {
  rows: 70,
  formula: 'sup |F̂ - F| ≤ √(ln(10⁹) / 2n); corr(seed, seed + 1) ≈ 0',
  tolerance: 'Z',
  given: [fc.integer({ min: 0, max: 2 ** 31 })],
  share: 0.1,
  holds: (seed) => {
    const n = 4096;
    const farthest = (data: ArrayLike<number>, cumulative: (x: number) => number): number =>
      Array.from(data)
        .sort((a, b) => a - b)
        .reduce(
          (most, x, i) => Math.max(most, Math.abs(cumulative(x) - i / n), Math.abs(cumulative(x) - (i + 1) / n)),
          0,
        );
    const uniform = drawn((options) => rand(n, options), seed);
    expectWithin(
      farthest(uniform, (x) => x),
      0,
      bounds.distribution(n),
    );
    const normal = drawn((options) => randn(n, { ...options, dtype: 'float64' }), seed);
    const phi = (x: number): number => 0.5 * erf(tensor([x / Math.SQRT2], { dtype: 'float64' })).item() + 0.5;
    expectWithin(farthest(normal, phi), 0, bounds.distribution(n));
    const other = drawn((options) => randn(n, { ...options, dtype: 'float64' }), seed + 1);
    const product = Array.from(normal).reduce((sum, x, i) => sum + x * (other[i] as number), 0) / n;
    expectWithin(product, 0, bounds.mean(1, n));
  },
});

describe('distributions', () => {
  const many = 20_000;
  const distributions: readonly (readonly [string, (options: typeof threads) => Tensor, number, number, number])[] = [
    ['rand', (options) => rand(many, options), 1 / 2, 1 / 12, 9 / 5],
    ['randn', (options) => randn(many, options), 0, 1, 3],
    ['randint', (options) => randint(-1, 4, [many], options), 1, 2, 1.7],
    ['dropout', (options) => dropout(ones(many), 0.2, options), 1, 1 / 4, 3.25],
    ['exponential_', (options) => ones(many).exponential_(2, options), 1 / 2, 1 / 4, 9],
    ['bernoulli_', (options) => ones(many).bernoulli_(0.3, options), 0.3, 0.21, 0.37 / 0.21],
    ['multinomial', (options) => multinomial(tensor([1, 0, 1]), many, true, options), 1, 1, 1],
  ];

  // With the kurtosis it is known how far the mean and the variance of many draws may be off.
  law('have their means and variances, from any seed', {
    rows: 70,
    formula: 'mean of n ≈ μ, variance of n ≈ σ², by six deviations',
    tolerance: 'Z',
    given: [fc.constantFrom(...distributions), fc.nat()],
    share: 0.5,
    holds: ([, draw, mean, variance, kurtosis], seed) => {
      const values = Array.from(drawn(draw, seed));
      const found = values.reduce((sum, x) => sum + x, 0) / values.length;
      const spread = values.reduce((sum, x) => sum + (x - found) ** 2, 0) / values.length;
      expectWithin(found, mean, bounds.mean(variance, values.length));
      expectWithin(spread / variance, 1, bounds.variance(kurtosis, values.length));
    },
  });

  test('a permutation has every number once', () => {
    expect([...drawn((options) => randperm(1000, options))].sort((a, b) => a - b)).toEqual([...Array(1000).keys()]);
  });

  law('without replacement no category comes twice, and none without weight', {
    rows: 70,
    formula: 'three of [0, 10, 3, 0, 1] = {1, 2, 4}, the first is 1 as often as 10 / 14',
    tolerance: ['E', 'Z'],
    given: [fc.nat()],
    share: 0.1,
    holds: (seed) => {
      const n = 2000;
      const p = tensor([[0, 10, 3, 0, 1]]).expand(n, 5);
      const picks = multinomial(p, 3, false, { generator: new Generator(seed) }).toArray() as number[][];
      expect(picks.every((row) => [...row].sort().join() === '1,2,4')).toBe(true);
      expectWithin(picks.filter(([first]) => first === 1).length / n, 10 / 14, bounds.frequency(10 / 14, n));
    },
  });
});
