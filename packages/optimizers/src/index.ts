export { Adadelta, type AdadeltaOptions } from './adadelta.ts';
export { Adafactor, type AdafactorOptions } from './adafactor.ts';
export { Adagrad, type AdagradOptions } from './adagrad.ts';
export { Adam, type AdamOptions, AdamW, type AdamWOptions } from './adam.ts';
export { Adamax, type AdamaxOptions } from './adamax.ts';
export { ASGD, type ASGDOptions } from './asgd.ts';
export {
  type Averageable,
  AveragedModel,
  type AveragedModelOptions,
  type AvgFn,
  getEmaAvgFn,
  getSwaAvgFn,
} from './averaging.ts';
export { type ClipOptions, clipGradNorm, clipGradValue } from './clip.ts';
export { ElementwiseOptimizer, type Plan } from './elementwise.ts';
export { LBFGS, type LBFGSOptions } from './lbfgs/lbfgs.ts';
export { Lion, type LionOptions } from './lion.ts';
export { Muon, type MuonOptions } from './muon.ts';
export { NAdam, type NAdamOptions } from './nadam.ts';
export {
  type CommonOptions,
  type Group,
  Optimizer,
  type OptimizerState,
  type ParameterGroup,
  type Parameters,
  type Update,
} from './optimizer.ts';
export { RAdam, type RAdamOptions } from './radam.ts';
export { RMSprop, type RMSpropOptions } from './rmsprop.ts';
export { Rprop, type RpropOptions } from './rprop.ts';
export { ChainedScheduler, SequentialLR } from './schedules/combined.ts';
export {
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  type CosineOptions,
  type WarmRestartsOptions,
} from './schedules/cosine.ts';
export { CyclicLR, type CyclicLROptions } from './schedules/cyclic.ts';
export {
  type DecayOptions,
  ExponentialLR,
  type Factor,
  LambdaLR,
  MultiplicativeLR,
  MultiStepLR,
  StepLR,
} from './schedules/factors.ts';
export { OneCycleLR, type OneCycleOptions } from './schedules/oneCycle.ts';
export { type PlateauOptions, ReduceLROnPlateau } from './schedules/plateau.ts';
export {
  ConstantLR,
  type ConstantLROptions,
  LinearLR,
  type LinearLROptions,
  PolynomialLR,
  type PolynomialLROptions,
} from './schedules/ramps.ts';
export {
  type Place,
  Schedule,
  type Scheduled,
  type ScheduledGroup,
  type ScheduleState,
  Stepwise,
} from './schedules/schedule.ts';
export { SWALR, type SWALROptions } from './schedules/swa.ts';
export { SGD, type SGDOptions } from './sgd.ts';
export { SparseAdam, type SparseAdamOptions } from './sparseAdam.ts';
export type { ParameterState, StatePart } from './state.ts';
