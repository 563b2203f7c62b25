/** Keys without a value, which take a share of every query's attention. */
import { ShapeError, type Tensor, zerosLike } from '@tessera/tensor';
import { checkSameDType, checkTensor, formatShape } from '@tessera/tensor/core';
import { mergeAttention } from './mergeAttention.ts';
import type { FlashAttentionResult } from './result.ts';

/** Merges attention with that to a key of the score `sinks[head]` and the value 0. */
export function withSinks(op: string, output: Tensor, logSumExp: Tensor, sinks: Tensor): FlashAttentionResult {
  checkSameDType(op, output, checkTensor(op, 'sinks', sinks));
  const heads = output.shape[1] as number;
  if (formatShape(sinks.shape) !== formatShape([heads]))
    throw new ShapeError(`${op}: sinks must be [${heads}]; got ${formatShape(sinks.shape)}; try one for each head`);
  return mergeAttention(output, logSumExp, zerosLike(output.detach()), sinks.reshape(1, -1, 1).expand(logSumExp.shape));
}
