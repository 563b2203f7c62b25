/** Drawn expressions, built of a score's place on expressions and on whole tensors alike: both have the same methods. */
import { type Expression, lookup } from '@tessera/flash-attention';
import { arange, randn, type Tensor, tensor } from '@tessera/tensor';
import fc from 'fast-check';
import type { Extent } from './features.ts';

const float64 = { dtype: 'float64' } as const;

/** What has the methods that expressions share with tensors. */
export interface Thing {
  readonly [method: string]: (...operands: readonly (Thing | number)[]) => Thing;
}

/** Where a score lies, and tensors to look things up in. */
export interface Leaves {
  readonly score: Thing;
  readonly batch: Thing;
  readonly head: Thing;
  readonly query: Thing;
  readonly key: Thing;
  look(table: TableName, ...indices: readonly (Thing | number)[]): Thing;
}

export type Node = (at: Leaves) => Thing;

const FLOATS = ['factor', 'ofHeads', 'ofPairs', 'ofAll', 'byDistance', 'ofFive'] as const;
/** The first of them have gradients. */
export const TABLES = [...FLOATS, 'documents', 'seen'] as const;
export type TableName = (typeof TABLES)[number];

export function tablesFor({ batch, heads, queries, keys }: Extent): Tensor[] {
  const shapes = [[], [heads], [queries, keys], [batch, heads, queries, keys], [queries + keys - 1], [5]];
  return [
    ...shapes.map((shape) => randn(shape, float64)),
    arange(keys).remainder(3).to('int32'),
    arange(queries * keys)
      .remainder(3)
      .ne(1)
      .reshape(queries, keys),
  ];
}
export const isGradual = (table: number): boolean => table < FLOATS.length;

type Method = string;
const call = (x: Thing, name: Method, ...others: readonly (Thing | number)[]): Thing =>
  (x[name] as (...operands: readonly (Thing | number)[]) => Thing).call(x, ...others);
const unary = (x: Node, name: Method, ...numbers: readonly number[]): Node => {
  return (at) => call(x(at), name, ...numbers);
};
const binary = (x: Node, name: Method, y: Node): Node => {
  return (at) => call(x(at), name, y(at));
};

/** Whole numbers that depend on the place alone, truths of them, and values of the score and of tables. */
export const { place, truth, value } = fc.letrec<{ place: Node; truth: Node; value: Node }>((tie) => {
  const at = (name: 'batch' | 'head' | 'query' | 'key'): Node => {
    return (leaves) => leaves[name];
  };
  const names = fc.constantFrom('batch', 'head', 'query', 'key', 'query', 'key');
  const step = fc.integer({ min: 1, max: 4 });
  const [p, t, v] = [tie('place'), tie('truth'), tie('value')];
  return {
    place: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      names.map((name) => at(name as 'key')),
      fc.constant<Node>((leaves) => leaves.look('documents', leaves.key)),
      fc.tuple(p, fc.constantFrom('add', 'sub', 'minimum', 'maximum'), p).map(([x, name, y]) => binary(x, name, y)),
      fc.tuple(p, fc.constantFrom('floorDivide', 'remainder'), step).map(([x, name, n]) => unary(x, name, n)),
      fc
        .tuple(p, fc.constantFrom('add', 'sub', 'mul'), fc.integer({ min: -3, max: 3 }))
        .map(([x, name, n]) => unary(x, name, n)),
      fc.tuple(p, fc.constantFrom('neg', 'abs', 'square')).map(([x, name]) => unary(x, name)),
      fc.tuple(p, step).map(
        ([x, n]): Node =>
          (leaves) =>
            call(call(x(leaves), 'div', n), 'floor'),
      ),
      fc.tuple(p, fc.nat(3)).map(([x, n]) => unary(x, 'clamp', -n, n)),
      fc.tuple(p, t, p).map(
        ([x, c, y]): Node =>
          (leaves) =>
            call(x(leaves), 'where', c(leaves), y(leaves)),
      ),
    ),
    truth: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.tuple(p, fc.constantFrom('lt', 'le', 'gt', 'ge', 'eq', 'ne'), p).map(([x, name, y]) => binary(x, name, y)),
      fc
        .tuple(p, fc.constantFrom('lt', 'le', 'gt', 'ge', 'eq', 'ne'), fc.integer({ min: -2, max: 4 }))
        .map(([x, name, n]) => unary(x, name, n)),
      fc.constant<Node>((leaves) => leaves.look('seen', leaves.query, leaves.key)),
      fc.tuple(t, fc.constantFrom('logicalAnd', 'logicalOr'), t).map(([x, name, y]) => binary(x, name, y)),
      // Of numbers, all but 0 are true.
      fc.tuple(p, fc.constantFrom('logicalAnd', 'logicalOr'), t).map(([x, name, y]) => binary(x, name, y)),
      t.map((x) => unary(x, 'logicalNot')),
    ),
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constant<Node>((leaves) => leaves.score),
      fc.constantFrom<Node>(
        (leaves) => leaves.look('factor'),
        (leaves) => leaves.look('ofHeads', leaves.head),
        (leaves) => leaves.look('ofHeads', 0),
        (leaves) => leaves.look('ofPairs', leaves.query, leaves.key),
        (leaves) => leaves.look('ofPairs', 0, leaves.key),
        (leaves) => leaves.look('ofAll', leaves.batch, leaves.head, leaves.query, leaves.key),
        (leaves) => leaves.look('ofFive', leaves.look('documents', leaves.key)),
        (leaves) => leaves.look('ofFive', 3),
      ),
      fc.constant<Node>((leaves) => {
        const distance = call(leaves.key, 'sub', leaves.query);
        // Queries and keys are counted by those who draw; the table ends where distances do.
        return leaves.look('byDistance', distance);
      }),
      p.map(
        (x): Node =>
          (leaves) =>
            leaves.look('ofFive', call(x(leaves), 'clamp', 0, 4)),
      ),
      fc.tuple(p, fc.constantFrom(0.25, -0.5)).map(([x, n]) => unary(x, 'mul', n)),
      fc.tuple(v, fc.constantFrom('add', 'sub', 'minimum', 'maximum'), v).map(([x, name, y]) => binary(x, name, y)),
      fc.tuple(v, v).map(
        ([x, y]): Node =>
          (leaves) =>
            call(call(x(leaves), 'tanh'), 'mul', y(leaves)),
      ),
      fc
        .tuple(v, fc.constantFrom('add', 'sub', 'mul', 'div', 'minimum', 'maximum'), fc.constantFrom(1.5, -0.75))
        .map(([x, name, n]) => unary(x, name, n)),
      fc.tuple(v, fc.constantFrom('neg', 'abs', 'tanh')).map(([x, name]) => unary(x, name)),
      v.map(
        (x): Node =>
          (leaves) =>
            call(call(x(leaves), 'clamp', -2, 2), 'exp'),
      ),
      v.map(
        (x): Node =>
          (leaves) =>
            call(call(call(x(leaves), 'abs'), 'add', 0.5), 'log'),
      ),
      v.map(
        (x): Node =>
          (leaves) =>
            call(call(call(x(leaves), 'abs'), 'add', 0.25), 'sqrt'),
      ),
      v.map(
        (x): Node =>
          (leaves) =>
            call(call(x(leaves), 'tanh'), 'square'),
      ),
      fc.tuple(v, v).map(
        ([x, y]): Node =>
          (leaves) =>
            call(x(leaves), 'div', call(call(y(leaves), 'abs'), 'add', 0.5)),
      ),
      fc.tuple(v, t, v).map(
        ([x, c, y]): Node =>
          (leaves) =>
            call(x(leaves), 'where', c(leaves), y(leaves)),
      ),
      // Which way to go may depend on the score too.
      fc.tuple(v, v, fc.constantFrom('lt', 'ge'), fc.constantFrom(0.3, -0.7), v).map(
        ([x, by, name, n, y]): Node =>
          (leaves) =>
            call(x(leaves), 'where', call(by(leaves), name, n), y(leaves)),
      ),
      // One value, used twice.
      v.map(
        (x): Node =>
          (leaves) => {
            const once = x(leaves);
            return call(call(once, 'mul', 0.5), 'add', call(once, 'tanh'));
          },
      ),
    ),
  };
});

const thing = (x: Expression | Tensor): Thing => x as unknown as Thing;

/** The leaves of expressions. */
export function leavesOfExpressions(
  place: readonly Expression[],
  tables: readonly Tensor[],
  { queries }: Extent,
): Leaves {
  const [score, batch, head, query, key] = place.map(thing) as [Thing, Thing, Thing, Thing, Thing];
  return {
    ...{ score, batch, head, query, key },
    look: (name, ...indices) => {
      const own = name === 'byDistance' ? [call(indices[0] as Thing, 'add', queries - 1)] : indices;
      const table = tables[TABLES.indexOf(name)] as Tensor;
      return thing(lookup(table, ...(own as unknown as Expression[])));
    },
  };
}

/** The same as tensors that stretch to [B, H, Lq, Lk]. */
export function leavesOfTensors(
  score: Tensor,
  tables: readonly Tensor[],
  { batch, heads, queries, keys }: Extent,
): Leaves {
  const along = (size: number, d: number): Tensor =>
    arange(0, size, 1, float64).reshape([0, 1, 2, 3].map((one) => (one === d ? size : 1)));
  const indexOf = (index: Thing | number): Tensor =>
    typeof index === 'number' ? tensor(index, { dtype: 'int32' }) : (index as unknown as Tensor).to('int32');
  return {
    score: thing(score),
    batch: thing(along(batch, 0)),
    head: thing(along(heads, 1)),
    query: thing(along(queries, 2)),
    key: thing(along(keys, 3)),
    look: (name, ...indices) => {
      const table = tables[TABLES.indexOf(name)] as Tensor;
      const places = indices.map(indexOf).map((t) => (name === 'byDistance' ? t.add(queries - 1) : t));
      const found = places.length === 0 ? table : table.at(...places);
      return thing(found.dtype === 'int32' ? found.to('float64') : found);
    },
  };
}
