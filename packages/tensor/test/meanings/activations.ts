import fc from 'fast-check';
import { T } from './called.ts';
import { filled, quarters, shapes } from './draw.ts';
import { float64, number, or, unary } from './elementwise.ts';
import { build, type Case, fromFront, type Loose, spread, tensorOf } from './plain.ts';

const normalCdf = (x: number): number => T.erf(T.tensor([x / Math.SQRT2], { dtype: 'float64' })).item() / 2 + 0.5;
const glu: fc.Arbitrary<Case> = shapes({ rank: [1, 3], sizes: [2, 4] }).chain((shape) =>
  fc
    .tuple(
      filled(shape, float64),
      fc.option(fc.integer({ min: -shape.length, max: shape.length - 1 }), { nil: undefined }),
    )
    .map(([x, dim]) => {
      const axis = fromFront(dim ?? -1, shape.length);
      const half = (shape[axis] as number) / 2;
      const value = (place: readonly number[]): number =>
        x.data[place.reduce((offset, i, d) => offset * (shape[d] as number) + i, 0)] as number;
      return {
        run: () => (T.glu as Loose)(tensorOf(x), ...(dim === undefined ? [] : [dim])),
        means: build(
          shape.with(axis, half),
          'float64',
          (place) => value(place) / (1 + Math.exp(-value(place.with(axis, (place[axis] as number) + half)))),
        ),
      };
    }),
);

/** One weight for all, or one for each channel. */
const prelu: fc.Arbitrary<Case> = shapes({ rank: [1, 3], sizes: [1, 2, 3] }).chain((shape) => {
  const channels = shape.length > 1 ? (shape[1] as number) : 1;
  return fc.boolean().chain((isOne) =>
    fc.tuple(filled(shape, float64), filled([isOne ? 1 : channels], float64)).map(([x, weight]) => ({
      run: () => (T.prelu as Loose)(tensorOf(x), tensorOf(weight)),
      means: build(shape, 'float64', (place) => {
        const value = spread(x, place);
        return value > 0 ? value : value * (weight.data[isOne ? 0 : (place[1] ?? 0)] as number);
      }),
    })),
  );
});

export const ACTIVATIONS: Readonly<Record<string, fc.Arbitrary<Case>>> = {
  hardtanh: unary(T.hardtanh, { minVal: number(-2, -1.5), maxVal: number(0.5, 2) }, (x, { minVal, maxVal }) =>
    Math.min(Math.max(x, or(minVal, -1)), or(maxVal, 1)),
  ),
  relu6: unary(T.relu6, {}, (x) => Math.min(Math.max(x, 0), 6), {
    ...float64,
    floats: fc.integer({ min: -3, max: 9 }),
  }),
  leakyRelu: unary(T.leakyRelu, { negativeSlope: number(0.5, 0) }, (x, { negativeSlope }) =>
    x > 0 ? x : x * or(negativeSlope, 0.01),
  ),
  rrelu: unary(
    T.rrelu,
    { lower: number(0.25, 0), upper: number(0.5, 1), training: fc.constant(false) },
    (x, { lower, upper }) => (x > 0 ? x : (x * (or(lower, 1 / 8) + or(upper, 1 / 3))) / 2),
  ),
  elu: unary(T.elu, { alpha: number(0.5, 2) }, (x, { alpha }) => (x > 0 ? x : or(alpha, 1) * Math.expm1(x))),
  celu: unary(T.celu, { alpha: number(0.5, 2) }, (x, { alpha }) =>
    x > 0 ? x : or(alpha, 1) * Math.expm1(x / or(alpha, 1)),
  ),
  selu: unary(T.selu, {}, (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x))),
  gelu: unary(T.gelu, { approximate: fc.constantFrom('none', 'tanh') }, (x, { approximate }) =>
    approximate === 'tanh'
      ? (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))
      : x * normalCdf(x),
  ),
  glu,
  prelu,
  softplus: unary(T.softplus, { beta: number(0.5, 2), threshold: number(1, 20) }, (x, { beta, threshold }) =>
    x * or(beta, 1) > or(threshold, 20) ? x : Math.log1p(Math.exp(x * or(beta, 1))) / or(beta, 1),
  ),
  threshold: fc
    .tuple(
      shapes({}).chain((shape) => filled(shape, float64)),
      quarters,
      quarters,
    )
    .map(([x, bound, value]) => ({
      run: () => (T.threshold as Loose)(tensorOf(x), bound, value),
      means: { ...x, data: x.data.map((one) => (one > bound ? one : value)) },
    })),
  softshrink: unary(T.softshrink, { lambd: number(0, 1) }, (x, { lambd }) =>
    Math.abs(x) > or(lambd, 0.5) ? x - Math.sign(x) * or(lambd, 0.5) : 0,
  ),
  hardshrink: unary(T.hardshrink, { lambd: number(0, 1) }, (x, { lambd }) => (Math.abs(x) > or(lambd, 0.5) ? x : 0)),
};
