// Tolerances in tests: each must be one of the named classes of `bounds`, none picked by hand.
import ts from 'typescript';

/** What compares with digits that somebody chose. */
const FORBIDDEN = new Set(['toBeCloseTo', 'closeTo']);
/** What compares two sides: neither may be a small number, nor be moved by one. */
const ORDERS = /^toBe(Less|Greater)Than(OrEqual)?$/;
/** The comparisons that take a bound as their last argument. */
const BOUNDED = new Set(['expectWithin', 'expectAtMost']);
/** The most that a count of roundings may be, where it is written as a numeral. */
const MOST = 64;

/**
 * @param {string} file @param {string} text
 * @param {(at: number, message: string) => void} report
 */
export function checkTolerances(file, text, report) {
  if (!/\/test\/.*\.ts$/.test(file)) return;
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isCallExpression(node)) checkCall(node, report);
    ts.forEachChild(node, visit);
  };
  visit(source);
}

/** @param {ts.CallExpression} call @param {(at: number, message: string) => void} report */
function checkCall(call, report) {
  const name = nameOf(call);
  const at = call.getStart();
  if (FORBIDDEN.has(name)) report(at, `${name} picks digits by hand; use expectWithin with one of \`bounds\``);
  if (ORDERS.test(name)) {
    const sides = [call.arguments[0], receivedBy(call)];
    if (sides.some((side) => side && numerals(side).some(isSmall)))
      report(at, `${name} has a slack that is picked by hand; use expectAtMost with one of \`bounds\``);
  }
  if (BOUNDED.has(name) && call.arguments.length === 3) {
    const picked = numerals(/** @type {ts.Node} */ (call.arguments[2])).filter(
      (value) => isSmall(value) || value > MOST,
    );
    if (picked.length > 0) report(at, `a bound is picked by hand: ${picked.join(', ')}; take it from what is compared`);
  }
}

/** @param {number} value whether it looks like a tolerance; halves and thirds of whole numbers do not */
function isSmall(value) {
  return value !== 0 && Math.abs(value) < 0.1;
}

/** @param {ts.CallExpression} call the method's or function's own name */
function nameOf({ expression }) {
  if (ts.isPropertyAccessExpression(expression)) return expression.name.text;
  return ts.isIdentifier(expression) ? expression.text : '';
}

/** @param {ts.CallExpression} call what `expect` was given: expect(x).toBeLessThan(y) */
function receivedBy({ expression }) {
  const inner = ts.isPropertyAccessExpression(expression) ? expression.expression : undefined;
  return inner && ts.isCallExpression(inner) ? inner.arguments[0] : undefined;
}

/** @param {ts.Node} node @returns {number[]} the numbers written in it, with powers worked out */
function numerals(node) {
  /** @type {number[]} */
  const found = [];
  /** @param {ts.Node} each */
  const visit = (each) => {
    const value = worthOf(each);
    if (value === undefined) ts.forEachChild(each, visit);
    else found.push(value);
  };
  visit(node);
  return found;
}

/** @param {ts.Node} node @returns {number | undefined} */
function worthOf(node) {
  if (ts.isNumericLiteral(node)) return Number(node.text.replaceAll('_', ''));
  if (ts.isParenthesizedExpression(node)) return worthOf(node.expression);
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken) {
    const value = worthOf(node.operand);
    return value === undefined ? undefined : -value;
  }
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.AsteriskAsteriskToken) return undefined;
  const [base, exponent] = [worthOf(node.left), worthOf(node.right)];
  return base === undefined || exponent === undefined ? undefined : base ** exponent;
}
