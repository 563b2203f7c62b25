import { enableGrad, isGradEnabled, noGrad, requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { GradientError, tensor } from '@tessera/tensor';
import { expectSameBits } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';

type Nesting = { readonly on: boolean; readonly throws: boolean; readonly inner: readonly Nesting[] };

const { nesting } = fc.letrec<{ nesting: Nesting; leaf: Nesting[] }>((tie) => ({
  leaf: fc.constant([]),
  nesting: fc.record({
    on: fc.boolean(),
    throws: fc.boolean(),
    inner: fc.oneof({ maxDepth: 4 }, tie('leaf'), fc.array(tie('nesting'), { maxLength: 2 })),
  }),
}));

law('modes nest and come back, also when the body throws', {
  rows: 82,
  formula: 'gradients on after = gradients on before',
  tolerance: 'E',
  given: [nesting],
  holds: (tree) => {
    const enter = ({ on, throws, inner }: Nesting): void => {
      const before = isGradEnabled();
      const body = () =>
        (on ? enableGrad : noGrad)(() => {
          expect(isGradEnabled()).toBe(on);
          for (const one of inner) enter(one);
          expect(isGradEnabled()).toBe(on);
          if (throws) throw new RangeError('inside');
        });
      if (throws) expect(body).toThrow('inside');
      else body();
      expect(isGradEnabled()).toBe(before);
    };
    enter(tree);
    expect(isGradEnabled()).toBe(true);
  },
});

test('noGrad records nothing and changes no value', () => {
  const x = requiresGrad(tensor([1, 2]));
  const bare = noGrad(() => x.mul(3).exp());
  expect([bare.requiresGrad, bare.isLeaf]).toEqual([false, true]);
  expectSameBits(bare, x.mul(3).exp().detach());
  expect(noGrad(() => enableGrad(() => x.mul(3).requiresGrad))).toBe(true);
  expect(noGrad(() => 7)).toBe(7);
});

test('an async body is refused, and the mode comes back', () => {
  for (const mode of [noGrad, enableGrad]) {
    expect(() => mode(async () => 1)).toThrow(GradientError);
    expect(() => mode(async () => 1)).toThrow(/the function must be synchronous; got a promise; try /);
  }
  expect(isGradEnabled()).toBe(true);
});

test('a body that is no function is refused', () => {
  for (const mode of [noGrad, enableGrad])
    expect(() => mode(1 as unknown as () => number)).toThrow(/^(noGrad|enableGrad): .+; got 1; try /);
});
