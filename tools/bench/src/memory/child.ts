/** A process of its own for one measurement, so that none inherits another's memory. Sends what it found and ends. */
import { compareWithTidy } from './comparison.ts';
import { recordCurve } from './curve.ts';

const [what, steps] = process.argv.slice(2);
const found = what === 'curve' ? recordCurve(Number(steps)) : compareWithTidy(Number(steps));
process.send?.(found, () => process.exit());
