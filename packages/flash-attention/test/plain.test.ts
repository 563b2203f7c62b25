import { grad, requiresGrad } from '@tessera/autograd';
import { flashAttention, flashAttentionVarlen } from '@tessera/flash-attention';
import { scratchBytes } from '@tessera/kernels';
import { law } from '@tessera/laws';
import { manualSeed, randn, type Tensor, tensor, zeros } from '@tessera/tensor';
import { bounds, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { attentionOf, choose, FEATURES, optionsOf } from './features.ts';

// What no kernel does: heads too wide for tiles, and derivatives of derivatives.

const float64 = { dtype: 'float64' } as const;
const int32 = { dtype: 'int32' } as const;
/** Rows of a query and of a key so wide that a thread has no room for them. */
const WIDE = Math.ceil(scratchBytes() / 8 / 8);
const PLAIN = Object.keys(FEATURES).filter((name) => !['topLeft', 'window', 'rowBias', 'boolMask'].includes(name));

law('heads of any width, also too wide for tiles, are attended to as any others', {
  rows: [114, 123, 130],
  formula: 'flash(q, k, v; options) = softmax(options(q kᵀ)) v, and ∇, for heads as wide as a thread has memory',
  tolerance: 'D',
  given: [
    // From what is no tile at all to tiles that are just as large as fit.
    fc.nat(7).map((i) => Math.ceil(WIDE / 2 ** i)),
    fc.nat(),
    fc.integer({ min: 1, max: 60 }),
    fc.integer({ min: 1, max: 20 }),
    fc.subarray(PLAIN, { maxLength: 2 }),
  ],
  share: 0.1,
  holds: (width, seed, queries, keys, names) => {
    const extent = { batch: 1, heads: 2, queries, keys };
    const chosen = choose(names, extent, seed);
    manualSeed(seed);
    const inputs = [
      randn([1, 2, queries, width], float64),
      randn([1, 1, keys, width], float64),
      randn([1, 1, keys, width], float64),
    ].map((t) => requiresGrad<Tensor>(t.mul(width ** -0.25))) as [Tensor, Tensor, Tensor];
    const found = flashAttention(...inputs, { ...optionsOf(chosen, extent), enableGqa: true });
    const expected = attentionOf(inputs, chosen, extent);
    const near = bounds.identity(width, ...inputs.map((t) => t.detach()));
    expectWithin(found.output.detach(), expected.output.detach(), near);
    const g = randn(found.output.shape, float64);
    const [got, want] = [found, expected].map(({ output }) => grad(output.mul(g).sum(), inputs)) as [
      Tensor[],
      Tensor[],
    ];
    for (const [i, gradient] of got.entries()) expectWithin(gradient, want[i] as Tensor, near);
  },
});

const lengths = fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { minLength: 1, maxLength: 3 });
const sums = (list: readonly number[]): number[] =>
  [...list, 0].map((_, i) => list.slice(0, i).reduce((a, b) => a + b, 0));

/** The derivative along its own gradient: what second derivatives make of a first one. */
function twice(output: Tensor, inputs: readonly Tensor[]): Tensor[] {
  const first = grad(output.square().sum(), [...inputs], { createGraph: true }) as Tensor[];
  const total = first.map((t) => t.square().sum()).reduce((a, b) => a.add(b));
  // Of nothing there is nothing on the way.
  const found = total.requiresGrad ? grad(total, [...inputs], { allowUnused: true }) : inputs.map(() => null);
  return inputs.map((t, i) => found[i] ?? zeros(t.shape, float64));
}

law('sequences have second derivatives as each has by itself, packed or padded', {
  rows: [129, 131],
  formula: '∇‖∇flash(packed)‖² = [∇‖∇flash(sequence)‖², ...], and 0 for rows of padding',
  tolerance: 'D',
  given: [lengths, fc.constantFrom(false as const, 'top-left' as const, 'bottom-right' as const), fc.nat()],
  holds: (pairs, causal, seed) => {
    manualSeed(seed);
    const options = { causal, enableGqa: true };
    const [ofQueries, ofKeys] = [pairs.map(([n]) => n), pairs.map(([, n]) => n)];
    const [cuQ, cuK] = [sums(ofQueries), sums(ofKeys)];
    const leaf = (...shape: number[]): Tensor => requiresGrad<Tensor>(randn(shape, float64));
    const packed = [leaf(cuQ.at(-1)!, 2, 3), leaf(cuK.at(-1)!, 1, 3), leaf(cuK.at(-1)!, 1, 2)] as const;
    const whole = twice(
      flashAttentionVarlen(...packed, tensor(cuQ, int32), tensor(cuK, int32), options).output,
      packed,
    );
    const near = bounds.identity(...packed.map((t) => t.detach()), 16, 16);
    pairs.forEach((_, i) => {
      const own = packed.map((t, at) => {
        const cuts = at === 0 ? cuQ : cuK;
        // (rows, H, c) -> (1, H, rows, c)
        return requiresGrad<Tensor>(
          t
            .detach()
            .narrow(0, cuts[i]!, cuts[i + 1]! - cuts[i]!)
            .transpose(0, 1)
            .unsqueeze(0)
            .clone(),
        );
      }) as [Tensor, Tensor, Tensor];
      const alone = twice(flashAttention(...own, options).output, own);
      alone.forEach((g, at) => {
        const cuts = at === 0 ? cuQ : cuK;
        const part = whole[at]!.narrow(0, cuts[i]!, cuts[i + 1]! - cuts[i]!);
        expectWithin(part, g.squeeze(0).transpose(0, 1), near);
      });
    });

    // The same keys, each in a row of a batch with padding behind them.
    const batch = pairs.length;
    const padded = [leaf(batch, 2, 3, 3), leaf(batch, 1, 5, 3), leaf(batch, 1, 5, 2)] as const;
    const given = { ...options, keyLengths: tensor(ofKeys, int32) };
    const all = twice(flashAttention(...padded, given).output, padded);
    const close = bounds.identity(...padded.map((t) => t.detach()), 16, 16);
    pairs.forEach(([, n], b) => {
      const own = padded.map((t, at) => {
        const row = t.detach().narrow(0, b, 1);
        return requiresGrad<Tensor>((at === 0 ? row : row.narrow(2, 0, n)).clone());
      }) as [Tensor, Tensor, Tensor];
      const alone = twice(flashAttention(...own, options).output, own);
      alone.forEach((g, at) => {
        const row = all[at]!.narrow(0, b, 1);
        expectWithin(at === 0 ? row : row.narrow(2, 0, n), g, close);
        if (at > 0) expectWithin(row.narrow(2, n, 5 - n), 0, bounds.exact);
      });
    });
  },
});
