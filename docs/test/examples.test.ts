import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Examples run from a folder of this package, from where every package of ours can be imported. */
const folder = mkdtempSync(join(import.meta.dirname, '.examples-'));
afterAll(() => rmSync(folder, { recursive: true }));

const pages = [
  'README.md',
  'docs/design/types.md',
  'docs/notebook/flash-attention.md',
  ...readdirSync(join(root, 'packages'))
    .map((name) => `packages/${name}/README.md`)
    .filter((page) => /packages\/[\w-]+\//.test(page) && !page.includes('tsconfig')),
];

const examples = pages.flatMap((page) => {
  const blocks = [...readFileSync(join(root, page), 'utf8').matchAll(/```ts\n(.*?)```/gs)];
  return blocks.map(([, code], i) => ({ page, i, code: code as string }));
});

describe('every TypeScript example of the pages runs, and prints what it says', () => {
  test.each(examples)('$page, block $i', async ({ page, i, code }) => {
    const file = join(folder, `${page.replaceAll('/', '-')}-${i}.ts`);
    writeFileSync(file, code);
    const printed: string[] = [];
    const log = vi
      .spyOn(console, 'log')
      .mockImplementation((...values) => void printed.push(values.map(show).join(' ')));
    try {
      await import(file);
    } finally {
      log.mockRestore();
    }
    const promised = [...code.matchAll(/^\s*console\.log\(.*\);( \/\/ (.*))?$/gm)].map((match) => match[2]);
    expect(printed).toHaveLength(promised.length);
    promised.forEach((text, line) => {
      if (text !== undefined) expect(plain(printed[line] as string)).toBe(plain(text));
    });
  });
});

function show(value: unknown): string {
  if (Array.isArray(value))
    return `[${value.map((item) => (typeof item === 'string' ? `'${item}'` : show(item))).join(', ')}]`;
  return String(value);
}

/** Layout does not count: tensors print over several lines. */
function plain(text: string): string {
  return text.replace(/\s+/g, '');
}
