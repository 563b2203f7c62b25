/** The trace engine of reverse mode: runs the op on the values, then writes one node. */
import { type CompositeOp, GradientError, type Op, type PullbackRule, type Tensor, type Values } from '@tessera/tensor';
import { alias, evaluate, isFloating, type TraceEngine } from '@tessera/tensor/core';
import { callSite } from './anomaly.ts';
import { isGradEnabled } from './mode.ts';
import { type Edge, type JointPullback, Node } from './node.ts';
import { replay } from './replay.ts';
import { Variable } from './variable.ts';

export const tape: TraceEngine = {
  run(op, inputs, attributes) {
    if (!isGradEnabled()) return evaluate(op, inputs, attributes);
    for (const [i, input] of inputs.entries()) checkFresh(op.name, operandName(op, i), input);
    if (op.kind === 'composite' && op.vjp === undefined) {
      if (op.kernel !== undefined) return recordDefinition(op, inputs, attributes);
      op.infer(inputs, attributes);
      return definitionOf(op, inputs, attributes);
    }
    const outputs = evaluate(op, inputs, attributes).map((out) => (inputs.includes(out) ? alias(out) : out));
    record(op, inputs, outputs, attributes);
    return outputs;
  },

  assign(op, target, result) {
    if (!isGradEnabled()) return;
    const { trace } = target;
    if (trace?.isLeaf) {
      throw new GradientError(
        `${op}: a leaf that requires a gradient must not be changed in place; got one while recording; try noGrad(() => x.${op}(...))`,
      );
    }
    if (result.trace === null) {
      target.trace = null;
      return;
    }
    if (trace === null && target.storage.shared) {
      throw new GradientError(
        `${op}: a recorded value cannot be written into memory that plain tensors share; got a view, or a tensor with views; try cat, stack or where, which make new tensors`,
      );
    }
    const { node, output } = result.trace as Variable;
    target.trace = new Variable(node, output, target.storage.version + 1);
  },
};

/** A result whose memory changed under it no longer is what the tape says. */
function checkFresh(op: string, operand: string, input: Tensor): void {
  const { trace } = input;
  if (trace instanceof Variable && !trace.isLeaf && trace.version !== input.storage.version) {
    throw new GradientError(
      `${op}: ${operand} must not have been changed through another view; got version ${input.storage.version} instead of ${trace.version}; try taking the view after the change`,
    );
  }
}

function record(op: Op, inputs: readonly Tensor[], outputs: readonly Tensor[], attributes: object): void {
  const differentiable = outputs.slice(0, op.differentiable ?? 1);
  const rules = inputs.map((input, i) => (input.trace === null ? null : ruleOf(op, i)));
  if (rules.every((rule) => rule === null) || !differentiable.some(({ dtype }) => isFloating(dtype))) return;
  const node: Node = new Node(op.name, [], null, differentiable);
  const values = valuesOf(op, inputs, outputs, node);
  const joint = rules.includes('joint') ? jointOf(op)(values, attributes) : null;
  if (joint !== null)
    node.joint = (cotangents) => {
      const byName = joint(...cotangents);
      return inputs.map((_, i) => byName[operandName(op, i)]);
    };
  node.edges = inputs.map((input, i): Edge | null => {
    const rule = rules[i];
    if (rule === null || rule === undefined) return null;
    const { shape, dtype } = input;
    return {
      variable: input.trace as Variable,
      shape,
      dtype,
      operand: operandName(op, i),
      pullback: rule === 'joint' ? null : rule(values, attributes, i),
    };
  });
  attach(node, differentiable);
}

function definitionOf(op: CompositeOp, inputs: readonly Tensor[], attributes: object): Tensor[] {
  const results = op.define(inputs, attributes);
  return Array.isArray(results) ? [...results] : [results as Tensor];
}

/** A kernel without rules of its own: values come from it, derivatives from the definition, which is run again for them. */
function recordDefinition(op: CompositeOp, inputs: readonly Tensor[], attributes: object): Tensor[] {
  const outputs = evaluate(op, inputs, attributes);
  const again: JointPullback = (cotangents) => replay((own) => definitionOf(op, own, attributes), inputs, cotangents);
  recordJoint(op.name, inputs, outputs, inputs, again);
  return outputs;
}

/** Writes a node with a pull-back of its own making, which needs `saved` as they are (custom functions, checkpoints). */
export function recordJoint(
  name: string,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  saved: readonly Tensor[],
  joint: JointPullback,
): void {
  const edges = inputs.map(({ trace, shape, dtype }, i): Edge | null =>
    trace === null ? null : { variable: trace as Variable, shape, dtype, operand: `input ${i}`, pullback: null },
  );
  const node = new Node(name, edges, joint, outputs);
  for (const t of saved) node.save(t);
  attach(node, outputs);
}

function attach(node: Node, outputs: readonly Tensor[]): void {
  node.origin = callSite();
  outputs.forEach((out, i) => {
    if (isFloating(out.dtype)) out.trace = new Variable(node, i, out.storage.version);
  });
}

function operandName(op: Op, index: number): string {
  const { operands, variadic } = op;
  return variadic && index >= operands.length - 1
    ? `${operands.at(-1)} ${index - operands.length + 1}`
    : (operands[index] as string);
}

function jointOf(op: Op): NonNullable<Op['joint']> {
  const apart = Object.values(op.vjp ?? {}).some((rule) => typeof rule === 'function');
  if (op.joint !== undefined && !apart) return op.joint;
  throw new GradientError(
    `${op.name}: an op with operands whose rule is 'joint' must have a joint rule, and no other; got ${apart ? 'others' : 'none'}; try { joint: (values) => (g) => ({ x: g }) }`,
  );
}

function ruleOf(op: Op, index: number): PullbackRule<string, object> | 'joint' | null {
  const name = op.variadic ? op.operands[Math.min(index, op.operands.length - 1)] : op.operands[index];
  const rule = op.vjp?.[name as string];
  if (rule === undefined)
    throw new GradientError(
      `${op.name}: the op must say how a gradient passes ${name}; got no rule; try a rule or 'none' in its vjp`,
    );
  return rule === 'none' ? null : rule;
}

/** The operands and results by name, in an object that notes which of them a rule reads: those are what is saved. */
function valuesOf(op: Op, inputs: readonly Tensor[], outputs: readonly Tensor[], node: Node): Values<string> {
  let blueprint = blueprints.get(op);
  if (blueprint === undefined) {
    blueprint = makeBlueprint(op);
    blueprints.set(op, blueprint);
  }
  return Object.create(blueprint, { source: { value: { inputs, outputs, node } } }) as Values<string>;
}

interface Source {
  readonly source: { readonly inputs: readonly Tensor[]; readonly outputs: readonly Tensor[]; readonly node: Node };
}

const blueprints = new WeakMap<Op, object>();

function makeBlueprint(op: Op): object {
  const getters: PropertyDescriptorMap = {};
  const define = (name: string, read: (source: Source['source']) => unknown): void => {
    getters[name] = {
      get(this: Source) {
        return read(this.source);
      },
    };
  };
  define('inputShapes', ({ inputs }) => inputs.map(({ shape }) => shape));
  define('shapes', ({ inputs }) => Object.fromEntries(op.operands.map((name, i) => [name, inputs[i]?.shape])));
  define('inputs', ({ inputs, node }) => inputs.map((t) => node.save(t)));
  define('outputs', ({ outputs, node }) => outputs.map((t) => node.save(t)));
  define('out', ({ outputs, node }) => node.save(outputs[0] as Tensor));
  for (const [i, name] of (op.outputs ?? []).entries())
    define(name, ({ outputs, node }) => node.save(outputs[i] as Tensor));
  for (const [i, name] of op.operands.entries()) define(name, ({ inputs, node }) => node.save(inputs[i] as Tensor));
  return Object.defineProperties({}, getters);
}
