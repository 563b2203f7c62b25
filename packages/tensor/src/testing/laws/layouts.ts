import { bufferOf, type PlainLayout, places } from '@tessera/arbitraries';
import fc from 'fast-check';
import { evaluate } from '../../core/dispatch.ts';
import type { Op, ViewOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { expectAgreement } from '../accuracy.ts';
import { expectSameBits } from '../expectWithin.ts';
import type { Law } from '../law.ts';
import { drawCase, drawLayout, laidOut, type PlainInput, tensorOf } from '../opCase.ts';
import { drawnFloat } from './drawnFloat.ts';

/**
 * Strided, stretched and offset inputs give the same bits as contiguous copies of them; where the kernel itself reads
 * strides, the same values up to its roundings.
 */
export const anyLayout: Law = {
  name: 'any layout of the inputs gives the same result',
  formula: 'f(strided x) = f(contiguous x)',
  tolerance: ['E', 'C'],
  rows: [11],
  remedy:
    'what reads the inputs: a kernel with `strided`, the strides in `view`, or a call that takes them for contiguous',
  applies: () => true,
  draw: (op, gen) => drawCase(op, gen, { dtype: drawnFloat(gen), edges: true }),
  check(op, { inputs, attributes }, gen) {
    const drawn = inputs.map((input) => ({ input, layout: drawLayout(gen, input.shape, gen(fc.boolean)) }));
    const strided = drawn.map(({ input, layout }) => laidOut(input, layout));
    const compact = drawn.map(({ input, layout }) => tensorOf(shownBy(input, layout)));
    if (op.kind === 'view' && !viewsAnyLayout(op, strided[0] as Tensor, attributes)) return;
    const results = evaluate(op, strided, attributes);
    // What reads strides may take its steps in another order for each layout, and round differently.
    if (readsStrides(op)) expectAgreement(op, compact, attributes, results);
    else expectEach(results, evaluate(op, compact, attributes));
  },
};

/** A kernel that says so, and a definition, which may be made of such kernels. */
function readsStrides(op: Op): boolean {
  if (op.kind === 'composite' && op.kernel === undefined) return true;
  return 'strided' in op && op.strided === true;
}

/** What is seen through the layout: stretched elements are one. */
function shownBy(input: PlainInput, layout: PlainLayout): PlainInput {
  const buffer = bufferOf(input.data, layout);
  return { ...input, data: places(layout).map((place) => buffer[place] as number) };
}

/** A view rule that never asks how its operand lies is one for contiguous operands; one without a layout copies first. */
function viewsAnyLayout(op: ViewOp, x: Tensor, attributes: object): boolean {
  let asked = false;
  const observed = new Proxy(x, {
    get(target, key) {
      if (key === 'strides' || key === 'isContiguous' || key === 'stride') asked = true;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const layout: unknown = op.view(observed, attributes);
  return asked && layout !== null && layout !== undefined;
}

function expectEach(results: readonly Tensor[], expected: readonly Tensor[]): void {
  results.forEach((result, i) => {
    expectSameBits(result, expected[i] as Tensor);
  });
}
