import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const script = join(import.meta.dirname, '../bootstrap.mjs');
let root: string;

// A stand-in for pnpm: it notes what it was asked and makes what the real one would have made.
const fakePnpm = `#!/bin/sh
[ "$1" = --version ] && { echo 1.2.3; exit; }
echo "$1" >> calls
[ -e broken ] && exit 7
[ "$1" = install ] && mkdir -p node_modules/.pnpm
[ "$1" = exec ] && mkdir -p packages/kernels/src/generated
exit 0
`;

const write = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};

const bootstrap = () => {
  rmSync(join(root, 'calls'), { force: true });
  const PATH = [join(root, 'bin'), process.env.PATH].join(delimiter);
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, root], {
    encoding: 'utf8',
    env: { ...process.env, PATH },
  });
  const calls = existsSync(join(root, 'calls')) ? readFileSync(join(root, 'calls'), 'utf8').trim().split('\n') : [];
  return { status, stdout, stderr, calls };
};

const manifest = (node: string) =>
  write('package.json', `{"engines":{"node":"${node}"},"packageManager":"pnpm@1.2.3"}`);

describe.skipIf(process.platform === 'win32')('bootstrap', () => {
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'bootstrap-'));
    manifest('>=20.19');
    write('pnpm-lock.yaml', 'lock');
    write('packages/tsconfig.json', '{}');
    write('packages/kernels/assembly/add.ts', 'add');
    write('bin/pnpm', fakePnpm);
    chmodSync(join(root, 'bin/pnpm'), 0o755);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  test('installs, then builds the kernels; the second time it does nothing and says nothing', () => {
    expect(bootstrap()).toMatchObject({ status: 0, calls: ['install', 'exec'] });
    expect(bootstrap()).toEqual({ status: 0, stdout: '', stderr: '', calls: [] });
  });

  test('repeats only what has changed', () => {
    bootstrap();
    write('packages/kernels/assembly/mul.ts', 'mul');
    expect(bootstrap().calls).toEqual(['exec']);
    write('packages/new/package.json', '{}');
    expect(bootstrap().calls).toEqual(['install']);
    rmSync(join(root, 'packages/kernels/src/generated'), { recursive: true });
    expect(bootstrap().calls).toEqual(['exec']);
    write('pnpm-lock.yaml', 'another');
    expect(bootstrap().calls).toEqual(['install', 'exec']);
  });

  test('a failed step fails the bootstrap, and is tried again', () => {
    write('broken', '');
    expect(bootstrap()).toMatchObject({ status: 7, calls: ['install'] });
    rmSync(join(root, 'broken'));
    expect(bootstrap()).toMatchObject({ status: 0, calls: ['install', 'exec'] });
  });

  test('a Node that is too old is named, with exit code 2', () => {
    manifest('>=999.1');
    const { status, stderr, calls } = bootstrap();
    expect({ status, calls }).toEqual({ status: 2, calls: [] });
    expect(stderr).toContain(`needs Node >=999.1; this is Node ${process.versions.node}`);
  });
});
