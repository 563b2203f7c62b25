import { detectAnomaly, requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { type Tensor, tensor } from '@tessera/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

describe('detectAnomaly', () => {
  law('names the op that made the first NaN, and where it was called, while its body runs', {
    rows: 78,
    formula: '0 √x: ∇ = 0 / 0 at 0, so it throws ⇔ some x = 0; without it: NaN',
    tolerance: 'E',
    given: [fc.array(fc.nat(3), { minLength: 1, maxLength: 6 }), fc.boolean(), fc.nat(9)],
    holds: (data, isNested, depth) => {
      const lossOf = (x: Tensor): Tensor => {
        const within = (calls: number): Tensor => (calls > 0 ? within(calls - 1) : x.sqrt());
        return within(depth).mul(0).sum();
      };
      const limit = Error.stackTraceLimit;
      const pass = (): number[] => {
        const x = requiresGrad(tensor(data));
        lossOf(x).backward();
        return x.grad?.toArray() as number[];
      };
      const watched = (): number[] => (isNested ? detectAnomaly(() => detectAnomaly(pass)) : detectAnomaly(pass));
      if (data.every((value) => value > 0)) expect(watched()).toEqual(data.map(() => 0));
      else {
        expect(watched).toThrow(
          /^backward: gradients must not be NaN under detectAnomaly; got NaN from sqrt for x; try [^\n]*\nThe op was recorded here/,
        );
        // Down to what called the function that called the op.
        expect(watched).toThrow(/\n +at pass /);
      }
      expect(Error.stackTraceLimit).toBe(limit);
      expect(pass()).toEqual(data.map((value) => (value > 0 ? 0 : Number.NaN)));
      // What was recorded before has no place to tell of, and is watched all the same.
      const x = requiresGrad(tensor(data));
      const loss = lossOf(x);
      const late = (): void => detectAnomaly(() => loss.backward());
      if (data.every((value) => value > 0)) late();
      else expect(late).toThrow(/got NaN from sqrt for x; try [^\n]*$/);
    },
  });

  test('is over when its body is, also when it throws', () => {
    expect(() =>
      detectAnomaly(() => {
        throw new Error('body');
      }),
    ).toThrow('body');
    const x = requiresGrad(tensor([0]));
    x.sqrt().mul(0).sum().backward();
    expect(x.grad?.toArray()).toEqual([NaN]);
  });
});
