import { requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { fromArray, type Tensor, tensor } from '@tessera/tensor';
import { runScope } from '@tessera/tensor/core';
import { bounds, expectSameBits, expectWithin, UNIT_FLOAT64 } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Averageable, AveragedModel, getEmaAvgFn, SGD } from '../src/index.ts';

/** A model of two parameters and a buffer, in float64. */
class Model implements Averageable {
  readonly weight: Tensor;
  readonly bias: Tensor = requiresGrad(tensor([0], { dtype: 'float64' }));
  readonly runningMean: Tensor = tensor([0], { dtype: 'float64' });
  readonly batches: Tensor = tensor(0, { dtype: 'int32' });

  constructor(values: readonly number[]) {
    this.weight = requiresGrad(fromArray(Float64Array.from(values), [values.length]));
  }

  namedParameters = (): [string, Tensor][] => [
    ['weight', this.weight],
    ['bias', this.bias],
  ];

  namedBuffers = (): [string, Tensor][] => [
    ['running_mean', this.runningMean],
    ['num_batches', this.batches],
  ];

  set(values: readonly number[]): void {
    this.weight.detach().copy_(fromArray(Float64Array.from(values), [values.length]));
    this.runningMean.fill_(values[0] as number);
    this.batches.add_(1);
  }
}

const rows = fc.integer({ min: 1, max: 5 }).chain((size) =>
  fc.array(fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: size, maxLength: size }), {
    minLength: 1,
    maxLength: 8,
  }),
);

const meanOf = (values: readonly (readonly number[])[]): number[] =>
  (values[0] as readonly number[]).map(
    (_, i) => values.reduce((sum, row) => sum + (row[i] as number), 0) / values.length,
  );

/** Four roundings for each update, of values up to 9. */
const expectClose = (found: Tensor, expected: readonly number[], updates: number): void =>
  expectWithin(found, expected, bounds.terms(4 * updates, 9, UNIT_FLOAT64));

describe('averages of weights', () => {
  law('are the mean of all updates, or the exponential moving average', {
    rows: 167,
    formula: 'SWA = mean of updates; EMA = d EMA + (1 - d) p',
    tolerance: 'C',
    given: [rows, fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }))],
    holds: (values, decay) => {
      // What the model held before the first update does not count.
      const model = new Model((values[0] as number[]).map((value) => value + 100));
      const mean = new AveragedModel(model, { useBuffers: true });
      const moving = new AveragedModel(model, { avgFn: getEmaAvgFn(decay) });
      let expected = values[0] as readonly number[];
      for (const row of values) {
        model.set(row);
        mean.updateParameters();
        moving.updateParameters();
        expected = expected.map((average, i) => decay * average + (1 - decay) * (row[i] as number));
      }
      expectClose(mean.stateDict()['module.weight']!, meanOf(values), values.length);
      expectClose(mean.stateDict()['module.running_mean']!, meanOf(values).slice(0, 1), values.length);
      expectClose(moving.stateDict()['module.weight']!, expected, values.length);
      // Whole numbers are not averaged, nor are other buffers unless they are asked for.
      expect(Object.keys(moving.stateDict())).toEqual(['n_averaged', 'module.weight', 'module.bias']);
      expect(Object.keys(mean.stateDict()).at(-1)).toBe('module.running_mean');
      const { n_averaged: count } = mean.stateDict();
      expect([count?.item(), count?.dtype]).toEqual([values.length, 'int32']);
      expectSameBits(model.weight.detach(), fromArray(Float64Array.from(values.at(-1)!), [values[0]!.length]));
    },
  });

  law('stand in the model for as long as a function runs, also when it fails or waits', {
    rows: 167,
    formula: 'use(f) = f(averages), and the model has its own values again',
    tolerance: 'E',
    given: [rows, fc.boolean(), fc.boolean()],
    holds: async (values, fails, waits) => {
      const model = new Model(values[0] as number[]);
      const averaged = new AveragedModel(model);
      for (const row of values) {
        model.set(row);
        averaged.updateParameters();
      }
      const own = model.weight.detach().clone();
      const average = averaged.stateDict()['module.weight'] as Tensor;
      const body = (): number => {
        expectSameBits(model.weight.detach(), average);
        if (fails) throw new RangeError('no data');
        return 7;
      };
      if (waits) {
        const waiting = averaged.use(async () => {
          await Promise.resolve();
          return body();
        });
        expectSameBits(model.weight.detach(), average);
        await (fails ? expect(waiting).rejects.toThrow('no data') : expect(waiting).resolves.toBe(7));
      } else if (fails) expect(() => averaged.use(body)).toThrow('no data');
      else expect(averaged.use(body)).toBe(7);
      expectSameBits(model.weight.detach(), own);
      averaged.copyTo();
      expectSameBits(model.weight.detach(), average);
    },
  });

  law('go on from a state as if nothing had stopped, bit for bit', {
    rows: 165,
    formula: 'continue(load(save)) = never stopped',
    tolerance: 'E',
    given: [rows, fc.boolean()],
    holds: (values, moving) => {
      const options = moving ? { avgFn: getEmaAvgFn(0.9) } : {};
      const model = new Model(values[0] as number[]);
      const first = new AveragedModel(model, options);
      const second = new AveragedModel(model, options);
      for (const [i, row] of values.entries()) {
        model.set(row);
        first.updateParameters();
        if (i > 0) second.updateParameters();
        else second.loadStateDict(first.stateDict());
      }
      expectSameBits(second.stateDict()['module.weight']!, first.stateDict()['module.weight']!);
      expect(second.numAveraged).toBe(values.length);
    },
  });

  test('outlive scopes, and follow an optimizer', () => {
    const model = new Model([1, -2]);
    const optimizer = new SGD([model.weight, model.bias], { lr: 0.5 });
    const averaged = new AveragedModel(model);
    const seen: number[][] = [];
    for (let step = 0; step < 4; step++) {
      runScope(
        () => {
          optimizer.zeroGrad();
          model.weight.square().sum().backward();
          optimizer.step();
          model.weight.detach().add_(step);
          averaged.updateParameters();
        },
        () => [],
      );
      seen.push(model.weight.detach().toArray() as number[]);
    }
    expectClose(averaged.stateDict()['module.weight']!, meanOf(seen), seen.length);
    expect(model.weight.requiresGrad).toBe(true);
  });
});

describe('bad input is refused by name, and changes nothing', () => {
  const averaged = (): AveragedModel => {
    const made = new AveragedModel(new Model([1, 2]));
    made.updateParameters();
    return made;
  };

  test.each<readonly [string, (a: AveragedModel) => unknown, RegExp]>([
    ['no model', () => new AveragedModel({} as never), /AveragedModel: model must be a module/],
    ['an unknown option', (a) => new AveragedModel(a.model, { decay: 0.9 } as never), /there is no option 'decay'/],
    ['a decay above 1', () => getEmaAvgFn(1.5), /getEmaAvgFn: decay must be in/],
    ['no function', (a) => a.use(3 as never), /AveragedModel: body must be a function/],
    ['a missing key', (a) => a.loadStateDict({ n_averaged: tensor(3) }), /missing module.weight; missing module.bias/],
    ['no count', (a) => a.loadStateDict({}), /missing n_averaged/],
    [
      'an unexpected key',
      (a) => a.loadStateDict({ ...a.stateDict(), 'module.gain': tensor([1]), bias: tensor([1]) }),
      /unexpected module.gain; unexpected bias/,
    ],
    [
      'a misshapen value',
      (a) => a.loadStateDict({ ...a.stateDict(), n_averaged: tensor(9), 'module.bias': tensor([1, 2]) }),
      /module.bias of shape \[2\] for \[1\]/,
    ],
    [
      'a negative count',
      (a) => a.loadStateDict({ ...a.stateDict(), n_averaged: tensor(-1), 'module.bias': tensor([1]) }),
      /n_averaged/,
    ],
    [
      'an average of another shape',
      (a) => {
        const wrong = new AveragedModel(a.model, { avgFn: () => tensor([1, 2, 3]) });
        wrong.updateParameters();
        wrong.updateParameters();
      },
      /AveragedModel: avgFn must keep shapes; got \[3\] for weight of \[2\]/,
    ],
  ])('%s', (_, run, message) => {
    const one = averaged();
    const before = JSON.stringify(Object.entries(one.stateDict()).map(([key, value]) => [key, value.toArray()]));
    expect(() => run(one)).toThrow(message);
    expect(JSON.stringify(Object.entries(one.stateDict()).map(([key, value]) => [key, value.toArray()]))).toBe(before);
  });
});
