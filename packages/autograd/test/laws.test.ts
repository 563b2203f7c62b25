import { checkLaw, checkOp, gradientLaws, LawError } from '@tessera/autograd/testing';
import { type CompositeOp, elementwise, type Op, type Tensor } from '@tessera/tensor';
import { checkFloat, checkSameDType } from '@tessera/tensor/core';
import { describe, expect, test } from 'vitest';

const squareplus = elementwise('squareplus', {
  f: (x: number) => (x + Math.sqrt(x * x + 4)) / 2,
  vjp: {
    x:
      ({ x }) =>
      (g) =>
        g.mul(x.div(x.square().add(4).sqrt()).add(1).div(2)),
  },
});

const cube = (x: number) => x ** 3;
const product = (x: number, y: number) => x * y;

/** x^2 y by `define`, with one thing broken. */
function squareTimes(vjp: NonNullable<CompositeOp<'x' | 'y'>['vjp']>): CompositeOp<'x' | 'y'> {
  return {
    kind: 'composite',
    name: 'squareTimes',
    operands: ['x', 'y'],
    infer: ([x, y]) => {
      checkSameDType('squareTimes', checkFloat('squareTimes', 'x', x as Tensor), y as Tensor);
      return x as Tensor;
    },
    define: ([x, y]) => (x as Tensor).square().mul(y as Tensor),
    vjp,
  };
}

/** Rules with a seeded bug, and the law that must find it. */
const seeded: readonly [string, string, Op][] = [
  [
    'a wrong factor',
    'gradients are central differences',
    elementwise('cube', {
      f: cube,
      vjp: {
        x:
          ({ x }) =>
          (g) =>
            g.mul(x.square()).mul(3.0001),
      },
    }),
  ],
  [
    'a rule of another operand',
    'gradients are central differences',
    elementwise('product', {
      f: product,
      vjp: {
        x:
          ({ x }) =>
          (g) =>
            g.mul(x),
        y:
          ({ x }) =>
          (g) =>
            g.mul(x),
      },
    }),
  ],
  [
    'a rule that was forgotten',
    "operands with rule 'none' have no slope",
    elementwise('product', {
      f: product,
      vjp: {
        x:
          ({ y }) =>
          (g) =>
            g.mul(y),
        y: 'none',
      },
    }),
  ],
  [
    'a rule that reads a value outside the tape',
    'derivatives of gradients are central differences',
    elementwise('cube', {
      f: cube,
      vjp: {
        x:
          ({ x }) =>
          (g) =>
            g.mul(x.detach().square()).mul(3),
      },
    }),
  ],
  [
    'a rule that is not linear',
    'the pull-back is linear in the cotangent',
    elementwise('same', { f: (x: number) => x, vjp: { x: () => (g) => g.mul(g) } }),
  ],
  [
    'a rule that writes into its cotangent',
    'recording changes no value',
    elementwise('twice', { f: (x: number) => 2 * x, vjp: { x: () => (g) => g.mul_(2) } }),
  ],
  [
    "a composite's rule that is not that of its definition",
    "the rules are the derivative of the op's definition",
    squareTimes({
      x:
        ({ x, y }) =>
        (g) =>
          g.mul(x).mul(y),
      y:
        ({ x }) =>
        (g) =>
          g.mul(x.square()),
    }),
  ],
];

describe('the laws of gradients', () => {
  test('hold of a sound op', () => {
    checkOp(squareplus);
    checkOp(
      squareTimes({
        x:
          ({ x, y }) =>
          (g) =>
            g.mul(x).mul(y).mul(2),
        y:
          ({ x }) =>
          (g) =>
            g.mul(x.square()),
      }),
    );
  });

  for (const [bug, name, op] of seeded) {
    test(`find ${bug}`, () => {
      const law = gradientLaws(op).find((one) => one.name === name);
      expect(law, `no law named "${name}" applies`).toBeDefined();
      expect(() => checkLaw(op, law!, { seed: 1, runs: 200 })).toThrow(LawError);
      expect(() => checkOp(op, { seed: 1, runs: 200 })).toThrow(/change: /);
    });
  }

  test('say which operand, and what to change', () => {
    const [, name, op] = seeded[0]!;
    const law = gradientLaws(op).find((one) => one.name === name)!;
    expect(() => checkLaw(op, law, { seed: 1 })).toThrow(
      /^cube: .+ the derivative along x must be .+ by central differences; the rule gives/,
    );
    expect(() => checkLaw(op, law, { seed: 1 })).toThrow(/change: the rule in `vjp`/);
  });
});
