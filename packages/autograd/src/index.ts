export { detectAnomaly } from './anomaly.ts';
export { checkpoint } from './checkpoint.ts';
export { type CustomFunction, customFunction } from './custom.ts';
export { hessian, type JacobianOptions, jacobian, jvp, type TensorFunction, vjp } from './functional.ts';
export { type GradOptions, grad } from './grad.ts';
export { type CheckedFunction, type GradcheckOptions, gradcheck, gradgradcheck } from './gradcheck.ts';
export { type Interception, interceptGradients } from './intercept.ts';
export { enableGrad, isGradEnabled, noGrad } from './mode.ts';
export { requiresGrad } from './variable.ts';
