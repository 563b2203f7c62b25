/** Ctrl-C: the first asks for an end in good order, the second ends at once. */

/** A terminal, npm and tsx may each pass on one and the same key press. */
const SAME_PRESS_MS = 400;

export interface Interrupt {
  /** Aborted at the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** Gives Ctrl-C its ordinary meaning back. */
  release(): void;
}

/** Listens to SIGINT; `told` is called at the first one. */
export function listenForInterrupt(told: () => void, exit: (code: number) => void = process.exit): Interrupt {
  const controller = new AbortController();
  let first = 0;
  const onSignal = () => {
    if (!controller.signal.aborted) {
      first = performance.now();
      controller.abort();
      told();
    } else if (performance.now() - first > SAME_PRESS_MS) {
      exit(130);
    }
  };
  process.on('SIGINT', onSignal);
  return { signal: controller.signal, release: () => process.off('SIGINT', onSignal) };
}
