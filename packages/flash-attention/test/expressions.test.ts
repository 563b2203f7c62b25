import { grad, requiresGrad } from '@tessera/autograd';
import { createBlockMask, type Expression, flashAttention } from '@tessera/flash-attention';
import { law } from '@tessera/laws';
import { randn, type Tensor, where } from '@tessera/tensor';
import { bounds, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { isGradual, leavesOfExpressions, leavesOfTensors, type Node, tablesFor, truth, value } from './expressions.ts';
import { attentionOf, type Extent } from './features.ts';
import { operands } from './operands.ts';

const float64 = { dtype: 'float64' } as const;
const sizes = fc.record({
  seed: fc.nat(),
  batch: fc.integer({ min: 1, max: 2 }),
  keyHeads: fc.integer({ min: 1, max: 2 }),
  group: fc.integer({ min: 1, max: 2 }),
  queries: fc.integer({ min: 1, max: 12 }),
  // So many that they are cut into spans, now and then.
  keys: fc.oneof({ arbitrary: fc.integer({ min: 1, max: 12 }), weight: 15 }, fc.constant(520)),
  d: fc.integer({ min: 1, max: 4 }),
  dv: fc.integer({ min: 1, max: 4 }),
});
const tiles = fc.constantFrom(null, [8, 5] as const, [3, 2] as const);
const tensorOf = (x: unknown): Tensor => x as Tensor;

describe('expressions', () => {
  law('change scores as their names say, and pass gradients to scores and to what they look up', {
    rows: [124, 125, 130],
    formula: 'flash(q, k, v; scoreMod = f) = softmax(f(q kᵀ, b, h, i, j)) v with f on whole tensors, and ∇',
    tolerance: 'D',
    given: [sizes, value, fc.array(truth, { maxLength: 2 }), tiles, fc.boolean()],
    share: 3,
    holds: (drawn, change, hidden, asked, isWeighted) => {
      const extent: Extent = { ...drawn, heads: drawn.keyHeads * drawn.group };
      const inputs = operands(drawn).map((t) => requiresGrad(t)) as [Tensor, Tensor, Tensor];
      const tables = tablesFor(extent).map((t, i) => (isGradual(i) ? requiresGrad(t) : t));
      const program: Node = (at) => {
        const changed = change(at);
        const bounded = changed.tanh!().mul!(3);
        return hidden.reduce((x, seen) => x.where!(seen(at), -Infinity), isWeighted ? bounded.add!(at.score) : bounded);
      };
      const scoreMod = (...place: readonly Expression[]): Expression =>
        program(leavesOfExpressions(place, tables, extent)) as unknown as Expression;
      const found = flashAttention(...inputs, { scoreMod, tiles: asked, enableGqa: true });
      const feature = {
        options: () => ({}),
        scores: (scores: Tensor) =>
          tensorOf(program(leavesOfTensors(scores, tables, extent))).expand(...scores.shape) as Tensor,
      };
      const expected = attentionOf(inputs, [{ feature, leaves: [] }], extent);
      const leaves = [...inputs, ...tables.filter((_, i) => isGradual(i))];
      // Slopes of all operations grow by no more than a few numbers each.
      const near = bounds.identity(...leaves.map((t) => t.detach()), 64);
      expectWithin(found.output.detach(), expected.output.detach(), near);
      const g = randn(found.output.shape, float64);
      const close = bounds.identity(...leaves.map((t) => t.detach()), g, 64, 64);
      const [got, want] = [found, expected].map(({ output }) =>
        output.requiresGrad ? grad(output.mul(g).sum(), leaves, { allowUnused: true }) : [],
      ) as [Tensor[], Tensor[]];
      leaves.forEach((_, i) => {
        expectWithin(got[i] ?? 0, want[i] ?? 0, close);
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
