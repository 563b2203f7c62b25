import { requiresGrad } from '@tessera/autograd';
import { ones, zeros } from '@tessera/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ChainedScheduler,
  ConstantLR,
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  CyclicLR,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  MultiplicativeLR,
  MultiStepLR,
  OneCycleLR,
  PolynomialLR,
  ReduceLROnPlateau,
  type Scheduled,
  type ScheduleState,
  SequentialLR,
  SGD,
  StepLR,
  SWALR,
} from '../src/index.ts';

/** Twelve digits of the greatest rate that entered. */
const CLOSE = 12;
const BASES = [0.1, 0.5] as const;

const optimizer = (): SGD =>
  new SGD(
    BASES.map((lr) => ({ params: [requiresGrad(zeros(2))], lr })),
    { momentum: 0.9 },
  );

interface Steps {
  step(): void;
  getLastLr(): number[];
  stateDict(): ScheduleState;
  loadStateDict(state: ScheduleState): void;
}

/** A way to make a schedule, and its rate after t steps in closed form. */
interface Law {
  readonly name: string;
  readonly make: (optimizer: Scheduled) => Steps;
  readonly closed: (t: number, base: number) => number;
}

const whole = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
const share = fc.double({ min: 0.1, max: 1, noNaN: true });

const laws: fc.Arbitrary<Law> = fc.oneof(
  share.map((gamma) => ({
    name: 'LambdaLR',
    make: (o: Scheduled) => new LambdaLR(o, (t) => gamma ** t),
    closed: (t: number, base: number) => base * gamma ** t,
  })),
  share.map((gamma) => ({
    name: 'MultiplicativeLR',
    make: (o: Scheduled) => new MultiplicativeLR(o, () => gamma),
    closed: (t: number, base: number) => base * gamma ** t,
  })),
  fc.tuple(whole(1, 7), share).map(([size, gamma]) => ({
    name: 'StepLR',
    make: (o: Scheduled) => new StepLR(o, size, { gamma }),
    closed: (t: number, base: number) => base * gamma ** Math.floor(t / size),
  })),
  fc.tuple(fc.array(whole(1, 30), { maxLength: 4 }), share).map(([places, gamma]) => ({
    name: 'MultiStepLR',
    make: (o: Scheduled) =>
      new MultiStepLR(
        o,
        places.toSorted((a, b) => a - b),
        { gamma },
      ),
    closed: (t: number, base: number) => base * gamma ** places.filter((place) => place <= t).length,
  })),
  share.map((gamma) => ({
    name: 'ExponentialLR',
    make: (o: Scheduled) => new ExponentialLR(o, gamma),
    closed: (t: number, base: number) => base * gamma ** t,
  })),
  fc.tuple(share, whole(1, 20)).map(([factor, totalIters]) => ({
    name: 'ConstantLR',
    make: (o: Scheduled) => new ConstantLR(o, { factor, totalIters }),
    closed: (t: number, base: number) => (t < totalIters ? base * factor : base),
  })),
  fc.tuple(share, share, whole(1, 20)).map(([startFactor, endFactor, totalIters]) => ({
    name: 'LinearLR',
    make: (o: Scheduled) => new LinearLR(o, { startFactor, endFactor, totalIters }),
    closed: (t: number, base: number) => base * (startFactor + (endFactor - startFactor) * Math.min(1, t / totalIters)),
  })),
  fc.tuple(whole(1, 20), whole(1, 3)).map(([totalIters, power]) => ({
    name: 'PolynomialLR',
    make: (o: Scheduled) => new PolynomialLR(o, { totalIters, power }),
    closed: (t: number, base: number) => base * (1 - Math.min(t, totalIters) / totalIters) ** power,
  })),
  fc.tuple(whole(1, 20), fc.constantFrom(0, 0.01)).map(([tMax, etaMin]) => ({
    name: 'CosineAnnealingLR',
    make: (o: Scheduled) => new CosineAnnealingLR(o, tMax, { etaMin }),
    closed: (t: number, base: number) => etaMin + ((base - etaMin) * (1 + Math.cos((Math.PI * t) / tMax))) / 2,
  })),
  fc.tuple(whole(1, 9), whole(1, 3), fc.constantFrom(0, 0.01)).map(([t0, tMult, etaMin]) => ({
    name: 'CosineAnnealingWarmRestarts',
    make: (o: Scheduled) => new CosineAnnealingWarmRestarts(o, t0, { tMult, etaMin }),
    closed: (t: number, base: number) => {
      let [since, length] = [t, t0];
      while (since >= length) [since, length] = [since - length, length * tMult];
      return etaMin + ((base - etaMin) * (1 + Math.cos((Math.PI * since) / length))) / 2;
    },
  })),
  fc.tuple(whole(1, 9), whole(1, 9)).map(([up, down]) => ({
    name: 'CyclicLR',
    make: (o: Scheduled) => new CyclicLR(o, BASES, [1, 2], { stepSizeUp: up, stepSizeDown: down }),
    closed: (t: number, base: number) => {
      const at = t % (up + down);
      const top = base === BASES[0] ? 1 : 2;
      return base + (top - base) * (at <= up ? at / up : (up + down - at) / down);
    },
  })),
  fc
    .tuple(whole(0, 12), share, fc.constantFrom('cos' as const, 'linear' as const))
    .map(([annealEpochs, swaLr, annealStrategy]) => ({
      name: 'SWALR',
      make: (o: Scheduled) => new SWALR(o, swaLr, { annealEpochs, annealStrategy }),
      closed: (t: number, base: number) => {
        const x = annealEpochs === 0 ? 1 : Math.min(1, t / annealEpochs);
        const part = annealStrategy === 'linear' ? x : (1 - Math.cos(Math.PI * x)) / 2;
        return base * (1 - part) + swaLr * part;
      },
    })),
  fc.tuple(whole(0, 12), share, whole(1, 20)).map(([milestone, gamma, tMax]) => ({
    name: 'SequentialLR',
    make: (o: Scheduled) =>
      new SequentialLR(o, [new ExponentialLR(o, gamma), new CosineAnnealingLR(o, tMax)], [milestone]),
    closed: (t: number, base: number) =>
      t < milestone ? base * gamma ** t : (base * (1 + Math.cos((Math.PI * (t - milestone)) / tMax))) / 2,
  })),
  fc.tuple(whole(1, 12), share).map(([milestone, gamma]) => ({
    name: 'SequentialLR that goes on from the rate before',
    make: (o: Scheduled) =>
      new SequentialLR(o, [new ExponentialLR(o, gamma), new MultiplicativeLR(o, () => 0.5)], [milestone]),
    closed: (t: number, base: number) =>
      t < milestone ? base * gamma ** t : base * gamma ** (milestone - 1) * 0.5 ** (t - milestone),
  })),
  fc.tuple(whole(1, 12), share, whole(1, 9), share).map(([milestone, gamma, size, other]) => ({
    name: 'schedules of schedules',
    make: (o: Scheduled) => {
      const both = new ChainedScheduler([
        new ConstantLR(o, { factor: 0, totalIters: 3 }),
        new StepLR(o, size, { gamma: other }),
      ]);
      return new ChainedScheduler([new SequentialLR(o, [new ExponentialLR(o, gamma), both], [milestone])]);
    },
    closed: (t: number, base: number) => {
      const since = t - milestone;
      if (since < 0) return base * gamma ** t;
      return since < 3 ? 0 : base * other ** (Math.floor(since / size) - Math.floor(Math.min(since, 2) / size));
    },
  })),
  fc.tuple(share, whole(1, 9), share).map(([gamma, size, other]) => ({
    name: 'ChainedScheduler',
    make: (o: Scheduled) => new ChainedScheduler([new ExponentialLR(o, gamma), new StepLR(o, size, { gamma: other })]),
    closed: (t: number, base: number) => base * gamma ** t * other ** Math.floor(t / size),
  })),
);

describe('schedules by law', () => {
  test('the rates that follow from each other are those of the closed form', () => {
    fc.assert(
      fc.property(laws, ({ make, closed }) => {
        const schedule = make(optimizer());
        for (let t = 0; t < 40; t++) {
          const rates = schedule.getLastLr();
          for (const [i, base] of BASES.entries()) expect(rates[i]).toBeCloseTo(closed(t, base), CLOSE);
          schedule.step();
        }
      }),
    );
  });

  test('go on from a state as if nothing had stopped, bit for bit', () => {
    fc.assert(
      fc.property(laws, whole(0, 30), ({ make }, stop) => {
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
      }),
    );
  });

  test('one cycle starts, culminates and ends at the rates that were asked for, and momentum goes the other way', () => {
    fc.assert(
      fc.property(whole(4, 60), fc.constantFrom('cos' as const, 'linear' as const), (half, annealStrategy) => {
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
      }),
    );
  });

  test('a plateau halves the rate after so many steps without progress, and again', () => {
    fc.assert(
      fc.property(whole(0, 5), whole(0, 3), fc.boolean(), (patience, cooldown, more) => {
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
      }),
    );
  });

  test('exp_range and a scale of your own scale cycles', () => {
    const cyclic = (options: object): number[] => {
      const o = optimizer();
      const schedule = new CyclicLR(o, 0, 1, { stepSizeUp: 1, ...options });
      return [1, 2, 3].map(() => {
        schedule.step();
        const rate = o.paramGroups[0]!.lr;
        schedule.step();
        return rate;
      });
    };
    expect(cyclic({ mode: 'triangular2' })).toEqual([1, 0.5, 0.25]);
    expect(cyclic({ mode: 'exp_range', gamma: 0.5 })).toEqual([0.5, 0.125, 0.03125]);
    expect(cyclic({ scaleFn: (cycle: number) => 1 / cycle })).toEqual([1, 1 / 2, 1 / 3]);
  });

  test('each group cycles between momenta of its own, of SGD or the first of Adam', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), whole(1, 9), (adam, once, half) => {
        const o: Scheduled = {
          paramGroups: BASES.map((lr) => (adam ? { lr, betas: [0.5, 0.999] as const } : { lr, momentum: 0.5 })),
        };
        const options = { baseMomentum: [0.2, 0.3], maxMomentum: [0.8, 0.9] };
        const schedule = once
          ? new OneCycleLR(o, 1, { ...options, totalSteps: 2 * half + 1, pctStart: (half + 1) / (2 * half + 1) })
          : new CyclicLR(o, 0.1, 1, { ...options, stepSizeUp: half });
        const momenta = (): unknown => o.paramGroups.map((group) => group.momentum ?? group.betas?.[0]);
        expect(momenta()).toEqual([expect.closeTo(0.8, CLOSE), expect.closeTo(0.9, CLOSE)]);
        for (let t = 0; t < half; t++) schedule.step();
        expect(momenta()).toEqual([expect.closeTo(0.2, CLOSE), expect.closeTo(0.3, CLOSE)]);
        if (adam) expect(o.paramGroups.map(({ betas }) => betas?.[1])).toEqual([0.999, 0.999]);
      }),
    );
  });

  test('one cycle of any share has rates at every step', () => {
    fc.assert(
      fc.property(
        whole(1, 12),
        fc.constantFrom(0, 0.1, 0.25, 0.5, 1),
        fc.boolean(),
        (totalSteps, pctStart, threePhase) => {
          const o = optimizer();
          const schedule = new OneCycleLR(o, 1, { totalSteps, pctStart, threePhase });
          for (let t = 0; t < totalSteps; t++) {
            for (const lr of schedule.getLastLr()) expect(lr).toBeGreaterThanOrEqual(0);
            schedule.step();
          }
        },
      ),
    );
  });

  test('groups that come later are scheduled where a rate follows from the one before, and keep theirs elsewhere', () => {
    fc.assert(
      fc.property(laws, ({ make, name }) => {
        const o = optimizer();
        const schedule = make(o);
        o.addParamGroup({ params: [requiresGrad(zeros(2))], lr: 0.25 });
        for (let t = 0; t < 30; t++) schedule.step();
        const [, , lr] = schedule.getLastLr();
        expect(lr).toBeGreaterThanOrEqual(0);
        if (/Lambda|Multiplicative|Cosine|Cyclic|SWA/.test(name) && !/Sequential/.test(name)) expect(lr).toBe(0.25);
      }),
    );
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

  test('warm restarts go to any place', () => {
    const o = optimizer();
    const schedule = new CosineAnnealingWarmRestarts(o, 10);
    schedule.step(2.5);
    expect(o.paramGroups[0]!.lr).toBeCloseTo((0.1 * (1 + Math.cos(Math.PI / 4))) / 2, CLOSE);
    schedule.step(30);
    expect(o.paramGroups[0]!.lr).toBe(0.1);
  });
});

describe('bad input is refused by name, and changes nothing', () => {
  test.each<readonly [string, (o: SGD) => unknown, RegExp]>([
    ['no optimizer', () => new StepLR({} as never, 3), /StepLR: optimizer must be an optimizer/],
    ['a step of 0', (o) => new StepLR(o, 0), /StepLR: stepSize/],
    ['an unknown option', (o) => new StepLR(o, 3, { decay: 2 } as never), /StepLR: there is no option 'decay'/],
    ['falling milestones', (o) => new MultiStepLR(o, [5, 3]), /MultiStepLR: milestones must be/],
    ['no function', (o) => new LambdaLR(o, 0.5 as never), /LambdaLR: lrLambda must be a function/],
    ['a function too many', (o) => new LambdaLR(o, [Math.abs, Math.abs, Math.abs]), /LambdaLR: lrLambda must be one/],
    ['a negative gamma', (o) => new ExponentialLR(o, -1), /ExponentialLR: gamma must be in \[0, Infinity\]; got -1/],
    ['a factor above 1', (o) => new ConstantLR(o, { factor: 2 }), /ConstantLR: factor/],
    ['a start of 0', (o) => new LinearLR(o, { startFactor: 0 }), /LinearLR: startFactor/],
    ['half a period', (o) => new CosineAnnealingLR(o, 2.5), /CosineAnnealingLR: tMax/],
    ['no steps', (o) => new OneCycleLR(o, 1), /OneCycleLR: totalSteps must be given/],
    ['an unknown mode', (o) => new CyclicLR(o, 0, 1, { mode: 'saw' as never }), /CyclicLR: mode/],
    ['an unknown scale mode', (o) => new CyclicLR(o, 0, 1, { scaleMode: 'step' as never }), /CyclicLR: scaleMode/],
    ['a scale of no number', (o) => new CyclicLR(o, 0, 1, { scaleFn: () => Number.NaN }), /CyclicLR: scaleFn\(1\)/],
    [
      'a momentum above 1',
      (o) => new CyclicLR(o, 0, 1, { maxMomentum: 2 }),
      /CyclicLR: maxMomentum must be in \[0, 1\]/,
    ],
    ['negative epochs', (o) => new OneCycleLR(o, 1, { epochs: -3, stepsPerEpoch: -5 }), /OneCycleLR: epochs/],
    ['a divisor of 0', (o) => new OneCycleLR(o, 1, { totalSteps: 5, divFactor: 0 }), /OneCycleLR: divFactor/],
    ['a factor of no number', (o) => new LambdaLR(o, () => 'x' as never), /LambdaLR: lrLambda\(0\) must be a number/],
    ['a negative rate', (o) => new SWALR(o, -1), /SWALR: swaLr must be in/],
    [
      'an unknown strategy',
      (o) => new SWALR(o, 1, { annealStrategy: 'log' as never }),
      /SWALR: annealStrategy must be/,
    ],
    ['a factor of 1', (o) => new ReduceLROnPlateau(o, { factor: 1 }), /ReduceLROnPlateau: factor must be below 1/],
    ['no metric', (o) => new ReduceLROnPlateau(o).step(undefined as never), /ReduceLROnPlateau: metric/],
    ['no schedules', () => new ChainedScheduler([]), /ChainedScheduler: schedules must be a list/],
    ['too few milestones', (o) => new SequentialLR(o, [new StepLR(o, 1)], [3]), /SequentialLR: there must be/],
    [
      'several optimizers',
      (o) => new ChainedScheduler([new StepLR(o, 1), new StepLR(optimizer(), 1)]),
      /ChainedScheduler: schedules must be of one optimizer/,
    ],
    ['no state', (o) => new StepLR(o, 3).loadStateDict({}), /loadStateDict: last_epoch/],
    [
      'the state of another optimizer',
      (o) => new StepLR(o, 3).loadStateDict({ last_epoch: 2, base_lrs: [1] }),
      /loadStateDict: base_lrs must be a rate for each of 2 groups/,
    ],
  ])('%s', (_, run, message) => {
    const o = optimizer();
    expect(() => run(o)).toThrow(message);
    expect(o.paramGroups.map(({ lr }) => lr)).toEqual([...BASES]);
    if (!/state|metric|several|too few/.test(_)) expect(o.paramGroups[0]).not.toHaveProperty('initialLr');
  });

  test('momentum that is not there', () => {
    const still = { paramGroups: [{ lr: 0.1 }] };
    expect(() => new CyclicLR(still, 0, 1)).toThrow('CyclicLR: cycleMomentum needs an optimizer with momentum');
    expect(() => new OneCycleLR(still, 1, { totalSteps: 5 })).toThrow('OneCycleLR: cycleMomentum needs');
    expect(new CyclicLR(still, 0.01, 1, { cycleMomentum: false }).getLastLr()).toEqual([0.01]);
  });

  test('a state that one of several refuses is taken by none', () => {
    const o = optimizer();
    const schedule = new ChainedScheduler([new ExponentialLR(o, 0.5), new StepLR(o, 2)]);
    const before = schedule.stateDict();
    expect(() =>
      schedule.loadStateDict({ _schedulers: [{ last_epoch: 9, base_lrs: [...BASES] }, { last_epoch: -1 }] }),
    ).toThrow('loadStateDict: last_epoch');
    expect(schedule.stateDict()).toEqual(before);
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
