/** Functions that build expressions, called once. */
import { ValueError } from '@tessera/tensor';
import { checkFunction, describe } from '@tessera/tensor/core';
import { Expression, PLACE } from './expression.ts';

/** What becomes of a score. PyTorch: `score_mod`. */
export type ScoreMod = (
  score: Expression,
  batch: Expression,
  head: Expression,
  query: Expression,
  key: Expression,
) => Expression;

/** Whether a query sees a key. PyTorch: `mask_mod`. */
export type MaskMod = (batch: Expression, head: Expression, query: Expression, key: Expression) => Expression;

export function scoreOf(op: string, scoreMod: ScoreMod, score: Expression): Expression {
  checkFunction(op, 'scoreMod', scoreMod, '(score, batch, head, query, key) => score.mul(2)');
  return checkResult(op, 'scoreMod', scoreMod(score, ...PLACE));
}

export function maskOf(op: string, maskMod: MaskMod): Expression {
  checkFunction(op, 'maskMod', maskMod, '(batch, head, query, key) => query.ge(key)');
  return checkResult(op, 'maskMod', maskMod(...PLACE));
}

function checkResult(op: string, name: string, result: unknown): Expression {
  if (result instanceof Expression) return result;
  throw new ValueError(
    `${op}: ${name} must give an expression; got ${describe(result)}; try ${name === 'maskMod' ? 'query.ge(key)' : 'score.mul(2)'}`,
  );
}
