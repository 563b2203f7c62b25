/** What autograd hangs on a tensor: where it came from, or, for a leaf, the gradient that gathers there. */
import { GradientError, onesLike, type Tensor } from '@tessera/tensor';
import {
  type BackwardOptions,
  checkFunction,
  checkTensor,
  formatShape,
  type GradientHook,
  isFloating,
  keep,
  sameShape,
  type Trace,
  type TraceEngine,
} from '@tessera/tensor/core';
import { runBackward } from './backward.ts';
import type { Node } from './node.ts';
import { isWhole } from './ownership.ts';
import { tape } from './tape.ts';

export class Variable implements Trace {
  readonly requiresGrad = true;
  #grad: Tensor | null = null;
  /** Whether anybody but optimizers has seen the gradient: if not, it can be freed when it is dropped. */
  #seen = false;
  hooks: GradientHook[] = [];

  constructor(
    /** The node whose result this is; null for a leaf. */
    readonly node: Node | null,
    readonly output: number,
    /** The version of the storage that the tape knows. */
    readonly version: number,
  ) {}

  get engine(): TraceEngine {
    return tape;
  }

  get isLeaf(): boolean {
    return this.node === null;
  }

  setRequiresGrad(self: Tensor, on: boolean): void {
    if (on) return;
    if (!this.isLeaf)
      throw new GradientError(
        'requiresGrad: only leaves can stop requiring a gradient; got the result of an op; try detach()',
      );
    self.trace = null;
  }

  getGrad(): Tensor | null {
    this.#seen = true;
    return this.#grad;
  }

  peekGrad(): Tensor | null {
    return this.#grad;
  }

  setGrad(self: Tensor, gradient: Tensor | null): void {
    if (gradient !== null && (!sameShape(gradient.shape, self.shape) || gradient.dtype !== self.dtype)) {
      throw new GradientError(
        `grad: a gradient must have its tensor's shape and dtype; got ${formatShape(gradient.shape)} ${gradient.dtype} for ${formatShape(self.shape)} ${self.dtype}; try reshape or to`,
      );
    }
    if (gradient !== this.#grad) this.#drop();
    this.#grad = gradient;
    this.#seen = gradient !== null;
  }

  #drop(): void {
    if (this.#grad !== null && !this.#seen) this.#grad.dispose();
  }

  /** Adds `g` to the gradient; with `owned`, its memory may be taken as it is. Says whether it was. */
  accumulate(g: Tensor, owned: boolean, recorded: boolean): boolean {
    const taken = this.#grad === null && (recorded || (owned && isWhole(g)));
    if (this.#grad === null) this.#grad = taken ? g : g.clone();
    else if (recorded) this.#grad = this.#grad.add(g);
    else this.#grad.add_(g);
    keep(this.#grad.storage);
    return taken;
  }

  backward(self: Tensor, options: BackwardOptions): void {
    const { createGraph = false, retainGraph = createGraph, inputs } = options;
    const targets = inputs === undefined ? null : inputs.map((t) => variableOf('backward', t));
    runBackward([[this, cotangentFor('backward', self, options.gradient)]], { createGraph, retainGraph, targets });
  }

  retainGrad(): void {
    if (this.node !== null) this.node.retained[this.output] = this;
  }

  registerHook(_self: Tensor, hook: GradientHook): () => void {
    checkFunction('registerHook', 'hook', hook);
    const hooks = this.node === null ? this.hooks : this.node.hooksOf(this.output);
    hooks.push(hook);
    return () => {
      const place = hooks.indexOf(hook);
      if (place >= 0) hooks.splice(place, 1);
    };
  }
}

/** The cotangent that a pass starts from: 1 for a single element, otherwise it must be given. */
export function cotangentFor(op: string, root: Tensor, gradient: Tensor | null | undefined): Tensor {
  if (gradient === null || gradient === undefined) {
    if (root.count !== 1)
      throw new GradientError(
        `${op}: a gradient must be given unless the tensor has one element; got shape ${formatShape(root.shape)}; try .sum() or { gradient: onesLike(y) }`,
      );
    return onesLike(root);
  }
  if (!sameShape(gradient.shape, root.shape)) {
    throw new GradientError(
      `${op}: the gradient must have the shape of the tensor; got ${formatShape(gradient.shape)} for ${formatShape(root.shape)}; try expand or reshape`,
    );
  }
  return gradient.dtype === root.dtype ? gradient : gradient.to(root.dtype);
}

/** The variable of a tensor that requires a gradient. */
export function variableOf(op: string, t: Tensor): Variable {
  if (t.trace instanceof Variable) return t.trace;
  throw new GradientError(
    `${op}: inputs must require a gradient; got a tensor that nothing records; try requiresGrad(x) before it is used`,
  );
}

/**
 * Makes `x` a leaf: from now on ops on it are recorded, and `backward()` leaves its derivative in `x.grad`. Gives `x`.
 * PyTorch: `x.requires_grad_()`.
 *
 * @throws GradientError unless x holds floats.
 * @example
 * const x = requiresGrad(tensor([2, 3]));
 * x.square().sum().backward();
 * x.grad; // tensor([4., 6.])
 */
export function requiresGrad<T extends Tensor>(x: T): T {
  checkTensor('requiresGrad', 'x', x);
  if (!isFloating(x.dtype))
    throw new GradientError(`requiresGrad: only floats have derivatives; got ${x.dtype}; try .to('float32')`);
  x.trace ??= new Variable(null, 0, x.storage.version);
  return x;
}
