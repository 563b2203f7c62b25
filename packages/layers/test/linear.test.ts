import { arrays } from '@tessera/arbitraries';
import { law } from '@tessera/laws';
import { eye, fromArray, layerNorm, linear, type Tensor, zeros } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe } from 'vitest';

const side = fc.constantFrom(1, 2, 3, 8, 9, 17);
const matrix = (rows: number, columns: number, kind: 'finite' | 'dyadic') =>
  arrays({ shape: [rows, columns], values: kind, constantRows: false }).map(
    ({ data }): Tensor => fromArray(data, [rows, columns]),
  );
const rowsOf = (x: Tensor): number[][] => x.toArray() as number[][];

describe('Linear', () => {
  law('is the product with the transposed weight, and the bias', {
    rows: 94,
    formula: '|x Wᵀ + b - f64| ≤ g(k + 1)(|x| |Wᵀ| + |b|); W = 0 gives b; W = I, b = 0 gives x',
    tolerance: ['M', 'E'],
    given: [
      fc
        .tuple(side, side, side)
        .chain(([n, k, m]) => fc.tuple(matrix(n, k, 'finite'), matrix(m, k, 'finite'), matrix(1, m, 'finite'))),
    ],
    holds: ([x, weight, row]) => {
      const bias = row.reshape(-1);
      const wide = [x, weight, bias].map((t) => t.to('float64')) as [Tensor, Tensor, Tensor];
      const size = linear(wide[0].abs(), wide[1].abs(), wide[2].abs());
      const k = x.shape[1] as number;
      expectWithin(linear(x, weight, bias), linear(...wide), bounds.terms(k + 2, size));
      const nothing = zeros([...weight.shape]);
      expectSameBits(
        linear(x, nothing, bias),
        bias
          .add(0)
          .expand([x.shape[0] as number, bias.count])
          .contiguous(),
      );
      expectWithin(linear(x, eye(k)), x, bounds.exact);
    },
  });
});

describe('LayerNorm', () => {
  law('has mean 0 and the variance that eps leaves', {
    rows: 103,
    formula: 'mean(y) = 0, var(y) = s² / (s² + ε), |y - f64(y)| ≤ Bln',
    tolerance: 'C',
    given: [fc.tuple(side, side).chain(([n, k]) => matrix(n, k, 'finite'))],
    holds: (x) => {
      const [eps, k] = [1e-5, x.shape[1] as number];
      const y = layerNorm(x, k, { eps });
      const near = bounds.layerNorm(rowsOf(x), eps);
      expectWithin(y, layerNorm(x.to('float64'), k, { eps }), near);
      const spread = x.to('float64').var(-1, { correction: 0 });
      const exact = layerNorm(x.to('float64'), k, { eps });
      expectWithin(exact.mean(-1), 0, bounds.identity(exact, x));
      expectWithin(exact.square().mean(-1), spread.div(spread.add(eps)), bounds.identity(x, exact));
    },
  });

  law('does not see a shift or a scale, exactly where these are exact, and weights commute with it', {
    rows: 103,
    formula: 'LN(x + c) = LN(x) for n = 2ᵏ; LN(2ᵏ x; 4ᵏ ε) = LN(x; ε); LN(x; w, b) = w LN(x) + b',
    tolerance: ['E', '2P'],
    given: [
      fc
        .tuple(fc.constantFrom(1, 2, 4, 8, 16), side)
        .chain(([k, n]) => fc.tuple(matrix(n, k, 'dyadic'), matrix(2, k, 'dyadic'))),
      fc.integer({ min: -16, max: 16 }),
      fc.integer({ min: -4, max: 4 }),
    ],
    holds: ([x, affine], shift, by) => {
      const [k, eps] = [x.shape[1] as number, 2 ** -16];
      const y = layerNorm(x, k, { eps });
      expectSameBits(layerNorm(x.add(shift), k, { eps }), y);
      expectSameBits(layerNorm(x.mul(2 ** by), k, { eps: eps * 4 ** by }), y);
      const [weight, bias] = [affine.select(0, 0).contiguous(), affine.select(0, 1).contiguous()];
      const near = bounds.terms(4, y.mul(weight).abs().add(bias.abs()));
      expectWithin(layerNorm(x, k, { weight, bias, eps }), y.mul(weight).add(bias), bounds.twoPaths(near));
    },
  });
});
