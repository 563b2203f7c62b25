import { law } from '@tessera/laws';
import { clamp, type DType, promoteTypes, type Tensor, tensor, zeros } from '@tessera/tensor';
import { expectSameBits } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect } from 'vitest';

const DTYPES: readonly DType[] = ['bool', 'uint8', 'int32', 'float16', 'bfloat16', 'float32', 'float64'];
const ARITHMETIC: readonly DType[] = ['bool', 'uint8', 'int32', 'float32', 'float64'];
const anyDType = fc.constantFrom(...ARITHMETIC);

/** Which types come next above each: what they hold, or what kind of number. */
const ABOVE: Readonly<Record<DType, readonly DType[]>> = {
  bool: ['uint8'],
  uint8: ['int32'],
  int32: ['float16', 'bfloat16'],
  float16: ['float32'],
  bfloat16: ['float32'],
  float32: ['float64'],
  float64: [],
};
const reaches = (low: DType, high: DType): boolean => low === high || ABOVE[low].some((next) => reaches(next, high));
/** The least type that both reach. */
const join = (a: DType, b: DType): DType =>
  DTYPES.filter((c) => reaches(a, c) && reaches(b, c)).find((c, _, all) =>
    all.every((other) => reaches(c, other)),
  ) as DType;
const kindOf = (dtype: DType): number => (dtype === 'bool' ? 0 : dtype === 'uint8' || dtype === 'int32' ? 1 : 2);

/** The type that a plain number has beside a tensor. */
const beside = (value: number | boolean, dtype: DType): DType => {
  if (typeof value === 'boolean' || kindOf(dtype) === 2) return dtype;
  if (!Number.isInteger(value) || Math.abs(value) >= 2 ** 31) return 'float32';
  if (dtype === 'uint8' && value >= 0 && value < 256) return 'uint8';
  return 'int32';
};

describe('promotion', () => {
  law('is the least type that both reach', {
    rows: 14,
    formula: 'a ∨ b = min {c : a ≤ c, b ≤ c}',
    tolerance: 'E',
    given: [fc.constantFrom(...DTYPES), fc.constantFrom(...DTYPES)],
    holds: (a, b) => {
      expect(promoteTypes(a, b)).toBe(join(a, b));
    },
  });

  const numbers = fc.oneof(
    fc.boolean(),
    fc.constantFrom(0, 1, -1, 255, 256, 0.5, -2.5, 2 ** 31, -(2 ** 31), 2 ** 31 - 1, 2 ** 40),
  );
  law(
    'of a tensor with a number changes the kind at most, and the type within a kind only where the number does not fit',
    {
      rows: 14,
      formula: 'type(x ∘ c) = type(x), or that of c where its kind is higher',
      tolerance: 'E',
      given: [anyDType, numbers, fc.boolean()],
      share: 8,
      holds: (dtype, value, isScalar) => {
        const x = isScalar ? tensor(1, { dtype }) : tensor([1, 0], { dtype });
        const number = beside(value, dtype);
        // Of one kind, what has dimensions decides.
        const wanted = isScalar || kindOf(number) > kindOf(dtype) ? join(dtype, number) : dtype;
        expect(x.mul(value as number).dtype).toBe(wanted);
        expect(x.eq(value as number).dtype).toBe('bool');
      },
    },
  );

  law('of a number beside several tensors is that beside their joint type', {
    rows: 14,
    formula: 'clamp(x, y, c) = clamp(x, y, c of the type of x ∘ y)',
    tolerance: 'E',
    given: [anyDType, anyDType, fc.constantFrom(0, 3, -1, 300, 0.1)],
    holds: (a, b, c) => {
      const [x, y] = [tensor([0, 1], { dtype: a }), tensor([1, 0], { dtype: b })];
      const number = tensor(c, { dtype: beside(c, join(a, b)) });
      expectSameBits(clamp(x, y, c), clamp(x, y, number));
    },
  });

  law('of a list is bool where all are, and float32 otherwise', {
    rows: [13, 14],
    formula: 'tensor([true, ...]): bool; with a number: float32, true = 1',
    tolerance: 'E',
    given: [fc.array(fc.oneof(fc.boolean(), fc.integer({ min: -9, max: 9 })), { maxLength: 4 })],
    holds: (list) => {
      const x = tensor(list);
      expect(x.dtype).toBe(list.length > 0 && list.every((one) => typeof one === 'boolean') ? 'bool' : 'float32');
      expect([...x.data]).toEqual(list.map(Number));
    },
  });

  const operand = fc.record({ dtype: anyDType, rank: fc.nat(1) });
  law('of tensors looks at those with dimensions first, and at the others where their kind is higher', {
    rows: 14,
    formula: 'type(x ∘ y) = ∨ of those with dimensions, ∨ the others of a higher kind',
    tolerance: 'E',
    given: [operand, operand],
    holds: (a, b) => {
      const make = ({ dtype, rank }: typeof a): Tensor => zeros(rank === 0 ? [] : [2], { dtype });
      const [high, low] = a.rank >= b.rank ? [a, b] : [b, a];
      const isEqual = a.rank === b.rank;
      const wanted = isEqual || kindOf(low.dtype) > kindOf(high.dtype) ? join(a.dtype, b.dtype) : high.dtype;
      expect(make(a).mul(make(b)).dtype).toBe(wanted);
    },
  });
});

describe('16-bit floats', () => {
  /** Between two neighbours of so many digits: in the middle, or so little beside it that float32 does not see it. */
  const middles = (digits: number) =>
    fc
      .record({
        steps: fc.integer({ min: 2 ** digits, max: 2 ** (digits + 1) - 1 }),
        exponent: fc.integer({ min: -10, max: 10 }),
        beside: fc.constantFrom(-1, 0, 1),
        sign: fc.constantFrom(-1, 1),
      })
      .map(({ steps, exponent, beside: side, sign }) => ({
        value: sign * (steps + 0.5 + side * 2 ** -30) * 2 ** (exponent - digits),
        wanted: sign * (side < 0 || (side === 0 && steps % 2 === 0) ? steps : steps + 1) * 2 ** (exponent - digits),
      }));
  for (const [dtype, digits] of [
    ['float16', 10],
    ['bfloat16', 7],
  ] as const)
    law(`${dtype} rounds float64 once, not first to float32`, {
      rows: 13,
      formula: 'half(m ± ε) = the nearer neighbour; half(m) = the even one',
      tolerance: 'E',
      given: [middles(digits)],
      holds: ({ value, wanted }) => {
        expect(tensor([value], { dtype: 'float64' }).to(dtype).item()).toBe(wanted);
        expect(tensor([value], { dtype }).item()).toBe(wanted);
      },
    });
});
