/** Schedules drawn at random, each with its rate in closed form, and an optimizer that they act on. */
import { requiresGrad } from '@tessera/autograd';
import { zeros } from '@tessera/tensor';
import { type Bound, bounds, UNIT_FLOAT64 } from '@tessera/tensor/testing';
import fc from 'fast-check';
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
  type Scheduled,
  type ScheduleState,
  SequentialLR,
  SGD,
  StepLR,
  SWALR,
} from '../src/index.ts';

export const BASES = [0.1, 0.5] as const;

export const optimizer = (): SGD =>
  new SGD(
    BASES.map((lr) => ({ params: [requiresGrad(zeros(2))], lr })),
    { momentum: 0.9 },
  );

export interface Steps {
  step(): void;
  getLastLr(): number[];
  stateDict(): ScheduleState;
  loadStateDict(state: ScheduleState): void;
}

/** A way to make a schedule, and its rate after t steps in closed form. */
export interface Law {
  readonly name: string;
  readonly make: (optimizer: Scheduled) => Steps;
  readonly closed: (t: number, base: number) => number;
}

/** Four roundings for each step, of rates up to 1. */
export const nearAfter = (t: number): Bound => bounds.terms(4 * (t + 1), 1, UNIT_FLOAT64);

export const whole = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
export const share = fc.double({ min: 0.1, max: 1, noNaN: true });

export const laws: fc.Arbitrary<Law> = fc.oneof(
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
  fc.option(fc.record({ factor: share, totalIters: whole(1, 20) })).map((options) => ({
    name: 'ConstantLR',
    make: (o: Scheduled) => new ConstantLR(o, options ?? {}),
    closed: (t: number, base: number) => {
      const { factor, totalIters } = options ?? { factor: 1 / 3, totalIters: 5 };
      return t < totalIters ? base * factor : base;
    },
  })),
  fc.option(fc.record({ startFactor: share, endFactor: share, totalIters: whole(1, 20) })).map((options) => ({
    name: 'LinearLR',
    make: (o: Scheduled) => new LinearLR(o, options ?? {}),
    closed: (t: number, base: number) => {
      const { startFactor, endFactor, totalIters } = options ?? { startFactor: 1 / 3, endFactor: 1, totalIters: 5 };
      return base * (startFactor + (endFactor - startFactor) * Math.min(1, t / totalIters));
    },
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
  fc
    .record({
      up: whole(1, 9),
      down: fc.option(whole(1, 9)),
      scale: fc.constantFrom('triangular', 'triangular2', 'exp_range', 'cycle', 'iterations'),
      gamma: share,
    })
    .map(({ up, down, scale, gamma }) => ({
      name: 'CyclicLR',
      make: (o: Scheduled) => {
        const own = { scaleFn: (at: number) => gamma / (1 + at), scaleMode: scale as 'cycle' };
        const known = { mode: scale as 'triangular', gamma };
        const more = scale === 'cycle' || scale === 'iterations' ? own : known;
        return new CyclicLR(o, BASES, [1, 2], { stepSizeUp: up, stepSizeDown: down, ...more });
      },
      closed: (t: number, base: number) => {
        const length = up + (down ?? up);
        const [cycle, at] = [Math.floor(t / length), t % length];
        const height = at <= up ? at / up : (length - at) / (length - up);
        const scales = {
          triangular: 1,
          triangular2: 0.5 ** cycle,
          exp_range: gamma ** t,
          cycle: gamma / (2 + cycle),
          iterations: gamma / (1 + t),
        };
        const top = base === BASES[0] ? 1 : 2;
        return base + (top - base) * height * scales[scale as keyof typeof scales];
      },
    })),
  fc
    .record({
      // At least as many steps as the laws take.
      totalSteps: whole(60, 80),
      pctStart: fc.constantFrom(0.1, 0.25, 0.45),
      linear: fc.boolean(),
      threePhase: fc.boolean(),
      inEpochs: fc.boolean(),
    })
    .map(({ totalSteps, pctStart, linear, threePhase, inEpochs }) => ({
      name: 'OneCycleLR',
      make: (o: Scheduled) =>
        new OneCycleLR(o, [1, 2], {
          ...(inEpochs ? { epochs: totalSteps, stepsPerEpoch: 2 } : { totalSteps }),
          pctStart,
          // A cosine up and down in two phases are the defaults.
          ...(linear && { annealStrategy: 'linear' as const }),
          ...(threePhase && { threePhase }),
        }),
      closed: (t: number, base: number) => {
        const steps = inEpochs ? 2 * totalSteps : totalSteps;
        const top = base === BASES[0] ? 1 : 2;
        const [first, last] = [top / 25, top / 25 / 1e4];
        const way = (from: number, to: number, share: number): number =>
          from + (to - from) * (linear ? share : (1 - Math.cos(Math.PI * share)) / 2);
        const peak = pctStart * steps - 1;
        if (t <= peak) return way(first, top, t / peak);
        if (!threePhase) return way(top, last, (t - peak) / (steps - 1 - peak));
        const landing = 2 * peak;
        if (t <= landing) return way(top, first, (t - peak) / peak);
        return way(first, last, (t - landing) / (steps - 1 - landing));
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
  fc.tuple(whole(1, 12), whole(1, 9), share, share).map(([first, second, gamma, other]) => ({
    name: 'SequentialLR in SequentialLR',
    make: (o: Scheduled) => {
      const later = [new LambdaLR(o, (t) => other / (1 + t)), new LambdaLR(o, (t) => other / (2 + t))];
      return new SequentialLR(o, [new ExponentialLR(o, gamma), new SequentialLR(o, later, [second])], [first]);
    },
    closed: (t: number, base: number) => {
      const since = t - first;
      if (since < 0) return base * gamma ** t;
      return (base * other) / (since < second ? 1 + since : 2 + since - second);
    },
  })),
  fc.tuple(whole(1, 12), share, share, share).map(([milestone, factor, gamma, other]) => ({
    name: 'ChainedScheduler in ChainedScheduler in SequentialLR',
    make: (o: Scheduled) => {
      const inner = new ChainedScheduler([new ConstantLR(o, { factor, totalIters: 3 })]);
      const both = new ChainedScheduler([inner, new ExponentialLR(o, gamma)]);
      return new SequentialLR(o, [both, new LambdaLR(o, (t) => other / (1 + t))], [milestone]);
    },
    closed: (t: number, base: number) =>
      t < milestone ? base * (t < 3 ? factor : 1) * gamma ** t : (base * other) / (1 + t - milestone),
  })),
  fc.tuple(whole(1, 12), share, share, whole(0, 9)).map(([milestone, gamma, swaLr, annealEpochs]) => ({
    name: 'SequentialLR that ends in SWALR',
    make: (o: Scheduled) => {
      const last = new SWALR(o, swaLr, { annealEpochs, annealStrategy: 'linear' });
      return new SequentialLR(o, [new ExponentialLR(o, gamma), last], [milestone]);
    },
    closed: (t: number, base: number) => {
      if (t < milestone) return base * gamma ** t;
      const part = annealEpochs === 0 ? 1 : Math.min(1, (t - milestone) / annealEpochs);
      return base * gamma ** (milestone - 1) * (1 - part) + swaLr * part;
    },
  })),
  fc
    .tuple(whole(1, 12), share, whole(1, 9), share, fc.constantFrom(0, 0.5))
    .map(([milestone, gamma, size, other, factor]) => ({
      name: 'schedules of schedules',
      make: (o: Scheduled) => {
        const both = new ChainedScheduler([
          new ConstantLR(o, { factor, totalIters: 3 }),
          new StepLR(o, size, { gamma: other }),
        ]);
        return new ChainedScheduler([new SequentialLR(o, [new ExponentialLR(o, gamma), both], [milestone])]);
      },
      closed: (t: number, base: number) => {
        const since = t - milestone;
        if (since < 0) return base * gamma ** t;
        const falls = Math.floor(since / size);
        if (factor > 0) return base * (since < 3 ? factor : 1) * other ** falls;
        // What fell while the rate was 0 is forgotten.
        return since < 3 ? 0 : base * other ** (falls - Math.floor(2 / size));
      },
    })),
  fc.tuple(share, whole(1, 9), share).map(([gamma, size, other]) => ({
    name: 'ChainedScheduler',
    make: (o: Scheduled) => new ChainedScheduler([new ExponentialLR(o, gamma), new StepLR(o, size, { gamma: other })]),
    closed: (t: number, base: number) => base * gamma ** t * other ** Math.floor(t / size),
  })),
);
