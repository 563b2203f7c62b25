/** All forward laws of an op. */
import type { Op } from '../op.ts';
import { checkLaws, type Law, type LawOptions } from './law.ts';
import { broadcasting } from './laws/broadcasting.ts';
import { degenerate } from './laws/degenerate.ts';
import { inputsKept } from './laws/inputsKept.ts';
import { kernel, specialValues } from './laws/kernel.ts';
import { anyLayout } from './laws/layouts.ts';
import { longInputs } from './laws/longInputs.ts';
import { halfRefusals, operandRefusals, shapeRefusals } from './laws/refusals.ts';
import { scalarKernel } from './laws/scalarKernel.ts';
import { shapeRule } from './laws/shapeRule.ts';
import { threads } from './laws/threads.ts';

const LAWS: readonly Law[] = [
  shapeRule,
  scalarKernel,
  kernel,
  specialValues,
  anyLayout,
  broadcasting,
  degenerate,
  operandRefusals,
  shapeRefusals,
  halfRefusals,
  inputsKept,
  longInputs,
  threads,
];

/**
 * The laws that say something about an op, by the fields of its record.
 *
 * @example
 * for (const law of opLaws(op)) test(law.name, () => checkLaw(op, law));
 */
export function opLaws<A extends object>(op: Op<string, A>): readonly Law[] {
  return LAWS.filter((law) => law.applies(op as Op));
}

/**
 * Checks an op against every forward law: shapes, dtypes, layouts, empties, broadcasting, kernel against meaning,
 * threads. Throws a LawError that says what to change in the record. `@tessera/autograd/testing` has a `checkOp` that
 * checks its gradients too.
 *
 * @example
 * checkOp(squareplus);
 */
export function checkOp<A extends object>(op: Op<string, A>, options: LawOptions = {}): void {
  checkLaws(op as Op, LAWS, options);
}
