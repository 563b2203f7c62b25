import { law } from '@tessera/laws';
import { fromArray } from '@tessera/tensor';
import fc from 'fast-check';
import { expect } from 'vitest';

law('reductions of rows so long that threads share them are those of all their parts', {
  rows: [42, 45],
  formula: 'Σ, mean, max, min, argmax, Π of whole numbers, exact for 2¹⁶ elements and more',
  tolerance: 'E',
  given: [fc.integer({ min: 2 ** 16, max: 3 * 2 ** 16 }), fc.integer({ min: 1, max: 97 })],
  share: 0.2,
  holds: (n, step) => {
    const data = Float32Array.from({ length: n }, (_, i) => ((i * step) % 101) - 50);
    const x = fromArray(data, [n]);
    const all = data.reduce((sum, value) => sum + value, 0);
    expect(x.sum().item()).toBe(all);
    expect(x.mean().item()).toBe(Math.fround(all / n));
    const [peak, valley] = [(step * 7919) % n, (step * 7919 + 1) % n];
    data[peak] = 1000;
    data[valley] = -1000;
    const y = fromArray(data, [n]);
    expect([y.amax().item(), y.amin().item(), y.argmax().item()]).toEqual([1000, -1000, peak]);
    const ones = new Float32Array(n).fill(1);
    [ones[peak], ones[valley]] = [3, -2];
    expect(fromArray(ones, [n]).prod().item()).toBe(-6);
  },
});
