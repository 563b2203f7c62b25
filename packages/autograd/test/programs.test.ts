import { grad, requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { fromArray, memory, type Tensor } from '@tessera/tensor';
import { type Bound, bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { interpret, KINDS, type Meaning, meaningsOf, type Program, programs } from './programs.ts';

const double = (data: readonly number[]): Tensor => fromArray(data, [data.length], { dtype: 'float64' });
const leavesOf = ({ leaves }: Program): Tensor[] => leaves.map((data) => requiresGrad(double(data)));
const gradsOf = (leaves: readonly Tensor[]): (Tensor | null)[] => leaves.map((leaf) => leaf.grad);
const valuesOf = (program: Program, leaves: readonly Tensor[]): Tensor[] =>
  interpret<Tensor>(program, leaves, (kind, a, b) => KINDS[kind]!.run(a, b));

const all = Object.keys(KINDS);
/** Those whose gradient is that of the value, also when leaves move. */
const smooth = all.filter(
  (kind) => !KINDS[kind]!.isTampered && !['detach', 'mul without a record', 'overwritten by numbers'].includes(kind),
);
const weights = fc.tuple(fc.constantFrom(1, -2), fc.constantFrom(0.5, 3));

/** <w, J e> for each element of each leaf. */
const pulled = ({ slope }: Meaning, w: readonly number[]): number[] =>
  slope[0]!.map((_, k) => w[0]! * slope[0]![k]! + w[1]! * slope[1]![k]!);

const sizeOf = (meanings: readonly Meaning[]): number =>
  Math.max(...meanings.flatMap(({ value, slope }) => [...value, ...slope.flat()]).map(Math.abs));

/** Each leaf has its part of the slopes, or none where no record leads to it. */
function expectGradients(
  found: readonly (Tensor | null)[],
  slopes: readonly number[],
  reach: readonly boolean[],
  bound: Bound,
): void {
  found.forEach((g, leaf) => {
    if (!reach[leaf]) expect(g).toBeNull();
    else expectWithin(g as Tensor, slopes.slice(2 * leaf, 2 * leaf + 2), bound);
  });
}

describe('programs', () => {
  law('have the values and the gradients that they mean, however they are asked for', {
    rows: [76, 77, 79, 82, 87, 88, 89],
    formula: 'backward, grad, twice, of some leaves: all give wᵀ J',
    tolerance: 'D',
    given: [programs(all), weights],
    holds: (program, w) => {
      const meanings = meaningsOf(program);
      const last = meanings.at(-1) as Meaning;
      const size = sizeOf(meanings);
      fc.pre(size < 1e3);
      const bound = bounds.identity(size, size);
      const leaves = leavesOf(program);
      const values = valuesOf(program, leaves);
      const root = values.at(-1) as Tensor;
      expectWithin(root.detach(), last.value, bound);
      // A checkpoint cannot know whether what it closes over is recorded: it always is itself.
      if (last.reach.some(Boolean)) expect(root.requiresGrad).toBe(true);
      if (!root.requiresGrad) return;

      const gradient = double(w);
      const slopes = pulled(last, w);
      const asked = grad(root, leaves, { gradOutputs: gradient, retainGraph: true, allowUnused: true });
      expectGradients(asked, slopes, last.reach, bound);
      if (!last.reach.some(Boolean)) return;
      // Some leaves alone, and nothing for the others.
      const [chosen] = leaves.filter((_, leaf) => last.reach[leaf]) as [Tensor];
      root.backward({ gradient, inputs: [chosen], retainGraph: true });
      expectGradients(
        gradsOf(leaves),
        slopes,
        leaves.map((leaf) => leaf === chosen),
        bound,
      );
      // All, and what came before stays.
      root.backward({ gradient });
      const twice = slopes.map((slope, k) => (leaves[Math.floor(k / 2)] === chosen ? 2 * slope : slope));
      expectGradients(gradsOf(leaves), twice, last.reach, bound);
    },
  });

  law('of several results have the sum of their gradients', {
    rows: [73, 77, 79],
    formula: '∇(⟨w, y⟩ + ⟨v, z⟩) = wᵀ J_y + vᵀ J_z, in one pass or in two',
    tolerance: 'D',
    given: [programs(all), weights, weights, fc.nat(3)],
    holds: (program, w, v, back) => {
      const meanings = meaningsOf(program);
      const size = sizeOf(meanings);
      fc.pre(size < 1e3);
      const bound = bounds.identity(size, size);
      const leaves = leavesOf(program);
      const values = valuesOf(program, leaves);
      const places = [values.length - 1, Math.max(0, values.length - 2 - back)];
      fc.pre(places.every((place) => values[place]!.requiresGrad));
      const [y, z] = places.map((place) => values[place] as Tensor) as [Tensor, Tensor];
      const [of, and] = places.map((place) => meanings[place] as Meaning) as [Meaning, Meaning];
      const slopes = pulled(of, w).map((slope, k) => slope + pulled(and, v)[k]!);
      const reach = of.reach.map((reached, leaf) => reached || (and.reach[leaf] as boolean));
      const options = { gradOutputs: [double(w), double(v)], retainGraph: true, allowUnused: true };
      expectGradients(grad([y, z], leaves, options), slopes, reach, bound);
      y.backward({ gradient: double(w), retainGraph: true });
      z.backward({ gradient: double(v) });
      expectGradients(gradsOf(leaves), slopes, reach, bound);
    },
  });

  law('keep the gradient of a result on the way where it is asked for', {
    rows: 88,
    formula: 'y.retainGrad(), or backward({ inputs: [y] }): y.grad = grad(root, y)',
    tolerance: 'E',
    given: [programs(all), weights, fc.nat(7)],
    holds: (program, w, back) => {
      fc.pre(sizeOf(meaningsOf(program)) < 1e3);
      const values = valuesOf(program, leavesOf(program));
      const root = values.at(-1) as Tensor;
      const inner = values[Math.max(0, values.length - 1 - back)] as Tensor;
      fc.pre(root.requiresGrad && inner.requiresGrad);
      const options = { gradOutputs: double(w), retainGraph: true, allowUnused: true };
      const [expected] = grad(root, [inner], options) as [Tensor | null];
      const expectGrad = (): void => {
        if (expected === null) expect(inner.grad).toBeNull();
        else expectSameBits(inner.grad as Tensor, expected);
      };
      root.backward({ gradient: double(w), inputs: [inner], retainGraph: true });
      expectGrad();
      inner.grad = null;
      inner.retainGrad();
      root.backward({ gradient: double(w) });
      expectGrad();
    },
  });

  law('give every tensor a gradient in memory of its own', {
    rows: [88, 93],
    formula: 'storages of all gradients and of the cotangent differ',
    tolerance: 'E',
    given: [programs(all), weights],
    holds: (program, w) => {
      const leaves = leavesOf(program);
      const values = valuesOf(program, leaves);
      const root = values.at(-1) as Tensor;
      fc.pre(root.requiresGrad);
      for (const value of values) if (!value.isLeaf) value.retainGrad();
      const gradient = double(w);
      root.backward({ gradient });
      const storages = new Set(values.flatMap(({ grad }) => grad?.storage ?? []));
      // A step may give what it was given, and then both are one tensor.
      const gradients = new Set(values.flatMap(({ grad }) => grad ?? []));
      expect(storages.size).toBe(gradients.size);
      expect(storages.has(gradient.storage)).toBe(false);
    },
  });

  law('show a hook on a leaf the whole gradient, once', {
    rows: 88,
    formula: 'hook on x: called with wᵀ J, however often x is used; x.grad = what it gives',
    tolerance: 'D',
    given: [programs(all), weights],
    holds: (program, w) => {
      const meanings = meaningsOf(program);
      const last = meanings.at(-1) as Meaning;
      const size = sizeOf(meanings);
      fc.pre(size < 1e3 && last.reach.some(Boolean));
      const leaves = leavesOf(program);
      const seen = leaves.map((): Tensor[] => []);
      leaves.forEach((leaf, i) => {
        leaf.registerHook((g) => {
          seen[i]?.push(g);
          return g.clamp(-1, 1);
        });
      });
      (valuesOf(program, leaves).at(-1) as Tensor).backward({ gradient: double(w) });
      const slopes = pulled(last, w);
      const bound = bounds.identity(size, size);
      expect(seen.map((list) => list.length)).toEqual(last.reach.map(Number));
      expectGradients(
        seen.map(([g]) => g ?? null),
        slopes,
        last.reach,
        bound,
      );
      expectGradients(
        gradsOf(leaves),
        slopes.map((slope) => Math.min(1, Math.max(-1, slope))),
        last.reach,
        bound,
      );
    },
  });

  law('leave nothing in memory but gradients, at once', {
    rows: [17, 93],
    formula: 'bytes after backward = bytes before + those of the gradients; again: no more',
    tolerance: 'E',
    given: [programs(smooth), weights, fc.boolean()],
    holds: (program, w, isGrad) => {
      fc.pre(sizeOf(meaningsOf(program)) < 1e3);
      const leaves = leavesOf(program);
      const root = valuesOf(program, leaves).at(-1) as Tensor;
      if (!root.requiresGrad) return;
      const gradient = double(w);
      /** What the heap would hold if nothing had been evicted. */
      const held = (): number => {
        const { resident, evictedBytes, reloadedBytes } = memory();
        return resident + evictedBytes - reloadedBytes;
      };
      const start = held();
      const other = double(w);
      const one = held() - start;
      const pass = (): readonly (Tensor | null)[] => {
        if (isGrad) return grad(root, leaves, { gradOutputs: gradient, retainGraph: true, allowUnused: true });
        root.backward({ gradient, retainGraph: true });
        return gradsOf(leaves);
      };
      const before = held();
      /** Those that are not the cotangent itself, handed on. */
      const made = (found: readonly (Tensor | null)[]): Set<unknown> =>
        new Set(found.flatMap((g) => (g === null || g.storage === gradient.storage ? [] : [g.storage])));
      const first = made(pass());
      expect(held() - before).toBe(first.size * one);
      // Gradients gather in place; those that are asked for are new.
      const second = made(pass());
      expect(held() - before).toBe((isGrad ? first.size + second.size : second.size) * one);
      expect(other.count).toBe(2);
    },
  });

  law('have second derivatives', {
    rows: [75, 84],
    formula: '∇⟨∇⟨w, y⟩, d⟩ = the difference of ∇⟨w, y⟩ along d',
    tolerance: 'D',
    given: [programs(smooth), weights],
    holds: (program, w) => {
      const meanings = meaningsOf(program);
      const last = meanings.at(-1) as Meaning;
      const size = sizeOf(meanings);
      fc.pre(size < 4);
      const leaves = leavesOf(program);
      const root = valuesOf(program, leaves).at(-1) as Tensor;
      if (!root.requiresGrad) return;
      const firsts = grad(root, leaves, { gradOutputs: double(w), createGraph: true, allowUnused: true });
      expectGradients(firsts, pulled(last, w), last.reach, bounds.identity(size, size));
      const live = firsts.filter((g): g is Tensor => g?.requiresGrad === true);
      const direction = leaves.map((_, leaf) => double([1 - leaf / 2, 0.75 + leaf]));
      const seconds =
        live.length === 0
          ? leaves.map(() => null)
          : grad(live, leaves, {
              gradOutputs: firsts.flatMap((g, i) => (g?.requiresGrad ? [direction[i] as Tensor] : [])),
              allowUnused: true,
            });
      const moved = (by: number): number[] =>
        pulled(
          meaningsOf(
            program,
            program.leaves.map(([x, y], i) => [x + by * direction[i]!.data[0]!, y + by * direction[i]!.data[1]!]),
          ).at(-1) as Meaning,
          w,
        );
      const difference = (h: number): number[] => {
        const [far, near, back, behind] = [moved(2 * h), moved(h), moved(-h), moved(-2 * h)];
        return near.map((value, k) => (8 * (value - back[k]!) - (far[k]! - behind[k]!)) / (12 * h));
      };
      // Of fourth order: what half the step changes is 15 times what is left.
      const [coarse, fine] = [difference(2 ** -8), difference(2 ** -9)];
      const limits = fine.map((slope, k) => Math.abs(slope - coarse[k]!) + 2 ** 12 * Number.EPSILON * size);
      seconds.forEach((g, leaf) => {
        const places = [2 * leaf, 2 * leaf + 1];
        const limit = places.map((k) => limits[k]!);
        expectWithin(
          g?.detach() ?? double([0, 0]),
          places.map((k) => fine[k]!),
          bounds.conditioned(limit),
        );
      });
    },
  });
});
