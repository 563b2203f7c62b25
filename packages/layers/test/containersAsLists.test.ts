import { law } from '@tessera/laws';
import {
  Identity,
  Linear,
  type Module,
  ModuleDict,
  ModuleList,
  Parameter,
  ParameterDict,
  ParameterList,
} from '@tessera/layers';
import { IndexError, zeros } from '@tessera/tensor';
import fc from 'fast-check';
import { describe, expect } from 'vitest';

/** What is done to a list, at a place counted from either end. */
type Step = { readonly kind: 'append' | 'extend' | 'insert' | 'set' | 'pop' | 'pop the last'; readonly place: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('append', 'append', 'extend', 'insert', 'set', 'pop', 'pop the last'),
    place: fc.integer({ min: -4, max: 4 }),
  }),
  { maxLength: 12 },
);

interface ListOf<T> extends Module, Iterable<T> {
  readonly length: number;
  at(index: number): T;
  set(index: number, item: T): unknown;
  append(item: T): unknown;
  extend(items: Iterable<T>): unknown;
  insert(index: number, item: T): unknown;
  pop(index?: number): T;
}

/** An array does the same; a place that is not in it is refused, and nothing has changed then. */
function followsArray<T>(list: ListOf<T>, model: T[], make: () => T, all: readonly Step[]): void {
  for (const { kind, place } of all) {
    const item = make();
    const at = place < 0 ? place + model.length : place;
    const isInside = at >= 0 && at < model.length;
    if (kind === 'append') {
      expect(list.append(item)).toBe(list);
      model.push(item);
    } else if (kind === 'extend') {
      const more = [item, make()];
      expect(list.extend(more)).toBe(list);
      model.push(...more);
    } else if (kind === 'insert') {
      if (at < 0 || at > model.length) expect(() => list.insert(place, item)).toThrow(IndexError);
      else {
        expect(list.insert(place, item)).toBe(list);
        model.splice(at, 0, item);
      }
    } else if (kind === 'set') {
      if (!isInside) expect(() => list.set(place, item)).toThrow(IndexError);
      else {
        expect(list.set(place, item)).toBe(list);
        model[at] = item;
      }
    } else if (kind === 'pop') {
      if (!isInside) expect(() => list.pop(place)).toThrow(IndexError);
      else expectSame(list.pop(place), model.splice(at, 1)[0]);
    } else if (model.length > 0) expectSame(list.pop(), model.pop());
    expectSame([list.length, [...list]], [model.length, model]);
    model.forEach((one, i) => {
      expectSame([list.at(i), list.at(i - model.length)], [one, one]);
    });
    expect(() => list.at(model.length)).toThrow(IndexError);
    expect(() => list.at(-model.length - 1)).toThrow(IndexError);
  }
}

/** One and the same in every place; tensors are not looked into. */
const isSame = (a: unknown, b: unknown): boolean =>
  Array.isArray(a) && Array.isArray(b)
    ? a.length === b.length && a.every((item, i) => isSame(item, b[i]))
    : Object.is(a, b);
const expectSame = (a: unknown, b: unknown): void => expect(isSame(a, b)).toBe(true);

describe('containers', () => {
  law('of modules are lists, and what is in them is theirs under its place', {
    rows: 113,
    formula: 'ModuleList = array; children = items; parameters = those of the items, named by place',
    tolerance: 'E',
    given: [steps, fc.nat(2)],
    holds: (all, first) => {
      const begin = Array.from({ length: first }, () => new Identity() as Module);
      const list = new ModuleList(begin);
      const model = [...begin];
      let made = 0;
      followsArray(list as ListOf<Module>, model, () => (made++ % 2 ? new Linear(1, 1) : new Identity()), all);
      expectSame(list.children(), model);
      const named = model.flatMap((item, i) => [...item.namedParameters()].map(([name, p]) => [`${i}.${name}`, p]));
      expectSame([...list.namedParameters()], named);
    },
  });

  law('of parameters are lists too, and make parameters of tensors', {
    rows: 113,
    formula: 'ParameterList = array of parameters',
    tolerance: 'E',
    given: [steps],
    holds: (all) => {
      const list = new ParameterList();
      const model: Parameter[] = [];
      followsArray(list as ListOf<Parameter>, model, () => new Parameter(zeros(2)), all);
      expectSame(list.parameters(), model);
      list.append(zeros(3) as never);
      expect(list.at(-1)).toBeInstanceOf(Parameter);
      expect(list.at(-1).shape).toEqual([3]);
    },
  });

  const changes = fc.array(fc.record({ name: fc.constantFrom('a', 'b', 'c'), isDeleted: fc.boolean() }), {
    maxLength: 10,
  });
  law('by name are maps in the order of their names’ coming', {
    rows: 113,
    formula: 'ModuleDict = ParameterDict = Map',
    tolerance: 'E',
    given: [changes, fc.boolean(), fc.boolean()],
    holds: (all, isModules, isList) => {
      const make = (): Module & Parameter =>
        (isModules ? new Identity() : new Parameter(zeros(1))) as unknown as Module & Parameter;
      const [x, y] = [make(), make()];
      const items = isList
        ? ([
            ['x', x],
            ['y', y],
          ] as const)
        : { x, y };
      const dict = isModules ? new ModuleDict(items) : new ParameterDict(items);
      const model = new Map<string, unknown>([
        ['x', x],
        ['y', y],
      ]);
      for (const { name, isDeleted } of all) {
        if (isDeleted) expect(dict.delete(name)).toBe(model.delete(name));
        else {
          const item = make();
          expect(dict.set(name, item)).toBe(dict);
          model.set(name, item);
        }
        expectSame(
          [dict.length, [...dict], [...dict.keys()], [...dict.values()], [...dict.entries()]],
          [model.size, [...model.keys()], [...model.keys()], [...model.values()], [...model.entries()]],
        );
        for (const one of ['a', 'b', 'c', 'x', 'z']) {
          expect(dict.has(one)).toBe(model.has(one));
          if (model.has(one)) expectSame(dict.get(one), model.get(one));
          else expect(() => dict.get(one)).toThrow(IndexError);
        }
      }
      const later = make();
      expectSame(dict.update({ x: later, w: later }).get('x'), later);
      expect(isModules ? dict.children().length : dict.parameters().length).toBe(new Set(dict.values()).size);
    },
  });
});
