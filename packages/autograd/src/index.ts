export { detectAnomaly } from './anomaly.ts';
export { checkpoint } from './checkpoint.ts';
export { type CustomFunction, customFunction } from './custom.ts';
export { type JacobianOptions, hessian, jacobian, jvp, type TensorFunction, vjp } from './functional.ts';
export { grad, type GradOptions } from './grad.ts';
export { type CheckedFunction, gradcheck, type GradcheckOptions, gradgradcheck } from './gradcheck.ts';
export { enableGrad, isGradEnabled, noGrad } from './mode.ts';
export { requiresGrad } from './variable.ts';
