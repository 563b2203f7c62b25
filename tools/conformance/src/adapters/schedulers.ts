/** Schedules of the learning rate. */
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
  type Schedule,
  type Scheduled,
  type ScheduledGroup,
  SequentialLR,
  StepLR,
  SWALR,
} from '@tessera/optimizers';
import { fromArray, type Tensor } from '@tessera/tensor';
import type { Adapter, Adapters } from '../adapter.ts';
import { camelCase } from '../camelCase.ts';

type Settings = Record<string, unknown>;

/** PyTorch's keyword names as ours; what stands for the case alone is left out. */
function optionsOf(attributes: Settings, ...without: readonly string[]): never {
  const own = ['name', 'base_lrs', 'optimizer', 'note', 'steps', ...without];
  return Object.fromEntries(
    Object.entries(attributes)
      .filter(([name]) => !own.includes(name))
      .map(([name, value]) => [camelCase(name), value]),
  ) as never;
}

/** The functions that cases name. */
const LAMBDAS: Readonly<Record<string, (epoch: number) => number>> = {
  '0.95**epoch': (epoch) => 0.95 ** epoch,
  'min(1,(epoch+1)/5)': (epoch) => Math.min(1, (epoch + 1) / 5),
};

const lambdaOf = ({ lr_lambda }: Settings): ((epoch: number) => number) => LAMBDAS[lr_lambda as string] as never;

const MAKE: Readonly<Record<string, (optimizer: Scheduled, attributes: Settings) => Schedule>> = {
  StepLR: (o, a) => new StepLR(o, a.step_size as number, optionsOf(a, 'step_size')),
  MultiStepLR: (o, a) => new MultiStepLR(o, a.milestones as number[], optionsOf(a, 'milestones')),
  ExponentialLR: (o, a) => new ExponentialLR(o, a.gamma as number),
  CosineAnnealingLR: (o, a) => new CosineAnnealingLR(o, a.T_max as number, optionsOf(a, 'T_max')),
  CosineAnnealingWarmRestarts: (o, { T_0, T_mult, ...rest }) =>
    new CosineAnnealingWarmRestarts(o, T_0 as number, {
      ...(optionsOf(rest) as object),
      ...(T_mult === undefined ? {} : { tMult: T_mult as number }),
    }),
  LinearLR: (o, a) => new LinearLR(o, optionsOf(a)),
  ConstantLR: (o, a) => new ConstantLR(o, optionsOf(a)),
  PolynomialLR: (o, a) => new PolynomialLR(o, optionsOf(a)),
  LambdaLR: (o, a) => new LambdaLR(o, lambdaOf(a)),
  MultiplicativeLR: (o, a) => new MultiplicativeLR(o, lambdaOf(a)),
  OneCycleLR: (o, a) => new OneCycleLR(o, a.max_lr as number, optionsOf(a, 'max_lr')),
  SWALR: (o, a) => new SWALR(o, a.swa_lr as number, optionsOf(a, 'swa_lr')),
  CyclicLR: (o, a) => new CyclicLR(o, a.base_lr as number, a.max_lr as number, optionsOf(a, 'base_lr', 'max_lr')),
};

/** A schedule, however it is stepped. */
export interface Steps {
  step(metric?: number): void;
}

/** The schedule that attributes describe, with PyTorch's names. */
export function makeSchedule(optimizer: Scheduled, attributes: Settings): Steps {
  const parts = (attributes.schedulers ?? []) as readonly (Settings & { readonly name: string })[];
  const schedules = (): Schedule[] => parts.map((part) => MAKE[part.name]?.(optimizer, part) as Schedule);
  switch (attributes.name) {
    case 'SequentialLR':
      return new SequentialLR(optimizer, schedules(), attributes.milestones as number[]);
    case 'ChainedScheduler':
      return new ChainedScheduler(schedules());
    case 'ReduceLROnPlateau':
      return new ReduceLROnPlateau(optimizer, optionsOf(attributes)) as Steps;
    default:
      return MAKE[attributes.name as string]?.(optimizer, attributes) as Schedule;
  }
}

/** Rates of all groups, and momentum of the first where the case asks for it, before every step. */
const scheduler: Adapter = ([metrics], attributes, { outputs }) => {
  const paramGroups = (attributes.base_lrs as number[]).map(
    (lr): ScheduledGroup => (attributes.optimizer === 'SGD' ? { lr, momentum: 0.9 } : { lr, betas: [0.9, 0.999] }),
  );
  const schedule = makeSchedule({ paramGroups }, attributes);
  const [rows = 0, groups = 0] = outputs[0]?.shape ?? [];
  const [rates, momentum]: [number[], number[]] = [[], []];
  for (let row = 0; row < rows; row++) {
    if (row > 0) schedule.step(...(metrics ? [(metrics as Tensor).data[row - 1] as number] : []));
    rates.push(...paramGroups.map(({ lr }) => lr));
    const [first] = paramGroups;
    momentum.push((first?.betas?.[0] ?? first?.momentum) as number);
  }
  const found = [fromArray(Float64Array.from(rates), [rows, groups])];
  return outputs.length > 1 ? [...found, fromArray(Float64Array.from(momentum), [rows])] : found;
};

export const schedulers: Adapters = Object.fromEntries(
  [...Object.keys(MAKE), 'SequentialLR', 'ChainedScheduler', 'ReduceLROnPlateau'].map((name) => [name, scheduler]),
);
