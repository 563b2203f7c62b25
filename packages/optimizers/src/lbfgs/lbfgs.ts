/** Quasi-Newton steps from the last few gradients. */
import { cat, type Tensor, ValueError, zeros } from '@tessera/tensor';
import { checkFunction, checkInteger, describe, withDefaults } from '@tessera/tensor/core';
import { checkSetting, Optimizer, type Parameters } from '../optimizer.ts';
import { kept, type StatePart } from '../state.ts';
import { begun, type Memory, recall, remember, turned } from './memory.ts';
import { type Probe, strongWolfe } from './strongWolfe.ts';

export interface LBFGSOptions {
  /** Step size; with a line search, the first that is tried. Default 1. */
  lr: number;
  /** Iterations in a step. Default 20. */
  maxIter: number;
  /** Evaluations of the closure in a step; null: 5 / 4 of the iterations. Default null. */
  maxEval: number | null;
  /** A step ends where no element of the gradient is larger. Default 1e-7. */
  toleranceGrad: number;
  /** A step ends where neither the loss nor any parameter changes by more. Default 1e-9. */
  toleranceChange: number;
  /** How many gradients are remembered. Default 100. */
  historySize: number;
  /** How the length of a step is found; null: it is `lr`. Default null. */
  lineSearchFn: 'strong_wolfe' | null;
}

/**
 * Limited-memory BFGS: the direction is that of Newton, with an inverse of the Hessian made of the last changes of gradient and
 * parameters. The closure computes the loss again and calls backward; it is called several times in a step. One group only.
 * Liu and Nocedal, 1989. PyTorch: `torch.optim.LBFGS`.
 *
 * @example
 * const optimizer = new LBFGS(model.parameters(), { lineSearchFn: 'strong_wolfe' });
 * optimizer.step(() => {
 *   optimizer.zeroGrad();
 *   const loss = mseLoss(model.forward(x), y);
 *   loss.backward();
 *   return loss;
 * });
 */
export class LBFGS extends Optimizer<LBFGSOptions> {
  constructor(params: Parameters<LBFGSOptions>, options: Partial<LBFGSOptions> = {}) {
    super(
      'LBFGS',
      params,
      withDefaults<LBFGSOptions>('LBFGS', options, {
        lr: 1,
        maxIter: 20,
        maxEval: null,
        toleranceGrad: 1e-7,
        toleranceChange: 1e-9,
        historySize: 100,
        lineSearchFn: null,
      }),
    );
    this.#checkGroups();
  }

  #checkGroups(): void {
    if (this.paramGroups.length > 1)
      throw new ValueError(
        `LBFGS: there must be one group, since all parameters move along one line; got ${this.paramGroups.length}; try model.parameters()`,
      );
  }

  protected override check(settings: LBFGSOptions): void {
    checkSetting('LBFGS', 'lr', settings.lr);
    checkInteger('LBFGS', 'maxIter', settings.maxIter, 1);
    if (settings.maxEval !== null) checkInteger('LBFGS', 'maxEval', settings.maxEval, 1);
    checkSetting('LBFGS', 'toleranceGrad', settings.toleranceGrad);
    checkSetting('LBFGS', 'toleranceChange', settings.toleranceChange);
    checkInteger('LBFGS', 'historySize', settings.historySize, 1);
    if (settings.lineSearchFn !== null && settings.lineSearchFn !== 'strong_wolfe')
      throw new ValueError(
        `LBFGS: lineSearchFn must be 'strong_wolfe' or null; got ${describe(settings.lineSearchFn)}; try 'strong_wolfe'`,
      );
  }

  /** All is remembered with the first parameter, under PyTorch's names. */
  protected override describeState(p: Tensor): Readonly<Record<string, StatePart>> {
    const [{ params }] = this.paramGroups as [(typeof this.paramGroups)[number]];
    if (params[0] !== p) return {};
    const flat = [params.reduce((sum, { count }) => sum + count, 0)];
    const part = (shape: StatePart['shape']): StatePart => ({ shape, start: 0, needed: false });
    return {
      func_evals: { ...part(null), needed: true },
      n_iter: { ...part(null), needed: true },
      d: part(flat),
      t: part(null),
      old_dirs: { ...part(flat), list: true },
      old_stps: { ...part(flat), list: true },
      ro: { ...part(null), list: true },
      H_diag: part(null),
      prev_flat_grad: part(flat),
      prev_loss: part(null),
    };
  }

  /** Up to `maxIter` iterations. Gives the loss before them. */
  override step<T = undefined>(closure?: () => T): T {
    this.#checkGroups();
    const evaluate = checkFunction('LBFGS', 'the closure', closure, '() => { ...; loss.backward(); return loss; }');
    const [group] = this.paramGroups as [(typeof this.paramGroups)[number]];
    const [first] = group.params as [Tensor];
    const state = this.stateOf(first, group);
    const value = (evaluate as () => T)();
    const count = (name: 'func_evals' | 'n_iter', by: number): void => {
      state[name] = (state[name] as number) + by;
    };
    count('func_evals', 1);
    const objective: Objective = {
      loss: numberOf(value),
      gradient: flatGradient(group.params),
      again: () => {
        const loss = numberOf((evaluate as () => T)());
        return { loss, gradient: flatGradient(group.params) };
      },
    };
    if (greatest(objective.gradient) <= group.toleranceGrad) return value;
    remember(state, iterate(group, objective, recall(state), count));
    return value;
  }

  protected override updateAll(): void {
    throw new ValueError('LBFGS: step needs a closure; got none; try step(() => loss)');
  }
}

interface Objective {
  readonly loss: number;
  readonly gradient: Tensor;
  again(): { readonly loss: number; readonly gradient: Tensor };
}

type Settings = LBFGSOptions & { readonly params: readonly Tensor[] };

function iterate(
  settings: Settings,
  { loss: before, gradient: g, again }: Objective,
  known: Memory | null,
  count: (name: 'func_evals' | 'n_iter', by: number) => void,
): Memory {
  const { lr, maxIter, toleranceGrad, toleranceChange, lineSearchFn, params } = settings;
  const mostEvaluations = settings.maxEval ?? Math.floor((maxIter * 5) / 4);
  let [loss, gradient, memory] = [before, g, known];
  let evaluations = 1;
  for (let i = 1; ; i++) {
    count('n_iter', 1);
    const next: Memory = memory === null ? begun(gradient) : turned(memory, gradient, settings.historySize);
    next.lastGradient = kept(gradient.clone());
    next.lastLoss = loss;
    next.length = memory === null ? Math.min(1, 1 / sizeOf(gradient)) * lr : lr;
    memory = next;
    const { direction } = next;
    const slope = gradient.mul(direction).sum().item();
    if (slope > -toleranceChange) return next;
    if (lineSearchFn !== null) {
      const origin = params.map((p) => p.detach().clone());
      const probe = (t: number): Probe<Tensor> => {
        move(params, direction, t);
        const found = again();
        params.forEach((p, k) => void p.detach().copy_(origin[k] as Tensor));
        return { t, f: found.loss, g: found.gradient, slope: found.gradient.mul(direction).sum().item() };
      };
      const start = { t: 0, f: loss, g: gradient, slope };
      const search = strongWolfe(start, next.length, greatest(direction), toleranceChange, probe);
      ({ f: loss, g: gradient, t: next.length } = search.best);
      move(params, direction, next.length);
      evaluations += search.evaluations;
      count('func_evals', search.evaluations);
    } else {
      move(params, direction, next.length);
      if (i !== maxIter) {
        ({ loss, gradient } = again());
        evaluations++;
        count('func_evals', 1);
      }
    }
    if (i === maxIter || evaluations >= mostEvaluations || greatest(gradient) <= toleranceGrad) return next;
    if (greatest(direction) * Math.abs(next.length) <= toleranceChange) return next;
    if (Math.abs(loss - next.lastLoss) < toleranceChange) return next;
  }
}

function greatest(t: Tensor): number {
  return t.count === 0 ? 0 : t.abs().max().item();
}

function sizeOf(t: Tensor): number {
  return t.abs().sum().item();
}

function numberOf(loss: unknown): number {
  return typeof loss === 'number' ? loss : (loss as Tensor).item();
}

/** The gradients of all parameters, one after the other; 0 where there is none. */
function flatGradient(params: readonly Tensor[]): Tensor {
  return cat(
    params.map((p) => {
      const g = p.trace?.peekGrad(p) ?? null;
      return g === null ? zeros(p.count, { dtype: p.dtype }) : g.detach().reshape(-1);
    }),
  );
}

/** p += t direction, for all parameters. */
function move(params: readonly Tensor[], direction: Tensor, t: number): void {
  let start = 0;
  for (const p of params) {
    p.detach().add_(direction.narrow(0, start, p.count).reshape(p.shape).mul(t));
    start += p.count;
  }
}
