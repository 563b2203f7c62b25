/**
 * How long the docs, the tests and the tools take to type-check, beside the same files against declarations without shapes.
 * Both take turns, so that they meet the same noise: `pnpm --filter @tessera/shapes speed [ROUNDS]`.
 */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Kind, type Program, preparePrograms } from './programs.ts';

const TSC = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
const ROUNDS = Number(process.argv[2] ?? 5);

interface Sample {
  readonly total: number;
  readonly check: number;
  readonly instantiations: number;
}

function measure(config: string): Sample {
  let said: string;
  try {
    said = execFileSync(process.execPath, [TSC, '-p', config, '--extendedDiagnostics'], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
  } catch (error) {
    // Expected errors that are none without shapes make the exit code 1.
    said = (error as { stdout: string }).stdout;
  }
  const number = (label: string): number => Number(new RegExp(`^${label}:\\s+([\\d.]+)`, 'm').exec(said)?.[1]);
  return { check: number('Check time'), total: number('Total time'), instantiations: number('Instantiations') };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] as number;

/** One after the other, their figures added. */
function measureAll(programs: readonly Program[], kind: Kind): Sample {
  const samples = programs.map((program) => measure(program[kind]));
  const sum = (figure: keyof Sample): number => samples.reduce((sofar, sample) => sofar + sample[figure], 0);
  return { total: sum('total'), check: sum('check'), instantiations: sum('instantiations') };
}

function compare(title: string, programs: readonly Program[]): void {
  const samples: Record<Kind, Sample[]> = { shaped: [], plain: [] };
  for (let round = -1; round < ROUNDS; round++) {
    for (const kind of round % 2 === 0 ? (['shaped', 'plain'] as const) : (['plain', 'shaped'] as const)) {
      const sample = measureAll(programs, kind);
      if (round >= 0) samples[kind].push(sample);
    }
  }
  console.log(title);
  for (const figure of ['total', 'check', 'instantiations'] as const) {
    const shaped = samples.shaped.map((sample) => sample[figure]);
    const plain = samples.plain.map((sample) => sample[figure]);
    const ratios = shaped.map((value, round) => value / (plain[round] as number));
    const write = (value: number): string => (figure === 'instantiations' ? `${value}` : `${value.toFixed(2)} s`);
    console.log(
      `  ${figure}: ${write(median(shaped))} with shapes, ${write(median(plain))} without; ratio ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`,
    );
  }
}

execFileSync(process.execPath, [TSC, '-b', join(import.meta.dirname, '../../../../packages')]);
const { whole, projects } = preparePrograms();
compare(`${projects.length} projects, a program for each, as npm run typecheck has them`, projects);
compare('all of it in one program', [whole]);
