/** Averages of a model's weights over the steps of training. */
import { type Tensor, tensor, ValueError } from '@tessera/tensor';
import {
  checkFlag,
  checkFunction,
  checkInteger,
  checkTensor,
  describe,
  formatShape,
  isFloating,
  keep,
  sameShape,
  withDefaults,
} from '@tessera/tensor/core';
import { checkSetting } from './optimizer.ts';

/** A model, as its average sees it: any `Module` of @tessera/layers. */
export interface Averageable {
  namedParameters(): Iterable<[string, Tensor]>;
  namedBuffers(): Iterable<[string, Tensor]>;
}

/** The next average, from the one so far over so many values and from the next value. */
export type AvgFn = (averaged: Tensor, current: Tensor, numAveraged: number) => Tensor;

/** The mean of all: a + (x - a) / (n + 1). Stochastic weight averaging: Izmailov et al., 2018. PyTorch: `get_swa_avg_fn`. */
export const getSwaAvgFn = (): AvgFn => (averaged, current, n) => averaged.lerp(current, 1 / (n + 1));

/**
 * The exponential moving average: decay a + (1 - decay) x. PyTorch: `get_ema_avg_fn`.
 *
 * @throws ValueError unless decay is in [0, 1].
 */
export function getEmaAvgFn(decay = 0.999): AvgFn {
  if (decay !== 1) checkSetting('getEmaAvgFn', 'decay', decay, 1);
  return (averaged, current) => averaged.lerp(current, 1 - decay);
}

export interface AveragedModelOptions {
  /** How the average follows. Default `getSwaAvgFn()`: the mean of all. */
  readonly avgFn?: AvgFn;
  /** Whether buffers of floats are averaged too. Default false: running statistics stay the model's. */
  readonly useBuffers?: boolean;
}

/**
 * The average of a model's parameters over training, kept beside the model: its mean (SWA), or its exponential moving average.
 * The first update takes the parameters as they are. PyTorch: `torch.optim.swa_utils.AveragedModel`, which holds a second model;
 * here `use` puts the averages into the model for as long as a function runs.
 *
 * @example
 * const averaged = new AveragedModel(model, { avgFn: getEmaAvgFn(0.999) });
 * // after every optimizer.step()
 * averaged.updateParameters();
 * const accuracy = averaged.use(() => evaluate(model));
 */
export class AveragedModel {
  /** Updates so far. */
  numAveraged = 0;
  readonly #avgFn: AvgFn;
  /** What is averaged, and its averages, by name. */
  readonly #own: ReadonlyMap<string, Tensor>;
  readonly #averages: ReadonlyMap<string, Tensor>;

  constructor(
    readonly model: Averageable,
    options: AveragedModelOptions = {},
  ) {
    const name = 'AveragedModel';
    for (const method of ['namedParameters', 'namedBuffers'] as const)
      if (typeof (model as Partial<Averageable> | null | undefined)?.[method] !== 'function')
        throw new ValueError(`${name}: model must be a module; got ${describe(model)}; try new AveragedModel(model)`);
    const defaults = { avgFn: getSwaAvgFn(), useBuffers: false };
    const { avgFn, useBuffers } = withDefaults<Required<AveragedModelOptions>>(name, options, defaults);
    this.#avgFn = checkFunction(name, 'avgFn', avgFn, 'getEmaAvgFn(0.999)');
    const buffers = checkFlag(name, 'useBuffers', useBuffers)
      ? [...model.namedBuffers()].filter(([, buffer]) => isFloating(buffer.dtype))
      : [];
    this.#own = new Map([...model.namedParameters(), ...buffers]);
    this.#averages = new Map([...this.#own].map(([key, value]) => [key, copyOf(value)]));
  }

  /** Takes the model's values as they are now into the averages. */
  updateParameters(): void {
    const next = [...this.#own].map(([key, value]) => {
      const average = this.#averages.get(key) as Tensor;
      const current = value.detach();
      if (this.numAveraged === 0) return [average, current] as const;
      const result = checkTensor('AveragedModel', 'avgFn(...)', this.#avgFn(average, current, this.numAveraged));
      if (!sameShape(result.shape, value.shape))
        throw new ValueError(
          `AveragedModel: avgFn must keep shapes; got ${formatShape(result.shape)} for ${key} of ${formatShape(value.shape)}; try getEmaAvgFn(0.999)`,
        );
      return [average, result] as const;
    });
    for (const [average, value] of next) average.copy_(value);
    this.numAveraged++;
  }

  /** Runs `body` with the averages in the model, and puts the model's own values back, also when it fails; it may be async. */
  use<T>(body: () => T): T {
    checkFunction('AveragedModel', 'body', body, '() => evaluate(model)');
    const own = new Map([...this.#own].map(([key, value]) => [key, copyOf(value)]));
    const restore = (): void => this.#write(own);
    let pending = false;
    this.copyTo();
    try {
      const value = body();
      if (!(value instanceof Promise)) return value;
      pending = true;
      return value.finally(restore) as T;
    } finally {
      if (!pending) restore();
    }
  }

  /** Writes the averages into the model for good. */
  copyTo(): void {
    this.#write(this.#averages);
  }

  #write(values: ReadonlyMap<string, Tensor>): void {
    for (const [key, target] of this.#own) target.detach().copy_(values.get(key) as Tensor);
  }

  /** The averages, under PyTorch's keys: `module.fc1.weight`, and `n_averaged`. Tensors are copies. */
  stateDict(): Record<string, Tensor> {
    const averages = [...this.#averages].map(([key, value]) => [`module.${key}`, copyOf(value)]);
    return { n_averaged: tensor(this.numAveraged, { dtype: 'int32' }), ...Object.fromEntries(averages) };
  }

  /**
   * Takes up a state; the averages go on as if nothing had stopped.
   *
   * @throws ValueError naming all keys that are missing, unexpected or misshapen. Nothing has changed then.
   */
  loadStateDict(state: Readonly<Record<string, Tensor>>): void {
    const { n_averaged: count, ...given } = state ?? {};
    const problems = Object.keys(given)
      .filter((key) => !this.#own.has(key.replace(/^module\./, '')) || !key.startsWith('module.'))
      .map((key) => `unexpected ${key}`);
    for (const [key, value] of this.#own) {
      const average = given[`module.${key}`];
      if (average === undefined) problems.push(`missing module.${key}`);
      else if (!sameShape(checkTensor('loadStateDict', `module.${key}`, average).shape, value.shape))
        problems.push(`module.${key} of shape ${formatShape(average.shape)} for ${formatShape(value.shape)}`);
    }
    if (count === undefined) problems.push('missing n_averaged');
    if (problems.length > 0)
      throw new ValueError(
        `loadStateDict: the state must match the model; got ${problems.join('; ')}; try the state of an AveragedModel over the same model`,
      );
    const numAveraged = checkTensor('loadStateDict', 'n_averaged', count).item();
    this.numAveraged = checkInteger('loadStateDict', 'n_averaged', numAveraged, 0);
    for (const [key, average] of this.#averages) average.copy_(given[`module.${key}`] as Tensor);
  }
}

/** A copy that lives on when scopes end. */
function copyOf(value: Tensor): Tensor {
  const copy = value.detach().clone();
  keep(copy.storage);
  return copy;
}
