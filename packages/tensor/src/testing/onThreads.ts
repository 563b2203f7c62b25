/** Running on a number of threads. */
import { getNumThreads, setNumThreads } from '@tessera/kernels';

/** More than one is enough for chunks to land anywhere. */
export const SEVERAL: number = 3;

/** What `run` gives on so many threads; afterwards there are as many as before. */
export function onThreads<T>(count: number, run: () => T): T {
  const before = getNumThreads();
  try {
    setNumThreads(count);
    return run();
  } finally {
    setNumThreads(before);
  }
}
