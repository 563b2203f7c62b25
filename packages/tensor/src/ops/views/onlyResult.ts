import { runScope } from '../../core/scope.ts';
import type { Tensor } from '../../tensor.ts';

/** Runs `body` and frees at once what it made on the way: all but its result, and what a tape needs. */
export function onlyResult(body: () => Tensor): Tensor {
  return runScope(body, (result) => [result.storage]);
}
