import { elementwise, getNumThreads, type Op, type PrimitiveOp, type Tensor, tensor } from '@tessera/tensor';
import {
  bounds,
  checkLaw,
  checkOp,
  expectSameBits,
  expectWithin,
  LawError,
  opLaws,
  opTable,
} from '@tessera/tensor/testing';
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

const noRule = { x: 'none' } as const;
const elements = (t: Tensor | undefined) => {
  if (t === undefined) throw new Error('an operand is missing');
  return t;
};

/** x + 1 as a primitive, with one thing broken. */
function increment(broken: Partial<PrimitiveOp<'x'>>): PrimitiveOp<'x'> {
  return {
    kind: 'primitive',
    name: 'increment',
    operands: ['x'],
    infer: ([x]) => ({ shape: elements(x).shape, dtype: elements(x).dtype }),
    reference: ([y], [x]) => {
      for (let i = 0; i < (x?.data.length ?? 0); i++) y!.data[i] = (x!.data[i] as number) + 1;
    },
    vjp: noRule,
    sample: (draw) => ({ inputs: [{ shape: draw.shape([1, 2], { empty: true }) }], attributes: {} }),
    ...broken,
  };
}

/** Fills `y` from the values of `x`, place by place. */
const write = (y: Tensor | undefined, x: Tensor | undefined, f: (value: number, i: number) => number): void => {
  const values = elements(x).data;
  const all = elements(y).storage.elements();
  for (let i = 0; i < all.length; i++) all[i] = f(values[i] as number, i);
};

/** Records with a seeded bug, and the law that must find it. */
const seeded: readonly [string, string, Op][] = [
  [
    'a kernel that is off',
    'the kernel agrees with the meaning',
    increment({ kernel: ([y], [x]) => write(y, x, (value) => value * 1.00001 + 1) }),
  ],
  [
    'a kernel that loses NaN',
    'the kernel agrees with the meaning on infinities and NaN',
    increment({ kernel: ([y], [x]) => write(y, x, (value) => (value || 0) + 1) }),
  ],
  [
    'a kernel that takes strided inputs for contiguous ones',
    'any layout of the inputs gives the same result',
    increment({
      strided: true,
      kernel: ([y], [x]) => {
        const memory = elements(x).storage.elements().slice();
        write(y, x, (_, i) => (memory[i] as number) + 1);
      },
    }),
  ],
  [
    'a kernel that writes into its input',
    'inputs stay as they were',
    increment({
      kernel: ([y], [x]) => {
        write(y, x, (value) => value + 1);
        write(x, x, () => 0);
      },
    }),
  ],
  [
    'a result that the record does not name',
    'results are what the shape rule says',
    increment({ outputs: ['y', 'z'] }),
  ],
  [
    'an accident on empty inputs',
    'empty inputs and inputs without dimensions work or are refused',
    increment({
      infer: ([x]) => {
        if (elements(x).count === 0) throw new TypeError('no elements');
        return elements(x);
      },
    }),
  ],
  [
    'an elementwise kernel of low accuracy',
    'the kernel is within `ulp` of f',
    elementwise('third', {
      f: (x: number) => x / 3,
      kernel: (out, [x]) => write(out, x, (value) => Math.fround(value * Math.fround(1 / 3))),
      vjp: noRule,
    }),
  ],
  [
    'a kernel that depends on the number of threads',
    'any number of threads gives the same bits',
    increment({
      kernel: ([y], [x]) => write(y, x, (value) => value + (getNumThreads() > 1 ? 1.0000001 : 1)),
    }),
  ],
  [
    'an accident where sizes disagree',
    'operands of other sizes are refused or fit the shape rule',
    {
      ...increment({}),
      name: 'pair',
      operands: ['x', 'y'],
      vjp: { x: 'none', y: 'none' },
      infer: ([x, y]) => {
        if (String(elements(x).shape) !== String(elements(y).shape)) throw new RangeError('pair: sizes');
        return elements(x);
      },
      sample: (draw) => {
        const shape = draw.shape([1, 2]);
        return { inputs: [{ shape }, { shape }], attributes: {} };
      },
    } as Op,
  ],
];

describe('the laws', () => {
  test('hold of a sound op', () => checkOp(squareplus));

  for (const [bug, name, op] of seeded) {
    test(`find ${bug}`, () => {
      const law = opLaws(op).find((one) => one.name === name);
      expect(law, `no law named "${name}" applies`).toBeDefined();
      expect(() => checkLaw(op, law!, { seed: 1, runs: 200 })).toThrow(LawError);
      // The other laws do not fail for the wrong reason: checkOp names one of ours.
      expect(() => checkOp(op, { seed: 1, runs: 200 })).toThrow(/change: /);
    });
  }

  test('say which example, what to change and how to see it again', () => {
    const [, name, op] = seeded[0]!;
    const law = opLaws(op).find((one) => one.name === name)!;
    const complain = () => checkLaw(op, law, { seed: 1, runs: 200 });
    expect(complain).toThrow(/^increment: the kernel agrees with the meaning: does not hold: element 0 must be within/);
    expect(complain).toThrow(/for x: float(32|64) \[1\] = \[.+\]/);
    expect(complain).toThrow(/change: the `kernel`/);
    expect(complain).toThrow(
      /again: \{ law: "the kernel agrees with the meaning", seed: 1, path: '[\d:]+', example: \{"inputs":\[/,
    );
  });
});

describe('expectWithin', () => {
  test('compares tensors with numbers, nested arrays and one number for all', () => {
    expectWithin(tensor([[1, 2]]), [[1, 2]], bounds.exact);
    expectWithin(tensor([3, 3]), 3, bounds.exact);
    expectWithin(tensor([NaN, Infinity]), [NaN, Infinity], bounds.exact);
    expectWithin(tensor([1 + 2 ** -23]), [1], bounds.ulps(1));
    expect(() => expectWithin(tensor([1 + 2 ** -23]), [1], bounds.ulps(0.9))).toThrow(/element 0 must be within/);
    expect(() => expectWithin(tensor([1]), [1, 1], bounds.ulps(1))).toThrow(LawError);
    expect(() => expectWithin(tensor([1]), [1], 1 as never)).toThrow(/the bound must be one of `bounds`/);
    expect(() => expectWithin(tensor([1]), [NaN], bounds.ulps(1))).toThrow(LawError);
  });

  test('tells bits apart', () => {
    expectSameBits(tensor([NaN, -0]), tensor([NaN, -0]));
    expect(() => expectSameBits(tensor([0]), tensor([-0]))).toThrow('element 0 must be -0, bit for bit; got 0');
    expect(() => expectSameBits(tensor([0]), tensor([[0]]))).toThrow(
      'the result must be float32 [1, 1]; got float32 [1]',
    );
  });
});

test('the table holds every exported record once', () => {
  const table = opTable();
  expect(new Set(table).size).toBe(table.length);
  expect(new Set(table.map(({ name }) => name)).size).toBe(table.length);
  expect(opTable({ squareplus, other: 1 })).toEqual([squareplus]);
});
