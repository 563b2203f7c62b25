/** Which storages a reverse pass made itself, and how many pending cotangents lie in each: at zero one is freed at once. */
import type { Tensor } from '@tessera/tensor';
import { keep, type Storage } from '@tessera/tensor/core';

export class Ownership {
  readonly #uses = new Map<Storage, number>();

  /** Counts the cotangents that one rule gave and names the storages that must outlive it. */
  *adopt(cotangents: readonly (Tensor | null)[], made: ReadonlySet<Storage>): Iterable<Storage> {
    for (const g of cotangents) {
      if (g === null) continue;
      const uses = this.#uses.get(g.storage);
      if (uses === undefined && !made.has(g.storage)) continue;
      this.#uses.set(g.storage, (uses ?? 0) + 1);
      yield g.storage;
    }
  }

  /** Counts a cotangent that no rule gave; it outlives the rule that may be running. */
  own(g: Tensor): Tensor {
    this.#uses.set(g.storage, 1);
    keep(g.storage);
    return g;
  }

  /** Leaves a cotangent to the rule that this pass is a part of. */
  leave(g: Tensor): void {
    this.#uses.delete(g.storage);
  }

  /** Whether `g` is all that lies in a storage of this pass. */
  isSole(g: Tensor): boolean {
    return this.#uses.get(g.storage) === 1;
  }

  /** One pending cotangent less. */
  drop(g: Tensor): void {
    const uses = this.#uses.get(g.storage);
    if (uses === undefined) return;
    if (uses > 1) this.#uses.set(g.storage, uses - 1);
    else {
      this.#uses.delete(g.storage);
      g.storage.free();
    }
  }

  /** Somebody else holds the storage from now on. */
  giveAway(g: Tensor): void {
    this.#uses.delete(g.storage);
    keep(g.storage);
  }
}

/** Whether `t` is all of its memory, in order. */
export function isWhole(t: Tensor): boolean {
  return t.isContiguous() && t.count === t.storage.count;
}
