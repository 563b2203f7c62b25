/** Keys and values of many sequences in pages of one pool. */
import { type DType, type Tensor, tensor, ValueError, zeros } from '@tessera/tensor';
import { checkDType, checkInteger, describe, withDefaults } from '@tessera/tensor/core';
import { checkAppended } from './keyValueCache.ts';

export interface PagedKeyValueCacheOptions {
  /** Pages of the pool. */
  readonly pages: number;
  /** Tokens of a page. Default 64. */
  readonly pageSize?: number;
  /** Heads of keys. */
  readonly heads: number;
  readonly dim: number;
  /** Default: as `dim`. */
  readonly valueDim?: number | null;
  /** Default float32. */
  readonly dtype?: DType;
}

interface Held {
  readonly pages: number[];
  length: number;
}

/**
 * Keys and values of sequences that come and go, in pages of one pool, so that memory is never moved and never lies idle: Kwon et
 * al., 2023 (PagedAttention). It holds values alone: no gradient goes into it.
 *
 * @example
 * const cache = new PagedKeyValueCache({ pages: 8, pageSize: 4, heads: 2, dim: 8 });
 * const [a, b] = [cache.open(), cache.open()];
 * cache.append(a, randn(1, 2, 5, 8), randn(1, 2, 5, 8));
 * cache.append(b, randn(1, 2, 3, 8), randn(1, 2, 3, 8));
 * const { key, value, ...tables } = cache.read([a, b]);
 * flashAttention(randn(2, 2, 1, 8), key, value, tables).output.shape; // [2, 2, 1, 8]
 */
export class PagedKeyValueCache {
  /** [pages, Hkv, page size, d] */
  readonly #keys: Tensor;
  readonly #values: Tensor;
  readonly #free: number[];
  readonly #held = new Map<number, Held>();
  #opened = 0;

  constructor(options: PagedKeyValueCacheOptions) {
    const op = 'PagedKeyValueCache';
    const settings = withDefaults<Required<PagedKeyValueCacheOptions>>(op, options, {
      ...{ pages: 0, pageSize: 64, heads: 0, dim: 0, valueDim: null, dtype: 'float32' },
    });
    const size = (name: 'pages' | 'pageSize' | 'heads' | 'dim'): number => checkInteger(op, name, settings[name], 1);
    const [pages, pageSize, heads, dim] = [size('pages'), size('pageSize'), size('heads'), size('dim')];
    const valueDim = settings.valueDim === null ? dim : checkInteger(op, 'valueDim', settings.valueDim, 1);
    const dtype = checkDType(op, settings.dtype);
    this.#keys = zeros([pages, heads, pageSize, dim], { dtype });
    this.#values = zeros([pages, heads, pageSize, valueDim], { dtype });
    this.#free = Array.from({ length: pages }, (_, page) => pages - 1 - page);
  }

  /** Pages that no sequence holds. */
  get freePages(): number {
    return this.#free.length;
  }

  /** A new sequence without tokens, by its number. */
  open(): number {
    const sequence = this.#opened++;
    this.#held.set(sequence, { pages: [], length: 0 });
    return sequence;
  }

  /** Tokens of a sequence. */
  length(sequence: number): number {
    return this.#sequence('length', sequence).length;
  }

  /** Adds the keys [1, Hkv, n, d] and values [1, Hkv, n, dv] of n tokens to a sequence. */
  append(sequence: number, key: Tensor, value: Tensor): this {
    const op = 'PagedKeyValueCache.append';
    const held = this.#sequence('append', sequence);
    const [keys, values] = [this.#keys.narrow(0, 0, 1), this.#values.narrow(0, 0, 1)];
    const added = checkAppended(op, key, value, keys, values);
    const size = this.#keys.shape[2] as number;
    const missing = Math.ceil((held.length + added) / size) - held.pages.length;
    if (missing > this.#free.length)
      throw new ValueError(
        `${op}: there must be pages for all tokens; got ${this.#free.length} free ones where ${missing} are needed; try close() on a sequence that has ended, or more pages`,
      );
    for (let i = 0; i < missing; i++) held.pages.push(this.#free.pop() as number);
    for (let done = 0; done < added; ) {
      const [page, row] = [held.pages[Math.floor(held.length / size)] as number, held.length % size];
      const count = Math.min(size - row, added - done);
      const write = (to: Tensor, from: Tensor): void => {
        to.narrow(0, page, 1)
          .narrow(2, row, count)
          .copy_(from.detach().narrow(2, done, count));
      };
      write(this.#keys, key);
      write(this.#values, value);
      held.length += count;
      done += count;
    }
    return this;
  }

  /** Ends a sequence: its pages are free again. */
  close(sequence: number): void {
    const { pages } = this.#sequence('close', sequence);
    this.#free.push(...pages.reverse());
    this.#held.delete(sequence);
  }

  /** What `flashAttention` needs to attend to these sequences, one for each batch of queries. */
  read(sequences: readonly number[]): {
    readonly key: Tensor;
    readonly value: Tensor;
    readonly pageTable: Tensor;
    readonly keyLengths: Tensor;
  } {
    if (!Array.isArray(sequences))
      throw new ValueError(
        `PagedKeyValueCache.read: sequences must be a list of numbers; got ${describe(sequences)}; try [sequence]`,
      );
    const held = sequences.map((sequence: number) => this.#sequence('read', sequence));
    const columns = Math.max(1, ...held.map(({ pages }) => pages.length));
    const rows = held.flatMap(({ pages }) => [...pages, ...Array(columns - pages.length).fill(0)]);
    return {
      key: this.#keys,
      value: this.#values,
      pageTable: tensor(rows, { dtype: 'int32' }).reshape(held.length, columns),
      keyLengths: tensor(
        held.map(({ length }) => length),
        { dtype: 'int32' },
      ),
    };
  }

  #sequence(method: string, sequence: number): Held {
    const held = this.#held.get(sequence);
    if (held !== undefined) return held;
    throw new ValueError(
      `PagedKeyValueCache.${method}: a sequence must be open; got ${describe(sequence)}; try a number that open() gave`,
    );
  }
}
