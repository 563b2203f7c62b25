/** Small programs over vectors of two numbers, and what they mean: values, and their derivatives by every leaf, forwards. */
import { checkpoint, customFunction, interceptGradients, noGrad } from '@tessera/autograd';
import { cat, fromArray, stack, type Tensor, varMean, zeros } from '@tessera/tensor';
import fc from 'fast-check';

/** A value with its derivatives, [element][element of a leaf], and the leaves that its record leads to. */
export interface Meaning {
  readonly value: readonly number[];
  readonly slope: readonly (readonly number[])[];
  readonly reach: readonly boolean[];
}

interface Kind {
  readonly run: (a: Tensor, b: Tensor) => Tensor;
  readonly mean: (a: Meaning, b: Meaning) => Meaning;
  /** Whether the gradient is meant to be another one than that of the value. */
  readonly isTampered?: boolean;
}

type Elements = (i: number) => { readonly value: number; readonly by: readonly [number, number][] };

/** A result whose element i has derivatives by elements of a and b: place 0, 1 of a, and 2, 3 of b. */
function derived(a: Meaning, b: Meaning, isUsed: readonly [boolean, boolean], element: Elements): Meaning {
  const slopes = [...a.slope, ...b.slope];
  const elements = [0, 1].map(element);
  return {
    value: elements.map(({ value }) => value),
    slope: elements.map(({ by }) =>
      (slopes[0] as readonly number[]).map((_, k) =>
        by.reduce((sum, [place, factor]) => sum + factor * (slopes[place] as readonly number[])[k]!, 0),
      ),
    ),
    reach: a.reach.map((reached, leaf) => (isUsed[0] && reached) || (isUsed[1] && (b.reach[leaf] as boolean))),
  };
}

const constant = ({ value, slope, reach }: Meaning): Meaning => ({
  value,
  slope: slope.map((row) => row.map(() => 0)),
  reach: reach.map(() => false),
});
const scaled = (a: Meaning, factor: number): Meaning => ({
  ...a,
  slope: a.slope.map((row) => row.map((slope) => factor * slope)),
});
const both = [true, true] as const;
const first = [true, false] as const;

const product: Kind['mean'] = (a, b) =>
  derived(a, b, both, (i) => ({
    value: a.value[i]! * b.value[i]!,
    by: [
      [i, b.value[i]!],
      [2 + i, a.value[i]!],
    ],
  }));
const sine: Kind['mean'] = (a, b) =>
  derived(a, b, first, (i) => ({ value: Math.sin(a.value[i]!), by: [[i, Math.cos(a.value[i]!)]] }));
const sum: Kind['mean'] = (a, b) =>
  derived(a, b, both, (i) => ({
    value: a.value[i]! + b.value[i]!,
    by: [
      [i, 1],
      [2 + i, 1],
    ],
  }));

const ownProduct = customFunction('ownProduct', {
  forward: (x, y) => x.mul(y),
  backward:
    ([x, y]) =>
    (g) => [g.mul(y as Tensor), g.mul(x as Tensor)],
});

const tripled = customFunction('tripled', { forward: (x) => x, backward: () => (g) => g.mul(3) });
const ofTheFirst = customFunction('ofTheFirst', {
  forward: (x, y) => x.mul(y),
  backward:
    ([, y]) =>
    (g) => [g.mul(y as Tensor), null],
});

export const KINDS: Readonly<Record<string, Kind>> = {
  add: { run: (a, b) => a.add(b), mean: sum },
  mul: { run: (a, b) => a.mul(b), mean: product },
  sin: { run: (a) => a.sin(), mean: sine },
  flip: {
    run: (a) => a.flip(0),
    mean: (a, b) => derived(a, b, first, (i) => ({ value: a.value[1 - i]!, by: [[1 - i, 1]] })),
  },
  'the middle of both': {
    run: (a, b) => cat([a, b]).narrow(0, 1, 2),
    mean: (a, b) => derived(a, b, both, (i) => ({ value: i === 0 ? a.value[1]! : b.value[0]!, by: [[1 + i, 1]] })),
  },
  'sum, expanded': {
    run: (a) => a.sum().expand(2),
    mean: (a, b) =>
      derived(a, b, first, () => ({
        value: a.value[0]! + a.value[1]!,
        by: [
          [0, 1],
          [1, 1],
        ],
      })),
  },
  // One op with two results, of which both or one are used.
  'variance and mean': {
    run: (a) => {
      const { var: variance, mean } = varMean(a, 0, { correction: 0 });
      return stack([variance, mean]);
    },
    mean: (a, b) => derived(a, b, first, (i) => (i === 0 ? varianceOf(a) : meanOf(a))),
  },
  'variance alone': {
    run: (a) => varMean(a, 0, { correction: 0 }).var.expand(2),
    mean: (a, b) => derived(a, b, first, () => varianceOf(a)),
  },
  'mean alone': {
    run: (a) => varMean(a, 0, { correction: 0 }).mean.expand(2),
    mean: (a, b) => derived(a, b, first, () => meanOf(a)),
  },
  detach: { run: (a) => a.detach(), mean: constant },
  'mul without a record': { run: (a, b) => noGrad(() => a.mul(b)), mean: (a, b) => constant(product(a, b)) },
  'mul in place': { run: (a, b) => a.add(0).mul_(b), mean: product },
  // What was recorded before no longer matters.
  'overwritten by numbers': {
    run: (a) => a.add(0).copy_(fromArray([0.5, -2], [2], { dtype: 'float64' })),
    mean: (a) => constant({ ...a, value: [0.5, -2] }),
  },
  'add into plain memory': { run: (a) => zeros(2, { dtype: 'float64' }).add_(a), mean: (a) => a },
  checkpoint: { run: (a, b) => checkpoint((x, y) => x.mul(y).sin(), a, b), mean: (a, b) => sine(product(a, b), b) },
  'checkpoint of what it closes over': {
    run: (a, b) => checkpoint((x) => x.mul(b), a),
    mean: product,
  },
  'a function of their own': { run: (a, b) => ownProduct(a, b), mean: product },
  // What is given is the input itself, and must not be taken for it.
  'a function that gives its input': { isTampered: true, run: (a) => tripled(a), mean: (a) => scaled(a, 3) },
  'a function with a gradient of the first': {
    isTampered: true,
    run: (a, b) => ofTheFirst(a, b),
    mean: (a, b) => derived(a, b, first, (i) => ({ value: a.value[i]! * b.value[i]!, by: [[i, b.value[i]!]] })),
  },
  'a hook that doubles': {
    isTampered: true,
    run: (a) => {
      const y = a.add(0);
      if (y.requiresGrad) y.registerHook((g) => g.mul(2));
      return y;
    },
    mean: (a) => scaled(a, 2),
  },
  'a hook that is removed': {
    run: (a) => {
      const y = a.add(0);
      if (y.requiresGrad) y.registerHook((g) => g.mul(2))();
      return y;
    },
    mean: (a) => a,
  },
  'gradients that are changed together': {
    isTampered: true,
    run: (a, b) => {
      const [x, y] = interceptGradients([a, b], ([g, h]) => [g?.mul(2) ?? null, h?.mul(-1) ?? null]) as [
        Tensor,
        Tensor,
      ];
      return x.add(y);
    },
    mean: (a, b) => sum(scaled(a, 2), scaled(b, -1)),
  },
};

function varianceOf({ value: [x, y] }: Meaning): ReturnType<Elements> {
  const half = (x! - y!) / 2;
  return {
    value: half * half,
    by: [
      [0, half],
      [1, -half],
    ],
  };
}

function meanOf({ value: [x, y] }: Meaning): ReturnType<Elements> {
  return {
    value: (x! + y!) / 2,
    by: [
      [0, 0.5],
      [1, 0.5],
    ],
  };
}

export interface Program {
  readonly leaves: readonly (readonly [number, number])[];
  /** Each step takes two of the values so far, counted from the last. */
  readonly steps: readonly { readonly kind: string; readonly a: number; readonly b: number }[];
}

const number = fc.integer({ min: -12, max: 12 }).map((i) => i / 8);

/** Of all kinds mixed, or of a few that come again and again. */
export const programs = (kinds: readonly string[]): fc.Arbitrary<Program> =>
  fc.oneof(
    programsOf(kinds),
    fc.subarray([...kinds], { minLength: 1, maxLength: 3 }).chain((few) => programsOf(few)),
  );

const programsOf = (kinds: readonly string[]): fc.Arbitrary<Program> =>
  fc.record({
    leaves: fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 3 }),
    steps: fc.array(fc.record({ kind: fc.constantFrom(...kinds), a: fc.nat(5), b: fc.nat(5) }), {
      minLength: 1,
      maxLength: 8,
    }),
  });

/** Every value of a program, leaves first. */
export function interpret<V>({ steps }: Program, leaves: readonly V[], apply: (kind: string, a: V, b: V) => V): V[] {
  const values = [...leaves];
  for (const { kind, a, b } of steps) {
    const [x, y] = [a, b].map((back) => values[values.length - 1 - (back % values.length)] as V) as [V, V];
    values.push(apply(kind, x, y));
  }
  return values;
}

/** What every value means. */
export function meaningsOf(program: Program, leaves: Program['leaves'] = program.leaves): Meaning[] {
  const start = leaves.map(
    (value, leaf): Meaning => ({
      value,
      slope: value.map((_, i) => leaves.flatMap((_, other) => [0, 1].map((j) => Number(other === leaf && i === j)))),
      reach: leaves.map((_, other) => other === leaf),
    }),
  );
  return interpret(program, start, (kind, a, b) => KINDS[kind]!.mean(a, b));
}
