import { grad, requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { clamp, fromArray, logit, sinc, type Tensor, tensor } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';

const float64 = { dtype: 'float64' } as const;
const values = fc.array(
  fc.integer({ min: -6, max: 6 }).map((i) => i / 4),
  { minLength: 1, maxLength: 6 },
);
const bound = fc.option(fc.integer({ min: -4, max: 4 }).map((i) => i / 4));

/** The gradient of the sum of f(x). */
function slopeOf(f: (x: Tensor) => Tensor, data: readonly number[]): Tensor {
  const x = requiresGrad<Tensor>(fromArray([...data], [data.length], float64));
  return grad(f(x).sum(), [x])[0] as Tensor;
}

law('clamp lets gradients through where it changes nothing, ends included', {
  rows: [72, 73],
  formula:
    '∂ clamp(x, a, b) = 1 where a ≤ x ≤ b, else 0, for numbers and for tensors; of tensors, 1 to the bound that is taken',
  tolerance: 'E',
  given: [values, bound, bound, fc.boolean()],
  share: 2,
  holds: (data, min, max, isTensor) => {
    if (min === null && max === null) return;
    const n = data.length;
    const given = (one: number | null): number | Tensor | undefined =>
      one === null ? undefined : isTensor ? fromArray(Array<number>(n).fill(one), [n], float64) : one;
    const slope = slopeOf((x) => (clamp as (...of: unknown[]) => Tensor)(x, given(min), given(max)), data);
    const inside = (x: number): boolean => x >= (min ?? -Infinity) && x <= (max ?? Infinity);
    // At a bound that is a tensor, both may have a share; a number has none.
    const isEnd = (x: number): boolean => isTensor && (x === min || x === max);
    const kept = data.map((x, i) => (isEnd(x) ? slope.data[i]! : inside(x) ? 1 : 0));
    expectSameBits(slope, fromArray(kept, [n], float64));
  },
});

law('logit has its slope inside, none where eps holds, and none at all outside', {
  rows: [72, 73],
  formula: '∂ logit(p) = 1 / (p (1 - p)); with eps: 0 below eps and above 1 - eps; without: NaN outside [0, 1]',
  tolerance: 'D',
  given: [
    fc.array(
      fc.integer({ min: -3, max: 19 }).map((i) => i / 16),
      { minLength: 1, maxLength: 6 },
    ),
    fc.constantFrom(null, 0.25),
  ],
  holds: (data, eps) => {
    const slope = slopeOf((p) => logit(p, { eps }), data);
    const expected = data.map((p) => {
      const isOutside = p < (eps ?? 0) || p > 1 - (eps ?? 0);
      return isOutside ? (eps === null ? Number.NaN : 0) : 1 / (p * (1 - p));
    });
    expectWithin(slope, expected, bounds.identity(16));
  },
});

law('sinc has derivatives at 0 as beside it', {
  rows: [72, 75],
  formula: 'sinc′(x) = (cos πx - sinc x) / x, 0 at 0; sinc″(0) = -π² / 3',
  tolerance: 'D',
  given: [fc.integer({ min: -40, max: 40 }), fc.integer({ min: 4, max: 20 })],
  holds: (i, bits) => {
    for (const x of [i / 16, 2 ** -bits, 0]) {
      const wanted = x === 0 ? 0 : (Math.cos(Math.PI * x) - Math.sin(Math.PI * x) / (Math.PI * x)) / x;
      // Near 0 the formula itself loses digits, as many as the difference is small.
      expectWithin(slopeOf(sinc, [x]), [wanted], bounds.identity(1 / Math.max(Math.abs(x), 2 ** -bits), 4));
    }
    const zero = requiresGrad<Tensor>(tensor([0], float64));
    const [first] = grad(sinc(zero).sum(), [zero], { createGraph: true }) as [Tensor];
    expectWithin(grad(first.sum(), [zero])[0] as Tensor, [-(Math.PI ** 2) / 3], bounds.identity(4));
  },
});
