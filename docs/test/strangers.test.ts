import * as autograd from '@tessera/autograd';
import * as flash from '@tessera/flash-attention';
import * as layers from '@tessera/layers';
import * as losses from '@tessera/losses';
import * as optimizers from '@tessera/optimizers';
import { tensor, zeros } from '@tessera/tensor';
import { isNamedError } from '@tessera/tensor/testing';
import { describe, expect, test } from 'vitest';

// Every public function and class of the packages above tensor gives a result or a named error, whatever it is given.
// (Those of tensor itself are tried harder, in its own tests.)

const strangers = (): unknown[] => [
  undefined,
  null,
  {},
  Number.NaN,
  -1,
  1.5,
  2 ** 31,
  'x',
  [],
  [1],
  Symbol('s'),
  () => 1,
  new Date(0),
  zeros(0),
  zeros(2, 3),
  zeros(2, { dtype: 'int32' }),
  tensor(true),
];

type Callable = (...args: unknown[]) => unknown;

const isClass = (value: Callable): boolean => /^class\b/.test(Function.prototype.toString.call(value));

/** Bases are for subclasses, which check what they take. */
const BASES = [
  'Activation',
  'ActivationWithOptions',
  'AlikeLoss',
  'ChannelNorm',
  'ElementwiseOptimizer',
  'Module',
  'Optimizer',
  'RNNBase',
  'Schedule',
  'Stepwise',
];

const isBase = (name: string): boolean => BASES.includes(name);

const publics = Object.entries({ autograd, flash, layers, init: layers.init, losses, optimizers }).flatMap(
  ([of, module]) =>
    Object.entries<unknown>(module).flatMap(([name, value]) =>
      typeof value === 'function' && !isBase(name) ? [{ of, name, value: value as Callable }] : [],
    ),
);

describe('a result or a named error', () => {
  test.each(publics)('$of: $name', async ({ value }) => {
    for (const first of strangers()) {
      for (const second of strangers()) {
        try {
          if (isClass(value)) Reflect.construct(value, [first, second]);
          else await value(first, second);
        } catch (error) {
          if (!isNamedError(error)) throw error;
          expect(error.message).toMatch(/^[\w.]+: .+; got .+; try .+/s);
        }
      }
    }
  });
});
