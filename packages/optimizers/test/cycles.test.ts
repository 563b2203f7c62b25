import { requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { zeros } from '@tessera/tensor';
import { bounds, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CosineAnnealingWarmRestarts, CyclicLR, OneCycleLR, ReduceLROnPlateau, type Scheduled } from '../src/index.ts';
import { BASES, optimizer, whole } from './drawnSchedules.ts';

describe('cycles, restarts and plateaus', () => {
  law('one cycle starts, culminates and ends at the rates that were asked for, and momentum goes the other way', {
    rows: 169,
    formula: 'OneCycle: start, peak, end as asked; momentum inverse',
    tolerance: 'C',
    given: [whole(4, 60), fc.constantFrom('cos' as const, 'linear' as const)],
    holds: (half, annealStrategy) => {
      const o = optimizer();
      const totalSteps = 2 * half;
      const options = { totalSteps, pctStart: 0.5, annealStrategy, divFactor: 10, finalDivFactor: 100 };
      const schedule = new OneCycleLR(o, [1, 2], options);
      const [rates, momenta]: [number[], number[]] = [[], []];
      for (let t = 0; t < totalSteps; t++) {
        rates.push(o.paramGroups[0]!.lr);
        momenta.push(o.paramGroups[0]!.momentum);
        if (t + 1 < totalSteps) schedule.step();
      }
      expect([rates[0], rates[half - 1], rates.at(-1)].map((lr) => lr!.toPrecision(12))).toEqual(
        [0.1, 1, 0.001].map((lr) => lr.toPrecision(12)),
      );
      expect([momenta[0], momenta[half - 1], momenta.at(-1)].map((m) => m!.toPrecision(12))).toEqual(
        [0.95, 0.85, 0.95].map((m) => m.toPrecision(12)),
      );
      schedule.step();
      expect(() => schedule.step()).toThrow(`OneCycleLR: there are ${totalSteps} steps`);
    },
  });

  law('a plateau halves the rate after so many steps without progress, and again', {
    rows: 169,
    formula: 'Plateau: lr halves after `patience` steps without progress',
    tolerance: 'E',
    given: [whole(0, 5), whole(0, 3), fc.boolean()],
    holds: (patience, cooldown, more) => {
      const o = optimizer();
      const schedule = new ReduceLROnPlateau(o, { mode: more ? 'max' : 'min', factor: 0.5, patience, cooldown });
      schedule.step(1);
      for (let t = 0; t < patience; t++) schedule.step(more ? 0.5 : 1.5);
      expect(o.paramGroups[0]!.lr).toBe(0.1);
      schedule.step(Number.NaN);
      expect(schedule.getLastLr()).toEqual([0.05, 0.25]);
      for (let t = 0; t < cooldown + patience; t++) schedule.step(1);
      expect(schedule.getLastLr()).toEqual([0.05, 0.25]);
      const resumed = new ReduceLROnPlateau(o, { mode: more ? 'max' : 'min', factor: 0.5, patience, cooldown });
      resumed.loadStateDict(JSON.parse(JSON.stringify(schedule.stateDict())));
      resumed.step(1);
      expect(resumed.getLastLr()).toEqual([0.025, 0.125]);
      resumed.step(more ? 2 : 0.5);
      expect(resumed.numBadEpochs).toBe(0);
    },
  });

  law('a plateau counts steps without progress, and what is progress', {
    rows: 169,
    formula: 'lr = max(factor lr, minLr) after more than `patience` steps that are not better by `threshold`',
    tolerance: 'E',
    given: [
      fc.array(fc.constantFrom(1, 1.25, 1.5, 1.75, 2, 3, -1, Number.NaN), { minLength: 1, maxLength: 20 }),
      fc.record({
        mode: fc.constantFrom('min', 'max'),
        thresholdMode: fc.constantFrom('rel', 'abs'),
        threshold: fc.constantFrom(0, 0.25, 0.5),
        patience: whole(0, 3),
        cooldown: whole(0, 3),
        minLr: fc.constantFrom(0, 0.0625),
        eps: fc.constantFrom(0, 0.125),
      }),
    ],
    share: 10,
    holds: (metrics, options) => {
      const { mode, thresholdMode, threshold, patience, cooldown, minLr, eps } = options;
      const o = optimizer();
      const schedule = new ReduceLROnPlateau(o, {
        ...options,
        mode: mode as 'min',
        thresholdMode: thresholdMode as 'rel',
        factor: 0.5,
      });
      let [rates, best, bad, resting]: [number[], number | null, number, number] = [[...BASES], null, 0, 0];
      for (const metric of metrics) {
        const sign = mode === 'min' ? 1 : -1;
        const aim = (b: number): number =>
          thresholdMode === 'rel' ? b * (1 - sign * threshold) : b - sign * threshold;
        const better = best === null ? !Number.isNaN(metric) : sign * metric < sign * aim(best);
        if (better) best = metric;
        bad = better ? 0 : bad + 1;
        if (resting > 0) [resting, bad] = [resting - 1, 0];
        if (bad > patience) {
          const reduced = (lr: number): number => Math.max(lr / 2, minLr);
          rates = rates.map((lr) => (lr - reduced(lr) > eps ? reduced(lr) : lr));
          [resting, bad] = [cooldown, 0];
        }
        schedule.step(metric);
        expect(schedule.getLastLr()).toEqual(rates);
        const state = schedule.stateDict();
        const written = JSON.parse(JSON.stringify(state));
        expect(written).toEqual(state);
        schedule.loadStateDict(written);
      }
    },
  });

  law('each group cycles between momenta of its own, of SGD or the first of Adam', {
    rows: 169,
    formula: 'CyclicLR cycles momentum or β₁',
    tolerance: 'C',
    given: [fc.boolean(), fc.boolean(), whole(1, 9), fc.boolean()],
    holds: (adam, once, half, cycleMomentum) => {
      const o: Scheduled = {
        paramGroups: BASES.map((lr) => (adam ? { lr, betas: [0.5, 0.999] as const } : { lr, momentum: 0.5 })),
      };
      const options = { baseMomentum: [0.2, 0.3], maxMomentum: [0.8, 0.9], ...(!cycleMomentum && { cycleMomentum }) };
      const schedule = once
        ? new OneCycleLR(o, 1, { ...options, totalSteps: 2 * half + 1, pctStart: (half + 1) / (2 * half + 1) })
        : new CyclicLR(o, 0.1, 1, { ...options, stepSizeUp: half });
      const momenta = (): number[] =>
        o.paramGroups.map((group) => (adam ? group.betas?.[0] : group.momentum) as number);
      expectWithin(momenta(), cycleMomentum ? [0.8, 0.9] : 0.5, bounds.identity());
      for (let t = 0; t < half; t++) schedule.step();
      expectWithin(momenta(), cycleMomentum ? [0.2, 0.3] : 0.5, bounds.identity());
      if (adam) expect(o.paramGroups.map(({ momentum }) => momentum)).toEqual([undefined, undefined]);
      if (adam) expect(o.paramGroups.map(({ betas }) => betas?.[1])).toEqual([0.999, 0.999]);
    },
  });

  law('one cycle of any share has rates at every step', {
    rows: 169,
    formula: 'OneCycle(pctStart) is defined at every step',
    tolerance: 'E',
    given: [whole(1, 12), fc.constantFrom(0, 0.1, 0.25, 0.5, 1), fc.boolean()],
    holds: (totalSteps, pctStart, threePhase) => {
      const o = optimizer();
      const schedule = new OneCycleLR(o, 1, { totalSteps, pctStart, threePhase });
      for (let t = 0; t < totalSteps; t++) {
        for (const lr of schedule.getLastLr()) expect(lr).toBeGreaterThanOrEqual(0);
        schedule.step();
      }
    },
  });

  test('a plateau bounds groups that come later by one bound, and asks for theirs where each has its own', () => {
    const step = (minLr: number | number[]): number[] => {
      const o = optimizer();
      const schedule = new ReduceLROnPlateau(o, { patience: 0, factor: 0.5, minLr });
      schedule.step(1);
      o.addParamGroup({ params: [requiresGrad(zeros(2))], lr: 0.3 });
      schedule.step(1);
      return schedule.getLastLr();
    };
    expect(step(0.2)).toEqual([0.1, 0.25, 0.2]);
    expect(() => step([0, 0])).toThrow(
      'ReduceLROnPlateau: minLr must be one value, or one for each of 3 groups; got 2',
    );
  });

  test('warm restarts go to any place', () => {
    const o = optimizer();
    const schedule = new CosineAnnealingWarmRestarts(o, 10);
    schedule.step(2.5);
    expectWithin(o.paramGroups[0]!.lr, (0.1 * (1 + Math.cos(Math.PI / 4))) / 2, bounds.identity());
    schedule.step(30);
    expect(o.paramGroups[0]!.lr).toBe(0.1);
  });
});
