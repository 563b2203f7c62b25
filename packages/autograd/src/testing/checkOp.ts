/** All laws of an op, forwards and backwards. */
import type { Op } from '@tessera/tensor';
import { checkLaws, opLaws as forwardLaws, type Law, type LawOptions } from '@tessera/tensor/testing';
import { adjoint } from './laws/adjoint.ts';
import { definition } from './laws/definition.ts';
import { firstOrder, silentOperands } from './laws/firstOrder.ts';
import { gradientBroadcasting, gradientLayouts } from './laws/forms.ts';
import { linearity } from './laws/linearity.ts';
import { recording } from './laws/recording.ts';
import { secondOrder } from './laws/secondOrder.ts';

const LAWS: readonly Law[] = [
  firstOrder,
  secondOrder,
  silentOperands,
  definition,
  linearity,
  adjoint,
  gradientBroadcasting,
  gradientLayouts,
  recording,
];

/**
 * The laws about gradients that say something about an op, by the fields of its record.
 *
 * @example
 * for (const law of gradientLaws(op)) test(law.name, () => checkLaw(op, law));
 */
export function gradientLaws<A extends object>(op: Op<string, A>): readonly Law[] {
  return LAWS.filter((law) => law.applies(op as Op));
}

/** Every law of an op: the forward ones of `@tessera/tensor/testing` and those about gradients. */
export function opLaws<A extends object>(op: Op<string, A>): readonly Law[] {
  return [...forwardLaws(op), ...gradientLaws(op)];
}

/**
 * Checks an op against every law: shapes, layouts, empties, broadcasting, kernel against meaning, threads; gradients
 * and second derivatives against differences, and what else must hold of them. Throws a LawError that names the
 * smallest example found and what to change in the record.
 *
 * @example
 * const squareplus = elementwise('squareplus', {
 *   f: (x: number) => (x + Math.sqrt(x * x + 4)) / 2,
 *   vjp: { x: ({ x }) => (g) => g.mul(x.div(x.square().add(4).sqrt()).add(1).div(2)) },
 * });
 * checkOp(squareplus);
 */
export function checkOp<A extends object>(op: Op<string, A>, options: LawOptions = {}): void {
  checkLaws(op as Op, opLaws(op), options);
}
