/** Keys and values of what was decoded before, in memory that grows. */
import { type DType, ShapeError, type Tensor, zeros } from '@tessera/tensor';
import { checkDType, checkInteger, checkSameDType, checkTensor, formatShape, withDefaults } from '@tessera/tensor/core';

export interface KeyValueCacheOptions {
  readonly batch: number;
  /** Heads of keys. */
  readonly heads: number;
  readonly dim: number;
  /** Default: as `dim`. */
  readonly valueDim?: number | null;
  /** Keys for which there is room at first; it doubles where it does not suffice. Default 256. */
  readonly capacity?: number;
  /** Default float32. */
  readonly dtype?: DType;
}

/**
 * Keys and values of all tokens so far, for decoding one token after another: `append` those of new tokens, and attend to `key` and
 * `value`, which are views and cost nothing. It holds values alone: no gradient goes into it.
 *
 * @example
 * const cache = new KeyValueCache({ batch: 1, heads: 2, dim: 8 });
 * for (let token = 0; token < 3; token++) {
 *   cache.append(randn(1, 2, 1, 8), randn(1, 2, 1, 8));
 *   flashAttention(randn(1, 2, 1, 8), cache.key, cache.value, { causal: 'bottom-right' });
 * }
 * cache.length; // 3
 */
export class KeyValueCache {
  #keys: Tensor;
  #values: Tensor;
  #length = 0;

  constructor(options: KeyValueCacheOptions) {
    const op = 'KeyValueCache';
    const settings = withDefaults<Required<KeyValueCacheOptions>>(op, options, {
      ...{ batch: 0, heads: 0, dim: 0, valueDim: null, capacity: 256, dtype: 'float32' },
    });
    const size = (name: 'batch' | 'heads' | 'dim' | 'capacity'): number => checkInteger(op, name, settings[name], 1);
    const [batch, heads, dim, capacity] = [size('batch'), size('heads'), size('dim'), size('capacity')];
    const valueDim = settings.valueDim === null ? dim : checkInteger(op, 'valueDim', settings.valueDim, 1);
    const dtype = checkDType(op, settings.dtype);
    this.#keys = zeros([batch, heads, capacity, dim], { dtype });
    this.#values = zeros([batch, heads, capacity, valueDim], { dtype });
  }

  /** Tokens so far. */
  get length(): number {
    return this.#length;
  }

  /** [B, Hkv, length, d] */
  get key(): Tensor {
    return this.#keys.narrow(2, 0, this.#length);
  }

  /** [B, Hkv, length, dv] */
  get value(): Tensor {
    return this.#values.narrow(2, 0, this.#length);
  }

  /** Adds the keys [B, Hkv, n, d] and values [B, Hkv, n, dv] of n tokens. */
  append(key: Tensor, value: Tensor): this {
    const added = checkAppended('KeyValueCache.append', key, value, this.#keys, this.#values);
    const needed = this.#length + added;
    let capacity = this.#keys.shape[2] as number;
    if (needed > capacity) {
      while (needed > capacity) capacity *= 2;
      const [keys, values] = [this.key, this.value];
      this.#keys = widened(this.#keys, capacity);
      this.#values = widened(this.#values, capacity);
      this.#keys.narrow(2, 0, this.#length).copy_(keys);
      this.#values.narrow(2, 0, this.#length).copy_(values);
    }
    this.#keys.narrow(2, this.#length, added).copy_(key.detach());
    this.#values.narrow(2, this.#length, added).copy_(value.detach());
    this.#length = needed;
    return this;
  }

  /** Forgets all but the first `length` tokens. */
  truncate(length: number): this {
    this.#length = checkInteger('KeyValueCache.truncate', 'length', length, 0, this.#length);
    return this;
  }
}

function widened(t: Tensor, capacity: number): Tensor {
  return zeros(t.shape.with(2, capacity), { dtype: t.dtype });
}

/** How many tokens are added; throws unless their keys and values fit those that are there, but in number. */
export function checkAppended(op: string, key: Tensor, value: Tensor, keys: Tensor, values: Tensor): number {
  checkSameDType(op, keys, checkTensor(op, 'key', key));
  checkSameDType(op, values, checkTensor(op, 'value', value));
  const added = key.shape[2] ?? 0;
  const [ofKeys, ofValues] = [keys, values].map(({ shape }) => formatShape(shape.with(2, added)));
  if (formatShape(key.shape) === ofKeys && formatShape(value.shape) === ofValues) return added;
  throw new ShapeError(
    `${op}: key and value must be ${ofKeys} and ${ofValues}; got ${formatShape(key.shape)} and ${formatShape(value.shape)}; try unsqueeze(2) for one token`,
  );
}
