import { gradcheck } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { arange, cat, manualSeed, randint, randn, type Tensor, zeros } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RotaryEmbedding } from '../src/index.ts';

const float64 = { dtype: 'float64' } as const;

const drawn = fc.record({
  seed: fc.nat(),
  half: fc.integer({ min: 1, max: 4 }),
  more: fc.integer({ min: 0, max: 2 }),
  length: fc.integer({ min: 1, max: 6 }),
  offset: fc.integer({ min: 0, max: 1000 }),
  interleaved: fc.boolean(),
});

describe('rotations by position', () => {
  law('are rotations: plane by plane, as loops give', {
    rows: 110,
    formula: '(x, y) ↦ (x cos θ - y sin θ, x sin θ + y cos θ)',
    tolerance: 'D',
    given: [
      drawn,
      fc.constantFrom('by place', 'from an offset', 'by positions'),
      fc.constantFrom(undefined, 100),
      fc.constantFrom([], [2], [1, 3]),
    ],
    share: 2,
    holds: ({ seed, half, more, length, offset, interleaved }, way, given, heads) => {
      manualSeed(seed);
      const base = given ?? 10_000;
      const x = randn([2, ...heads, length, 2 * half + more], float64);
      const positions = randint(0, 50, [2, ...heads.map(() => 1), length], { dtype: 'int32' });
      const rope = new RotaryEmbedding(2 * half, { ...(interleaved && { interleaved }), ...(given && { base }) });
      const options = { 'by place': {}, 'from an offset': { offset }, 'by positions': { positions } };
      const y = rope.forward(x, options[way as 'by place']);
      const placeOf = (n: number, t: number): number =>
        way === 'by positions' ? positions.data[n * length + t]! : t + (way === 'by place' ? 0 : offset);
      const rows = x.reshape(-1, length, 2 * half + more).toArray() as number[][][];
      const expected = rows.map((sequence, i) =>
        sequence.map((row, position) => {
          const turned = [...row];
          for (let p = 0; p < half; p++) {
            const angle = placeOf(Math.floor((2 * i) / rows.length), position) / base ** (p / half);
            const [a, b] = interleaved ? [2 * p, 2 * p + 1] : [p, p + half];
            turned[a] = row[a]! * Math.cos(angle) - row[b]! * Math.sin(angle);
            turned[b] = row[a]! * Math.sin(angle) + row[b]! * Math.cos(angle);
          }
          return turned;
        }),
      );
      expectWithin(y.reshape(-1, length, 2 * half + more), expected, bounds.identity(expected));
    },
  });

  law('keep lengths, and make products depend on the distance alone', {
    rows: 110,
    formula: '|R x| = |x|; ⟨R_m q, R_n k⟩ = ⟨R_{m + d} q, R_{n + d} k⟩',
    tolerance: 'D',
    given: [drawn, fc.nat({ max: 50 }), fc.nat({ max: 50 }), fc.nat({ max: 500 })],
    holds: ({ seed, half, interleaved }, m, n, further) => {
      manualSeed(seed);
      const rope = new RotaryEmbedding(2 * half, { interleaved });
      const [q, k] = [randn([1, 2 * half], float64), randn([1, 2 * half], float64)];
      const at = (x: Tensor, offset: number): Tensor => rope.forward(x, { offset });
      expectWithin(at(q, m).square().sum(), q.square().sum(), bounds.identity(q, q));
      const product = (a: number, b: number): Tensor => at(q, a).mul(at(k, b)).sum();
      // An angle is off by its own rounding.
      expectWithin(product(m + further, n + further), product(m, n), bounds.identity(q, k, m + n + 2 * further));
    },
  });

  test('by positions are those by place', () => {
    const rope = new RotaryEmbedding(4, { base: 100 });
    const x = randn(2, 3, 5, 4);
    expectSameBits(rope.forward(x, { positions: arange(5).add(7) }), rope.forward(x, { offset: 7 }));
    const each = rope.forward(x, { positions: arange(10).reshape(2, 1, 5) });
    expectSameBits(each, cat([rope.forward(x.narrow(0, 0, 1)), rope.forward(x.narrow(0, 1, 1), { offset: 5 })]));
  });

  test('have true derivatives', () => {
    const rope = new RotaryEmbedding(4, { interleaved: true });
    gradcheck((x) => rope.forward(x as Tensor, { offset: 2 }), [randn([2, 3, 5], float64)]);
  });
});

test.each<readonly [string, () => unknown, string]>([
  ['an odd dim', () => new RotaryEmbedding(3), 'dim must be even; got 3'],
  ['too few features', () => new RotaryEmbedding(8).forward(zeros(2, 4)), 'x must be [..., L, D] with D at least 8'],
  ['no sequence', () => new RotaryEmbedding(4).forward(zeros(4)), 'x must be [..., L, D]'],
  ['integers', () => new RotaryEmbedding(2).forward(zeros([2, 2], { dtype: 'int32' })), 'x must be'],
  [
    'positions of another length',
    () => new RotaryEmbedding(2).forward(zeros(3, 2), { positions: arange(4) }),
    'shapes must',
  ],
  ['an option', () => new RotaryEmbedding(2, { theta: 1 } as never), "there is no option 'theta'"],
])('%s is refused', (_, run, message) => {
  expect(run).toThrow(`RotaryEmbedding: ${message}`);
});
