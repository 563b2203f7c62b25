import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ones, zeros } from '@tessera/tensor';
import { describe, expect, test } from 'vitest';
import type { Adapter } from '../src/adapter.ts';
import { conformance } from '../src/conformance.ts';
import { adapters, folderWith, runCases, twice } from './scratch.ts';

const adapted = (adapter: Adapter, change: object = {}) =>
  runCases([{ ...twice, ...change }], { 'made-up': { twice: adapter } });

describe('what passes', () => {
  test('a right case', () => {
    const { lines, exitCode } = runCases([twice]);
    expect(lines).toEqual(['made-up: 1 passed, 0 failed, 0 unsupported', '', '1 passed, 0 failed, 0 skipped']);
    expect(exitCode).toBe(0);
  });

  test('an op that nothing adapts is skipped and named', () => {
    const strange = [
      { ...twice, id: 'a', op: 'thrice' },
      { ...twice, id: 'b', op: 'thrice' },
      { ...twice, id: 'c', area: 'nowhere', op: 'constructor' },
    ];
    const { lines, exitCode } = runCases([twice, ...strange]);
    expect(lines).toContain('made-up: 1 passed, 0 failed, 2 unsupported');
    expect(lines).toContain('unsupported in made-up: thrice (2)');
    expect(lines).toContain('unsupported in nowhere: constructor (1)');
    expect(lines.at(-1)).toBe('1 passed, 0 failed, 3 skipped');
    expect(exitCode).toBe(0);
  });

  test('a dtype that we do not have is skipped and named', () => {
    const inputs = [{ ...twice.inputs[0], dtype: 'complex64' }];
    const { lines } = runCases([{ ...twice, inputs }]);
    expect(lines).toContain('unsupported in made-up: twice with dtype complex64 (1)');
  });

  test('integers that int32 does not hold are skipped and named', () => {
    const inputs = [{ shape: [1], data: [3e9], dtype: 'int64', requiresGrad: false }];
    const { lines } = runCases([{ ...twice, inputs, gradInputs: [null] }]);
    expect(lines).toContain('unsupported in made-up: twice with int64 beyond int32 (1)');
  });

  test('an input that is not reached has zeros for its gradient', () => {
    const change = { outputs: [{ shape: [1], data: [1] }], gradOutputs: [[5]], gradInputs: [[0, 0, 0, 0]] };
    expect(adapted(() => ones(1), change).exitCode).toBe(0);
  });
});

describe('what fails', () => {
  const failure = (adapter: Adapter, change: object = {}) => {
    const { lines, exitCode } = adapted(adapter, change);
    expect(exitCode).toBe(1);
    expect(lines.at(-1)).toBe('0 passed, 1 failed, 0 skipped');
    return lines.filter((line) => line.startsWith('FAILED')).join('\n');
  };

  test('a wrong value, named with its index, what was got and wanted, and the bound', () => {
    const outputs = [{ shape: [2, 2], data: [2, 4, 6.5, 9] }];
    expect(failure(adapters['made-up']!.twice!, { outputs })).toMatch(
      /^FAILED made-up twice\/plain: output 0: at \[1, 0\] got 6, want 6\.5, bound \S+; 1 of 4 wrong$/,
    );
  });

  test('a wrong gradient behind right outputs', () => {
    const gradInputs = [[2, 20, 200, 1.5]];
    expect(failure(([x]) => x!.mul(2), { gradInputs })).toMatch(/gradient of input 0: at \[1, 1\] got 1, want 1\.5,/);
  });

  test('a gradient that is lost on the way', () => {
    expect(failure(([x]) => x!.detach().mul(2))).toMatch(/gradient of input 0: at \[1, 0\] got 0, want 200,/);
  });

  test.each([
    ['a wrong shape', ([x]) => x!.mul(2).reshape(4), 'output 0: shape [4], want [2, 2]'],
    ['a missing dimension of size 1', ([x]) => x!.mul(2).reshape(1, 2, 2), 'output 0: shape [1, 2, 2], want [2, 2]'],
    ['a wrong dtype', () => zeros(2, 2, { dtype: 'int32' }), 'output 0: dtype int32, want float32'],
    ['too many outputs', ([x]) => [x!.mul(2), x!], 'outputs: 2 of them, want 1'],
    [
      'an adapter that throws',
      () => {
        throw new RangeError('no');
      },
      'outputs: threw RangeError: no',
    ],
  ] satisfies [string, Adapter, string][])('%s', (_name, adapter, message) => {
    expect(failure(adapter)).toBe(`FAILED made-up twice/plain: ${message}`);
  });

  test('NaN where a number is wanted, and a number where NaN is wanted', () => {
    const outputs = [{ shape: [2, 2], data: ['NaN', 4, 6, 9] }];
    expect(failure(([x]) => x!.mul(2), { outputs })).toContain('got 2, want NaN');
    expect(failure(([x]) => x!.mul(Number.NaN), { gradInputs: [null] })).toContain('got NaN, want 2');
  });

  test('an infinity of the wrong sign, or none', () => {
    const change = {
      gradInputs: [null],
      outputs: [{ shape: [2, 2], data: ['Infinity', 'Infinity', 'Infinity', 'Infinity'] }],
    };
    expect(failure(([x]) => x!.mul(-Infinity), change)).toContain('got -Infinity, want Infinity');
    expect(failure(([x]) => x!.mul(1e38), change)).toContain('want Infinity');
  });

  test('the sign of zero, for ops that are about signs', () => {
    const change = {
      inputs: [{ shape: [1], data: [0] }],
      outputs: [{ shape: [1], data: ['Infinity'] }],
      gradInputs: [null],
    };
    const negated = { ...twice, ...change, op: 'neg', outputs: [{ shape: [1], data: [0] }], gradOutputs: [null] };
    const areas = { 'made-up': { neg: ([x]) => x!.mul(-1) } satisfies Record<string, Adapter> };
    expect(runCases([negated], areas).exitCode).toBe(1);
    expect(runCases([{ ...negated, op: 'twice' }], { 'made-up': { twice: areas['made-up'].neg } }).exitCode).toBe(0);
  });
});

describe('what cannot be used', () => {
  test('a file that is not JSON fails beside the others', () => {
    const folder = folderWith({ 'broken.json': '{"cases": [', 'right.json': [twice] });
    const { lines, exitCode } = conformance([folder], folder, adapters);
    expect(lines.find((line) => line.startsWith('FAILED'))).toContain('broken.json');
    expect(lines.at(-1)).toBe('1 passed, 1 failed, 0 skipped');
    expect(exitCode).toBe(1);
  });

  test.each([['[]'], ['{}'], ['null'], ['{"cases": {}}']])('%s is not a vector file', (text) => {
    const folder = folderWith({ 'file.json': text });
    const { lines, exitCode } = conformance([folder], folder, adapters);
    expect(lines.join()).toContain('must be an object with an array "cases"');
    expect(exitCode).toBe(1);
  });

  test.each([
    ['id', { id: 7 }, 'id must be a string; got 7'],
    ['inputs', { inputs: undefined }, 'inputs must be an array; got nothing'],
    ['too few values', { inputs: [{ shape: [2, 2], data: [1] }] }, 'inputs[0].data must have 4 values; got 1'],
    ['a strange value', { outputs: [{ shape: [1], data: ['inf'] }] }, 'outputs[0].data must hold numbers'],
    [
      'a fraction as int64',
      { inputs: [{ shape: [1], data: [0.5], dtype: 'int64' }] },
      'inputs[0].data must be int64; got 0.5',
    ],
    ['no outputs', { outputs: [], gradOutputs: [] }, 'outputs must hold at least one'],
    ['missing cotangents', { gradOutputs: [] }, 'gradOutputs must have 1 entries; got 0'],
    ['a gradient of the wrong size', { gradInputs: [[1]] }, 'gradInputs[0] must have 4 values; got 1'],
    [
      'a layout',
      { inputs: [{ ...twice.inputs[0], layout: { kind: 'permuted', perm: [0, 0] } }] },
      'must name every dimension once',
    ],
    [
      'data that is not constant',
      { inputs: [{ ...twice.inputs[0], layout: { kind: 'expanded', dims: [0] } }] },
      'must be constant along 0',
    ],
  ])('a case with a fault fails: %s', (_name, change, message) => {
    const { lines, exitCode } = runCases([
      { ...twice, ...change },
      { ...twice, id: 'right' },
    ]);
    expect(lines.find((line) => line.startsWith('FAILED'))).toContain(message);
    expect(lines.at(-1)).toBe('1 passed, 1 failed, 0 skipped');
    expect(exitCode).toBe(1);
  });

  test('a folder without cases, without files, or that is not there', () => {
    for (const folder of [folderWith({ 'none.json': [] }), folderWith({ 'readme.md': 'hello' })]) {
      const { errors, exitCode } = conformance([folder], folder, adapters);
      expect(errors[0]).toContain('there are no cases in it');
      expect(exitCode).toBe(2);
    }
    const { errors, exitCode } = conformance(['nowhere'], '/tmp', adapters);
    expect(errors[0]).toBe('conformance: /tmp/nowhere: no such folder');
    expect(exitCode).toBe(2);
  });
});

describe('the command line', () => {
  const other = { ...twice, id: 'twice/other[2]', area: 'other' };
  const last = (...args: string[]) => {
    const folder = folderWith({ 'a.json': [twice], 'b.json': [other] });
    const { lines, errors, exitCode } = conformance([folder, ...args], folder, {
      ...adapters,
      other: adapters['made-up']!,
    });
    return [exitCode, lines.at(-1) ?? errors[0]];
  };

  test('picks areas and ids, as plain text or as an expression', () => {
    expect(last()).toEqual([0, '2 passed, 0 failed, 0 skipped']);
    expect(last('--area', 'other')).toEqual([0, '1 passed, 0 failed, 0 skipped']);
    expect(last('--area=other', '--area=made-up')).toEqual([0, '2 passed, 0 failed, 0 skipped']);
    expect(last('--id', 'other[2]')).toEqual([0, '1 passed, 0 failed, 0 skipped']);
    expect(last('--id', '^twice/.*n$')).toEqual([0, '1 passed, 0 failed, 0 skipped']);
    expect(last('--', '--id', 'twice')).toEqual([0, '2 passed, 0 failed, 0 skipped']);
  });

  test('refuses what it does not know', () => {
    expect(last('--aera', 'x')).toEqual([2, expect.stringContaining("'--aera'")]);
    expect(last('--area')).toEqual([2, expect.stringContaining('--area')]);
    expect(last('--area', 'losses')).toEqual([2, expect.stringContaining('the areas are made-up, other')]);
    expect(last('--id', 'thrice')).toEqual([2, expect.stringContaining('no case')]);
    expect(last('--json', 'no/such/folder/file.json')).toEqual([2, expect.stringContaining('--json')]);
    expect(conformance([], '/tmp', adapters)).toMatchObject({ exitCode: 2, lines: [] });
  });

  test('takes several folders, single files, and paths relative to the caller', () => {
    const folder = folderWith({ 'one/a.json': [twice], 'two/b.json': [other] });
    expect(conformance(['one', 'two/b.json'], folder, adapters).lines.at(-1)).toBe('1 passed, 0 failed, 1 skipped');
    expect(conformance(['.'], folder, adapters).lines.at(-1)).toBe('1 passed, 0 failed, 1 skipped');
  });

  test('writes what it found', () => {
    const wrong = { ...twice, id: 'wrong', outputs: [{ shape: [2, 2], data: [2, 4, 6, 'NaN'] }] };
    const folder = folderWith({ 'a.json': [twice, wrong, { ...twice, op: 'thrice' }] });
    conformance(['.', '--json', 'found.txt'], folder, adapters);
    const found = JSON.parse(readFileSync(join(folder, 'found.txt'), 'utf8'));
    expect(found).toMatchObject({
      passed: 1,
      failed: 1,
      skipped: 1,
      areas: { 'made-up': { passed: 1, failed: 1, skipped: 1 } },
      cases: [
        { id: 'twice/plain', status: 'passed' },
        { id: 'wrong', status: 'failed', mismatches: [{ worst: { index: [1, 1], got: 9, want: 'NaN', bound: 0 } }] },
        { op: 'thrice', status: 'skipped' },
      ],
    });
  });
});
