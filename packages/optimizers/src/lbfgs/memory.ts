/** What L-BFGS remembers: the last changes of gradient and parameters, which stand for an inverse of the Hessian. */
import type { Tensor } from '@tessera/tensor';
import { kept, type ParameterState } from '../state.ts';

/** Curvature below this is not remembered: the inverse would no longer be positive. */
const LEAST_CURVATURE = 1e-10;

/** What goes on from one step to the next, beside counters. All tensors are flat, over all parameters. */
export interface Memory {
  direction: Tensor;
  length: number;
  gradients: Tensor[];
  moves: Tensor[];
  inverses: number[];
  scale: number;
  lastGradient: Tensor;
  lastLoss: number;
}

/** Against the gradient, with nothing remembered. */
export function begun(gradient: Tensor): Memory {
  const direction = kept(gradient.neg());
  return {
    direction,
    length: 0,
    gradients: [],
    moves: [],
    inverses: [],
    scale: 1,
    lastGradient: gradient,
    lastLoss: 0,
  };
}

/** The direction -H g, with H made of what is remembered and of the last change, by the two-loop recursion. */
export function turned(memory: Memory, gradient: Tensor, historySize: number): Memory {
  let { gradients, moves, inverses, scale } = memory;
  const y = gradient.sub(memory.lastGradient);
  const s = memory.direction.mul(memory.length);
  const curvature = dot(y, s);
  if (curvature > LEAST_CURVATURE) {
    gradients = [...gradients, kept(y)].slice(-historySize);
    moves = [...moves, kept(s)].slice(-historySize);
    inverses = [...inverses, 1 / curvature].slice(-historySize);
    scale = curvature / dot(y, y);
  }
  const direction = gradient.neg();
  const shares = gradients.map(() => 0);
  for (let i = gradients.length - 1; i >= 0; i--) {
    shares[i] = dot(moves[i] as Tensor, direction) * (inverses[i] as number);
    direction.sub_((gradients[i] as Tensor).mul(shares[i] as number));
  }
  direction.mul_(scale);
  for (let i = 0; i < gradients.length; i++) {
    const back = dot(gradients[i] as Tensor, direction) * (inverses[i] as number);
    direction.add_((moves[i] as Tensor).mul((shares[i] as number) - back));
  }
  return { ...memory, direction: kept(direction), gradients, moves, inverses, scale };
}

function dot(a: Tensor, b: Tensor): number {
  return a.mul(b).sum().item();
}

export function recall(state: ParameterState): Memory | null {
  if ((state.d ?? null) === null) return null;
  return {
    direction: state.d as Tensor,
    length: state.t as number,
    gradients: state.old_dirs as Tensor[],
    moves: state.old_stps as Tensor[],
    inverses: state.ro as number[],
    scale: state.H_diag as number,
    lastGradient: state.prev_flat_grad as Tensor,
    lastLoss: state.prev_loss as number,
  };
}

export function remember(state: ParameterState, memory: Memory): void {
  state.d = memory.direction;
  state.t = memory.length;
  state.old_dirs = memory.gradients;
  state.old_stps = memory.moves;
  state.ro = memory.inverses;
  state.H_diag = memory.scale;
  state.prev_flat_grad = memory.lastGradient;
  state.prev_loss = memory.lastLoss;
}
