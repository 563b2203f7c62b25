import { grad, requiresGrad } from '@tessera/autograd';
import { createBlockMask, type Expression, type FlashAttentionOptions, flashAttention } from '@tessera/flash-attention';
import { law } from '@tessera/laws';
import { randn, type Tensor, where, zeros } from '@tessera/tensor';
import { bounds, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { isGradual, leavesOfExpressions, leavesOfTensors, type Node, tablesFor, truth, value } from './expressions.ts';
import { attentionOf, type Extent } from './features.ts';
import { operands, sizesUpTo } from './operands.ts';

const float64 = { dtype: 'float64' } as const;
const sizes = fc.record({
  ...sizesUpTo(12, 4),
  // So many that they are cut into spans, now and then.
  keys: fc.oneof({ arbitrary: fc.integer({ min: 1, max: 12 }), weight: 15 }, fc.constant(520)),
});
const tiles = fc.constantFrom(null, [8, 5] as const, [3, 2] as const);
const tensorOf = (x: unknown): Tensor => x as Tensor;

/** What attention with an expression gives, and what its definition does, with the leaves of both. */
function bothWays(
  drawn: Parameters<typeof operands>[0],
  program: Node,
  options: FlashAttentionOptions,
): { readonly found: Tensor; readonly expected: Tensor; readonly leaves: readonly Tensor[] } {
  const extent: Extent = { ...drawn, heads: drawn.keyHeads * drawn.group };
  const inputs = operands(drawn).map((t) => requiresGrad(t)) as [Tensor, Tensor, Tensor];
  const tables = tablesFor(extent).map((t, i) => (isGradual(i) ? requiresGrad(t) : t));
  const scoreMod = (...place: readonly Expression[]): Expression =>
    program(leavesOfExpressions(place, tables, extent)) as unknown as Expression;
  const { output: found } = flashAttention(...inputs, { ...options, scoreMod, enableGqa: true });
  const feature = {
    options: () => ({}),
    scores: (scores: Tensor) =>
      tensorOf(program(leavesOfTensors(scores, tables, extent))).expand(...scores.shape) as Tensor,
  };
  const { output: expected } = attentionOf(inputs, [{ feature, leaves: [] }], extent);
  return { found, expected, leaves: [...inputs, ...tables.filter((_, i) => isGradual(i))] };
}

/** Gradients, and none where nothing is on the way. */
const slopesOf = (y: Tensor, leaves: readonly Tensor[], createGraph = false): (Tensor | null)[] =>
  y.requiresGrad ? [...grad(y, [...leaves], { allowUnused: true, createGraph })] : leaves.map(() => null);

/** A change of scores, bounded so that no softmax is lost, and what is hidden. */
const changing = (change: Node, hidden: readonly Node[], isAdded: boolean): Node => {
  return (at) => {
    const bounded = change(at).tanh!().mul!(3);
    return hidden.reduce((x, seen) => x.where!(seen(at), -Infinity), isAdded ? bounded.add!(at.score) : bounded);
  };
};

describe('expressions', () => {
  law('change scores as their names say, and pass gradients to scores and to what they look up', {
    rows: [124, 125, 130],
    formula: 'flash(q, k, v; scoreMod = f) = softmax(f(q kᵀ, b, h, i, j)) v with f on whole tensors, and ∇',
    tolerance: 'D',
    given: [sizes, value, fc.array(truth, { maxLength: 2 }), tiles, fc.boolean()],
    share: 3,
    holds: (drawn, change, hidden, asked, isAdded) => {
      const { found, expected, leaves } = bothWays(drawn, changing(change, hidden, isAdded), { tiles: asked });
      const values = leaves.map((t) => t.detach());
      // Slopes of all operations grow by no more than a few numbers each.
      expectWithin(found.detach(), expected.detach(), bounds.identity(...values, 64));
      const g = randn(found.shape, float64);
      const [got, want] = [found, expected].map((y) => slopesOf(y.mul(g).sum(), leaves)) as [Tensor[], Tensor[]];
      leaves.forEach((_, i) => {
        expectWithin(got[i] ?? 0, want[i] ?? 0, bounds.identity(...values, g, 64, 64));
      });
    },
  });

  law('have second derivatives too', {
    rows: [124, 131],
    formula: '∇‖∇flash(...; scoreMod = f)‖² = ∇‖∇ of the definition‖²',
    tolerance: 'D',
    given: [sizes, value, fc.array(truth, { maxLength: 1 }), fc.boolean()],
    holds: (drawn, change, hidden, isAdded) => {
      const small = { ...drawn, queries: Math.min(drawn.queries, 4), keys: Math.min(drawn.keys, 4) };
      const { found, expected, leaves } = bothWays(small, changing(change, hidden, isAdded), {});
      const [got, want] = [found, expected].map((y) => {
        const first = slopesOf(y.square().sum(), leaves, true).filter((t) => t !== null);
        const total = first.map((t) => t.square().sum()).reduce<Tensor>((a, b) => a.add(b), zeros([], float64));
        return slopesOf(total, leaves);
      }) as [(Tensor | null)[], (Tensor | null)[]];
      const near = bounds.identity(...leaves.map((t) => t.detach()), 64, 64, 64);
      leaves.forEach((_, i) => {
        expectWithin(got[i] ?? 0, want[i] ?? 0, near);
      });
    },
  });

  law('hide keys as their names say, block by block where they are looked at once', {
    rows: [124, 125],
    formula: 'flash(maskMod = m) = flash(blockMask of m) = softmax(where(m, q kᵀ, -∞)) v; states: none, some or all',
    tolerance: 'D',
    given: [
      sizes,
      truth,
      tiles,
      fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
      fc.boolean(),
    ],
    share: 3,
    holds: (drawn, seen, asked, blockSize, isOne) => {
      const extent: Extent = { ...drawn, heads: drawn.keyHeads * drawn.group };
      const inputs = operands(drawn);
      const tables = tablesFor(extent);
      const maskMod = (...place: readonly Expression[]): Expression =>
        seen(leavesOfExpressions([place[0] as Expression, ...place], tables, extent)) as unknown as Expression;
      const mask = tensorOf(seen(leavesOfTensors(inputs[0], tables, extent)))
        .ne(0)
        .expand(extent.batch, extent.heads, extent.queries, extent.keys) as Tensor;
      const feature = { options: () => ({}), scores: (scores: Tensor) => where(mask, scores, -Infinity) };
      const expected = attentionOf(inputs, [{ feature, leaves: [] }], extent);
      const near = bounds.identity(...inputs);
      const options = { tiles: asked, enableGqa: true };
      expectWithin(flashAttention(...inputs, { ...options, maskMod }).output, expected.output, near);
      const { batch, heads, queries, keys } = extent;
      const block = createBlockMask(maskMod, {
        batch,
        heads,
        queries,
        keys,
        blockSize: isOne ? blockSize[0] : blockSize,
      });
      expectWithin(flashAttention(...inputs, { ...options, blockMask: block }).output, expected.output, near);
      // What a state says is what the mask is over its block.
      const [rows, columns] = block.blockSize;
      expect([rows, columns]).toEqual(isOne ? [blockSize[0], blockSize[0]] : blockSize);
      const states = block.states.toArray() as number[][][][];
      let none = 0;
      states.forEach((ofHeads, b) => {
        ofHeads.forEach((grid, h) => {
          grid.forEach((line, i) => {
            line.forEach((state, j) => {
              const part = mask.at(b, h, `${i * rows}:${(i + 1) * rows}`, `${j * columns}:${(j + 1) * columns}`);
              const sum = part.sum().item();
              expect(state).toBe(sum === 0 ? 0 : sum === part.count ? 2 : 1);
              if (sum === 0) none++;
            });
          });
        });
      });
      expect(block.sparsity()).toBe(none / block.states.count);
    },
  });
});
