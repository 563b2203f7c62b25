/** The vectors that this repository holds: every case of the areas that are done passes. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { areas } from '../src/adapters/index.ts';
import { readVectors, vectorFiles } from '../src/read.ts';
import { runCase } from '../src/run.ts';

const folder = join(import.meta.dirname, '../vectors');
const done = ['elementwise', 'reductions', 'matmul', 'indexing', 'notebook'];
const files = [...vectorFiles(join(folder, 'torch')), ...vectorFiles(join(folder, 'onnx'))];
const vectors = files.map((file) => readVectors(file));

test('every file is of the schema', () => {
  expect(vectors.flatMap(({ faults }) => faults)).toEqual([]);
  expect(vectors.flatMap(({ cases }) => cases)).toHaveLength(1481 + 98);
});

describe.each(done)('%s', (area) => {
  const cases = vectors.flatMap((file) => file.cases).filter((testCase) => testCase.area === area);

  test('has an adapter for every op', () => {
    const adapters = areas[area] ?? {};
    expect([...new Set(cases.map(({ op }) => op))].filter((op) => !Object.hasOwn(adapters, op))).toEqual([]);
  });

  test('agrees with PyTorch, outputs and gradients', () => {
    expect(cases.length).toBeGreaterThan(0);
    const failures = cases.flatMap((testCase) => {
      const adapter = areas[area]?.[testCase.op];
      const outcome = adapter === undefined ? null : runCase(testCase, adapter);
      if (outcome === null || outcome.status === 'passed') return [];
      const reasons =
        outcome.status === 'failed'
          ? outcome.mismatches.map(({ what, message }) => `${what}: ${message}`)
          : [outcome.reason];
      return `${testCase.id}: ${reasons.join('; ')}`;
    });
    expect(failures).toEqual([]);
  });
});
