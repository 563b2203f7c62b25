/** Expressions for the compiler and the running library to judge, and what both must say of them. */
import fc from 'fast-check';
import type { Compiled } from './compile.ts';
import { layerOps } from './draw/layerOps.ts';
import { tensorOps } from './draw/tensorOps.ts';
import { evaluate, NAMES } from './evaluate.ts';

export interface Row {
  readonly family: string;
  /** The expression with every size in it, as the library runs it. */
  readonly expression: string;
  /** The same with less for the compiler to know. */
  readonly vague: string;
}

/** Some rows of every family of ops; the same seed draws the same ones. */
export function drawRows(seed: number, perFamily: number): Row[] {
  return Object.entries({ ...tensorOps, ...layerOps }).flatMap(([family, expressions]) => {
    const drawn = fc.sample(fc.tuple(expressions, fc.infiniteStream(fc.nat(3))), { seed, numRuns: perFamily });
    return drawn.map(([expression, choices]) => ({ family, expression, vague: blur(expression, choices) }));
  });
}

/** `zeros(2, 3)` -> `zeros(2, 3 as number)`, or `(zeros(2, 3) as Tensor)`. */
function blur(expression: string, choices: Iterator<number>): string {
  const choose = (): number => choices.next().value as number;
  return expression.replaceAll(/\bzeros\(([^()[\]{}]*)\)/g, (call, sizes: string) => {
    if (choose() === 0) return `(${call} as Tensor)`;
    return `zeros(${sizes.replaceAll(/\d+/g, (digits) => (choose() > 1 ? digits : `${digits} as number`))})`;
  });
}

/** A module with a line for every expression, the first of them on line 2. */
export function moduleOf(expressions: readonly string[]): string {
  const used = (names: readonly string[]): string =>
    names.filter((name) => expressions.some((expression) => new RegExp(`\\b${name}\\b`).test(expression))).join(', ');
  const parts = Object.entries(NAMES).map(([module, names]) => `import { ${used(names)} } from '${module}';`);
  const types = "import type { Tensor, ValuesAndIndices } from '@tessera/tensor';";
  return [[...parts, types].join(' '), ...expressions.map((text, i) => `export const r${i} = ${text};`)].join('\n');
}

/** What the compiler says of the expression on line i + 2. */
interface Judged {
  readonly type: string;
  /** The sentence of a rule, or whatever else the compiler has against it. */
  readonly sentence: string | undefined;
}

/** The sentence of the rule that an error message shows (or sentences, of several shapes), or the message itself. */
export function sentenceOf(message: string): string {
  const sentences = [...message.matchAll(/\{ error: "(.*?)"; \}/g)].map(([, sentence]) => sentence);
  return sentences.length === 0 ? message : sentences.join(' | ');
}

function judged(compiled: Compiled, file: string, i: number): Judged {
  const mistake = compiled.mistakes.find((found) => found.line === i + 2 && found.file.endsWith(`${file}.ts`));
  const sentence = mistake && sentenceOf(mistake.message);
  return { type: compiled.types.get(`${file}.r${i}`) ?? 'nothing', sentence };
}

/** Where the compiler and the library say different things; one line each. */
export function disagreements(rows: readonly Row[], compiled: Compiled, file: string): string[] {
  return rows.flatMap(({ expression }, i) => {
    const verdict = evaluate(expression);
    const { type, sentence } = judged(compiled, file, i);
    const said = sentence ?? type;
    if ('type' in verdict)
      return sentence === undefined && type === verdict.type
        ? []
        : [`${expression}\n  runs: ${verdict.type}\n  compiler: ${said}`];
    return sentence !== undefined && verdict.refusal.startsWith(sentence)
      ? []
      : [`${expression}\n  runs: ${verdict.refusal}\n  compiler: ${said}`];
  });
}

/** Where the compiler refuses what runs, or claims what is not so, although it knows less. */
export function falseClaims(rows: readonly Row[], compiled: Compiled, file: string): string[] {
  return rows.flatMap(({ expression, vague }, i) => {
    const verdict = evaluate(expression);
    if (!('type' in verdict)) return [];
    const { type, sentence } = judged(compiled, file, i);
    return sentence === undefined && admits(type, verdict.type)
      ? []
      : [`${vague}\n  runs: ${verdict.type}\n  compiler: ${sentence ?? type}`];
  });
}

/** Whether a type that knows less allows for one that knows all. */
function admits(vague: string, exact: string): boolean {
  if (vague === 'Tensor' || /^\(?(Tensor<.*>\)?\[\]|Tensor<.*> \| .*)$/.test(vague)) return true;
  const pattern = vague
    .replaceAll(/[[\]]/g, '\\$&')
    .replaceAll(/\bnumber\b/g, '\\d+')
    .replaceAll('Shape', 'readonly \\[[\\d, ]*\\]');
  return new RegExp(`^${pattern}$`).test(exact);
}
