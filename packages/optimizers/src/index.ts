export { Adam, type AdamOptions, AdamW, type AdamWOptions } from './adam.ts';
export { type ClipOptions, clipGradNorm, clipGradValue } from './clip.ts';
export { type Group, Optimizer, type OptimizerState, type ParameterGroup, type ParameterState } from './optimizer.ts';
export { ChainedScheduler, SequentialLR } from './schedules/combined.ts';
export {
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  type CosineOptions,
  type WarmRestartsOptions,
} from './schedules/cosine.ts';
export { CyclicLR, type CyclicLROptions, OneCycleLR, type OneCycleOptions } from './schedules/cycles.ts';
export {
  type DecayOptions,
  ExponentialLR,
  type Factor,
  LambdaLR,
  MultiplicativeLR,
  MultiStepLR,
  StepLR,
} from './schedules/factors.ts';
export { type PlateauOptions, ReduceLROnPlateau } from './schedules/plateau.ts';
export {
  ConstantLR,
  type ConstantLROptions,
  LinearLR,
  type LinearLROptions,
  PolynomialLR,
  type PolynomialLROptions,
} from './schedules/ramps.ts';
export { Schedule, type Scheduled, type ScheduledGroup, type ScheduleState } from './schedules/schedule.ts';
export { SGD, type SGDOptions } from './sgd.ts';
