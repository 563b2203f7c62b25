import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tensor } from '@tessera/tensor';
import { opTable } from '@tessera/tensor/testing';
import { afterAll, expect, test } from 'vitest';
import { ABSENT } from '../src/absent.ts';
import { ROWS } from '../src/catalogue.ts';
import { pageOf } from '../src/page.ts';
import { type Pin, pin, readPins } from '../src/pinned.ts';
import { printed } from '../src/printed.ts';
import { budgetTable, type ToldLaw } from '../src/reporter.ts';
import { elementaryOps } from '../src/ulps.ts';
import { attributesOf, measure } from '../src/ulpsOfOp.ts';

const folder = mkdtempSync(join(tmpdir(), 'laws-'));
afterAll(() => rmSync(folder, { recursive: true }));

const told: ToldLaw = {
  law: 'sums are sums',
  package: 'tensor',
  suite: 'reductions',
  rows: [42],
  formula: 'Σ x = Σ x',
  tolerance: ['S'],
  runs: 100,
  milliseconds: 50,
};

test('failures become pins, each once', () => {
  const file = join(folder, 'pinned.json');
  const failure: Pin = { law: 'tensor > a.test.ts > sums', seed: 1, path: '0:1', found: '[NaN]' };
  expect(pin([failure, { ...failure, seed: 2 }], file)).toHaveLength(2);
  expect(pin([failure], file)).toHaveLength(0);
  expect(readPins(file).map(({ seed }) => seed)).toEqual([1, 2]);
  expect(readPins(join(folder, 'none.json'))).toEqual([]);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(readPins(file));
});

test('examples are printed as code, with all digits', () => {
  const x = tensor([0.1, -0, Infinity]);
  const text = printed([x, { shape: [2], data: [-0, NaN] }, tensor(1, { dtype: 'int32' })]);
  expect(text).toBe(
    `tensor([${Math.fround(0.1)},-0,Number.POSITIVE_INFINITY]), {"shape":[2],"data":[-0,Number.NaN]}, tensor(1, { dtype: 'int32' })`,
  );
});

test('the budget is told package by package', () => {
  const [head, row] = budgetTable([told, { ...told, law: 'another', runs: 300, milliseconds: 150 }]);
  expect(head).toMatch(/laws of +tests +examples +seconds +examples\/s +budget/);
  expect(row).toMatch(/tensor +2 +400 +0\.2 +2,000 +\d+/);
});

test('the page tells a law once, with its formula, class, rows, subjects and what it caught', () => {
  const page = pageOf(
    ['add', 'mul'].map((of) => ({ ...told, of, suite: of })),
    [{ op: 'exp', declared: 1, worst: 0.83, at: 1, wrong: 0, attributes: {}, seconds: 1 }],
    {
      bugs: [{ bug: 'a missed tail', file: 'assembly/map.ts', caughtBy: 'tensor › add › sums are sums' }],
      sources: [
        { package: 'tensor', counts: { Killed: 3, Survived: 1 }, caughtBy: { 'tensor › mul › sums are sums': 3 } },
      ],
    },
    [
      { seed: 7, passed: 1200, failed: [], seconds: 200 },
      { seed: 8, passed: 1199, failed: ['sums are sums'], seconds: 200, found: 'a bug' },
    ],
  );
  expect(page).toContain('2 runs, in which 2,399 tests passed and 1 failed');
  expect(page).toContain('| 8 | sums are sums | a bug |');
  expect(page).toContain('| sums are sums | `Σ x = Σ x` | S | 42 | 2 | 4 |');
  expect(page).toContain('| tensor | 4 | 3 (75.0 %) |');
  expect(page).toContain('| a missed tail | map.ts | tensor › add › sums are sums |');
  expect(page).toContain('| `exp` | 1 | 0.830 | 1 | as the meaning |');
  expect(page).toContain('42. sum vs f64');
  expect(page).toContain('43. *(absent)*');
});

test('the catalogue is whole, and what is absent is in it', () => {
  expect(ROWS).toEqual(Array.from({ length: 177 }, (_, i) => i + 1));
  for (const { row } of ABSENT) expect(ROWS).toContain(row);
});

// Every run measures a stretch of all float32 numbers for every elementary function.
const seed = Number(process.env.LAWS_SEED ?? 0);
test.each(elementaryOps().map((op) => [op.name, op] as const))('%s is as near as it declares', (_, op) => {
  const stretch = 2 ** 14;
  for (let i = 0; i < 4; i++) {
    const first = ((seed * 2_654_435_761 + i * 0x4000_0000) % 2 ** 32) - ((seed * 2_654_435_761) % stretch);
    const { worst, declared, wrong, at } = measure(op, attributesOf(op), Math.max(0, first), stretch);
    expect(wrong, `the class of NaN or infinity is another from bit pattern ${first} on`).toBe(0);
    expect(worst, `${worst} ulp at ${at}`).toBeLessThanOrEqual(declared);
  }
});

test('all others mean their function, rounded once', () => {
  expect(opTable().filter((op) => op.kind === 'elementwise' && (op.ulp ?? 0.5) > 0.5).length).toBeGreaterThan(20);
});

test('what cannot be meant is refused in one line', () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', join(import.meta.dirname, '../src/main.ts'), ...args], {
      encoding: 'utf8',
    });
  const wrong = run('--runs', 'x');
  expect([wrong.status, wrong.stderr.split('\n')[0]]).toEqual([
    2,
    "laws: --runs must be a whole number from 1 on; got 'x'",
  ]);
  expect(run('--package', 'nowhere').stderr).toContain("there is no package 'nowhere'");
  expect(run('pin', join(folder, 'no.json')).status).toBe(2);
});
