/**
 * The greatest error of every elementary function over all 2^32 float32 inputs, in units in the last place, against its
 * meaning in float64: `pnpm laws ulps [NAME ...] [--processes N]`. What has been measured is kept; a name measures again.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ElementwiseOp, Op } from '@tessera/tensor';
import { opTable } from '@tessera/tensor/testing';
import { attributesOf, type Measured, measure } from './ulpsOfOp.ts';

const RESULTS: string = join(import.meta.dirname, '../results/ulps.json');

/** The ops of one operand that have a kernel of their own; all others round their meaning once. */
export function elementaryOps(): ElementwiseOp<string, object>[] {
  const isElementary = (op: Op): op is ElementwiseOp<string, object> =>
    op.kind === 'elementwise' && op.operands.length === 1 && op.kernel !== undefined;
  return opTable().filter(isElementary);
}

export function readResults(): Measured[] {
  return existsSync(RESULTS) ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as Measured[]) : [];
}

function keep(result: Measured): void {
  const others = readResults().filter(({ op }) => op !== result.op);
  const all = [...others, result].sort((a, b) => (a.op < b.op ? -1 : 1));
  mkdirSync(dirname(RESULTS), { recursive: true });
  writeFileSync(RESULTS, `${JSON.stringify(all, null, 1)}\n`);
}

/** Measures what has no result yet, or the ops that are named, in processes side by side; gives 1 if one is worse than declared. */
export async function measureAll(
  names: readonly string[],
  processes: number = availableParallelism(),
): Promise<number> {
  const known = new Set(readResults().map(({ op }) => op));
  const queue = elementaryOps().filter(({ name }) => (names.length > 0 ? names.includes(name) : !known.has(name)));
  const worker = async (): Promise<void> => {
    for (let op = queue.shift(); op !== undefined; op = queue.shift()) {
      const result = await inProcess(op.name);
      keep(result);
      console.log(lineOf(result));
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, processes) }, worker));
  return readResults().some(({ worst, declared, wrong }) => worst > declared || wrong > 0) ? 1 : 0;
}

function inProcess(name: string): Promise<Measured> {
  const child = spawn(process.execPath, ['--import', 'tsx', import.meta.filename, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    let last = '';
    createInterface({ input: child.stdout }).on('line', (line) => {
      last = line;
    });
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(last) as Measured);
      else reject(new Error(`${name}: the process ended with code ${code}`));
    });
  });
}

function lineOf({ op, declared, worst, at, wrong, seconds }: Measured): string {
  const judged = worst <= declared && wrong === 0 ? 'ok' : 'WORSE THAN DECLARED';
  return `${op.padEnd(14)} ${worst.toFixed(3)} ulp at ${at} (declared ${declared}), ${wrong} of another class, ${seconds.toFixed(0)} s: ${judged}`;
}

if (process.argv[1] === import.meta.filename) {
  const op = elementaryOps().find(({ name }) => name === process.argv[2]);
  if (op === undefined) throw new Error(`there is no elementary function '${process.argv[2]}'`);
  console.log(JSON.stringify(measure(op, attributesOf(op))));
}
