import { requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { ones, zeros } from '@tessera/tensor';
import { expectWithin } from '@tessera/tensor/testing';
import { describe, expect, test } from 'vitest';
import { ChainedScheduler, ExponentialLR, LambdaLR, SGD } from '../src/index.ts';
import { BASES, laws, nearAfter, optimizer, whole } from './drawnSchedules.ts';

describe('schedules by law', () => {
  law('the rates that follow from each other are those of the closed form', {
    rows: 169,
    formula: 'recursive lr(t) = closed form',
    tolerance: 'C',
    given: [laws],
    holds: ({ make, closed }) => {
      const schedule = make(optimizer());
      for (let t = 0; t < 40; t++) {
        const rates = schedule.getLastLr();
        const expected = BASES.map((base) => closed(t, base));
        expectWithin(rates.slice(0, BASES.length), expected, nearAfter(t));
        schedule.step();
      }
    },
  });

  law('go on from a state as if nothing had stopped, bit for bit', {
    rows: 165,
    formula: 'continue(load(save)) = never stopped',
    tolerance: 'E',
    given: [laws, whole(0, 30)],
    holds: ({ make }, stop) => {
      const first = optimizer();
      const schedule = make(first);
      for (let t = 0; t < stop; t++) schedule.step();
      const second = optimizer();
      const resumed = make(second);
      second.loadStateDict(first.stateDict());
      resumed.loadStateDict(JSON.parse(JSON.stringify(schedule.stateDict())));
      for (let t = 0; t < 20; t++) {
        schedule.step();
        resumed.step();
        expect(resumed.getLastLr()).toEqual(schedule.getLastLr());
      }
    },
  });

  law('groups that come later are scheduled where a rate follows from the one before, and keep theirs elsewhere', {
    rows: 169,
    formula: 'groups added later are scheduled where the rate is recursive',
    tolerance: 'C',
    given: [laws],
    holds: ({ make, name }) => {
      const o = optimizer();
      const schedule = make(o);
      o.addParamGroup({ params: [requiresGrad(zeros(2))], lr: 0.25 });
      for (let t = 0; t < 30; t++) schedule.step();
      const [, , lr] = schedule.getLastLr();
      expect(lr).toBeGreaterThanOrEqual(0);
      if (/Lambda|Multiplicative|Cosine|Cyclic|SWA/.test(name) && !/Sequential/.test(name)) expect(lr).toBe(0.25);
    },
  });

  test('a function that fails leaves rates and place as they were', () => {
    const failing = (epoch: number): number => {
      if (epoch === 2) throw new RangeError('no more');
      return 0.5;
    };
    const numberless = (epoch: number): number => (epoch === 2 ? (undefined as never) : 0.5);
    for (const factor of [failing, numberless]) {
      const o = optimizer();
      const schedule = new ChainedScheduler([new ExponentialLR(o, 0.5), new LambdaLR(o, [() => 1, factor])]);
      schedule.step();
      const before = [schedule.stateDict(), schedule.getLastLr()];
      expect(() => schedule.step()).toThrow(factor === failing ? 'no more' : 'LambdaLR: lrLambda(2) must be a number');
      expect([schedule.stateDict(), schedule.getLastLr()]).toEqual(before);
    }
  });

  test('the optimizer steps with the rate that is set', () => {
    const p = requiresGrad(ones(1));
    const o = new SGD([p], { lr: 1 });
    const schedule = new ExponentialLR(o, 0.5);
    for (let t = 0; t < 3; t++) {
      o.zeroGrad();
      p.sum().backward();
      o.step();
      schedule.step();
    }
    expect(p.detach().toArray()).toEqual([1 - 1 - 0.5 - 0.25]);
  });
});
