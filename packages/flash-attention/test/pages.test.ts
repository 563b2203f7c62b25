import { PagedKeyValueCache } from '@tessera/flash-attention';
import { law } from '@tessera/laws';
import { arange, cat, type Tensor, ValueError, zeros } from '@tessera/tensor';
import { expectSameBits } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { expect } from 'vitest';

const float64 = { dtype: 'float64' } as const;
const [PAGES, HEADS, DIM] = [6, 2, 2];

law('pages hold the tokens of every sequence in order, are given out once, and come back when it is closed', {
  rows: [129, 176],
  formula: 'read(s) = all that was appended to s; free + Σ ⌈length / size⌉ = pages; what does not fit changes nothing',
  tolerance: 'E',
  given: [
    fc.integer({ min: 1, max: 4 }),
    fc.constantFrom(null, 1, 3),
    // To open, to close some, or to append some tokens to some.
    fc.array(fc.tuple(fc.constantFrom('open', 'close', 'append', 'append', 'append'), fc.nat(9), fc.nat(6)), {
      maxLength: 24,
    }),
  ],
  holds: (pageSize, valueDim, steps) => {
    const wide = valueDim ?? DIM;
    const cache = new PagedKeyValueCache({
      ...{ pages: PAGES, pageSize, heads: HEADS, dim: DIM, ...float64 },
      ...(valueDim !== null && { valueDim }),
    });
    const held = new Map<number, readonly [keys: Tensor, values: Tensor]>();
    const closed: number[] = [];
    let token = 0;
    const rowsOf = (n: number, width: number): Tensor => {
      token += n * HEADS * width;
      return arange(token - n * HEADS * width, token, 1, float64).reshape(1, HEADS, n, width);
    };
    const pagesOf = (n: number): number => Math.ceil(n / pageSize);
    const isFree = (): number => PAGES - [...held.values()].reduce((sum, [k]) => sum + pagesOf(k.shape[2]!), 0);
    for (const [what, which, n] of steps) {
      const numbers = [...held.keys()];
      const sequence = numbers[which % Math.max(1, numbers.length)];
      if (what === 'open' || sequence === undefined) {
        const opened = cache.open();
        expect(held.has(opened) || closed.includes(opened)).toBe(false);
        held.set(opened, [zeros([1, HEADS, 0, DIM], float64), zeros([1, HEADS, 0, wide], float64)]);
      } else if (what === 'close') {
        cache.close(sequence);
        held.delete(sequence);
        closed.push(sequence);
      } else {
        const [keys, values] = held.get(sequence) as readonly [Tensor, Tensor];
        const [key, value] = [rowsOf(n, DIM), rowsOf(n, wide)];
        const length = keys.shape[2]!;
        const append = (): PagedKeyValueCache => cache.append(sequence, key, value);
        if (pagesOf(length + n) - pagesOf(length) > isFree()) expect(append).toThrow(ValueError);
        else {
          expect(append()).toBe(cache);
          held.set(sequence, [cat([keys, key], 2), cat([values, value], 2)]);
        }
      }
      expect(cache.freePages).toBe(isFree());
      for (const one of closed) expect(() => cache.length(one)).toThrow(ValueError);
      const all = [...held.keys()];
      const { key, value, pageTable, keyLengths } = cache.read(all);
      expect([key.shape, value.shape]).toEqual([
        [PAGES, HEADS, pageSize, DIM],
        [PAGES, HEADS, pageSize, wide],
      ]);
      expect([key.dtype, value.dtype]).toEqual(['float64', 'float64']);
      const used = new Set<number>();
      all.forEach((one, i) => {
        const [keys, values] = held.get(one) as readonly [Tensor, Tensor];
        const length = keys.shape[2]!;
        expect([cache.length(one), keyLengths.data[i]]).toEqual([length, length]);
        const own = Array.from(pageTable.select(0, i).data).slice(0, pagesOf(length));
        for (const page of own) {
          expect(used.has(page)).toBe(false);
          used.add(page);
        }
        if (length === 0) return;
        const read = (pool: Tensor): Tensor =>
          cat(
            own.map((page) => pool.narrow(0, page, 1)),
            2,
          ).narrow(2, 0, length);
        expectSameBits(read(key).contiguous(), keys);
        expectSameBits(read(value).contiguous(), values);
      });
    }
  },
});
