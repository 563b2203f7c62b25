/** What all optimizers share: groups of parameters with their settings, the state of each parameter, and the walk. */
import { DTypeError, type Tensor, ValueError } from '@tessera/tensor';
import {
  checkFlag,
  checkFloat,
  checkNames,
  checkObject,
  checkTensor,
  describe,
  withDefaults,
} from '@tessera/tensor/core';
import { checkState, copyState, type ParameterState, type StatePart, startOf } from './state.ts';

/** What optimizers by gradient take. */
export interface CommonOptions {
  /** Step size, at least 0. */
  lr: number;
  /** L2 penalty: this times the parameter is added to its gradient. Default 0 unless said otherwise. */
  weightDecay: number;
  /** Climbs instead of descending. Default false. */
  maximize: boolean;
}

/** Parameters with settings of their own; a setting that is missing takes the optimizer's default. */
export type ParameterGroup<O extends object> = Partial<O> & { readonly params: readonly Tensor[] };

/** A group as the optimizer holds it. Settings may be changed between steps (`group.lr = 0.01`). */
export type Group<O extends object> = O & { readonly params: Tensor[] };

/** What an optimizer is made over: parameters, or groups of them with settings of their own. */
export type Parameters<O extends object> = Iterable<Tensor> | Iterable<ParameterGroup<O>>;

/** Everything needed to continue as if nothing had stopped, in PyTorch's form. */
export interface OptimizerState<O extends object> {
  readonly state: Readonly<Record<string, ParameterState>>;
  readonly param_groups: readonly (O & { readonly params: readonly number[] })[];
}

/** One parameter that is to be changed by its gradient. */
export interface Update<O extends object> {
  readonly p: Tensor;
  readonly gradient: Tensor;
  readonly state: ParameterState;
  readonly settings: O;
}

export abstract class Optimizer<O extends object> {
  readonly paramGroups: Group<O>[] = [];
  readonly #state = new Map<Tensor, ParameterState>();

  /** `params`: an iterable of parameters, or of groups with settings of their own. */
  constructor(
    readonly name: string,
    params: Parameters<O>,
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
    const { params: given, ...settings } = checkObject(this.name, group, '{ params: [p], lr: 0.1 }');
    if (typeof (given as Iterable<unknown> | undefined)?.[Symbol.iterator] !== 'function')
      throw new DTypeError(
        `${this.name}: params of a group must be a list of tensors; got ${describe(given)}; try model.parameters()`,
      );
    const params = [...given];
    params.forEach((p, i) => {
      checkFloat(this.name, `parameter ${i}`, checkTensor(this.name, `parameter ${i}`, p));
      if (!p.isLeaf)
        throw new ValueError(
          `${this.name}: parameters must be leaves; got the result of an op at position ${i}; try detach() and requiresGrad`,
        );
      if (this.paramGroups.some((other) => other.params.includes(p)) || params.indexOf(p) !== i) {
        throw new ValueError(
          `${this.name}: a parameter may be given once; got parameter ${i} again; try one group for each parameter`,
        );
      }
      this.checkParameter(p, i);
    });
    this.#checkNames(this.name, settings);
    const complete = { ...this.defaults, ...settings, params } as Group<O>;
    this.check(complete);
    this.paramGroups.push(complete);
  }

  /** Throws for a parameter that this optimizer cannot take. */
  protected checkParameter(_p: Tensor, _place: number): void {}

  /** Throws for a setting that no option is called; `initialLr` is of schedules. */
  #checkNames(op: string, settings: object): void {
    const { initialLr: _, ...own } = settings as { readonly initialLr?: number };
    checkNames(op, own, Object.keys(this.defaults));
  }

  /** Throws when a setting is out of range. */
  protected abstract check(settings: O): void;

  /** What is remembered of a parameter, by PyTorch's names. */
  protected abstract describeState(p: Tensor, settings: O): Readonly<Record<string, StatePart>>;

  /** Changes parameters by their gradients, in place. Their state is as `describeState` says. */
  protected abstract updateAll(updates: readonly Update<O>[]): void;

  /**
   * Updates every parameter that has a gradient. With a closure that computes the loss again (and calls backward), it is
   * called first and its value is given back.
   */
  step<T = undefined>(closure?: () => T): T {
    const value = closure?.() as T;
    const updates = this.paramGroups.flatMap((settings) =>
      settings.params.flatMap((p) => {
        const gradient = p.trace?.peekGrad(p) ?? null;
        return gradient === null ? [] : [{ p, gradient, state: this.stateOf(p, settings), settings }];
      }),
    );
    this.updateAll(updates);
    for (const { p } of updates) p.storage.version++;
    return value;
  }

  /** What is remembered of a parameter, with all that is needed in it. */
  protected stateOf(p: Tensor, settings: O): ParameterState {
    const state = this.#state.get(p) ?? {};
    this.#state.set(p, state);
    for (const [name, part] of Object.entries(this.describeState(p, settings)))
      if (part.needed) state[name] ??= startOf(part, p);
    return state;
  }

  /** Drops the gradients, or with `setToNone: false` fills them with zeros. */
  zeroGrad(options: { readonly setToNone?: boolean } = {}): void {
    const { setToNone } = withDefaults<{ setToNone: boolean }>('zeroGrad', options, { setToNone: true });
    checkFlag('zeroGrad', 'setToNone', setToNone);
    for (const { params } of this.paramGroups) {
      for (const p of params) {
        if (setToNone) p.grad = null;
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
      if (own !== undefined) state[i] = copyState(own, p.dtype);
    });
    const param_groups = this.paramGroups.map(
      ({ params, ...settings }) =>
        ({ ...settings, params: params.map((p) => all.indexOf(p)) }) as unknown as O & { params: number[] },
    );
    return { state, param_groups };
  }

  /**
   * Takes up a state; the next step has the same bits as if nothing had stopped.
   *
   * @throws ValueError naming all that does not fit: groups, settings, and missing, unexpected or misshapen state. Nothing
   * has changed then.
   */
  loadStateDict(saved: OptimizerState<O>): void {
    const { state, param_groups } = checkObject('loadStateDict', saved, 'optimizer.stateDict()');
    if (!Array.isArray(param_groups) || typeof state !== 'object' || state === null)
      throw new ValueError(
        `loadStateDict: a state has param_groups and state; got ${describe(saved)}; try optimizer.stateDict()`,
      );
    const sizes = this.paramGroups.map(({ params }) => params.length);
    const savedSizes = param_groups.map((group) => group?.params?.length);
    if (sizes.join() !== savedSizes.join()) {
      throw new ValueError(
        `loadStateDict: groups must have the same sizes; got ${savedSizes.join(', ')} for ${sizes.join(', ')}; try an optimizer over the same parameters`,
      );
    }
    const settings = param_groups.map(({ params: _, ...own }) => {
      this.#checkNames('loadStateDict', own);
      this.check({ ...this.defaults, ...own } as unknown as O);
      return own;
    });
    const owners = this.paramGroups.flatMap(({ params }, i) =>
      params.map((p) => ({ p, parts: this.describeState(p, { ...this.defaults, ...settings[i] } as unknown as O) })),
    );
    const problems = [
      ...Object.keys(state)
        .filter((key) => owners[Number(key)] === undefined)
        .map((key) => `unexpected parameter ${key}`),
      ...owners.flatMap(({ parts }, i) => (state[i] === undefined ? [] : checkState(`${i}`, parts, state[i]))),
    ];
    if (problems.length > 0)
      throw new ValueError(
        `loadStateDict: the state must match ${this.name} and its parameters; got ${problems.join('; ')}; try the state of an optimizer of the same kind over parameters of the same shapes`,
      );
    settings.forEach((own, i) => void Object.assign(this.paramGroups[i] as object, own));
    this.#state.clear();
    owners.forEach(({ p }, i) => {
      const own = state[i];
      if (own !== undefined) this.#state.set(p, copyState(own, p.dtype));
    });
  }
}

/** Throws unless a setting is at least 0. */
export function checkSetting(op: string, name: string, value: unknown, below: number = Infinity): void {
  if (typeof value === 'number' && value >= 0 && value < below) return;
  throw new ValueError(
    `${op}: ${name} must be in [0, ${below === Infinity ? 'Infinity' : below}); got ${describe(value)}; try ${below === 1 ? 0.9 : 1e-3}`,
  );
}

/** Throws unless there are two decays of running means, in [0, 1). */
export function checkBetas(op: string, betas: unknown): void {
  const pair = Array.isArray(betas) ? betas : [];
  checkSetting(op, 'betas[0]', pair[0], 1);
  checkSetting(op, 'betas[1]', pair[1], 1);
}

/** Throws when an option that most optimizers have is out of range. */
export function checkCommon(op: string, { lr, weightDecay, maximize }: CommonOptions): void {
  checkSetting(op, 'lr', lr);
  checkSetting(op, 'weightDecay', weightDecay);
  checkFlag(op, 'maximize', maximize);
}
