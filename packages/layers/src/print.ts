/** Modules as text, as PyTorch prints them: one line for a leaf, an indented tree otherwise. */
import type { Module } from './module.ts';

export function formatModule(module: Module, children: readonly (readonly [string, Module])[]): string {
  const { name } = module.constructor;
  const extra = module.extraRepr();
  if (children.length === 0) return `${name}(${extra})`;
  const lines = children.map(([child, value]) => `  (${child}): ${String(value).replaceAll('\n', '\n  ')}`);
  return [`${name}(${extra}`, ...lines, ')'].join('\n');
}
