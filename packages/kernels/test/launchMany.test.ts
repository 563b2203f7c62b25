import {
  type Addressable,
  heap,
  KernelError,
  launch,
  launchMany,
  type Step,
  setNumThreads,
  views,
} from '@tessera/kernels';
import { law } from '@tessera/laws';
import fc from 'fast-check';
import { afterAll, afterEach, expect } from 'vitest';

const { budget: usual } = heap();
afterEach(() => {
  heap().budget = usual;
});
afterAll(() => setNumThreads(1));

const MEBIBYTE = 2 ** 20;

function array(values: readonly number[]): Addressable {
  const result = { cell: heap().allocate(Math.max(1, values.length) * 4), byteOffset: 0 };
  const at = heap().load(result.cell) / 4;
  views().f32.set(values, at);
  return result;
}

function read({ cell }: Addressable, count: number): number[] {
  const at = heap().load(cell) / 4;
  return [...views().f32.subarray(at, at + count)];
}

const numbers = (n: number, seed: number): number[] =>
  Array.from({ length: n }, (_, i) => ((i * 7919 + seed) % 201) / 64 - 1.5);

const steps = fc.array(
  fc.record({
    elements: fc.oneof(fc.nat(40), fc.constantFrom(0, 4096, 16_384, 16_385, 200_000)),
    hasBuffer: fc.boolean(),
    first: fc.boolean(),
    lr: fc.constantFrom(0.5, 0.25),
    momentum: fc.constantFrom(0.5, 0.75),
  }),
  { maxLength: 8 },
);

law('one launch over many tensors is a step of each, within whatever budget and on any number of threads', {
  rows: [45, 153, 176],
  formula: 'p ← p - lr b, b ← μ b + g or g at first; p ← p - lr g without b; all others stay',
  tolerance: 'E',
  // Within the smaller ones, not all tensors fit together; threads have room for themselves.
  given: [steps, fc.constantFrom(null, 24, 32), fc.constantFrom(1, 3), fc.nat()],
  share: 0.3,
  holds: (drawn, budget, threads, seed) => {
    const owner = heap();
    setNumThreads(threads);
    const data = drawn.map(({ elements }, i) => [0, 1, 2].map((k) => numbers(elements, (seed % 100) + 17 * i + 5 * k)));
    const cells = data.map((lists) => lists.map(array));
    if (budget !== null) owner.budget = budget * MEBIBYTE;
    const given = drawn.map(({ elements, hasBuffer, first, lr, momentum }, i): Step => {
      const [p, g, b] = cells[i] as [Addressable, Addressable, Addressable];
      return {
        operands: [p, g, hasBuffer ? b : null],
        scalars: [1, 0, momentum, 1, lr, 0, Number(first)],
        elements,
      };
    });
    launchMany('sgd_f32', given);
    drawn.forEach(({ elements, hasBuffer, first, lr, momentum }, i) => {
      const [p, g, b] = data[i] as [number[], number[], number[]];
      const moved = hasBuffer && !first ? b.map((value, at) => Math.fround(momentum * value + g[at]!)) : g;
      const [gotP, gotG, gotB] = (cells[i] as Addressable[]).map((one) => read(one, elements));
      // Sums of sixty-fourths with halves and quarters are exact.
      expect(gotP).toEqual(p.map((value, at) => value - lr * moved[at]!));
      expect(gotG).toEqual(g);
      expect(gotB).toEqual(hasBuffer ? moved : b);
    });
    for (const { cell } of cells.flat()) owner.free(cell);
    owner.budget = usual;
    setNumThreads(1);
  },
});

law('a launch runs the kernel that is named over its range, at its operands, in chunks of any size', {
  rows: [45, 175],
  formula: 'launch(neg, [y, x], n): y = -x; of no units: nothing; of other names or arguments: refused',
  tolerance: 'E',
  given: [fc.nat(300), fc.integer({ min: 1, max: 64 }), fc.nat(9), fc.constantFrom(1, 3)],
  holds: (n, grain, shift, threads) => {
    setNumThreads(threads);
    const x = numbers(n + shift, n);
    const [from, to] = [array(x), array(x.map(() => 7))];
    // From some element on.
    const view = { cell: from.cell, byteOffset: 4 * shift };
    // Kernels take four elements at a time, and chunks begin where these do.
    launch('neg_f32', [to, view], n, 4 * grain);
    expect(read(to, n + shift)).toEqual([...x.slice(shift).map((value) => -value), ...Array<number>(shift).fill(7)]);
    expect(() => launch('neg_f32', [to], Math.max(1, n), grain)).toThrow(KernelError);
    expect(() => launch('no such kernel', [to, view], Math.max(1, n), grain)).toThrow(KernelError);
    launch('no such kernel', [], 0, grain);
    for (const { cell } of [from, to]) expect(cell.pins).toBe(0);
    for (const { cell } of [from, to]) heap().free(cell);
    setNumThreads(1);
  },
});
