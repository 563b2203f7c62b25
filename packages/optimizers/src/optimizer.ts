/** What all optimizers share: groups of parameters with their settings, the state of each parameter, and the walk. */
import { DTypeError, type Tensor, ValueError } from '@tessera/tensor';
import { checkNames, checkTensor, describe, keep } from '@tessera/tensor/core';

/** Parameters with settings of their own; a setting that is missing takes the optimizer's default. */
export type ParameterGroup<O extends object> = Partial<O> & { readonly params: readonly Tensor[] };

/** A group as the optimizer holds it. Settings may be changed between steps (`group.lr = 0.01`). */
export type Group<O extends object> = O & { readonly params: Tensor[] };

/** What an optimizer remembers of one parameter: tensors and counters by PyTorch's names. */
export type ParameterState = Record<string, Tensor | number | null>;

/** Everything needed to continue as if nothing had stopped, in PyTorch's form. */
export interface OptimizerState<O extends object> {
  readonly state: Readonly<Record<string, ParameterState>>;
  readonly param_groups: readonly (O & { readonly params: readonly number[] })[];
}

export abstract class Optimizer<O extends object> {
  readonly paramGroups: Group<O>[] = [];
  readonly #state = new Map<Tensor, ParameterState>();

  /** `params`: an iterable of parameters, or of groups with settings of their own. */
  constructor(
    readonly name: string,
    params: Iterable<Tensor> | Iterable<ParameterGroup<O>>,
    readonly defaults: O,
  ) {
    if (typeof (params as Iterable<unknown> | undefined)?.[Symbol.iterator] !== 'function') {
      throw new DTypeError(
        `${name}: params must be a list of tensors or of groups; got ${describe(params)}; try model.parameters()`,
      );
    }
    const list = [...params] as (Tensor | ParameterGroup<O>)[];
    if (list.length === 0)
      throw new ValueError(`${name}: there must be parameters; got an empty list; try model.parameters()`);
    const isGroup = (item: Tensor | ParameterGroup<O>): item is ParameterGroup<O> =>
      typeof item === 'object' && item !== null && 'params' in item;
    if (list.every(isGroup)) for (const group of list) this.addParamGroup(group);
    else this.addParamGroup({ params: list as Tensor[] } as unknown as ParameterGroup<O>);
  }

  /** Adds parameters with settings of their own. */
  addParamGroup(group: ParameterGroup<O>): void {
    const params = [...group.params];
    params.forEach((p, i) => {
      checkTensor(this.name, `parameter ${i}`, p);
      if (!p.isLeaf)
        throw new ValueError(
          `${this.name}: parameters must be leaves; got the result of an op at position ${i}; try detach() and requiresGrad`,
        );
      if (this.paramGroups.some((other) => other.params.includes(p)) || params.indexOf(p) !== i) {
        throw new ValueError(
          `${this.name}: a parameter may be given once; got parameter ${i} again; try one group for each parameter`,
        );
      }
    });
    const { params: _, ...settings } = group;
    this.#checkNames(this.name, settings);
    const complete = { ...this.defaults, ...settings, params } as Group<O>;
    this.check(complete);
    this.paramGroups.push(complete);
  }

  /** Throws for a setting that no option is called; `initialLr` is of schedules. */
  #checkNames(op: string, settings: object): void {
    const { initialLr: _, ...own } = settings as { readonly initialLr?: number };
    checkNames(op, own, this.defaults);
  }

  /** Throws when a setting is out of range. */
  protected abstract check(settings: O): void;

  /** Changes one parameter by its gradient, in place. `state` starts empty. */
  protected abstract update(p: Tensor, gradient: Tensor, state: ParameterState, settings: O): void;

  /**
   * Updates every parameter that has a gradient. With a closure that computes the loss again (and calls backward), it is
   * called first and its value is given back.
   */
  step<T = undefined>(closure?: () => T): T {
    const value = closure?.() as T;
    for (const group of this.paramGroups) {
      for (const p of group.params) {
        const gradient = p.trace?.peekGrad(p) ?? null;
        if (gradient === null) continue;
        this.update(p, gradient, this.#stateOf(p), group);
        p.storage.version++;
      }
    }
    return value;
  }

  #stateOf(p: Tensor): ParameterState {
    let state = this.#state.get(p);
    if (state === undefined) {
      state = {};
      this.#state.set(p, state);
    }
    return state;
  }

  /** Drops the gradients, or with `setToNone: false` fills them with zeros. */
  zeroGrad(options: { readonly setToNone?: boolean } = {}): void {
    for (const { params } of this.paramGroups) {
      for (const p of params) {
        if (options.setToNone ?? true) p.grad = null;
        else if (p.grad !== null) p.grad.zero_();
      }
    }
  }

  /** The state by position of the parameters, as PyTorch keys it. Tensors are copies. */
  stateDict(): OptimizerState<O> {
    const all = this.paramGroups.flatMap(({ params }) => params);
    const state: Record<string, ParameterState> = {};
    all.forEach((p, i) => {
      const own = this.#state.get(p);
      if (own !== undefined) state[i] = copyState(own);
    });
    const param_groups = this.paramGroups.map(
      ({ params, ...settings }) =>
        ({ ...settings, params: params.map((p) => all.indexOf(p)) }) as unknown as O & { params: number[] },
    );
    return { state, param_groups };
  }

  /** Takes up a state; the next step has the same bits as if nothing had stopped. */
  loadStateDict(saved: OptimizerState<O>): void {
    const sizes = this.paramGroups.map(({ params }) => params.length);
    const savedSizes = saved.param_groups.map(({ params }) => params.length);
    if (sizes.join() !== savedSizes.join()) {
      throw new ValueError(
        `loadStateDict: groups must have the same sizes; got ${savedSizes.join(', ')} for ${sizes.join(', ')}; try an optimizer over the same parameters`,
      );
    }
    saved.param_groups.forEach(({ params: _, ...settings }) => {
      this.#checkNames('loadStateDict', settings);
      this.check({ ...this.defaults, ...settings } as unknown as O);
    });
    saved.param_groups.forEach(({ params: _, ...settings }, i) => {
      Object.assign(this.paramGroups[i] as object, settings);
    });
    this.#state.clear();
    const all = this.paramGroups.flatMap(({ params }) => params);
    all.forEach((p, i) => {
      const own = saved.state[i];
      if (own !== undefined) this.#state.set(p, copyState(own));
    });
  }
}

function copyState(state: ParameterState): ParameterState {
  return Object.fromEntries(
    Object.entries(state).map(([name, value]) => [
      name,
      value !== null && typeof value === 'object' ? kept(value.clone().detach()) : value,
    ]),
  );
}

/** State outlives the scopes it is made in. */
export function kept(t: Tensor): Tensor {
  keep(t.storage);
  return t;
}

/** Throws unless a setting is at least 0. */
export function checkSetting(op: string, name: string, value: unknown, below: number = Infinity): void {
  if (typeof value === 'number' && value >= 0 && value < below) return;
  throw new ValueError(
    `${op}: ${name} must be in [0, ${below === Infinity ? 'Infinity' : below}); got ${describe(value)}; try ${below === 1 ? 0.9 : 1e-3}`,
  );
}
