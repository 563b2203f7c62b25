/** Optimizers on a small function, and clipping of gradients. */
import { requiresGrad } from '@tessera/autograd';
import { Adam, AdamW, clipGradNorm, clipGradValue, type Scheduled, SGD } from '@tessera/optimizers';
import { stack, type Tensor, zerosLike } from '@tessera/tensor';
import type { Adapter, Adapters } from '../adapter.ts';
import { camelCase } from '../camelCase.ts';
import { makeSchedule } from './schedulers.ts';

/** Parameters with the inputs as their gradients. */
const parametersOf = (gradients: readonly (Tensor | null)[]): Tensor[] =>
  (gradients as Tensor[]).map((gradient) => {
    const parameter = requiresGrad(zerosLike(gradient));
    parameter.grad = gradient.clone();
    return parameter;
  });

const gradientsOf = (parameters: readonly Tensor[]): Tensor[] => parameters.map(({ grad }) => grad as Tensor);

interface Descending extends Scheduled {
  step(closure: () => Tensor): Tensor;
  zeroGrad(): void;
}

/** Settings by our names. */
const settingsOf = (attributes: object): object =>
  Object.fromEntries(Object.entries(attributes).map(([name, setting]) => [camelCase(name), setting]));

/** Ten steps on sum a (p - c)^2 / 2 + b p^4 / 4: parameters after each, and the loss before it. */
const descent =
  (make: (parameters: Tensor[], options: never) => Descending): Adapter =>
  (inputs, attributes, { outputs }) => {
    const [p0, p1, a0, b0, c0, a1, b1, c1] = inputs as Tensor[] as [Tensor, Tensor, ...Tensor[]];
    const parameters = [p0, p1].map((p) => requiresGrad(p.clone()));
    const value = (p: Tensor, a: Tensor, b: Tensor, c: Tensor): Tensor =>
      p.sub(c).square().mul(a).mul(0.5).add(p.pow(4).mul(b).mul(0.25)).sum();
    const loss = (): Tensor =>
      value(parameters[0] as Tensor, a0 as Tensor, b0 as Tensor, c0 as Tensor).add(
        value(parameters[1] as Tensor, a1 as Tensor, b1 as Tensor, c1 as Tensor),
      );
    const { groups, scheduler, ...settings } = attributes as {
      readonly groups?: readonly object[];
      readonly scheduler?: Record<string, unknown>;
    };
    const params = groups?.map((group, i) => ({ params: [parameters[i]], ...settingsOf(group) })) ?? parameters;
    const optimizer = make(params as never, settingsOf(settings) as never);
    const schedule = scheduler && makeSchedule(optimizer, scheduler);
    const rows: Tensor[][] = [[], [], []];
    for (let step = 0; step < (outputs[0]?.shape[0] ?? 0); step++) {
      const before = optimizer.step(() => {
        optimizer.zeroGrad();
        const now = loss();
        now.backward();
        return now;
      });
      schedule?.step();
      for (const [i, row] of [...parameters, before].entries()) rows[i]?.push(row.detach().clone());
    }
    return rows.map((row) => stack(row));
  };

export const optimizers: Adapters = {
  SGD: descent((parameters, options) => new SGD(parameters, options)),
  Adam: descent((parameters, options) => new Adam(parameters, options)),
  AdamW: descent((parameters, options) => new AdamW(parameters, options)),
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
