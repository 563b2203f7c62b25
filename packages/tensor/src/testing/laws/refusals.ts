import fc from 'fast-check';
import { evaluate } from '../../core/dispatch.ts';
import { DTYPES } from '../../core/dtype.ts';
import { checkShape, type Shape } from '../../core/shape.ts';
import { zeros } from '../../creation.ts';
import type { Op, Spec } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import type { Law } from '../law.ts';
import { drawCase, type PlainInput, tensorOf } from '../opCase.ts';
import { expectRefusal, unlessRefused } from '../refusal.ts';
import { referenceTwin } from '../twin.ts';

/** Operands that do not broadcast, and values that are no tensors, are refused in the op's name. */
export const operandRefusals: Law = {
  name: 'operands that do not fit are refused by name',
  formula: 'f(x, y) throws "f: rule; got ...; try ..." where shapes do not broadcast',
  tolerance: 'E',
  rows: [],
  remedy: 'the checks before the op is dispatched: toOperands and broadcastShapes take the name of the op',
  applies: (op) => op.kind === 'elementwise',
  draw: (op, gen) => drawCase(op, gen),
  check(op, { attributes }, gen) {
    if (op.operands.length > 1) {
      const [first, second] = [gen(fc.integer, { min: 2, max: 9 }), gen(fc.integer, { min: 10, max: 19 })];
      const misfits = op.operands.map((_, i) => zeros(i === 0 ? first : second));
      expectRefusal(op.name, () => evaluate(op, misfits, attributes));
    }
    const call: unknown = op;
    if (!isCallable(call)) return;
    const stranger = NOT_TENSORS[gen(fc.nat, { max: NOT_TENSORS.length - 1 })];
    expectRefusal(op.name, () => call(...op.operands.map((_, i) => (i === 0 ? stranger : zeros(2)))));
    expectRefusal(op.name, () => call(...op.operands.map(() => zeros(2)), zeros(2)));
  },
};

function isCallable(op: unknown): op is (...operands: readonly unknown[]) => unknown {
  return typeof op === 'function';
}

const NOT_TENSORS: readonly unknown[] = [
  undefined,
  null,
  '1',
  {},
  [1, 2],
  new Float32Array(2),
  () => 1,
  1n,
  Symbol('x'),
];

/** Sizes that disagree are refused, or the shape rule holds for them all the same. */
export const shapeRefusals: Law = {
  name: 'operands of other sizes are refused or fit the shape rule',
  formula: 'f(x of another size) throws a named error, or has the inferred shape',
  tolerance: 'E',
  rows: [],
  remedy: '`infer`: it must check the sizes of every operand before anything is computed',
  applies: (op) => op.kind === 'primitive' || op.kind === 'composite',
  draw: (op, gen) => {
    const example = drawCase(op, gen);
    return { ...example, inputs: misshapen(example.inputs, gen) };
  },
  check(op, { inputs: plain, attributes }) {
    if (plain.length < 2) return;
    const inputs = plain.map(tensorOf);
    const results = unlessRefused(() => {
      for (const { shape } of specsOf(op, inputs, attributes)) checkShape(op.name, shape);
      return evaluate(referenceTwin(op), inputs, attributes);
    });
    for (const { shape } of results ?? []) checkShape(op.name, shape);
  },
};

function specsOf(op: Op, inputs: readonly Tensor[], attributes: object): readonly Spec[] {
  if (op.kind !== 'primitive' && op.kind !== 'composite') return [];
  const specs = op.infer(inputs, attributes);
  return Array.isArray(specs) ? specs : [specs as Spec];
}

/** One size of one operand becomes one larger. */
function misshapen(inputs: readonly PlainInput[], gen: fc.GeneratorValue): readonly PlainInput[] {
  const at = gen(fc.nat, { max: Math.max(0, inputs.length - 1) });
  const input = inputs[at];
  if (input === undefined || input.shape.length === 0) return inputs;
  const d = gen(fc.nat, { max: input.shape.length - 1 });
  return inputs.with(at, zeroInput(input, input.shape.with(d, (input.shape[d] as number) + 1)));
}

function zeroInput(input: PlainInput, shape: Shape): PlainInput {
  return { ...input, shape, data: new Array<number>(shape.reduce((n, size) => n * size, 1)).fill(0) };
}

/** The 16-bit floats are refused, or give a result in the same dtype: nothing computes with their bits. */
export const halfRefusals: Law = {
  name: 'float16 and bfloat16 are refused or kept',
  formula: 'f(x of float16 or bfloat16) throws a named error, or keeps the dtype',
  tolerance: 'E',
  rows: [],
  remedy: 'the checks of dtypes: arithmetic on the 16-bit floats must be refused',
  share: 0.05,
  applies: () => true,
  draw: (op, gen) => drawCase(op, gen, { dtype: gen(fc.boolean) ? 'float16' : 'bfloat16' }),
  check(op, { inputs: plain, attributes }) {
    const inputs = plain.map(tensorOf);
    unlessRefused(() => evaluate(op, inputs, attributes).map(({ dtype }) => DTYPES[dtype]));
  },
};
