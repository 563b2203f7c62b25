import { describe, expect, test } from 'vitest';
import {
  ChainedScheduler,
  ConstantLR,
  CosineAnnealingLR,
  CyclicLR,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  MultiStepLR,
  OneCycleLR,
  ReduceLROnPlateau,
  SequentialLR,
  type SGD,
  StepLR,
  SWALR,
} from '../src/index.ts';
import { BASES, optimizer } from './drawnSchedules.ts';

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
});
