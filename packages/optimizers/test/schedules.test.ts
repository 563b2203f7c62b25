import { requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { ones, zeros } from '@tessera/tensor';
import { expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ChainedScheduler, ExponentialLR, LambdaLR, SequentialLR, SGD } from '../src/index.ts';
import { BASES, laws, nearAfter, optimizer, whole } from './drawnSchedules.ts';

describe('schedules by law', () => {
  law('the rates that follow from each other are those of the closed form', {
    rows: 169,
    formula: 'recursive lr(t) = closed form',
    tolerance: 'C',
    given: [laws],
    share: 8,
    holds: ({ name, make, closed }) => {
      const o = optimizer();
      const schedule = make(o);
      const initial = o.paramGroups.map((group) => (group as { initialLr?: number }).initialLr);
      expectWithin(
        initial as number[],
        BASES.map((base) => (name === 'OneCycleLR' ? closed(0, base) : base)),
        nearAfter(0),
      );
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
    share: 4,
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
    share: 4,
    holds: ({ make, name, closed }) => {
      const o = optimizer();
      const schedule = make(o);
      o.addParamGroup({ params: [requiresGrad(zeros(2))], lr: 0.25 });
      for (let t = 0; t < 30; t++) schedule.step();
      const [, , lr] = schedule.getLastLr();
      expect(lr).toBeGreaterThanOrEqual(0);
      if (/Lambda|Multiplicative|Cosine|Cyclic|SWA/.test(name) && !/Sequential/.test(name)) expect(lr).toBe(0.25);
      if (/^(StepLR|MultiStepLR|ExponentialLR)$/.test(name))
        expectWithin(lr as number, closed(30, 0.25), nearAfter(30));
    },
  });

  law('a function that fails leaves rates and place as they were', {
    rows: 169,
    formula: 'step() throws: state and rates after = before; then as if it had not been tried',
    tolerance: 'E',
    given: [whole(1, 6), fc.boolean(), fc.boolean()],
    holds: (at, throws, isSequence) => {
      let isBroken = true;
      const factor = (epoch: number): number => {
        if (epoch !== at || !isBroken) return 0.5;
        if (throws) throw new RangeError('no more');
        return undefined as never;
      };
      const make = (f: (epoch: number) => number): ChainedScheduler => {
        const o = optimizer();
        const before = new ExponentialLR(o, 0.5);
        const first = isSequence ? new SequentialLR(o, [before, new ExponentialLR(o, 0.25)], [2]) : before;
        return new ChainedScheduler([first, new LambdaLR(o, [() => 1, f])]);
      };
      const schedule = make(factor);
      for (let t = 1; t < at; t++) schedule.step();
      const before = [schedule.stateDict(), schedule.getLastLr()];
      const message = `LambdaLR: lrLambda(${at}) must be a number`;
      expect(() => schedule.step()).toThrow(throws ? 'no more' : message);
      expect([schedule.stateDict(), schedule.getLastLr()]).toEqual(before);
      isBroken = false;
      schedule.step();
      const other = make(() => 0.5);
      for (let t = 1; t <= at; t++) other.step();
      expect(schedule.getLastLr()).toEqual(other.getLastLr());
    },
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
