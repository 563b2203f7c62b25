/** A law: what holds of every subject (an op, a layer, a loss, an optimizer) to which it applies, on drawn examples. */
import fc from 'fast-check';
import type { Op } from '../op.ts';
import type { ToleranceClass } from './bounds/index.ts';
import { LawError } from './expectWithin.ts';
import { describeCase, type OpCase } from './opCase.ts';

export interface Law<Subject = Op, Example = OpCase> {
  /** A short sentence: what holds. */
  readonly name: string;
  /** One line of mathematics. */
  readonly formula: string;
  /** The classes of tolerance with which results are compared. */
  readonly tolerance: ToleranceClass | readonly ToleranceClass[];
  /** Which rows of the catalogue of laws it states. */
  readonly rows: readonly number[];
  /** Whether it says anything about this subject. */
  applies(subject: Subject): boolean;
  /** Draws an example. */
  draw(subject: Subject, gen: fc.GeneratorValue): Example;
  /** Throws where the law does not hold of the example. */
  check(subject: Subject, example: Example, gen: fc.GeneratorValue): void;
  /** What to change in a subject that breaks it. */
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
  /** Only laws whose name contains this. */
  readonly law?: string;
  /** Checks this example, as a failure prints it, in place of the one drawn first. */
  readonly example?: object;
}

/** What a law was checked on. */
export interface LawOutcome {
  readonly runs: number;
  readonly seed: number;
}

/** How many examples may not fit a law before one does. */
const MOST_SKIPS = 1000;

/** A law that does not hold: where to begin to see it again. */
export class LawFailure extends LawError {
  readonly seed: number;
  readonly path: string;

  constructor(message: string, { seed, path, cause }: { seed: number; path: string; cause: unknown }) {
    super(message, { cause });
    this.seed = seed;
    this.path = path;
  }
}

/**
 * Throws a LawError where `law` does not hold of `subject`, with the smallest example found and what to change.
 *
 * @example
 * for (const law of opLaws(op)) test(law.name, () => checkLaw(op, law));
 */
export function checkLaw<Example extends object>(
  subject: { readonly name: string },
  law: Law<never, Example>,
  options: LawOptions = {},
): LawOutcome {
  const { runs = fc.readConfigureGlobal().numRuns ?? 100, seed, path, example: given } = options;
  let example: Example | undefined;
  const property = fc.property(fc.gen(), (gen) => {
    example = undefined;
    const drawn = law.draw(subject as never, gen);
    example = (given as Example | undefined) ?? drawn;
    try {
      law.check(subject as never, example, gen);
    } catch (error) {
      if (fc.PreconditionFailure.isFailure(error)) throw error;
      throw new Breach(error, example);
    }
  });
  const outcome = fc.check(property, {
    maxSkipsPerRun: MOST_SKIPS,
    numRuns: given === undefined ? Math.max(1, Math.ceil(runs * (law.share ?? 0.2))) : 1,
    ...(seed !== undefined && { seed }),
    ...(path !== undefined && { path }),
  });
  if (!outcome.failed) return { runs: outcome.numRuns, seed: outcome.seed };
  const found = { seed: outcome.seed, path: outcome.counterexamplePath ?? '' };
  throw new LawFailure(
    `${subject.name}: ${law.name}: does not hold: ${reason(outcome.errorInstance)}\n  change: ${law.remedy}\n  again: ${againOf(law, found, outcome.errorInstance)}`,
    { ...found, cause: outcome.errorInstance },
  );
}

/** Checks a subject against every law of a list that applies to it, or those that the options name. */
export function checkLaws<Subject extends { readonly name: string }>(
  subject: Subject,
  laws: readonly Law<Subject, object>[],
  { law: pattern = '', ...options }: LawOptions = {},
): void {
  const meant = laws.filter((law) => law.name.includes(pattern) && law.applies(subject));
  if (meant.length === 0) {
    const names = laws.map(({ name }) => `'${name}'`).join(', ');
    throw new LawError(`${subject.name}: no law that applies contains '${pattern}'; try one of ${names}`);
  }
  for (const law of meant) checkLaw(subject, law, options);
}

/** A failed check with its example. */
class Breach extends Error {
  readonly example: object;

  constructor(cause: unknown, example: object) {
    super(`${causeText(cause)}\n  for ${described(example)}`, { cause });
    this.example = example;
  }
}

function described(example: object): string {
  return 'inputs' in example && 'attributes' in example ? describeCase(example as OpCase) : fc.stringify(example);
}

/** Examples with more characters are found again by seed and path alone. */
const LONGEST = 1200;

/** Options that show the failure again, to be pasted into the check. */
function againOf(
  law: { readonly name: string },
  { seed, path }: { seed: number; path: string },
  error: unknown,
): string {
  const example = error instanceof Breach ? fc.stringify(error.example) : '';
  const pasted = example !== '' && example.length <= LONGEST ? `, example: ${example}` : '';
  return `{ law: ${JSON.stringify(law.name)}, seed: ${seed}, path: '${path}'${pasted} }`;
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
