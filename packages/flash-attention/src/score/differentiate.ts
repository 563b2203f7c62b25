/** The way back through an expression: from the slope of its result to those of the score and of captured elements. */
import { Expression } from './expression.ts';
import { isOperation, OPERATIONS } from './operations.ts';

/** What a captured tensor receives at the place of a lookup. */
export interface Contribution {
  readonly captured: number;
  readonly indices: readonly Expression[];
  readonly slope: Expression;
}

export interface Slopes {
  /** The slope of the score. */
  readonly score: Expression;
  readonly contributions: readonly Contribution[];
}

/** Leaves of the way back. */
const SLOPE = new Expression('slope');

/** The slopes of `expression`, as expressions of the score, its place, and the leaf `slope`, that of the result. */
export function differentiate(expression: Expression, wanted: readonly number[]): Slopes {
  const order: Expression[] = [];
  const live = new Map<Expression, boolean>();
  const survey = (x: Expression): boolean => {
    const before = live.get(x);
    if (before !== undefined) return before;
    const behind = x.operation === 'lookup' ? [] : x.operands.map(survey);
    const own = x.operation === 'score' || (x.operation === 'lookup' && wanted.includes(x.source as number));
    live.set(x, own || behind.some(Boolean));
    order.push(x);
    return own || behind.some(Boolean);
  };
  survey(expression);

  const hiding = hidingIn(expression);
  const slopes = new Map<Expression, Expression>([[expression, SLOPE]]);
  const contributions: Contribution[] = [];
  let score: Expression | undefined;
  const add = (to: Expression, g: Expression): void => {
    const before = slopes.get(to);
    slopes.set(to, before === undefined ? g : before.add(g));
  };
  for (const x of order.reverse()) {
    const g = slopes.get(x);
    if (g === undefined || !live.get(x)) continue;
    if (x.operation === 'score') score = score === undefined ? g : score.add(g);
    if (x.operation === 'lookup') contributions.push({ captured: x.source as number, indices: x.operands, slope: g });
    if (!isOperation(x.operation)) continue;
    if (hiding.has(x)) {
      add(x.operands[1] as Expression, g);
      continue;
    }
    const found = OPERATIONS[x.operation].slopes?.(g, x, ...x.operands) ?? [];
    found.forEach((slope, i) => {
      const operand = x.operands[i] as Expression;
      if (slope !== null && live.get(operand)) add(operand, slope);
    });
  }
  return { score: score ?? new Expression('constant', [], 0), contributions };
}

/** Outermost conditions that hide: what is hidden has the score -Infinity and no slope, so they need not be asked again. */
function hidingIn(expression: Expression): ReadonlySet<Expression> {
  const found = new Set<Expression>();
  let x = expression;
  while (x.operation === 'where' && x.operands[2]?.source === -Infinity) {
    found.add(x);
    x = x.operands[1] as Expression;
  }
  return found;
}

/** Whether the slope of the score is that of the result, so that there is no way to go. */
export function isIdentity({ score, contributions }: Slopes): boolean {
  return score.operation === 'slope' && contributions.length === 0;
}
