/** Optimizers on a small function, and clipping of gradients. */
import { requiresGrad } from '@tessera/autograd';
import {
  Adadelta,
  Adagrad,
  Adam,
  Adamax,
  AdamW,
  ASGD,
  clipGradNorm,
  clipGradValue,
  LBFGS,
  NAdam,
  type ParameterState,
  RAdam,
  RMSprop,
  Rprop,
  type Scheduled,
  SGD,
} from '@tessera/optimizers';
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
  stateDict(): { readonly state: Readonly<Record<string, ParameterState>> };
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
    const { state } = optimizer.stateDict();
    // Outputs beyond these are of the state: "ax1" is `ax` of parameter 1.
    const remembered = outputs.slice(rows.length).map((output) => {
      const [, name, index] = /^([a-z]+)(\d)$/.exec(output?.name ?? '') as unknown as [string, string, string];
      return state[index]?.[name] as Tensor;
    });
    return [...rows.map((row) => stack(row)), ...remembered];
  };

export const optimizers: Adapters = {
  Adadelta: descent((parameters, options) => new Adadelta(parameters, options)),
  Adagrad: descent((parameters, options) => new Adagrad(parameters, options)),
  Adamax: descent((parameters, options) => new Adamax(parameters, options)),
  ASGD: descent((parameters, options) => new ASGD(parameters, options)),
  LBFGS: descent((parameters, options) => new LBFGS(parameters, options)),
  NAdam: descent((parameters, options) => new NAdam(parameters, options)),
  RAdam: descent((parameters, options) => new RAdam(parameters, options)),
  RMSprop: descent((parameters, options) => new RMSprop(parameters, options)),
  Rprop: descent((parameters, options) => new Rprop(parameters, options)),
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
