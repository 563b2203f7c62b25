import { grad, gradcheck, gradgradcheck, jvp, requiresGrad } from '@tessera/autograd';
import { flashAttention } from '@tessera/flash-attention';
import { getNumThreads, setNumThreads } from '@tessera/kernels';
import { law } from '@tessera/laws';
import { randn, type Tensor } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { attentionOf, type Chosen, choose, FEATURES, optionsOf } from './features.ts';
import { operands, sizesUpTo } from './operands.ts';

const float64 = { dtype: 'float64' } as const;
const NAMES = Object.keys(FEATURES);
/** Of these, one at a time: they are the same option. */
const RIVALS = [
  ['rowBias', 'boolMask'],
  ['topLeft', 'bottomRight'],
];

const drawn = fc.record({
  ...sizesUpTo(20, 9),
  names: fc.subarray(NAMES, { minLength: 0, maxLength: 4 }).filter(compatible),
  tiles: fc.constantFrom(null, [8, 5] as const, [16, 7] as const, [3, 1] as const),
});

function compatible(names: readonly string[]): boolean {
  return RIVALS.every((pair) => pair.filter((name) => names.includes(name)).length < 2);
}

/** Windows count from the last query and key where causal attention does. */
function isShifted(names: readonly string[]): boolean {
  return names.includes('window') && (names.includes('bottomRight') || names.includes('topLeft'));
}

/** The leaves of all operands and features, as gradients are asked for. */
function withLeaves(inputs: readonly Tensor[], chosen: readonly Chosen[]): [Tensor[], Chosen[]] {
  const leaves = inputs.map((t) => requiresGrad(t));
  const ready = chosen.map(({ feature, leaves: own }) => ({ feature, leaves: own.map((t) => requiresGrad(t)) }));
  return [[...leaves, ...ready.flatMap(({ leaves: own }) => own)], ready];
}

describe('features of attention', () => {
  law('together are what their definitions say, with their gradients', {
    rows: [114, 123, 124, 125, 132],
    formula: 'flash(q, k, v; options) = softmax(options(q kᵀ)) v, and ∇',
    tolerance: 'D',
    given: [drawn],
    share: 1.5,
    holds: ({ names, tiles, ...sizes }) => {
      fc.pre(!isShifted(names));
      const extent = { ...sizes, heads: sizes.keyHeads * sizes.group };
      const [leaves, chosen] = withLeaves(operands(sizes), choose(names, extent, sizes.seed));
      const inputs = leaves.slice(0, 3) as [Tensor, Tensor, Tensor];
      const found = flashAttention(...inputs, { ...optionsOf(chosen, extent), tiles, enableGqa: true });
      const expected = attentionOf(inputs, chosen, extent);
      expectWithin(found.output.detach(), expected.output.detach(), bounds.identity(...leaves));
      const living = expected.logSumExp.detach().isfinite();
      expect(found.logSumExp.detach().isfinite().toArray()).toEqual(living.toArray());
      const [g, gLse] = [randn(found.output.shape, float64), randn(found.logSumExp.shape, float64)];
      const total = ({ output, logSumExp }: typeof found): Tensor =>
        output.mul(g).sum().add(logSumExp.maskedFill(living.logicalNot(), 0).mul(gLse).sum());
      expectWithin(total(found).detach(), total(expected).detach(), bounds.identity(...leaves, g, gLse));
      const options = { allowUnused: true };
      const [got, want] = [found, expected].map((x) => grad(total(x), leaves, options)) as [Tensor[], Tensor[]];
      for (const [i, gradient] of got.entries())
        expectWithin(gradient, want[i] ?? 0, bounds.identity(...leaves, g, gLse));
    },
  });

  law('have the same bits on any number of threads, with the gradients of all that they look at', {
    rows: 115,
    formula: 'flash with every option on n threads = on one, ∇ too',
    tolerance: 'E',
    holds: () => {
      const threads = getNumThreads();
      const extent = { batch: 2, heads: 4, queries: 40, keys: 600 };
      const names = ['softcap', 'alibi', 'scoreMod', 'bias', 'rowBias', 'maskMod', 'dropout', 'sinks'];
      const run = (count: number): Tensor[] => {
        setNumThreads(count);
        const inputs = operands({ seed: 1, batch: 2, keyHeads: 2, group: 2, queries: 40, keys: 600, d: 5, dv: 3 });
        const [leaves, chosen] = withLeaves(inputs, choose(names, extent, 1));
        const [q, k, v] = leaves as [Tensor, Tensor, Tensor];
        const { output, logSumExp } = flashAttention(q, k, v, { ...optionsOf(chosen, extent), enableGqa: true });
        return [output.detach(), logSumExp.detach(), ...(grad(output.square().sum(), leaves) as Tensor[])];
      };
      const [one, three] = [run(1), run(3)];
      setNumThreads(threads);
      for (const [i, t] of one.entries()) expectSameBits(three[i]!, t);
    },
  });

  const pairs = NAMES.flatMap((a, i) => NAMES.slice(i).map((b) => [a, b] as const)).filter(compatible);

  for (const [a, b] of pairs) {
    law(`${a} and ${b}: gradients are central differences, and forward derivatives the same`, {
      rows: [130, 131],
      formula: '∇flash = differences; J v = ⟨∇, v⟩; ∇² = differences of ∇',
      tolerance: 'D',
      of: `${a} and ${b}`,
      holds: () => {
        const extent = { batch: 1, heads: 2, queries: 3, keys: 4 };
        const chosen = choose([a, b], extent, 3);
        const inputs = operands({ seed: 1, batch: 1, keyHeads: 1, group: 2, queries: 3, keys: 4, d: 2, dv: 1 });
        const counts = chosen.map(({ leaves }) => leaves.length);
        const f = (...all: Tensor[]): Tensor => {
          let next = 3;
          const ready = chosen.map(({ feature }, i) => {
            next += counts[i]!;
            return { feature, leaves: all.slice(next - counts[i]!, next) };
          });
          const options = { ...optionsOf(ready, extent), tiles: [8, 3] as const, enableGqa: true };
          const { output, logSumExp } = flashAttention(all[0]!, all[1]!, all[2]!, options);
          const seen = logSumExp.detach().isfinite();
          return output.square().sum().add(logSumExp.maskedFill(seen.logicalNot(), 0).sum());
        };
        const all = [...inputs, ...chosen.flatMap(({ leaves }) => leaves)].map((t) => t.mul(0.5));
        gradcheck(f, all);
        if (a === b) gradgradcheck(f, all);
        const tangents = all.map((t) => randn(t.shape, float64));
        const [, along] = jvp(f, all, tangents);
        const leaves = all.map((t) => requiresGrad(t));
        const slopes = grad(f(...leaves), leaves, { allowUnused: true });
        const expected = slopes.reduce((sum, g, i) => sum + (g?.mul(tangents[i]!).sum().item() ?? 0), 0);
        expectWithin(along, expected, bounds.identity(...all, ...tangents));
      },
    });
  }
});
