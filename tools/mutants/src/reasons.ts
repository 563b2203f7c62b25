/** Why mutants of the source survive: rules over what was changed, and where. */
import type { Survivor } from './outcome.ts';
import { RULES } from './rules/index.ts';

export const REASONS = {
  end: 'One step past the end of an array reads undefined and writes nothing.',
  equal: 'Where the comparison changes its answer, both branches give the same.',
  shorter: 'A shorter way: with and without it the result is the same.',
  pieces: 'How work is cut into pieces for threads; results do not depend on it.',
  memory: 'When memory goes back to the heap; the collector takes what is left over.',
  grows: 'An array grows as it is written, whatever its length at the beginning.',
  words: 'What an error or a console says, or which of two errors it is.',
  refusal: 'Whether bad input is refused here or later; examples and garbage from strangers hold to it, not laws.',
  copy: 'Whether a kernel reads strides by itself or is given a copy.',
  spare: 'More is made than is needed; what is used is the same.',
  order: 'In which order things are computed that do not depend on one another.',
  digits: 'In how many digits sums are kept; results are within their bounds either way.',
  twin: 'The plain twin of a kernel for a case that only the kernel runs.',
  host: 'What surroundings say and give: variables of the environment, devices, threads, modules, hooks of consoles.',
} as const;

export type Reason = keyof typeof REASONS;

export interface Rule {
  readonly reason: Reason;
  /** Where: package and file, from its beginning. Default: anywhere. */
  readonly in?: string;
  /** The line that the change begins on. */
  readonly line?: RegExp;
  readonly kind?: string;
  readonly from?: RegExp;
  readonly to?: RegExp;
  /** Only a comparison that answers otherwise where both sides are equal. */
  readonly isEdge?: true;
}

/** Why this mutant of a package survives; null where nobody has said yet. */
export function reasonOf(own: string, survivor: Survivor): Reason | null {
  const path = `${own}/${survivor.file}`;
  const rule = RULES.find(
    (one) =>
      (one.in === undefined || path.startsWith(one.in)) &&
      (one.kind === undefined || one.kind === survivor.kind) &&
      matches(one.line, survivor.line) &&
      matches(one.from, survivor.from) &&
      matches(one.to, survivor.to) &&
      (one.isEdge === undefined || movesEdge(survivor)),
  );
  return rule?.reason ?? null;
}

/** `<` for `<=`, `>` for `>=`, or the other way round, and nothing else. */
function movesEdge({ from, to }: Survivor): boolean {
  const loose = (code: string): string => code.replaceAll('<=', '<').replaceAll('>=', '>').replaceAll(/\s/g, '');
  return loose(from) === loose(to);
}

function matches(pattern: RegExp | undefined, text: string): boolean {
  return pattern === undefined || pattern.test(text);
}
