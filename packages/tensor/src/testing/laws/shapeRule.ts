import fc from 'fast-check';
import { resultType } from '../../core/arguments.ts';
import { broadcastShapes } from '../../core/broadcast.ts';
import { evaluate } from '../../core/dispatch.ts';
import { type DType, isFloating } from '../../core/dtype.ts';
import { formatShape } from '../../core/shape.ts';
import type { Op, Spec } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { LawError } from '../expectWithin.ts';
import type { Law } from '../law.ts';
import { drawCase, tensorOf } from '../opCase.ts';
import { unlessRefused } from '../refusal.ts';

/** Results have the shape and dtype that the rule tells, for every dtype that the op takes. */
export const shapeRule: Law = {
  name: 'results are what the shape rule says',
  formula: 'shape(f(x)), dtype(f(x)) = infer(x)',
  tolerance: 'E',
  rows: [14],
  remedy: '`infer` (of an elementwise op: `result`), or what writes the results',
  applies: () => true,
  draw: (op, gen) => drawCase(op, gen, { dtype: gen(dtypes), edges: true }),
  check(op, { inputs: plain, attributes }) {
    const inputs = plain.map(tensorOf);
    const results = unlessRefused(() => evaluate(op, inputs, attributes));
    if (results === null) return;
    const named = op.outputs?.length ?? 1;
    const fits = op.variadicOutputs ? results.length >= named - 1 : results.length === named;
    if (!fits) throw new LawError(`the record names ${named} results; got ${results.length}`);
    specsOf(op, inputs, attributes).forEach((spec, i) => {
      const [said, got] = [spec, results[i] as Tensor].map(({ shape, dtype }) => `${dtype} ${formatShape(shape)}`);
      if (got !== said) throw new LawError(`result ${i} must be ${said}; got ${got}`);
    });
    for (const result of results) checkInside(result);
  },
};

function dtypes(): fc.Arbitrary<DType> {
  return fc.constantFrom<DType[]>('float32', 'float64', 'int32', 'uint8', 'bool');
}

/** What the record says will come out; nothing where only running it tells. */
function specsOf(op: Op, inputs: readonly Tensor[], attributes: object): readonly Spec[] {
  if (op.kind === 'view') return [];
  if (op.kind === 'elementwise') {
    const promoted = resultType(inputs);
    const floats = op.result === 'float' && !isFloating(promoted) ? 'float32' : promoted;
    return [
      {
        shape: broadcastShapes(op.name, ...inputs.map(({ shape }) => shape)),
        dtype: op.result === 'bool' ? 'bool' : floats,
      },
    ];
  }
  const specs = op.infer(inputs, attributes);
  return Array.isArray(specs) ? (specs as readonly Spec[]) : [specs as Spec];
}

/** Throws where a tensor looks at memory outside its storage. */
function checkInside({ shape, strides, offset, count, storage }: Tensor): void {
  if (count === 0) return;
  const reach = shape.map((size, d) => (size - 1) * (strides[d] as number));
  const low = reach.reduce((sum, r) => sum + Math.min(0, r), offset);
  const high = reach.reduce((sum, r) => sum + Math.max(0, r), offset);
  if (low < 0 || high >= storage.count)
    throw new LawError(
      `the layout must stay inside the memory of ${storage.count} elements; got places ${low} to ${high}`,
    );
}
