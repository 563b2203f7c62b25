/** The operations of expressions, each one record: its code in programs, its meaning on tensors, its slopes, its range. */
import { type Tensor, where } from '@tessera/tensor';
import type { Expression, OperationName } from './expression.ts';
import { ANY, corners, type Range } from './range.ts';

interface Operation {
  /** As assembly/score/run.ts knows it. */
  readonly code: number;
  plain(...operands: readonly Tensor[]): Tensor;
  /** From the slope of the result to those of operands; null: none. */
  slopes?(g: Expression, y: Expression, ...operands: readonly Expression[]): readonly (Expression | null)[];
  range(...operands: readonly Range[]): Range;
}

type Unary = (x: Tensor) => Tensor;
type Binary = (x: Tensor, y: Tensor) => Tensor;
type One = readonly [Range];
type Two = readonly [Range, Range];

/** A comparison: 1 or 0, without slopes. */
function comparison(code: number, compare: Binary): Operation {
  return {
    code,
    plain: (...[x, y]) => compare(x as Tensor, y as Tensor).to((x as Tensor).dtype),
    range: () => ({ low: 0, high: 1, whole: true }),
  };
}

/** Where x comes before y all of the slope, where both are equal half of it, as PyTorch has it. */
function chosen(g: Expression, before: Expression, same: Expression): Expression {
  return g.mul(before.add(same.mul(0.5)));
}

export const OPERATIONS: Readonly<Record<OperationName, Operation>> = {
  neg: {
    code: 1,
    plain: ((x) => x.neg()) as Unary,
    slopes: (g) => [g.neg()],
    range: (...[x]: One) => ({ low: -x.high, high: -x.low, whole: x.whole }),
  },
  abs: {
    code: 2,
    plain: ((x) => x.abs()) as Unary,
    slopes: (g, _, ...[x]) => [g.mul((x as Expression).gt(0).sub((x as Expression).lt(0)))],
    range: (...[x]: One) => ({
      low: Math.max(0, x.low, -x.high),
      high: Math.max(-x.low, x.high),
      whole: x.whole,
    }),
  },
  exp: {
    code: 3,
    plain: ((x) => x.exp()) as Unary,
    slopes: (g, y) => [g.mul(y)],
    range: (...[x]: One) => ({ low: Math.exp(x.low), high: Math.exp(x.high), whole: false }),
  },
  log: {
    code: 4,
    plain: ((x) => x.log()) as Unary,
    slopes: (g, _, ...[x]) => [g.div(x as Expression)],
    range: () => ANY,
  },
  tanh: {
    code: 5,
    plain: ((x) => x.tanh()) as Unary,
    slopes: (g, y) => [g.sub(g.mul(y.square()))],
    range: () => ({ low: -1, high: 1, whole: false }),
  },
  sqrt: {
    code: 6,
    plain: ((x) => x.sqrt()) as Unary,
    slopes: (g, y) => [g.div(y.mul(2))],
    range: () => ({ low: 0, high: Infinity, whole: false }),
  },
  floor: {
    code: 7,
    plain: ((x) => x.floor()) as Unary,
    range: (...[x]: One) => ({ low: Math.floor(x.low), high: Math.floor(x.high), whole: true }),
  },
  add: {
    code: 10,
    plain: ((x, y) => x.add(y)) as Binary,
    slopes: (g) => [g, g],
    range: (...[x, y]: Two) => ({ low: x.low + y.low, high: x.high + y.high, whole: x.whole && y.whole }),
  },
  sub: {
    code: 11,
    plain: ((x, y) => x.sub(y)) as Binary,
    slopes: (g) => [g, g.neg()],
    range: (...[x, y]: Two) => ({ low: x.low - y.high, high: x.high - y.low, whole: x.whole && y.whole }),
  },
  mul: {
    code: 12,
    plain: ((x, y) => x.mul(y)) as Binary,
    slopes: (g, _, ...[x, y]) => [g.mul(y as Expression), g.mul(x as Expression)],
    range: (...[x, y]: Two) => ({ ...corners(x, y, (a, b) => a * b), whole: x.whole && y.whole }),
  },
  div: {
    code: 13,
    plain: ((x, y) => x.div(y)) as Binary,
    slopes: (g, q, ...[, y]) => [
      g.div(y as Expression),
      g
        .mul(q)
        .div(y as Expression)
        .neg(),
    ],
    range: (...[x, y]: Two) => (y.low > 0 || y.high < 0 ? { ...corners(x, y, (a, b) => a / b), whole: false } : ANY),
  },
  minimum: {
    code: 14,
    plain: ((x, y) => x.minimum(y)) as Binary,
    slopes: (g, _, ...[x, y]) => {
      const [a, b] = [x as Expression, y as Expression];
      return [chosen(g, a.lt(b), a.eq(b)), chosen(g, b.lt(a), a.eq(b))];
    },
    range: (...[x, y]: Two) => ({
      low: Math.min(x.low, y.low),
      high: Math.min(x.high, y.high),
      whole: x.whole && y.whole,
    }),
  },
  maximum: {
    code: 15,
    plain: ((x, y) => x.maximum(y)) as Binary,
    slopes: (g, _, ...[x, y]) => {
      const [a, b] = [x as Expression, y as Expression];
      return [chosen(g, b.lt(a), a.eq(b)), chosen(g, a.lt(b), a.eq(b))];
    },
    range: (...[x, y]: Two) => ({
      low: Math.max(x.low, y.low),
      high: Math.max(x.high, y.high),
      whole: x.whole && y.whole,
    }),
  },
  eq: comparison(16, (x, y) => x.eq(y)),
  ne: comparison(17, (x, y) => x.ne(y)),
  lt: comparison(18, (x, y) => x.lt(y)),
  le: comparison(19, (x, y) => x.le(y)),
  where: {
    code: 30,
    plain: ((c: Tensor, x: Tensor, y: Tensor) => where(c.ne(0), x, y)) as Operation['plain'],
    slopes: (g, _, ...[c]) => [null, g.where(c as Expression, 0), zeroWhere(g, c as Expression)],
    range: (...[, x, y]: readonly Range[]) => ({
      low: Math.min((x as Range).low, (y as Range).low),
      high: Math.max((x as Range).high, (y as Range).high),
      whole: (x as Range).whole && (y as Range).whole,
    }),
  },
};

function zeroWhere(g: Expression, condition: Expression): Expression {
  return g.where(condition.logicalNot(), 0);
}

/** Whether a name is one of an operation. */
export function isOperation(name: string): name is OperationName {
  return Object.hasOwn(OPERATIONS, name);
}
