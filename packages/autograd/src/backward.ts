/** One reverse pass: visits nodes from the last to the first and hands every cotangent on to where it came from. */
import { GradientError, type Tensor, zeros } from '@tessera/tensor';
import { formatShape, type GradientHook, isTensor, runScope, sameShape } from '@tessera/tensor/core';
import { checkNotNaN } from './anomaly.ts';
import { fit } from './fit.ts';
import { enableGrad, noGrad } from './mode.ts';
import type { Edge, Node } from './node.ts';
import { isWhole, Ownership } from './ownership.ts';
import type { Variable } from './variable.ts';

export interface PassOptions {
  /** Record the pass itself. */
  readonly createGraph: boolean;
  /** Keep the nodes' rules for another pass. */
  readonly retainGraph: boolean;
  /** Compute the cotangents of these only; null: of every leaf. */
  readonly targets: readonly Variable[] | null;
  /** Results of nodes that are handed to `collect` too, and where cotangents end. */
  readonly stops?: readonly Variable[];
  /** Nodes with lower numbers keep their rules in any case: they belong to a pass around this one. Default 0: none. */
  readonly since?: number;
  /** Takes the cotangent of a target. By default it is accumulated in its gradient. */
  readonly collect?: (target: Variable, cotangent: Tensor) => void;
  /** The pass that this one is a part of, and the leaves that are its own: others get their cotangents from that pass. */
  readonly within?: { readonly pass: Pass; readonly own: ReadonlySet<Variable> };
}

export type Root = readonly [variable: Variable, cotangent: Tensor];

export function runBackward(roots: readonly Root[], options: PassOptions): void {
  const stops = new Set(options.stops?.flatMap(({ node }) => node ?? []));
  const order = nodesBehind(roots, stops);
  for (const node of order) node.check();
  const pass = new Pass(options, order, stops);
  const mode = options.createGraph ? enableGrad : noGrad;
  mode(() => {
    for (const [variable, cotangent] of roots) pass.send(variable, cotangent);
    for (const node of order) pass.visit(node);
    pass.finish();
  });
  if (options.retainGraph) return;
  const { since = 0 } = options;
  for (const node of order) if (node.sequence >= since && !stops.has(node)) node.release();
}

/** Every node behind the roots, last first. Without recursion: chains can be long. */
function nodesBehind(roots: readonly Root[], stops: ReadonlySet<Node>): Node[] {
  const found = new Set<Node>();
  const stack = roots.flatMap(([{ node }]) => node ?? []);
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (found.has(node)) continue;
    found.add(node);
    if (stops.has(node)) continue;
    for (const edge of node.edges) if (edge?.variable.node) stack.push(edge.variable.node);
  }
  return [...found].sort((a, b) => b.sequence - a.sequence);
}

/** The pass that is running, for joint rules that run one of their own inside it. */
let running: Pass | null = null;

/** The pass that is running. */
export function currentPass(): Pass | null {
  return running;
}

export class Pass {
  readonly #pending = new Map<Node, (Tensor | null)[]>();
  /** What has come for each leaf so far. */
  readonly #arrived = new Map<Variable, Tensor>();
  readonly #memory = new Ownership();
  readonly #leaves: ReadonlySet<Variable> | null;
  /** Targets that are results of nodes, by node and output. */
  readonly #inner = new Map<Node, (Variable | undefined)[]>();
  /** Nodes with a target behind them; null when every leaf is one. */
  readonly #leading: Set<Node> | null = null;

  constructor(
    readonly options: PassOptions,
    order: readonly Node[],
    readonly stops: ReadonlySet<Node>,
  ) {
    const { targets } = options;
    this.#leaves = targets === null ? null : new Set(targets.filter(({ isLeaf }) => isLeaf));
    for (const target of [...(targets ?? []), ...(options.stops ?? [])]) {
      if (target.node === null) continue;
      const outputs = this.#inner.get(target.node) ?? [];
      outputs[target.output] = target;
      this.#inner.set(target.node, outputs);
    }
    if (targets === null) return;
    this.#leading = new Set();
    for (const node of [...order].reverse()) {
      if (node.joint !== null || node.edges.some((edge) => edge !== null && this.#wanted(edge.variable)))
        this.#leading.add(node);
    }
  }

  /** Whether a cotangent of this variable is of use. */
  #wanted(variable: Variable): boolean {
    const { node, output } = variable;
    if (this.#leading === null || this.#leaves === null) return true;
    if (node === null) return this.#leaves.has(variable);
    return this.#inner.get(node)?.[output] !== undefined || this.#leading.has(node);
  }

  /** Takes a cotangent of `variable`, to be added to what came before. */
  send(variable: Variable, cotangent: Tensor): void {
    const { node, output } = variable;
    if (node === null) {
      const before = this.#arrived.get(variable);
      if (this.#leaves !== null && !this.#leaves.has(variable)) this.#memory.drop(cotangent);
      else this.#arrived.set(variable, before === undefined ? cotangent : this.#add(before, cotangent));
      return;
    }
    const slots = this.#pending.get(node) ?? node.outputs.map(() => null);
    this.#pending.set(node, slots);
    const before = slots[output] ?? null;
    slots[output] = before === null ? cotangent : this.#add(before, cotangent);
  }

  visit(node: Node): void {
    const slots = this.#pending.get(node);
    if (slots === undefined) return;
    this.#pending.delete(node);
    const arrived = slots.map((g, i) => g && this.#hooked(node.hooks[i], g));
    for (const [i, g] of arrived.entries()) this.#observe(node, i, g);
    if (!this.stops.has(node) && (this.#leading === null || this.#leading.has(node))) {
      const results = this.#pull(node, arrived);
      results.forEach((g, i) => {
        const edge = node.edges[i];
        if (g !== null && edge) this.send(edge.variable, g);
      });
    }
    for (const g of arrived) if (g !== null) this.#memory.drop(g);
  }

  /** Leaves get what has come for them, all at once: so hooks see the whole gradient, once. */
  finish(): void {
    const { within } = this.options;
    for (const [leaf, g] of this.#arrived) {
      if (within === undefined || within.own.has(leaf)) this.#collect(leaf, this.#hooked(leaf.hooks, g));
      else within.pass.send(leaf, this.#handOver(g, within.pass));
    }
  }

  /** A cotangent for another pass, which frees it. */
  #handOver(g: Tensor, other: Pass): Tensor {
    if (this.options.createGraph) return g;
    const whole = this.#memory.isSole(g) ? g : g.clone();
    this.#memory.giveAway(whole);
    if (whole !== g) this.#memory.drop(g);
    return other.#memory.own(whole);
  }

  /** Runs the rules of one node; what they made and did not hand on is freed at once. */
  #pull(node: Node, arrived: readonly (Tensor | null)[]): (Tensor | null)[] {
    const outer = running;
    running = this;
    try {
      const run = (): (Tensor | null)[] => {
        const complete = arrived.map((g, i) => g ?? zerosFor(node, i));
        const raw = node.joint?.(complete) ?? node.edges.map((edge) => this.#apply(edge, complete));
        return node.edges.map((edge, i) => (edge === null ? null : conform(node, edge, raw[i] ?? null)));
      };
      return this.options.createGraph ? run() : runScope(run, (results, made) => this.#memory.adopt(results, made));
    } finally {
      running = outer;
    }
  }

  #apply(edge: Edge | null, cotangents: readonly Tensor[]): Tensor | null {
    return edge?.pullback && this.#wanted(edge.variable) ? edge.pullback(...cotangents) : null;
  }

  #add(a: Tensor, b: Tensor): Tensor {
    if (this.options.createGraph) return a.add(b);
    // What is nobody else's is added to where it lies.
    if (this.#memory.isSole(a) && isWhole(a)) {
      a.add_(b);
      this.#memory.drop(b);
      return a;
    }
    const sum = a.add(b);
    this.#memory.drop(a);
    this.#memory.drop(b);
    return this.#memory.own(sum);
  }

  #hooked(hooks: readonly GradientHook[] | undefined, g: Tensor): Tensor {
    if (hooks === undefined || hooks.length === 0) return g;
    // A hook may keep what it sees.
    this.#memory.giveAway(g);
    return [...hooks].reduce((current, hook) => {
      const replaced = hook(current) ?? current;
      if (sameShape(replaced.shape, g.shape)) return replaced;
      throw new GradientError(
        `backward: a hook must keep the gradient's shape; got ${formatShape(replaced.shape)} for ${formatShape(g.shape)}; try returning a gradient of the same shape`,
      );
    }, g);
  }

  /** Lets retained gradients and targets among a node's results see their finished cotangent. */
  #observe(node: Node, output: number, g: Tensor | null): void {
    if (g === null) return;
    const retained = node.retained[output];
    if (retained !== undefined) {
      this.#memory.giveAway(g);
      retained.accumulate(g, false, this.options.createGraph);
    }
    const target = this.#inner.get(node)?.[output];
    if (target !== undefined) this.#collect(target, g);
  }

  #collect(target: Variable, g: Tensor): void {
    const { collect, createGraph, within } = this.options;
    if (collect !== undefined) {
      if (within?.own.has(target)) this.#memory.leave(g);
      else this.#memory.giveAway(g);
      collect(target, g);
      return;
    }
    const taken = target.accumulate(g, target.isLeaf && this.#memory.isSole(g), createGraph);
    if (taken) this.#memory.giveAway(g);
    else if (target.isLeaf) this.#memory.drop(g);
  }
}

/** A rule's result in its operand's form, or an error that names the rule. */
function conform(node: Node, edge: Edge, g: Tensor | null): Tensor | null {
  if (g === null) return null;
  if (!isTensor(g))
    throw new GradientError(
      `backward: the rule of ${node.name} for ${edge.operand} must give a tensor; got ${typeof g}; try returning a tensor from its vjp`,
    );
  checkNotNaN(node, edge.operand, g);
  return fit(g, edge, node.name);
}

/** What stands in for a cotangent that nothing sent. */
function zerosFor(node: Node, output: number): Tensor {
  const form = node.outputs[output];
  return zeros([...(form?.shape ?? [])], { dtype: form?.dtype ?? 'float32' });
}
