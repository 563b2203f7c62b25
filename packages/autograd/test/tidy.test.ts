import { requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { fromArray, MemoryError, type Tensor, tidy } from '@tessera/tensor';
import { expectSameBits } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { expect } from 'vitest';

const STEPS: readonly ((h: Tensor, x: Tensor) => Tensor)[] = [
  (h, x) => h.mul(x),
  (h) => h.mul(h),
  (h) => h.exp().sigmoid(),
  (h, x) => h.mul(x).add(h.sin()),
];

law('what a tape needs outlives tidy, and goes when the tape does', {
  rows: [17, 88, 177],
  formula: 'x.grad of tidy(() => f(x)) = x.grad of f(x); h saved by the tape: freed with its last node, not before',
  tolerance: 'E',
  given: [
    fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 1, maxLength: 4 }),
    fc.array(fc.nat(STEPS.length - 1), { minLength: 1, maxLength: 5 }),
    fc.integer({ min: 1, max: 3 }),
  ],
  holds: (values, steps, passes) => {
    const data = values.map((value) => value / 8);
    const made: Tensor[] = [];
    const run = (x: Tensor): Tensor =>
      steps.reduce<Tensor>((h, step) => {
        const next = STEPS[step]!(h, x);
        made.push(next);
        return next;
      }, x);
    const plain = requiresGrad(fromArray(data, [data.length]));
    const tidied = requiresGrad(fromArray(data, [data.length]));
    for (let pass = 0; pass < passes; pass++) run(plain).backward({ gradient: fromArray(data, [data.length]) });
    made.length = 0;
    const y = tidy(() => run(tidied));
    for (let pass = 1; pass <= passes; pass++) {
      y.backward({ gradient: fromArray(data, [data.length]), retainGraph: pass < passes });
      // The values that no rule needs went with tidy; those that one needs stay for the next pass.
      if (pass < passes && steps.length > 1 && steps[1] === 1) expect(() => made[0]!.data).not.toThrow();
    }
    expectSameBits(tidied.grad!, plain.grad!);
    for (const h of made.slice(0, -1)) expect(() => h.data).toThrow(MemoryError);
    expect(y.data.length).toBe(data.length);
  },
});
