/** What a tensor asks its trace. */
import { checkOptions } from './core/arguments.ts';
import { GradientError } from './core/errors.ts';
import type { BackwardOptions, GradientHook, Trace } from './core/trace.ts';
import { Readable } from './reading.ts';
import type { Tensor } from './tensor.ts';

export abstract class Traceable extends Readable {
  /** Whether derivatives flow to or through this tensor. */
  get requiresGrad(): boolean {
    return this.trace?.requiresGrad ?? false;
  }

  set requiresGrad(on: boolean) {
    if (this.trace !== null) this.trace.setRequiresGrad(self(this), on);
    else if (on) throw noTrace('requiresGrad');
  }

  /** Whether this tensor is an input of the graph and not the result of an op in it. */
  get isLeaf(): boolean {
    return this.trace?.isLeaf ?? true;
  }

  /** The gradient that `backward()` accumulated here; null before. */
  get grad(): Tensor | null {
    return this.trace?.getGrad(self(this)) ?? null;
  }

  set grad(gradient: Tensor | null) {
    if (this.trace !== null) this.trace.setGrad(self(this), gradient);
    else if (gradient !== null) throw noTrace('grad');
  }

  /** Accumulates the derivative of this tensor into the `grad` of every leaf it depends on. */
  backward(options: BackwardOptions = {}): void {
    traceOf(this, 'backward').backward(
      self(this),
      checkOptions('backward', options, '{ gradient: g }', ['gradient', 'retainGraph', 'createGraph', 'inputs']),
    );
  }

  /** Keeps the gradient of a result of an op, as is done for leaves. */
  retainGrad(): void {
    traceOf(this, 'retainGrad').retainGrad(self(this));
  }

  /** Calls `hook` with the gradient of this tensor; what it returns replaces the gradient. Gives the way to remove it. */
  registerHook(hook: GradientHook): () => void {
    return traceOf(this, 'registerHook').registerHook(self(this), hook);
  }
}

/** Every instance is a Tensor. */
function self(x: Traceable): Tensor {
  return x as unknown as Tensor;
}

function traceOf(x: Traceable, op: string): Trace {
  if (x.trace === null) throw noTrace(op);
  return x.trace;
}

function noTrace(op: string): GradientError {
  return new GradientError(
    `${op}: the tensor must require a gradient; got one that nothing records; try requiresGrad(x) from @tessera/autograd on the inputs, outside noGrad`,
  );
}
