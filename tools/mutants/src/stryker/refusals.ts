/** What mutation leaves alone: refusals of bad input, which suites of examples hold to, and words. */
import type { Ignorer } from '@stryker-mutator/api/ignore';

interface Node {
  readonly type: string;
  readonly body?: unknown;
  readonly [key: string]: unknown;
}

/** A throw, alone or in braces. */
function onlyThrows(node: Node): boolean {
  if (node.type === 'BlockStatement') {
    const body = node.body as readonly Node[];
    return body.length === 1 && onlyThrows(body[0] as Node);
  }
  return node.type === 'ThrowStatement';
}

/** A function that gives nothing back and is called `check...`. */
function onlyChecks(node: Node): boolean {
  const { id, key, returnType } = node as unknown as {
    id?: { name: string } | null;
    key?: { name?: string; id?: { name: string } };
    returnType?: { typeAnnotation: Node } | null;
  };
  const name = id?.name ?? key?.name ?? key?.id?.name ?? '';
  return /^check([A-Z]|$)/.test(name) && returnType?.typeAnnotation.type === 'TSVoidKeyword';
}

export const refusals: Ignorer = {
  shouldIgnore(path): string | undefined {
    const { node } = path as unknown as { readonly node: Node };
    if (node.type === 'ThrowStatement') return 'a refusal';
    if (node.type === 'IfStatement' && onlyThrows(node.consequent as Node) && !node.alternate) return 'a refusal';
    if (onlyChecks(node)) return 'a refusal';
    return undefined;
  },
};
