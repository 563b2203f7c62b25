/** Expressions: what becomes of a score, built once and run by kernels on whole tiles of scores. */
import { type Tensor, ValueError } from '@tessera/tensor';
import { describe, isTensor } from '@tessera/tensor/core';

/** What may be done to operands: see operations.ts. */
export type OperationName =
  | 'neg'
  | 'abs'
  | 'exp'
  | 'log'
  | 'tanh'
  | 'sqrt'
  | 'floor'
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'minimum'
  | 'maximum'
  | 'eq'
  | 'ne'
  | 'lt'
  | 'le'
  | 'where';

/** What an expression may know of its place, beside the score: indices of sequence, head, query and key. */
export type Leaf = 'score' | 'slope' | 'batch' | 'head' | 'query' | 'key' | 'lead';

/** An operand: an expression, or a number. */
export type Term = Expression | number;

/**
 * A number that depends on a score and its place. Methods have the names and meanings of a tensor's; truth is 1, falsehood 0.
 * PyTorch: the scores, indices and results of `score_mod` and `mask_mod`.
 *
 * @example
 * const scoreMod: ScoreMod = (score, _batch, _head, query, key) => score.sub(query.sub(key).abs().mul(0.1));
 */
export class Expression {
  constructor(
    readonly operation: OperationName | Leaf | 'constant' | 'lookup',
    readonly operands: readonly Expression[] = [],
    /** Of a constant its number; of a lookup the tensor, or the number of a captured one. */
    readonly source: number | Tensor = 0,
  ) {}

  neg(): Expression {
    return new Expression('neg', [this]);
  }
  abs(): Expression {
    return new Expression('abs', [this]);
  }
  exp(): Expression {
    return new Expression('exp', [this]);
  }
  log(): Expression {
    return new Expression('log', [this]);
  }
  tanh(): Expression {
    return new Expression('tanh', [this]);
  }
  sqrt(): Expression {
    return new Expression('sqrt', [this]);
  }
  floor(): Expression {
    return new Expression('floor', [this]);
  }
  square(): Expression {
    return this.mul(this);
  }
  add(other: Term): Expression {
    return new Expression('add', [this, termOf(other)]);
  }
  sub(other: Term): Expression {
    return new Expression('sub', [this, termOf(other)]);
  }
  mul(other: Term): Expression {
    return new Expression('mul', [this, termOf(other)]);
  }
  div(other: Term): Expression {
    return new Expression('div', [this, termOf(other)]);
  }
  floorDivide(other: Term): Expression {
    return this.div(other).floor();
  }
  /** With the sign of the divisor. */
  remainder(other: Term): Expression {
    return this.sub(this.floorDivide(other).mul(other));
  }
  minimum(other: Term): Expression {
    return new Expression('minimum', [this, termOf(other)]);
  }
  maximum(other: Term): Expression {
    return new Expression('maximum', [this, termOf(other)]);
  }
  clamp(min: Term, max: Term): Expression {
    return this.maximum(min).minimum(max);
  }
  eq(other: Term): Expression {
    return new Expression('eq', [this, termOf(other)]);
  }
  ne(other: Term): Expression {
    return new Expression('ne', [this, termOf(other)]);
  }
  lt(other: Term): Expression {
    return new Expression('lt', [this, termOf(other)]);
  }
  le(other: Term): Expression {
    return new Expression('le', [this, termOf(other)]);
  }
  gt(other: Term): Expression {
    return new Expression('lt', [termOf(other), this]);
  }
  ge(other: Term): Expression {
    return new Expression('le', [termOf(other), this]);
  }
  logicalAnd(other: Term): Expression {
    return truth(this).mul(truth(termOf(other)));
  }
  logicalOr(other: Term): Expression {
    return truth(this).maximum(truth(termOf(other)));
  }
  logicalNot(): Expression {
    return this.eq(0);
  }
  /** This where the condition is not 0, else `other`. PyTorch: `Tensor.where`. */
  where(condition: Term, other: Term): Expression {
    return new Expression('where', [termOf(condition), this, termOf(other)]);
  }
}

/** Where a score lies: the indices of its sequence, head, query and key. */
export const PLACE: readonly [batch: Expression, head: Expression, query: Expression, key: Expression] = [
  /* @__PURE__ */ new Expression('batch'),
  /* @__PURE__ */ new Expression('head'),
  /* @__PURE__ */ new Expression('query'),
  /* @__PURE__ */ new Expression('key'),
];

const TRUTHS: ReadonlySet<string> = new Set(['eq', 'ne', 'lt', 'le']);

function truth(x: Expression): Expression {
  return TRUTHS.has(x.operation) ? x : x.ne(0);
}

/** The expression of an operand; throws for what is none. */
export function termOf(term: unknown): Expression {
  if (term instanceof Expression) return term;
  if (typeof term === 'number') return new Expression('constant', [], term);
  throw new ValueError(
    `scoreMod: operands must be expressions or numbers; got ${describe(term)}; try ${isTensor(term) ? 'lookup(tensor, head, query)' : 'score.mul(2)'}`,
  );
}

/**
 * An element of a tensor, at a place of as many indices as it has dimensions. Float tensors get gradients. PyTorch: indexing a
 * captured tensor in `score_mod`, `bias[head, q_idx, kv_idx]`.
 *
 * @throws ValueError unless there is an index for each dimension; IndexError, when it is used, for indices that may lie outside.
 * @example
 * const bias = randn(8, 100, 100);
 * const scoreMod: ScoreMod = (score, _batch, head, query, key) => score.add(lookup(bias, head, query, key));
 */
export function lookup(tensor: Tensor, ...indices: readonly Term[]): Expression {
  if (!isTensor(tensor))
    throw new ValueError(`lookup: must be of a tensor; got ${describe(tensor)}; try lookup(bias, head, query, key)`);
  if (indices.length !== tensor.ndim)
    throw new ValueError(
      `lookup: there must be an index for each dimension; got ${indices.length} for ${tensor.ndim}; try lookup(bias, head, query, key)`,
    );
  return new Expression('lookup', indices.map(termOf), tensor);
}

/** The expression with numbers in the place of the tensors it looks things up in, and these tensors. */
export function bind(expressions: readonly (Expression | null)[]): {
  readonly bound: readonly (Expression | null)[];
  readonly captured: readonly Tensor[];
} {
  const captured: Tensor[] = [];
  const known = new Map<Expression, Expression>();
  const visit = (x: Expression): Expression => {
    const before = known.get(x);
    if (before !== undefined) return before;
    const operands = x.operands.map(visit);
    let { source } = x;
    if (isTensor(source)) {
      if (!captured.includes(source)) captured.push(source);
      source = captured.indexOf(source);
    }
    const result = new Expression(x.operation, operands, source);
    known.set(x, result);
    return result;
  };
  return { bound: expressions.map((x) => x && visit(x)), captured };
}
