import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const main = join(import.meta.dirname, '../src/main.ts');
const start = (...args: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', main, ...args], { encoding: 'utf8' });

test('--help: exit code 0, on standard output', () => {
  const { status, stdout, stderr } = start('--help');
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^Usage: npm start/);
});

test('a bad value: exit code 2, one line on standard error', () => {
  const { status, stdout, stderr } = start('--epochs', 'x');
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toBe('npm start: --epochs must be a whole number from 1 to 1000; got "x"; try --help\n');
});

test('a report that cannot be written: exit code 2, before anything runs', () => {
  const { status, stdout, stderr } = start('--out', import.meta.dirname);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(
    /^npm start: --out must be a file that can be written; got ".*" \(it is a folder\); try [^\n]*\n$/,
  );
});
