/** What mutation leaves alone: refusals of bad input, which suites of examples hold to, and how examples are drawn. */
import type { Ignorer } from '@stryker-mutator/api/ignore';

interface Node {
  readonly type: string;
  readonly body?: unknown;
  readonly [key: string]: unknown;
}

/** A statement that refuses or does nothing, alone or in braces; what stands before a throw is for its words. */
function onlyThrows(node: Node): boolean {
  if (node.type === 'BlockStatement') {
    const body = node.body as readonly Node[];
    return body.length > 0 && (body.every(onlyThrows) || (endsInThrow(body) && body.every(isForWords)));
  }
  if (LOOPS.has(node.type)) return onlyThrows(node.body as Node);
  if (node.type === 'IfStatement') return onlyRefuses(node);
  return node.type === 'ThrowStatement' || listsProblem(node) || callsCheck(node);
}

const LOOPS: ReadonlySet<string> = new Set(['ForStatement', 'ForOfStatement', 'ForInStatement']);

function endsInThrow(body: readonly Node[]): boolean {
  return body.at(-1)?.type === 'ThrowStatement';
}

/** A name for what the error says, or a way on for what is good: `if (good) continue; throw ...`. */
function isForWords(node: Node): boolean {
  const { consequent, alternate } = node as unknown as { consequent?: Node; alternate?: Node | null };
  const goesOn = node.type === 'IfStatement' && consequent?.type === 'ContinueStatement' && !alternate;
  return node.type === 'VariableDeclaration' || goesOn || onlyThrows(node);
}

/** `checkThis(...)` or `rejectThat(...)`, whose result nobody takes. */
function callsCheck(node: Node): boolean {
  const { expression } = node as unknown as { expression?: { type: string; callee?: { name?: string } } };
  return (
    node.type === 'ExpressionStatement' &&
    expression?.type === 'CallExpression' &&
    /^(check|reject)[A-Z]/.test(expression.callee?.name ?? '')
  );
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

/** A function that gives nothing back, or a list of what is wrong, and is called `check...` or `reject...`. */
function onlyChecks(node: Node): boolean {
  const { id, key, returnType } = node as unknown as {
    id?: { name: string } | null;
    key?: { name?: string; id?: { name: string } };
    returnType?: { typeAnnotation: Node & { elementType?: Node } } | null;
  };
  const name = id?.name ?? key?.name ?? key?.id?.name ?? '';
  const type = returnType?.typeAnnotation as (Node & { elementType?: Node; typeName?: { name?: string } }) | undefined;
  // A function may also make the error that others throw.
  if (/Error$/.test(type?.typeName?.name ?? '')) return true;
  return (
    /^(check|reject)([A-Z]|$)/.test(name) &&
    (type?.type === 'TSVoidKeyword' || type?.elementType?.type === 'TSStringKeyword')
  );
}

/** An `if` all of whose branches refuse. */
function onlyRefuses({ consequent, alternate }: Node): boolean {
  return onlyThrows(consequent as Node) && (!alternate || onlyThrows(alternate as Node));
}

/** What is asked before the words that refuse everything else: `if (good) return it; throw ...`. */
function decidesRefusal({ node, key, parentPath }: Path): boolean {
  const statement = parentPath?.node;
  if (key !== 'test' || statement?.type !== 'IfStatement' || statement.test !== node) return false;
  const { container, key: place } = parentPath as Path;
  const next = Array.isArray(container) ? (container[Number(place) + 1] as Node | undefined) : undefined;
  return next?.type === 'ThrowStatement' && !statement.alternate;
}

/** What a refusal in the next lines looks at: `const fits = ...; if (!fits) throw ...`, or `if (fits) return it; throw ...`. */
function isForRefusal({ node, container, key }: Path): boolean {
  if (node.type !== 'VariableDeclaration' || !Array.isArray(container)) return false;
  const [declared, ...others] = node.declarations as readonly { readonly id: { readonly name?: string } }[];
  const next = container[Number(key) + 1] as Node | undefined;
  if (others.length > 0 || next?.type !== 'IfStatement') return false;
  const after = container[Number(key) + 2] as Node | undefined;
  if (!onlyRefuses(next) && !(after?.type === 'ThrowStatement' && !next.alternate)) return false;
  return asksFor(next.test as Node, declared?.id.name);
}

/** Whether a condition asks for a name by itself, or for its opposite, alone or beside others. */
function asksFor(test: Node, name: string | undefined): boolean {
  if (test.type === 'LogicalExpression') return asksFor(test.left as Node, name) || asksFor(test.right as Node, name);
  const asked = test.type === 'UnaryExpression' ? (test.argument as Node) : test;
  return name !== undefined && asked.type === 'Identifier' && asked.name === name;
}

/** A function that makes words for people of a value. */
function writesWords({ id, key }: Node): boolean {
  const name = (id as { name?: string } | null)?.name ?? (key as { name?: string } | undefined)?.name ?? '';
  return ['describe', 'extraRepr', 'formatModule', 'formatShape'].includes(name);
}

/** Names of operands or options that a function is told: they are for its errors. */
function areNames({ node, parentPath }: Path): boolean {
  const elements = node.elements as readonly (Node | null)[] | undefined;
  return (
    node.type === 'ArrayExpression' &&
    parentPath?.node.type === 'CallExpression' &&
    (elements?.length ?? 0) > 0 &&
    elements?.every((element) => element?.type === 'StringLiteral') === true
  );
}

/** A function that draws examples for laws: it takes `draw`. Or where they lie: `domain` and `kinks` of a record. */
function draws(node: Node): boolean {
  const { params, key, id } = node as unknown as {
    params?: readonly { readonly name?: string }[];
    key?: { readonly name?: string };
    id?: { readonly name?: string };
  };
  if (params?.[0]?.name === 'draw') return true;
  if (node.type === 'ObjectProperty') return key?.name === 'domain' || key?.name === 'kinks';
  return node.type === 'VariableDeclarator' && id?.name === 'KINKS';
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
      (node.type !== 'BlockStatement' && onlyThrows(node)) ||
      isListOfProblems(node) ||
      onlyChecks(node) ||
      decidesRefusal(path as unknown as Path) ||
      areNames(path as unknown as Path);
    if (isRefusal || isForRefusal(path as unknown as Path)) return 'a refusal';
    if (writesWords(node)) return 'words';
    return draws(node) ? 'an example' : undefined;
  },
};
