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

/** The stack of the caller's op, while anomalies are watched for. */
export function callSite(): string | undefined {
  return watching ? new Error('recorded here').stack : undefined;
}

export function checkNotNaN(node: Node, operand: string, g: Tensor): void {
  if (!watching || !g.data.some(Number.isNaN)) return;
  const where = node.origin === undefined ? '' : `\nThe op was ${node.origin.replace(/^Error: /, '')}`;
  throw new GradientError(
    `backward: gradients must not be NaN under detectAnomaly; got NaN from ${node.name} for ${operand}; try looking at its inputs${where}`,
  );
}
