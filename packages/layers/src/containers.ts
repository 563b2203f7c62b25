/** Lists and dictionaries of modules and of parameters. What is in them belongs to the module that has them. */
import { DTypeError, IndexError, ValueError } from '@tessera/tensor';
import { checkInteger, describe, isTensor } from '@tessera/tensor/core';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';

/** What lists of modules and of parameters share. */
abstract class List<T> extends Module {
  readonly #items: T[] = [];

  constructor(items: Iterable<T> = []) {
    super();
    this.extend(items);
  }

  /** Throws unless the item may be in the list; gives it in the form it has there. */
  protected abstract admit(item: unknown): T;

  get length(): number {
    return this.#items.length;
  }

  /** The item at a place; negative places count from the end. PyTorch: `list[index]`. */
  at(index: number): T {
    return this.#items[this.#placeOf('at', index, this.#items.length - 1)] as T;
  }

  /** Puts another item at a place. PyTorch: `list[index] = item`. */
  set(index: number, item: T): this {
    this.#items[this.#placeOf('set', index, this.#items.length - 1)] = this.admit(item);
    return this;
  }

  append(item: T): this {
    this.#items.push(this.admit(item));
    return this;
  }

  extend(items: Iterable<T>): this {
    const { name } = this.constructor;
    if (typeof (items as Iterable<T> | undefined)?.[Symbol.iterator] !== 'function')
      throw new DTypeError(`${name}: takes a list; got ${describe(items)}; try []`);
    this.#items.push(...Array.from(items, (item) => this.admit(item)));
    return this;
  }

  /** Puts an item before the one at `index`. */
  insert(index: number, item: T): this {
    this.#items.splice(this.#placeOf('insert', index, this.#items.length), 0, this.admit(item));
    return this;
  }

  /** Takes an item out of the list. */
  pop(index = -1): T {
    return this.#items.splice(this.#placeOf('pop', index, this.#items.length - 1), 1)[0] as T;
  }

  #placeOf(op: string, index: number, last: number): number {
    const { name } = this.constructor;
    checkInteger(`${name}.${op}`, 'index', index);
    const place = index < 0 ? index + this.#items.length : index;
    if (place >= 0 && place <= last) return place;
    throw new IndexError(
      `${name}.${op}: index must be in the list; got ${index} for ${this.#items.length} items; try at(-1) for the last`,
    );
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#items[Symbol.iterator]();
  }

  protected override *namedFields(): Generator<[string, unknown]> {
    for (const [i, item] of this.#items.entries()) yield [String(i), item];
  }

  override forward(): never {
    return noForward(this);
  }
}

/** What dictionaries of modules and of parameters share. Names stand in keys as they are. */
abstract class Dictionary<T> extends Module {
  readonly #items = new Map<string, T>();

  constructor(items: Readonly<Record<string, T>> | Iterable<readonly [string, T]> = {}) {
    super();
    this.update(items);
  }

  /** Throws unless the item may be in the dictionary; gives it in the form it has there. */
  protected abstract admit(item: unknown): T;

  get length(): number {
    return this.#items.size;
  }

  get(name: string): T {
    const item = this.#items.get(name);
    if (item !== undefined) return item;
    throw new IndexError(
      `${this.constructor.name}.get: the name must be in the dictionary; got ${describe(name)}; try ${[...this.#items.keys()].join(', ') || 'set(name, item)'}`,
    );
  }

  set(name: string, item: T): this {
    if (typeof name !== 'string' || name === '' || name.includes('.'))
      throw new ValueError(
        `${this.constructor.name}.set: a name must be text without a dot; got ${describe(name)}; try 'left'`,
      );
    this.#items.set(name, this.admit(item));
    return this;
  }

  has(name: string): boolean {
    return this.#items.has(name);
  }

  delete(name: string): boolean {
    return this.#items.delete(name);
  }

  update(items: Readonly<Record<string, T>> | Iterable<readonly [string, T]>): this {
    if (typeof items !== 'object' || items === null)
      throw new DTypeError(`${this.constructor.name}: takes an object of items; got ${describe(items)}; try {}`);
    const entries = Symbol.iterator in items ? [...items] : Object.entries(items);
    for (const entry of entries) {
      if (!Array.isArray(entry) || entry.length !== 2)
        throw new DTypeError(
          `${this.constructor.name}: takes names with items; got ${describe(entry)}; try [['left', item]]`,
        );
      this.set(entry[0] as string, entry[1] as T);
    }
    return this;
  }

  keys(): IterableIterator<string> {
    return this.#items.keys();
  }

  values(): IterableIterator<T> {
    return this.#items.values();
  }

  entries(): IterableIterator<[string, T]> {
    return this.#items.entries();
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#items.keys();
  }

  protected override namedFields(): Iterable<[string, unknown]> {
    return this.#items;
  }

  override forward(): never {
    return noForward(this);
  }
}

function noForward(container: Module): never {
  const { name } = container.constructor;
  throw new ValueError(`${name}: a container computes nothing; got a call of forward; try that of what is in it`);
}

function admitModule<M extends Module>(op: string, item: unknown): M {
  if (item instanceof Module) return item as M;
  throw new DTypeError(`${op}: items must be modules; got ${describe(item)}; try new Linear(2, 2)`);
}

/** Tensors become parameters, as in PyTorch. */
function admitParameter(op: string, item: unknown): Parameter {
  if (item instanceof Parameter) return item;
  if (isTensor(item)) return new Parameter(item);
  throw new DTypeError(
    `${op}: items must be parameters or tensors; got ${describe(item)}; try new Parameter(zeros(2))`,
  );
}

/**
 * Modules in a list. Keys are `0.weight`, `1.weight`, ... PyTorch: `torch.nn.ModuleList`.
 *
 * @example
 * class Net extends Module {
 *   readonly blocks: ModuleList<Linear> = new ModuleList([new Linear(4, 4), new Linear(4, 4)]);
 *   forward(x: Tensor): Tensor {
 *     for (const block of this.blocks) x = block.forward(x);
 *     return x;
 *   }
 * }
 */
export class ModuleList<M extends Module = Module> extends List<M> {
  protected override admit(item: unknown): M {
    return admitModule('ModuleList', item);
  }
}

/**
 * Modules by name. Keys are `name.weight`. PyTorch: `torch.nn.ModuleDict`.
 *
 * @example
 * const heads = new ModuleDict({ left: new Linear(4, 2), right: new Linear(4, 3) });
 * heads.get('left').forward(ones(1, 4)).shape; // [1, 2]
 */
export class ModuleDict<M extends Module = Module> extends Dictionary<M> {
  protected override admit(item: unknown): M {
    return admitModule('ModuleDict', item);
  }
}

/** Parameters in a list; tensors become parameters. PyTorch: `torch.nn.ParameterList`. */
export class ParameterList extends List<Parameter> {
  protected override admit(item: unknown): Parameter {
    return admitParameter('ParameterList', item);
  }
}

/** Parameters by name; tensors become parameters. PyTorch: `torch.nn.ParameterDict`. */
export class ParameterDict extends Dictionary<Parameter> {
  protected override admit(item: unknown): Parameter {
    return admitParameter('ParameterDict', item);
  }
}
