/** What mutation leaves alone: refusals of bad input, which suites of examples hold to, and how examples are drawn. */
import type { Ignorer } from '@stryker-mutator/api/ignore';

interface Node {
  readonly type: string;
  readonly body?: unknown;
  readonly [key: string]: unknown;
}

/** A throw, or a line for a list of what is wrong, alone or in braces. */
function onlyThrows(node: Node): boolean {
  if (node.type === 'BlockStatement') {
    const body = node.body as readonly Node[];
    return body.length === 1 && onlyThrows(body[0] as Node);
  }
  return node.type === 'ThrowStatement' || listsProblem(node);
}

/** `problems.push(...)` */
function listsProblem(node: Node): boolean {
  const { expression } = node as unknown as { expression?: { callee?: { object?: { name?: string } } } };
  return expression?.callee?.object?.name === 'problems';
}

/** A declaration of the list of what is wrong. */
function isListOfProblems(node: Node): boolean {
  return node.type === 'VariableDeclarator' && (node.id as { readonly name?: string }).name === 'problems';
}

/** A function that gives nothing back, or a list of what is wrong, and is called `check...`. */
function onlyChecks(node: Node): boolean {
  const { id, key, returnType } = node as unknown as {
    id?: { name: string } | null;
    key?: { name?: string; id?: { name: string } };
    returnType?: { typeAnnotation: Node & { elementType?: Node } } | null;
  };
  const name = id?.name ?? key?.name ?? key?.id?.name ?? '';
  const type = returnType?.typeAnnotation;
  return (
    /^check([A-Z]|$)/.test(name) && (type?.type === 'TSVoidKeyword' || type?.elementType?.type === 'TSStringKeyword')
  );
}

/** An `if` all of whose branches refuse. */
function onlyRefuses({ consequent, alternate }: Node): boolean {
  if (!onlyThrows(consequent as Node)) return false;
  if (!alternate) return true;
  const other = alternate as Node;
  return onlyThrows(other) || (other.type === 'IfStatement' && onlyRefuses(other));
}

/** What is asked before the words that refuse everything else: `if (good) return it; throw ...`. */
function decidesRefusal({ node, key, parentPath }: Path): boolean {
  const statement = parentPath?.node;
  if (key !== 'test' || statement?.type !== 'IfStatement' || statement.test !== node) return false;
  const { container, key: place } = parentPath as Path;
  const next = Array.isArray(container) ? (container[Number(place) + 1] as Node | undefined) : undefined;
  return next?.type === 'ThrowStatement' && !statement.alternate;
}

/** A function that draws examples for laws: it takes `draw`. */
function draws(node: Node): boolean {
  const { params } = node as unknown as { params?: readonly { readonly name?: string }[] };
  return params?.[0]?.name === 'draw';
}

interface Path {
  readonly node: Node;
  readonly key?: string | number;
  readonly container?: unknown;
  readonly parentPath?: Path | null;
}

export const notMathematics: Ignorer = {
  shouldIgnore(path): string | undefined {
    const { node } = path as unknown as Path;
    const isRefusal =
      node.type === 'ThrowStatement' ||
      (node.type === 'IfStatement' && onlyRefuses(node)) ||
      isListOfProblems(node) ||
      onlyChecks(node) ||
      decidesRefusal(path as unknown as Path);
    if (isRefusal) return 'a refusal';
    return draws(node) ? 'an example' : undefined;
  },
};
