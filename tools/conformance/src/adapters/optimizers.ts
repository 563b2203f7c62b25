/** Clipping of gradients. */
import { requiresGrad } from '@tessera/autograd';
import { clipGradNorm, clipGradValue } from '@tessera/optimizers';
import { type Tensor, zerosLike } from '@tessera/tensor';
import type { Adapters } from '../adapter.ts';

/** Parameters with the inputs as their gradients. */
const parametersOf = (gradients: readonly (Tensor | null)[]): Tensor[] =>
  (gradients as Tensor[]).map((gradient) => {
    const parameter = requiresGrad(zerosLike(gradient));
    parameter.grad = gradient.clone();
    return parameter;
  });

const gradientsOf = (parameters: readonly Tensor[]): Tensor[] => parameters.map(({ grad }) => grad as Tensor);

export const optimizers: Adapters = {
  clip_grad_norm_: (gradients, { max_norm, norm_type }) => {
    const parameters = parametersOf(gradients);
    const options = norm_type === undefined ? {} : { normType: norm_type as number };
    return [clipGradNorm(parameters, max_norm as number, options), ...gradientsOf(parameters)];
  },
  clip_grad_value_: (gradients, { clip_value }) => {
    const parameters = parametersOf(gradients);
    clipGradValue(parameters, clip_value as number);
    return gradientsOf(parameters);
  },
};
