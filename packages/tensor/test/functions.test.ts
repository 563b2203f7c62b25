import { values } from '@tessera/arbitraries';
import { law } from '@tessera/laws';
import * as T from '@tessera/tensor';
import { type Tensor, tensor } from '@tessera/tensor';
import { bounds, expectAtMost, expectSameBits, expectWithin, UNIT_FLOAT32 as u, ulp } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect } from 'vitest';

const between = (low: number, high: number) =>
  fc.array(values([low, high]), { minLength: 1, maxLength: 40 }).map((data) => tensor(data));
const pairs = (value: fc.Arbitrary<number>) =>
  fc
    .array(fc.tuple(value, value), { minLength: 1, maxLength: 40 })
    .map((rows) => [tensor(rows.map(([a]) => a)), tensor(rows.map(([, b]) => b))] as const);
/** The ulps that a kernel declares. */
const k = (op: { readonly ulp?: number }): number => op.ulp ?? 0.5;
const double = (x: Tensor): Tensor => x.to('float64');
const { conditioned } = bounds;

describe('symmetry and order', () => {
  law('odd and even functions', {
    rows: 23,
    formula: 'f(-x) = -f(x); f(-x) = f(x)',
    tolerance: 'E',
    given: [between(-20, 20), between(-1, 1)],
    holds: (x, inside) => {
      for (const f of ['sin', 'tan', 'asinh', 'sinh', 'tanh', 'atan', 'erf'] as const)
        expectSameBits(x.neg()[f](), x[f]().neg());
      for (const f of ['asin', 'atanh'] as const) expectSameBits(inside.neg()[f](), inside[f]().neg());
      for (const f of ['cos', 'cosh', 'abs'] as const) expectSameBits(x.neg()[f](), x[f]());
    },
  });

  const monotone = [
    ['exp', T.exp],
    ['tanh', T.tanh],
    ['sigmoid', T.sigmoid],
    ['erf', T.erf],
    ['softplus', T.softplusOp],
    ['expm1', T.expm1],
    ['atan', T.atan],
  ] as const;
  law('monotone functions keep the order, also of neighbours, up to their ulps', {
    rows: 24,
    formula: 'a ≤ b ⇒ f(a) ≤ f(b)',
    tolerance: 'P',
    given: [values([-30, 30]), fc.oneof(fc.constant(null), values([-30, 30]))],
    holds: (a, other) => {
      const b = other ?? Math.fround(a + ulp(a));
      const [low, high] = [tensor(Math.min(a, b)), tensor(Math.max(a, b))];
      for (const [f, op] of monotone) expectAtMost(low[f](), high[f](), bounds.twoPaths(bounds.ulps(k(op))));
      const [near, far] = Math.abs(a) < Math.abs(b) ? [a, b] : [b, a];
      const [x, y] = [tensor(Math.abs(near)), tensor(Math.abs(far))];
      expectAtMost(x.log(), y.log(), bounds.twoPaths(bounds.ulps(k(T.log))));
      expectAtMost(x.sqrt(), y.sqrt());
    },
  });
});

describe('exponentials', () => {
  law('the exponential of a sum, the logarithm of a product', {
    rows: 25,
    formula: 'exp(a + b) = exp a · exp b; log x y = log x + log y',
    tolerance: 'C',
    given: [pairs(values([-20, 20]))],
    holds: ([a, b]) => {
      const size = double(a).add(double(b)).abs().data;
      expectWithin(
        a.add(b).exp(),
        double(a.exp()).mul(double(b.exp())),
        conditioned((y, i) => ((size[i] as number) + 6 * k(T.exp) + 2) * u * y),
      );
      const [x, y] = [a.exp(), b.exp()];
      const [logX, logY] = [double(x.log()), double(y.log())];
      const sizes = logX.abs().add(logY.abs()).data;
      expectWithin(
        x.mul(y).log(),
        logX.add(logY),
        conditioned((z, i) => 2 * k(T.log) * u * ((sizes[i] as number) + Math.abs(z)) + u * (1 + Math.abs(z))),
      );
    },
  });

  law('logarithms undo exponentials, expm1 and log1p without cancellation', {
    rows: 26,
    formula: 'log(exp x) = x; exp(log x) = x; log1p(expm1 x) = x',
    tolerance: ['C', 'U'],
    given: [between(-80, 80), between(2 ** -20, 1000)],
    holds: (x, positive) => {
      expectWithin(
        x.exp().log(),
        double(x),
        conditioned((y) => 2 * k(T.exp) * u * (Math.abs(y) + 1)),
      );
      expectWithin(
        positive.log().exp(),
        double(positive),
        conditioned((y) => 2 * (k(T.log) + k(T.exp)) * u * (Math.abs(Math.log(y)) + 1) * y),
      );
      const tiny = x.mul(2 ** -20);
      expectWithin(tiny.expm1().log1p(), double(tiny), bounds.ulps(2 * k(T.expm1) + 1));
    },
  });

  law('powers and logarithms of 2 are those of e, scaled', {
    rows: 22,
    formula: 'exp2(x) = exp(x ln 2); log2(x) = log(x) / ln 2',
    tolerance: 'U',
    given: [between(-80, 80), between(2 ** -20, 1000)],
    holds: (x, positive) => {
      expectWithin(x.exp2(), double(x).mul(Math.LN2).exp(), bounds.ulps(k(T.exp2) + 1));
      expectWithin(positive.log2(), double(positive).log().div(Math.LN2), bounds.ulps(k(T.log2) + 1));
      expectWithin(positive.rsqrt(), double(positive).sqrt().reciprocal(), bounds.ulps(k(T.rsqrt) + 1));
    },
  });
});

describe('circles', () => {
  law('sin² + cos² = 1', {
    rows: 27,
    formula: 'sin² x + cos² x = 1',
    tolerance: 'C',
    given: [between(-100, 100)],
    holds: (x) => {
      const sum = double(x.sin()).square().add(double(x.cos()).square());
      expectWithin(sum, 1, conditioned((4 * k(T.sin) + 4) * u));
    },
  });
});

describe('activations', () => {
  law('sigmoid, tanh, softplus and logsigmoid belong together', {
    rows: 28,
    formula: 'σ(x) + σ(-x) = 1; tanh x = 2 σ(2x) - 1; logσ(x) = -softplus(-x); softplus(x) - softplus(-x) = x',
    tolerance: ['C', '2P'],
    given: [between(-30, 30)],
    holds: (x) => {
      const both = double(x.sigmoid()).add(double(x.neg().sigmoid()));
      expectWithin(both, 1, conditioned((1.5 * k(T.sigmoid) + 1) * u));
      const scaled = double(x).mul(2).sigmoid().mul(2).sub(1);
      expectWithin(x.tanh(), scaled, conditioned((3 * k(T.tanh) + 2) * u));
      const softplus = k(T.softplusOp);
      const twice = bounds.twoPaths(bounds.ulps(k(T.logsigmoid)), bounds.ulps(softplus));
      expectWithin(x.logsigmoid(), double(x.neg().softplus()).neg(), twice);
      const [plus, minus] = [x.softplus(), x.neg().softplus()];
      const slack = conditioned((_, i) => {
        const [a, b] = [plus.data[i] as number, minus.data[i] as number];
        return softplus * (ulp(a) + ulp(b)) + u * Math.abs(x.data[i] as number);
      });
      expectWithin(double(plus).sub(double(minus)), double(x), slack);
    },
  });

  law('gates: silu, mish and glu', {
    rows: 29,
    formula: 'silu x = x σ(x), mish x = x tanh(softplus x), glu [a | b] = a σ(b)',
    tolerance: 'U',
    given: [between(-30, 30)],
    holds: (x) => {
      const wide = double(x);
      expectWithin(T.silu(x), wide.mul(wide.sigmoid()), bounds.ulps(k(T.silu) + 2));
      expectWithin(T.mish(x), wide.mul(wide.softplus().tanh()), bounds.ulps(k(T.mish) + 2));
      const halves = T.cat([x, x.flip(0)]);
      expectWithin(T.glu(halves), wide.mul(wide.flip(0).sigmoid()), bounds.ulps(k(T.sigmoid) + 2));
    },
  });

  /** The greatest distance between both forms, at x = 2.699. */
  const APART = 4.733e-4;
  law('gelu(x) - gelu(-x) = x, and its tanh form is near', {
    rows: 30,
    formula: 'gelu(x) - gelu(-x) = x; |gelu_tanh - gelu| ≤ 4.733 · 10⁻⁴',
    tolerance: ['C', 'P'],
    given: [between(-10, 10)],
    holds: (x) => {
      const odd = double(x.gelu()).sub(double(x.neg().gelu()));
      expectWithin(
        odd,
        double(x),
        conditioned((y) => (3 * k(T.geluOp) + 2) * u * Math.abs(y)),
      );
      const apart = T.gelu(double(x), { approximate: 'tanh' })
        .sub(T.gelu(double(x)))
        .abs();
      expectAtMost(apart, APART);
    },
  });

  law('the pieces of relu and its family', {
    rows: 31,
    formula: 'relu(relu x) = relu x; relu(x) - relu(-x) = x; leaky(1) = id; prelu = leaky; relu6 = clamp(0, 6); ...',
    tolerance: 'E',
    given: [between(-10, 10), fc.constantFrom(0.25, 0.5, 2)],
    holds: (x, a) => {
      expectSameBits(x.relu().relu(), x.relu());
      expectWithin(x.relu().sub(x.neg().relu()), x, bounds.exact);
      expectWithin(T.leakyRelu(x, { negativeSlope: 1 }), x, bounds.exact);
      expectWithin(T.clamp(x, 0, null), x.relu(), bounds.exact);
      expectSameBits(T.prelu(x, tensor([a])), T.leakyRelu(x, { negativeSlope: a }));
      expectWithin(T.relu6(x), T.clamp(x, 0, 6), bounds.exact);
      expectSameBits(T.hardtanh(x), T.clamp(x, -1, 1));
      expectSameBits(T.threshold(x, a, -a), T.where(x.gt(a), x, -a));
      const tails = T.where(x.abs().le(a), x, 0);
      expectWithin(T.hardshrink(x, { lambd: a }).add(tails), x, bounds.exact);
      expectWithin(T.softshrink(x, { lambd: a }), x.sign().mul(x.abs().sub(a).relu()), bounds.exact);
    },
  });

  law('elu and its family are the identity above 0, bounded and continuous below', {
    rows: 32,
    formula: 'elu(x) = x for x > 0; -α ≤ elu(x) ≤ 0 for x ≤ 0; elu(-ε) ≈ -α ε',
    tolerance: ['E', 'P', 'U'],
    given: [between(-30, 30), fc.constantFrom(0.5, 1, 2)],
    holds: (x, alpha) => {
      const elu = T.elu(x, { alpha });
      expectWithin(T.where(x.gt(0), elu, x), x, bounds.exact);
      expectAtMost(-alpha, T.where(x.gt(0), 0, elu), bounds.ulps(k(T.eluOp)));
      expectAtMost(T.where(x.gt(0), 0, elu), 0);
      const near = tensor([-(2 ** -30), -(2 ** -100)]);
      expectWithin(T.elu(near, { alpha }), double(near).mul(alpha), bounds.ulps(k(T.eluOp)));
      expectWithin(T.celu(near, { alpha }), double(near), bounds.ulps(k(T.eluOp) + 2));
      expectWithin(T.celu(x, { alpha: 1 }), T.elu(x), bounds.ulps(k(T.eluOp)));
    },
  });

  law('hard sigmoid and hard swish end exactly', {
    rows: 33,
    formula: 'hardsigmoid(±3 and beyond) = 0, 1; hardswish = 0, x',
    tolerance: 'E',
    given: [between(3, 1000)],
    holds: (x) => {
      expectWithin(T.hardsigmoid(x), 1, bounds.exact);
      expectWithin(T.hardsigmoid(x.neg()), 0, bounds.exact);
      expectSameBits(T.hardswish(x), x);
      expectWithin(T.hardswish(x.neg()), 0, bounds.exact);
    },
  });

  law('selu is elu with its constants', {
    rows: 32,
    formula: 'selu(x) = λ elu(x; α)',
    tolerance: 'U',
    given: [between(-30, 30)],
    holds: (x) => {
      const [scale, alpha] = [1.0507009873554805, 1.6732632423543772];
      expectWithin(T.selu(x), T.elu(double(x), { alpha }).mul(scale), bounds.ulps(k(T.eluOp) + 2));
      expect(T.selu(tensor(1)).item()).toBe(Math.fround(scale));
    },
  });
});
