import { values } from '@tessera/arbitraries';
import { law } from '@tessera/laws';
import { type DType, fromArray, promoteTypes, type Tensor, tensor, where } from '@tessera/tensor';
import { expectSameBits } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const list = fc.array(values('any'), { maxLength: 40 });
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const dtype = fc.constantFrom<DType[]>('bool', 'uint8', 'int32', 'float16', 'bfloat16', 'float32', 'float64');

describe('values', () => {
  law('go in and out bit for bit', {
    rows: 12,
    formula: 'toArray(tensor(x)) = x',
    tolerance: 'E',
    given: [list],
    holds: (data) => {
      const single = Float32Array.from(data);
      expect(fromArray(single, [data.length]).data).toEqual(single);
      expect(tensor(data).toArray()).toEqual([...single]);
      const double = Float64Array.from(data);
      expect(fromArray(double, [data.length]).data).toEqual(double);
    },
  });

  law('are rounded to nearest float32', {
    rows: 13,
    formula: 'tensor(x) = fround(x)',
    tolerance: 'E',
    given: [fc.array(fc.double(), { maxLength: 40 })],
    holds: (data) => {
      expect(tensor(data).data).toEqual(Float32Array.from(data));
      expect(tensor(data, { dtype: 'float64' }).to('float32').data).toEqual(Float32Array.from(data));
    },
  });

  law('survive float32 to float64 and back', {
    rows: 13,
    formula: 'f32(f64(x)) = x',
    tolerance: 'E',
    given: [list],
    holds: (data) => {
      expectSameBits(tensor(data).to('float64').to('float32'), tensor(data));
    },
  });

  law('survive int32 to float32 and back', {
    rows: 13,
    formula: 'i32(f32(i)) = i for |i| ≤ 2²⁴',
    tolerance: 'E',
    given: [fc.array(fc.integer({ min: -(2 ** 24), max: 2 ** 24 }))],
    holds: (data) => {
      const x = tensor(data, { dtype: 'int32' });
      expectSameBits(x.to('float32').to('int32'), x);
    },
  });

  test('of 64-bit integers come in as int32, or not at all', () => {
    expect(tensor(new BigInt64Array([1n, -2n])).dtype).toBe('int32');
    expect(() => tensor(new BigInt64Array([2n ** 31n]))).toThrow(/64-bit integers are held as int32/);
    expect(tensor([3, -4], { dtype: 'int32' }).toBigInt64Array()).toEqual(new BigInt64Array([3n, -4n]));
  });
});

/** Rounds to a number of mantissa bits by exact arithmetic, ties to even. */
function nearest(value: number, mantissa: number, least: number, most: number): number {
  if (!Number.isFinite(value) || value === 0) return value;
  const exponent = Math.max(least, Math.floor(Math.log2(Math.abs(value)) + 1e-12));
  const candidates = [exponent - 1, exponent].map((e) => {
    const step = 2 ** (Math.max(least, e) - mantissa);
    const scaled = value / step;
    const below = Math.floor(scaled);
    const rest = scaled - below;
    const even = rest === 0.5 ? below + (below % 2 === 0 ? 0 : 1) : Math.round(scaled);
    return even * step;
  });
  const fits = (y: number): boolean => Math.abs(y) < 2 ** (Math.max(least, exponent) + 1);
  const [low, high] = candidates as [number, number];
  const rounded = Math.abs(value) < 2 ** exponent && fits(low) ? low : high;
  return Math.abs(rounded) >= 2 ** (most + 1) ? Math.sign(rounded) * Infinity : rounded;
}

describe('16-bit floats', () => {
  const halves = [
    ['float16', 10, -14, 15],
    ['bfloat16', 7, -126, 127],
  ] as const;
  for (const [half, mantissa, least, most] of halves) {
    const round = (data: readonly number[]): Float32Array => tensor([...data]).to(half).data as Float32Array;
    law(`${half} rounds to nearest, ties to even`, {
      rows: 13,
      formula: 'half(x) = nearest half to x, ties to even',
      tolerance: 'E',
      given: [fc.array(values('any'), { minLength: 1, maxLength: 20 })],
      holds: (data) => {
        const wanted = data.map((value) => {
          const rounded = nearest(value, mantissa, least, most);
          return rounded === 0 ? (value < 0 || Object.is(value, -0) ? -0 : 0) : rounded;
        });
        expect(round(data)).toEqual(Float32Array.from(wanted));
      },
    });

    law(`${half} is idempotent`, {
      rows: 13,
      formula: 'half(half(x)) = half(x)',
      tolerance: 'E',
      given: [fc.array(values('any'), { minLength: 1 })],
      holds: (data) => {
        const once = tensor(data).to(half);
        expectSameBits(once.to('float32').to(half), once);
      },
    });

    law(`${half} keeps order`, {
      rows: 13,
      formula: 'x ≤ y ⇒ half(x) ≤ half(y)',
      tolerance: 'E',
      given: [values('finite'), values('finite')],
      holds: (a, b) => {
        const [low, high] = round([Math.min(a, b), Math.max(a, b)]) as unknown as [number, number];
        expect(low).toBeLessThanOrEqual(high);
      },
    });
  }

  test('halfway cases', () => {
    expect(
      tensor([2049, 2051, 65_519, 65_520, 2 ** -25, 2 ** -24 * 1.5])
        .to('float16')
        .toArray(),
    ).toEqual([2048, 2052, 65_504, Infinity, 0, 2 ** -23]);
    expect(
      tensor([257, 259, 1 + 2 ** -8])
        .to('bfloat16')
        .toArray(),
    ).toEqual([256, 260, 1]);
  });
});

describe('promotion', () => {
  law('is a join: commutative, associative, idempotent', {
    rows: 14,
    formula: 'a ∨ b = b ∨ a, (a ∨ b) ∨ c = a ∨ (b ∨ c), a ∨ a = a',
    tolerance: 'E',
    given: [dtype, dtype, dtype],
    holds: (a, b, c) => {
      expect(promoteTypes(a, b)).toBe(promoteTypes(b, a));
      expect(promoteTypes(promoteTypes(a, b), c)).toBe(promoteTypes(a, promoteTypes(b, c)));
      expect(promoteTypes(a, a)).toBe(a);
    },
  });

  test("follows PyTorch's table", () => {
    expect(tensor([1, 2], { dtype: 'int32' }).add(0.5).dtype).toBe('float32');
    expect(tensor([1, 2], { dtype: 'int32' }).add(1).dtype).toBe('int32');
    expect(tensor([true]).add(1).dtype).toBe('int32');
    expect(tensor([1], { dtype: 'float64' }).add(tensor([1])).dtype).toBe('float64');
    expect(tensor([1]).add(tensor(1, { dtype: 'float64' })).dtype).toBe('float32');
    expect(tensor([1], { dtype: 'uint8' }).add(tensor([1], { dtype: 'int32' })).dtype).toBe('int32');
    expect(tensor([1], { dtype: 'int32' }).div(2).dtype).toBe('float32');
    expect(tensor([true, true]).sum().dtype).toBe('int32');
  });
});

describe('whole numbers', () => {
  law('wrap at 32 bits', {
    rows: 40,
    formula: 'i32 + i32 = sum mod 2³²',
    tolerance: 'E',
    given: [int32, int32],
    holds: (a, b) => {
      const [x, y] = [tensor([a], { dtype: 'int32' }), tensor([b], { dtype: 'int32' })];
      expect(x.add(y).item()).toBe((a + b) | 0);
      expect(x.sub(y).item()).toBe((a - b) | 0);
      expect(x.mul(y).item()).toBe(Math.imul(a, b));
      expect(x.neg().item()).toBe(-a | 0);
    },
  });

  law('obey the laws of bits', {
    rows: 40,
    formula: 'a ∧ b, a ∨ b, a ⊕ b, ¬a as of bits',
    tolerance: 'E',
    given: [int32, int32, int32],
    holds: (a, b, c) => {
      const [x, y, z] = [a, b, c].map((value): Tensor => tensor([value], { dtype: 'int32' })) as [
        Tensor,
        Tensor,
        Tensor,
      ];
      expect(x.bitwiseAnd(y).item()).toBe(a & b);
      expect(x.bitwiseXor(y).bitwiseXor(y).item()).toBe(a);
      expect(x.bitwiseNot().bitwiseNot().item()).toBe(a);
      expectSameBits(x.bitwiseAnd(y.bitwiseOr(z)), x.bitwiseAnd(y).bitwiseOr(x.bitwiseAnd(z)));
      expectSameBits(x.bitwiseAnd(y).bitwiseNot(), x.bitwiseNot().bitwiseOr(y.bitwiseNot()));
    },
  });

  law('of 8 bits wrap too', {
    rows: 40,
    formula: 'u8 + u8 = sum mod 2⁸',
    tolerance: 'E',
    given: [fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 })],
    holds: (a, b) => {
      const [x, y] = [tensor([a], { dtype: 'uint8' }), tensor([b], { dtype: 'uint8' })];
      expect(x.add(y).item()).toBe((a + b) & 255);
      expect(x.sub(y).item()).toBe((a - b) & 255);
      expect(x.mul(y).item()).toBe((a * b) & 255);
    },
  });
});

describe('choosing', () => {
  const rows = fc.array(fc.tuple(fc.boolean(), values('any'), values('any')), { minLength: 1, maxLength: 30 });
  law('where(c, a, b) = where(not c, b, a), maskedFill is where, counts agree', {
    rows: 15,
    formula: 'where(c, a, b) = where(¬c, b, a); maskedFill = where',
    tolerance: 'E',
    given: [rows],
    holds: (list) => {
      const c = tensor(list.map(([flag]) => flag));
      const a = tensor(list.map(([, value]) => value));
      const b = tensor(list.map(([, , value]) => value));
      expectSameBits(where(c, a, b), where(c.logicalNot(), b, a));
      expectSameBits(a.maskedFill(c, 3), where(c, 3, a));
      expect(a.maskedSelect(c).shape).toEqual([list.filter(([flag]) => flag).length]);
    },
  });
});
