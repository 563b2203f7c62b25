/** Whether an op only moves values (gather, sort, max, cat ...): its kernel must then be exact. */
import fc from 'fast-check';
import { isFloating } from '../core/dtype.ts';
import type { Op } from '../op.ts';
import { drawCase, tensorOf } from './opCase.ts';
import { meaning } from './twin.ts';

const known = new WeakMap<Op, boolean>();
const EXAMPLES = 24;

/** Judged by the meaning: in a number of examples, every element of the results is an element of the inputs, or 0. */
export function movesValues(op: Op): boolean {
  let moves = known.get(op);
  if (moves === undefined) {
    const property = fc.property(fc.gen(), (gen) => movedOnly(op, gen));
    moves = !fc.check(property, { numRuns: EXAMPLES, seed: 1, endOnFailure: true }).failed;
    known.set(op, moves);
  }
  return moves;
}

function movedOnly(op: Op, gen: fc.GeneratorValue): boolean {
  const { inputs, attributes } = drawCase(op, gen, { values: 'generic' });
  const source = new Set(inputs.flatMap(({ data, dtype }) => (isFloating(dtype) ? data.map(Math.fround) : [])));
  const results = meaning(op, inputs.map(tensorOf), attributes);
  return results.every(
    (y) =>
      !isFloating(y.dtype) || Array.from(y.data as Float64Array).every((value) => value === 0 || source.has(value)),
  );
}
