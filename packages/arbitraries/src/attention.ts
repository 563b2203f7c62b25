/** Inputs on which a wrong attention shows. */
import fc from 'fast-check';
import { list } from './arrays.ts';
import { values } from './values.ts';

/** One head: rows of queries and keys of one width, and a value for every key. */
export interface PlainAttention {
  readonly q: number[][];
  readonly k: number[][];
  readonly v: number[][];
  /** Rows of queries and of keys that an implementation in tiles may take at a time; often not divisors, 1, or more than there are. */
  readonly tiles: readonly [number, number];
  /** Whether query i sees key j; at least one row sees nothing where `deadRow` was asked for. */
  readonly mask: boolean[][];
}

export interface AttentionOptions {
  /** The most queries. Default 20. */
  readonly queries?: number;
  /** The most keys; there are at least two. Default 40. */
  readonly keys?: number;
  /** The most features of queries and keys, and of values. Default 9. */
  readonly width?: number;
  /** Draws a mask in which one query sees no key. Default false: every query sees every key. */
  readonly deadRow?: boolean;
}

/**
 * Attention whose keys grow longer one by one, in the direction of the queries: the greatest score changes in every
 * tile, and overflows where a kernel keeps the first one. Ordinary ones, and keys that are all alike, come too.
 *
 * @example
 * fc.property(attentionInputs(), ({ q, k, v, tiles }) => agrees(attention(q, k, v, tiles), softmax(q, k, v)));
 */
export function attentionInputs(options: AttentionOptions = {}): fc.Arbitrary<PlainAttention> {
  const { queries = 20, keys = 40, width = 9, deadRow = false } = options;
  const sizes = fc.record({
    queries: fc.integer({ min: 1, max: queries }),
    keys: fc.integer({ min: 2, max: keys }),
    d: fc.integer({ min: 1, max: width }),
    dv: fc.integer({ min: 1, max: width }),
  });
  return sizes.chain(({ queries: n, keys: m, d, dv }) =>
    fc
      .record({
        q: rows(n, d),
        k: rows(m, d),
        v: rows(m, dv),
        steepness: fc.constantFrom(0, 0.5, 4),
        tiles: fc.constantFrom<(readonly [number, number])[]>([1, 1], [8, 5], [3, 7], [16, 64], [8, 16]),
        seen: list(list(fc.boolean(), m), n),
        dead: fc.nat({ max: n - 1 }),
      })
      .map(({ q, k, v, steepness, tiles, seen, dead }) => ({
        q: q.map((row) => row.map((x) => Math.fround(1 + x / 4))),
        k: k.map((row, j) => row.map((x) => Math.fround(x / 2 + (steepness * j) / d))),
        v,
        tiles,
        mask: seen.map((row, i) => row.map((one) => !deadRow || (one && i !== dead))),
      })),
  );
}

function rows(count: number, width: number): fc.Arbitrary<number[][]> {
  return list(list(values([-2, 2]), width), count);
}
