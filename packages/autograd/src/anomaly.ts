/** Finding where a NaN came from. */
import { GradientError, type Tensor } from '@tessera/tensor';
import { checkFunction } from '@tessera/tensor/core';
import type { Node } from './node.ts';

let watching = false;

/**
 * Runs `body` while every backward rule is checked: the first NaN in a gradient throws, with the op that made it and
 * the place where that op was called. Slow; for debugging. PyTorch: `torch.autograd.detect_anomaly`.
 *
 * @example
 * detectAnomaly(() => loss(x).backward());
 */
export function detectAnomaly<T>(body: () => T): T {
  checkFunction('detectAnomaly', 'the body', body);
  const before = watching;
  watching = true;
  try {
    return body();
  } finally {
    watching = before;
  }
}

/** Deep enough that the user's own lines are in it, below those of layers and ops. */
const FRAMES = 50;

/** The stack of the caller's op, while anomalies are watched for. */
export function callSite(): string | undefined {
  if (!watching) return undefined;
  // Only V8 has a limit, of 10.
  const limited = Error as { stackTraceLimit?: number | undefined };
  const { stackTraceLimit } = limited;
  limited.stackTraceLimit = FRAMES;
  const { stack } = new Error('recorded here');
  limited.stackTraceLimit = stackTraceLimit;
  return stack;
}

export function checkNotNaN(node: Node, operand: string, g: Tensor): void {
  if (!watching || !g.data.some(Number.isNaN)) return;
  const where = node.origin === undefined ? '' : `\nThe op was ${node.origin.replace(/^Error: /, '')}`;
  throw new GradientError(
    `backward: gradients must not be NaN under detectAnomaly; got NaN from ${node.name} for ${operand}; try looking at its inputs${where}`,
  );
}
