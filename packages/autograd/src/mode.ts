/** Whether operations are recorded. */
import { GradientError } from '@tessera/tensor';
import { checkFunction } from '@tessera/tensor/core';

let recording = true;

/** Whether ops on tensors that require a gradient are recorded now. PyTorch: `torch.is_grad_enabled`. */
export function isGradEnabled(): boolean {
  return recording;
}

/**
 * Runs `body` without recording: results do not require a gradient, values are the same. PyTorch: `torch.no_grad`.
 * The state before is restored also when `body` throws. `body` must be synchronous.
 *
 * @example
 * noGrad(() => model.forward(x));
 */
export function noGrad<T>(body: () => T): T {
  return withRecording('noGrad', false, body);
}

/** Runs `body` with recording on, also inside `noGrad`. PyTorch: `torch.enable_grad`. */
export function enableGrad<T>(body: () => T): T {
  return withRecording('enableGrad', true, body);
}

function withRecording<T>(name: string, on: boolean, body: () => T): T {
  checkFunction(name, 'the body', body);
  const before = recording;
  recording = on;
  try {
    const result = body();
    // By the time an async body went on, the switch would long be back: refuse rather than record wrongly.
    if (result instanceof Promise) {
      throw new GradientError(
        `${name}: the function must be synchronous; got a promise; try awaiting outside and ${name} around the synchronous parts`,
      );
    }
    return result;
  } finally {
    recording = before;
  }
}
