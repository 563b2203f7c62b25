/**
 * The one seam of the core. A tensor may carry a trace; an op whose input carries one is run by it. Autograd is a
 * trace; a profiler, vmap or a compiler could be others. The core knows no derivative: Tensor's `requiresGrad`, `grad`
 * and `backward()` only ask the trace.
 */

import type { Op } from '../op.ts';
import type { Tensor } from '../tensor.ts';

/** Runs ops on behalf of the tensors that carry it. One engine serves many tensors. */
export interface TraceEngine {
  /** Runs `op` when at least one of `inputs` carries a trace of this engine. */
  run(op: Op, inputs: readonly Tensor[], attributes: object): Tensor[];
  /** Makes `target` hold `result`, whose values are about to be copied into it; throws where that would lose a derivative. */
  assign(op: string, target: Tensor, result: Tensor): void;
}

/** What `backward` takes. */
export interface BackwardOptions {
  /** The cotangent of the tensor; needed unless it has one element. */
  readonly gradient?: Tensor;
  /** Keeps the tape for another pass. Default: the value of `createGraph`. */
  readonly retainGraph?: boolean;
  /** Records the pass itself, for derivatives of derivatives. */
  readonly createGraph?: boolean;
  /** Accumulates into these tensors only. */
  readonly inputs?: readonly Tensor[];
}

/** What one tensor carries. */
export interface Trace {
  readonly engine: TraceEngine;
  readonly requiresGrad: boolean;
  readonly isLeaf: boolean;
  /** Turns a leaf on or off; throws for a result of an op. */
  setRequiresGrad(self: Tensor, on: boolean): void;
  getGrad(self: Tensor): Tensor | null;
  /** The gradient for a reader that is done with it at once (an optimizer): unseen gradients can be freed early. */
  peekGrad(self: Tensor): Tensor | null;
  setGrad(self: Tensor, gradient: Tensor | null): void;
  backward(self: Tensor, options: BackwardOptions): void;
  retainGrad(self: Tensor): void;
  registerHook(self: Tensor, hook: GradientHook): () => void;
}

/** Sees a gradient on its way and may replace it. */
export type GradientHook = (gradient: Tensor) => Tensor | undefined;
