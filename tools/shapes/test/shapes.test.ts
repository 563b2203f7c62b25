import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { disagreements, drawRows, falseClaims, moduleOf, sentenceOf } from '../src/agreement.ts';
import { buildDeclarations, COMPILERS, type Compiled, compile, type Version } from '../src/compile.ts';

const HERE = join(import.meta.dirname, '..');
const ROOT = join(HERE, '../..');
const FOLDER = join(HERE, '.cache', `test-${process.pid}`);
const VERSIONS = Object.keys(COMPILERS) as Version[];
/** Expressions of each family of ops. */
const ROWS = 140;

const seed = fc.readConfigureGlobal().seed ?? Math.floor(Math.random() * 2 ** 31);
const rows = drawRows(seed, ROWS);
const results = new Map<Version, Compiled>();

beforeAll(async () => {
  await mkdir(FOLDER, { recursive: true });
  await cp(join(HERE, 'cases'), FOLDER, { recursive: true });
  await writeFile(join(FOLDER, 'law.ts'), moduleOf(rows.map(({ expression }) => expression)));
  await writeFile(join(FOLDER, 'vague.ts'), moduleOf(rows.map(({ vague }) => vague)));
  for (const { file, code } of await examples()) await writeFile(join(FOLDER, `${file}.ts`), code);
  await buildDeclarations();
  for (const pair of [VERSIONS.slice(0, 2), VERSIONS.slice(2)]) {
    const compiled = await Promise.all(pair.map((version) => compile(version, FOLDER)));
    pair.forEach((version, i) => {
      results.set(version, compiled[i] as Compiled);
    });
  }
}, 300_000);

afterAll(() => rm(FOLDER, { recursive: true }));

interface Case {
  readonly name: string;
  readonly says: string;
  readonly line: number;
}

/** The exported names of a file, each with the comment above it. */
function casesOf(text: string): Case[] {
  const lines = text.split('\n');
  return lines.flatMap((line, i) => {
    const name = /^export const (\w+)/.exec(line)?.[1];
    return name === undefined ? [] : [{ name, says: (lines[i - 1] as string).replace('// ', ''), line: i + 1 }];
  });
}

interface Example {
  readonly file: string;
  readonly code: string;
}

/** The examples of the pages. What they declare is exported, so that its type is known. */
async function examples(): Promise<Example[]> {
  const packages = (await readdir(join(ROOT, 'packages'), { withFileTypes: true })).filter((entry) =>
    entry.isDirectory(),
  );
  const pages = [
    'README.md',
    'docs/design/types.md',
    'docs/notebook/flash-attention.md',
    ...packages.map(({ name }) => `packages/${name}/README.md`),
  ];
  const found: Example[] = [];
  for (const page of pages) {
    const blocks = [...(await readFile(join(ROOT, page), 'utf8')).matchAll(/```ts\n(.*?)```/gs)];
    blocks.forEach(([, code], i) => {
      const file = `page-${page.replace('.md', '').replaceAll('/', '-')}-${i}`;
      found.push({ file, code: (code as string).replaceAll(/^const /gm, 'export const ') });
    });
  }
  return found;
}

/** Compilers list the members of a union in an order of their own. */
function inOrder(text: string): string {
  const sorted = (union: string, separator: RegExp): string => union.split(separator).sort().join(' | ');
  const inner = text.replaceAll(/<([^<>]* \| [^<>]*)>/g, (_, union: string) => `<${sorted(union, / \| /)}>`);
  return sorted(inner, / \| (?![^<]*>)/);
}

/** What the compiler says of every case, and of nothing else. */
async function said(compiled: Compiled, file: string): Promise<Record<string, string>> {
  const cases = casesOf(await readFile(join(HERE, 'cases', `${file}.ts`), 'utf8'));
  const found: Record<string, string> = {};
  for (const { name } of cases) found[name] = inOrder(compiled.types.get(`${file}.${name}`) ?? 'nothing');
  for (const { message, line } of compiled.mistakes.filter((mistake) => mistake.file.endsWith(`/${file}.ts`))) {
    const name = cases.findLast((one) => one.line <= line)?.name ?? `line ${line}`;
    found[name] = inOrder(sentenceOf(message));
  }
  return found;
}

describe.each(VERSIONS)('TypeScript %s', (version) => {
  test(`says of ${rows.length} expressions what the library says (seed ${seed})`, () => {
    expect(disagreements(rows, results.get(version) as Compiled, 'law')).toEqual([]);
  });

  test(`refuses nothing for knowing less (seed ${seed})`, () => {
    expect(falseClaims(rows, results.get(version) as Compiled, 'vague')).toEqual([]);
  });

  test('says above every case what it is', async () => {
    const found: Record<string, unknown> = {};
    const expected: Record<string, unknown> = {};
    for (const name of await readdir(join(HERE, 'cases'))) {
      const cases = casesOf(await readFile(join(HERE, 'cases', name), 'utf8'));
      expected[name] = Object.fromEntries(cases.map((one) => [one.name, inOrder(one.says)]));
      found[name] = await said(results.get(version) as Compiled, name.replace('.ts', ''));
    }
    expect(found).toEqual(expected);
  });

  test('compiles the examples of all pages, and finds the types that stand beside them', async () => {
    const { mistakes, types } = results.get(version) as Compiled;
    expect(mistakes.filter(({ file }) => file.includes('/page-'))).toEqual([]);
    const told = (await examples()).flatMap(({ file, code }) =>
      [...code.matchAll(/^export const (\w+) = .*\/\/ (Tensor<.*)$/gm)].map(([, name, type]) => [
        `${file}.${name}`,
        type,
      ]),
    );
    expect(told.length).toBeGreaterThan(0);
    for (const [name, type] of told) expect(types.get(name as string), name).toBe(type);
  });
});

test('draws right and wrong expressions of every family', () => {
  const compiled = results.get('6') as Compiled;
  const wrong = new Set(compiled.mistakes.filter(({ file }) => file.endsWith('law.ts')).map(({ line }) => line - 2));
  for (const family of new Set(rows.map((row) => row.family))) {
    const drawn = rows.flatMap((row, i) => (row.family === family ? [wrong.has(i)] : []));
    expect(drawn, family).toContain(false);
    if (family !== 'unary') expect(drawn, family).toContain(true);
  }
});
