/** Optimizers whose kernel changes element by element: all their tensors go through it in one call. */
import { launchMany, type Step } from '@tessera/kernels';
import type { DType, Tensor } from '@tessera/tensor';
import { DTYPES, freeTemporaries, toContiguous, writeInto } from '@tessera/tensor/core';
import { Optimizer, type Update } from './optimizer.ts';
import type { ParameterState } from './state.ts';

/** What a kernel needs beside a parameter and its gradient. */
export interface Plan {
  /** Tensors of state in the kernel's order; null: none. */
  readonly tensors: readonly (Tensor | null)[];
  /** The kernel's scalars, as assembly/optimizers lists them. */
  readonly scalars: readonly number[];
}

export abstract class ElementwiseOptimizer<O extends object> extends Optimizer<O> {
  /** The kernel's name, without its dtype. */
  protected abstract readonly kernel: string;

  /** Moves the counters on, and says what the kernel needs for this step. */
  protected abstract plan(state: ParameterState, settings: O, p: Tensor): Plan;

  protected override updateAll(updates: readonly Update<O>[]): void {
    for (const dtype of ['float32', 'float64'] as const) {
      const own = updates.filter(({ p }) => p.dtype === dtype);
      if (own.length > 0) this.#launch(dtype, own);
    }
  }

  #launch(dtype: DType, updates: readonly Update<O>[]): void {
    const temporaries: Tensor[] = [];
    const written: [view: Tensor, copy: Tensor][] = [];
    /** Kernels take contiguous tensors; a strided view goes through a copy. */
    const contiguous = (t: Tensor, changes: boolean): Tensor => {
      const copy = toContiguous(t);
      if (copy !== t) temporaries.push(copy);
      if (copy !== t && changes) written.push([t, copy]);
      return copy;
    };
    const steps = updates.map(({ p, gradient, state, settings }): Step => {
      const { tensors, scalars } = this.plan(state, settings, p);
      const operands = [contiguous(p, true), contiguous(gradient, false)];
      return {
        operands: [...operands, ...tensors.map((t) => t && contiguous(t, true))],
        scalars,
        elements: p.count,
      };
    });
    launchMany(`${this.kernel}_${DTYPES[dtype].suffix}`, steps);
    for (const [view, copy] of written) writeInto(view, copy);
    freeTemporaries(temporaries, []);
  }
}
