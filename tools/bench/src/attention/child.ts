/** A process of its own for one measurement, so that none inherits another's memory. Sends what it found and ends. */
import { setNumThreads } from '@tessera/kernels';
import { measure, type Task } from './measure.ts';

const { threads, ...task } = JSON.parse(process.argv[2] as string) as Task & { readonly threads: number };
setNumThreads(threads);
process.send?.(measure(task), () => process.exit());
