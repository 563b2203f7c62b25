/** A law: what holds of every op to which it applies, checked on drawn examples. */
import fc from 'fast-check';
import type { Op } from '../op.ts';
import { LawError } from './expectWithin.ts';
import { describeCase, type OpCase } from './opCase.ts';

export interface Law {
  /** A short sentence: what holds. */
  readonly name: string;
  /** Whether it says anything about this op, by the fields of its record. */
  applies(op: Op): boolean;
  /** Draws an example. */
  draw(op: Op, gen: fc.GeneratorValue): OpCase;
  /** Throws where the law does not hold of the example. */
  check(op: Op, example: OpCase, gen: fc.GeneratorValue): void;
  /** What to change in a record that breaks it. */
  readonly remedy: string;
  /** The part of the examples asked for that the law takes; costly laws take few. Default 0.2. */
  readonly share?: number;
}

export interface LawOptions {
  /** Examples to draw, of which every law takes its share. Default 100, or fast-check's global `numRuns`. */
  readonly runs?: number;
  /** Where to begin drawing: the seed and path that a failure names. */
  readonly seed?: number;
  readonly path?: string;
}

/**
 * Throws a LawError where `law` does not hold of `op`, with the smallest example found and what to change.
 *
 * @example
 * for (const law of opLaws(op)) test(law.name, () => checkLaw(op, law));
 */
export function checkLaw<A extends object>(record: Op<string, A>, law: Law, options: LawOptions = {}): void {
  const op = record as Op;
  const { runs = fc.readConfigureGlobal().numRuns ?? 100, seed, path } = options;
  let example: OpCase | null = null;
  const property = fc.property(fc.gen(), (gen) => {
    example = null;
    example = law.draw(op, gen);
    try {
      law.check(op, example, gen);
    } catch (error) {
      if (fc.PreconditionFailure.isFailure(error)) throw error;
      throw new Breach(error, example);
    }
  });
  const numRuns = Math.max(1, Math.ceil(runs * (law.share ?? 0.2)));
  const outcome = fc.check(property, {
    numRuns,
    ...(seed !== undefined && { seed }),
    ...(path !== undefined && { path }),
  });
  if (!outcome.failed) return;
  const again = `{ seed: ${outcome.seed}, path: '${outcome.counterexamplePath ?? ''}' }`;
  throw new LawError(
    `${op.name}: ${law.name}: does not hold: ${reason(outcome.errorInstance)}\n  change: ${law.remedy}\n  again: checkLaw(${op.name}, law, ${again})`,
    {
      cause: outcome.errorInstance,
    },
  );
}

/** A failed check with its example. */
class Breach extends Error {
  constructor(cause: unknown, example: OpCase) {
    super(`${causeText(cause)}\n  for ${describeCase(example)}`, { cause });
  }
}

function reason(error: unknown): string {
  if (error instanceof Error) return error instanceof Breach ? error.message : causeText(error);
  return 'no example could be drawn';
}

/** The message; of an error that nobody meant to throw, also where it came from. */
function causeText(error: unknown): string {
  if (error instanceof LawError || !(error instanceof Error))
    return String(error instanceof Error ? error.message : error);
  const where = error.stack?.split('\n').slice(1, 6).join('\n') ?? '';
  return `it threw ${error.name}: ${error.message}\n${where}`;
}
