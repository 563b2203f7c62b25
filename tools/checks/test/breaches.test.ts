import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { breaches } from '../breaches.mjs';

let root: string;

const write = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};

const manifest = (folder: string, dependencies: string[], devDependencies: string[] = []) => {
  const all = (names: string[]) => Object.fromEntries(names.map((name) => [`@tessera/${name}`, 'workspace:^']));
  const name = `@tessera/${folder.replace(/.*\//, '')}`;
  const text = { name, dependencies: all(dependencies), devDependencies: all(devDependencies) };
  write(`${folder}/package.json`, JSON.stringify(text));
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'boundaries-'));
  manifest('packages/kernels', [], ['arbitraries']);
  manifest('packages/arbitraries', []);
  manifest('packages/tensor', ['kernels'], ['arbitraries']);
  manifest('packages/autograd', ['tensor']);
  manifest('packages/losses', ['tensor', 'autograd'], ['layers']);
  manifest('tools/bench', ['losses']);
  write('packages/tensor/src/core/tensor.ts', "import { heap } from '@tessera/kernels';\nimport './dispatch.ts';\n");
  write('packages/autograd/src/tape.ts', "export { add } from '@tessera/tensor';\n");
  write('packages/losses/test/mse.test.ts', "import { Linear } from '@tessera/layers';\nimport '../src/mse.ts';\n");
  write('packages/kernels/test/heap.test.ts', "import { shape } from '@tessera/arbitraries';\n");
  write('tools/bench/main.ts', "import { mse } from '@tessera/losses';\n");
});
afterEach(() => rmSync(root, { recursive: true }));

test('a tree that keeps to the rules has no breach', () => {
  expect(breaches(root)).toEqual([]);
});

test.each([
  // what runs against an arrow
  [
    'packages/tensor/src/a.ts',
    "\nimport type { Tape } from '@tessera/autograd';",
    2,
    'tensor must not import autograd',
  ],
  ['packages/tensor/src/a.ts', "//\n//\nawait import('@tessera/losses');", 3, 'tensor must not import losses'],
  ['packages/losses/src/a.ts', "export * from '@tessera/autograd';", 1, 'losses must not import autograd'],
  ['packages/arbitraries/src/a.ts', "import '@tessera/kernels';", 1, 'it may import none of ours'],
  ['packages/tensor/src/testing/a.ts', "import '@tessera/autograd';", 1, 'laws of tensor must not'],
  ['packages/new/src/a.ts', "import '@tessera/tensor';", 1, 'not in the table of arrows'],
  // what is not declared
  ['packages/autograd/src/a.ts', "import '@tessera/kernels';", 1, 'does not declare'],
  ['packages/autograd/test/a.test.ts', "import '@tessera/layers';", 1, 'does not declare'],
  ['packages/losses/src/a.ts', "import '@tessera/layers';", 1, 'does not declare'],
  // the core, relative imports, length and name
  ['packages/tensor/src/core/a.ts', "import { add } from '../ops/add.ts';", 1, 'core must not import ops'],
  ['packages/tensor/src/core/a.ts', 'const a = 1;\nop.vjp(a);', 2, 'never says "vjp"'],
  ['tools/bench/a.ts', "import '../../packages/tensor/src/a.ts';", 1, 'leaves the package'],
  ['packages/kernels/assembly/a.ts', '//\n'.repeat(301), 301, 'has 301 lines'],
  ['packages/tensor/src/utils.ts', '', 1, 'says nothing by its name'],
  // tolerances that somebody picked
  ['packages/tensor/test/a.test.ts', '\nexpect(x).toBeCloseTo(1, 5);', 2, 'toBeCloseTo picks digits'],
  ['packages/tensor/test/a.test.ts', 'expect(x - y).toBeLessThan(1e-6);', 1, 'slack that is picked by hand'],
  ['packages/tensor/test/a.test.ts', 'expect(x + 2 ** -20).toBeGreaterThanOrEqual(y);', 1, 'slack that is picked'],
  ['packages/tensor/test/a.ts', 'expectWithin(x, y, bounds.identity(1e4));', 1, 'picked by hand: 10000'],
  ['packages/tensor/test/a.ts', 'expectAtMost(x, y, bounds.conditioned(2 ** (-9)));', 1, 'a bound is picked by hand'],
])('%s: a breach (case %#)', (file, text, line, message) => {
  if (file.startsWith('packages/new/')) manifest('packages/new', ['tensor']);
  write(file, text);
  expect(breaches(root)).toContainEqual(expect.stringMatching(`^${file}:${line} .*${message}`));
});

test('bounds may count roundings, and comparisons may be with whole numbers', () => {
  write('packages/tensor/test/a.ts', 'expectWithin(x, 1e-9, bounds.ulps(2.5)); expect(n).toBeLessThan(15);');
  expect(breaches(root)).toEqual([]);
});

test('generated files may be long, and words in strings and comments are no imports', () => {
  write('packages/kernels/src/generated/wasm.ts', '//\n'.repeat(301));
  write('packages/kernels/src/a.ts', "// import '@tessera/losses';\nconst text = \"import '@tessera/losses'\";\n");
  write('packages/kernels/src/b.ts', '//\n'.repeat(300));
  expect(breaches(root)).toEqual([]);
});
