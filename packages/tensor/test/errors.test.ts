import { heap } from '@tessera/kernels';
import { law } from '@tessera/laws';
import * as library from '@tessera/tensor';
import { deterministic, getNumThreads, manualSeed, type Tensor } from '@tessera/tensor';
import { isTensor } from '@tessera/tensor/core';
import { isNamedError, isOp } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Argument, anything, argumentLists, canary, nullOptions, receiver } from './strangers.ts';

// Whatever a public function is given, it gives a valid result or a named error that says the rule, what it got and a
// way out; and nothing else in the program changes.

const budget = heap().budget;
const threads = getNumThreads();

beforeAll(() => {
  // What is too large must be refused, not tried.
  heap().budget = 64 * 2 ** 20;
});

afterAll(() => {
  heap().budget = budget;
  library.setNumThreads(threads);
  deterministic(false);
  manualSeed(0);
});

const SENTENCE = /^[\w.]+: .+; got .+; try .+/s;
const SLOW_MS = 3000;

function isClass(value: unknown): boolean {
  return typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
}

const functions = Object.entries<unknown>(library).filter(
  ([, value]) => typeof value === 'function' && !isClass(value),
) as [string, (...args: unknown[]) => unknown][];

function methodNames(): string[] {
  const names = new Set<string>();
  for (
    let prototype = library.Tensor.prototype as object;
    prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (typeof value === 'function' && name !== 'constructor') names.add(name);
    }
  }
  return [...names].sort();
}

/** Runs a call and throws where what comes out is neither a valid result nor a named error. */
function judge(call: () => unknown): void {
  const witness = canary();
  const start = performance.now();
  try {
    inspect(call());
  } catch (error) {
    if (!isNamedError(error)) throw error;
    expect(error.message).toMatch(SENTENCE);
  }
  expect(performance.now() - start, 'the call took too long').toBeLessThan(SLOW_MS);
  expect(witness.data).toEqual(new Float32Array([7, 7, 7]));
}

/** Reads every tensor in a result. */
function inspect(result: unknown): void {
  if (isTensor(result)) {
    const { shape, count } = result as Tensor;
    for (const size of shape) expect(Number.isInteger(size) && size >= 0, `a size of ${size}`).toBe(true);
    expect(shape.reduce((product, size) => product * size, 1)).toBe(count);
    expect(result.data.length).toBe(count);
  } else if (Array.isArray(result)) result.forEach(inspect);
  else if (typeof result === 'object' && result !== null && Object.getPrototypeOf(result) === Object.prototype)
    inspect(Object.values(result));
}

function written(name: string, args: readonly Argument[]): string {
  return `${name}(${args.map(({ text }) => text).join(', ')})`;
}

const lists = fc.oneof(
  { weight: 3, arbitrary: argumentLists },
  { weight: 1, arbitrary: anything },
  { weight: 1, arbitrary: nullOptions },
);
const methodLists = fc.oneof({ weight: 3, arbitrary: anything }, { weight: 1, arbitrary: nullOptions });

describe('functions', () => {
  for (const [name, f] of functions) {
    law(name, {
      rows: [],
      formula: 'f(anything) = a valid result, or throws "f: rule; got ...; try ..."',
      tolerance: 'E',
      given: [lists],
      share: isOp(f) ? 0.15 : 0.6,
      of: name,
      holds: (args) => {
        try {
          judge(() => f(...args.map(({ make }) => make())));
        } catch (error) {
          throw new Error(`${written(name, args)} must give a result or a named error`, { cause: error });
        }
      },
    });
  }
});

describe('methods', () => {
  for (const name of methodNames()) {
    law(name, {
      rows: [],
      formula: 'x.f(anything) = a valid result, or throws "f: rule; got ...; try ..."',
      tolerance: 'E',
      given: [receiver, methodLists],
      share: 0.3,
      of: name,
      holds: (self, args) => {
        try {
          const x = self.make() as unknown as Record<string, (...args: unknown[]) => unknown>;
          judge(() => x[name]!(...args.map(({ make }) => make())));
        } catch (error) {
          throw new Error(`${self.text}.${written(name, args)} must give a result or a named error`, { cause: error });
        }
      },
    });
  }
});

const { zeros } = library;
const wrong = { keepDim: true } as never;
test.each<readonly [string, () => unknown]>([
  ['sum', () => zeros(2, 3).sum(-1, wrong)],
  ['var', () => zeros(2, 3).var(-1, wrong)],
  ['quantile', () => library.quantile(zeros(3), 0.5, 0, wrong)],
  ['softmax', () => zeros(3).softmax(-1, wrong)],
  ['topk', () => library.topk(zeros(3), 2, -1, wrong)],
  ['sort', () => zeros(3).sort(-1, wrong)],
  ['pad', () => library.pad(zeros(3), [1, 1], wrong)],
  ['dropout', () => library.dropout(zeros(3), 0.5, wrong)],
  ['zeros', () => zeros(3, wrong)],
  ['randn', () => library.randn(3, wrong)],
  ['layerNorm', () => library.layerNorm(zeros(3), 3, wrong)],
  ['normalize', () => library.normalize(zeros(3), 0, wrong)],
  ['round', () => zeros(3).round(wrong)],
  ['add', () => zeros(3).add(1, wrong)],
])('%s refuses an option that there is not', (name, run) => {
  expect(run).toThrow(`${name}: there is no option 'keepDim'; got true for it; try `);
});
