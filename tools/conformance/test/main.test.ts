import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderWith, twice } from './scratch.ts';

const main = join(import.meta.dirname, '../src/main.ts');

/** As pnpm calls it: from the root of the repository, saying where the caller stands. */
const run = (caller: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', main, ...args], {
    encoding: 'utf8',
    cwd: join(import.meta.dirname, '../../..'),
    env: { ...process.env, INIT_CWD: caller },
  });
  return { status, last: stdout.trimEnd().split('\n').at(-1), stderr };
};

test('the command ends with the sum and the exit code', () => {
  const sum = {
    ...twice,
    id: 'sum',
    area: 'reductions',
    op: 'sum',
    outputs: [{ shape: [], data: [10.5] }],
    gradOutputs: [[2]],
    gradInputs: [[2, 2, 2, 2]],
  };
  const wrong = { ...sum, outputs: [{ shape: [], data: [10] }] };
  const caller = folderWith({ 'right/a.json': [sum, twice], 'wrong/a.json': [sum, wrong] });
  expect(run(caller, 'right')).toEqual({ status: 0, last: '1 passed, 0 failed, 1 skipped', stderr: '' });
  expect(run(caller, 'wrong', 'right')).toMatchObject({ status: 1, last: '2 passed, 1 failed, 1 skipped' });
  expect(run(caller, 'elsewhere')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('elsewhere: no such folder'),
  });
  expect(run(caller, 'right', '--verbose')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("'--verbose'"),
  });
});
