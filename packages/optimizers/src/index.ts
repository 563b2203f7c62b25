export { AdamW, type AdamWOptions } from './adamw.ts';
export { type Group, Optimizer, type OptimizerState, type ParameterGroup, type ParameterState } from './optimizer.ts';
export { SGD, type SGDOptions } from './sgd.ts';
