/** Einstein's notation as PyTorch reads it: letters for dimensions, `...` for the rest, `->` before the result's. */
import type { ShowAll, StretchedSize } from '../../core/broadcast.ts';
import { ShapeError, ValueError } from '../../core/errors.ts';
import type { Agreed, IsRanked, RankOf, Show, ShowSize } from '../../core/rule.ts';
import { describe, formatShape, type Shape } from '../../core/shape.ts';
import type { Difference } from '../../core/sizes.ts';

/** What an equation says about operands of given shapes: a label for every dimension of each, and of the result. */
export interface Equation {
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
  /** The size of every label. */
  readonly sizes: ReadonlyMap<string, number>;
}

/** The shape rule of `einsum` for an equation without `...`. */
export type EinsumShape<E extends string, Shapes extends readonly Shape[]> = string extends E
  ? Shape
  : number extends RankOf<Shapes>
    ? Shape
    : IsRanked<Shapes[number]> extends true
      ? Bare<E> extends infer Text extends string
        ? Text extends `${string}.${string}`
          ? Shape
          : Text extends `${infer Left}->${infer Right}`
            ? Evaluated<E, Terms<Left>, Shapes, Right>
            : Evaluated<E, Terms<Text>, Shapes, Once<Terms<Text>>>
        : never
      : Shape;

/** An equation without its spaces. */
type Bare<E extends string> = E extends `${infer A} ${infer B}` ? Bare<`${A}${B}`> : E;

type Terms<E extends string, Out extends string[] = []> = E extends `${infer First},${infer Rest}`
  ? Terms<Rest, [...Out, First]>
  : [...Out, E];

type Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The letters that stand once in all the terms, capitals first. */
type Once<
  T extends string[],
  Letters extends string = Alphabet,
  Out extends string = '',
> = Letters extends `${infer L}${infer Rest}`
  ? Once<
      T,
      Rest,
      Together<T> extends `${infer A}${L}${infer B}`
        ? `${A}${B}` extends `${string}${L}${string}`
          ? Out
          : `${Out}${L}`
        : Out
    >
  : Out;

type Together<T extends string[], Out extends string = ''> = T extends [
  infer First extends string,
  ...infer Rest extends string[],
]
  ? Together<Rest, `${Out}${First}`>
  : Out;

type Evaluated<E extends string, T extends string[], Shapes extends readonly Shape[], Result extends string> =
  RankOf<T> extends RankOf<Shapes>
    ? Labelled<E, T, Shapes, Shapes> extends infer Sizes
      ? Sizes extends string
        ? Sizes
        : Output<E, Result, Sizes>
      : never
    : `einsum: the equation must name every operand once; got ${RankOf<T>} in '${E}' for ${RankOf<Shapes>} tensors`;

/** The size of every letter, or a sentence. */
type Labelled<
  E extends string,
  T extends string[],
  Rest extends readonly Shape[],
  All extends readonly Shape[],
  Sizes = object,
> = T extends [infer Term extends string, ...infer Terms extends string[]]
  ? Rest extends readonly [infer S extends Shape, ...infer More extends readonly Shape[]]
    ? TermSizes<E, Term, S, All, Sizes> extends infer Next
      ? Next extends string
        ? Next extends 'rank'
          ? `einsum: a term must have a letter for every dimension, or '...'; got '${Term}' in '${E}' for operand ${Position<All, Rest>} of shape ${Show<S>}`
          : Next
        : Labelled<E, Terms, More, All, Next>
      : never
    : never
  : Sizes;

/** How many operands come before. */
type Position<All extends readonly Shape[], Rest extends readonly Shape[]> = Difference<RankOf<All>, RankOf<Rest>>;

type TermSizes<
  E extends string,
  Term extends string,
  S extends Shape,
  All extends readonly Shape[],
  Sizes,
  Here = object,
> = Term extends `${infer L}${infer Letters}`
  ? S extends readonly [infer N extends number, ...infer Rest extends Shape]
    ? L extends keyof Here
      ? [Agreed<Here[L] & number, N>] extends [never]
        ? Differ<E, L, Here[L] & number, N, All>
        : TermSizes<E, Letters, Rest, All, Sizes, Here>
      : StretchedSize<L extends keyof Sizes ? Sizes[L] & number : 1, N> extends infer Size
        ? Size extends false
          ? Differ<E, L, Sizes[L & keyof Sizes] & number, N, All>
          : TermSizes<
              E,
              Letters,
              Rest,
              All,
              { [P in keyof Sizes | L]: P extends L ? Size : Sizes[P & keyof Sizes] },
              Here & { [P in L]: N }
            >
        : never
    : 'rank'
  : S extends readonly []
    ? Sizes
    : 'rank';

type Differ<
  E extends string,
  L extends string,
  A extends number,
  B extends number,
  All extends readonly Shape[],
> = `einsum: a letter must have one size everywhere; got ${ShowSize<A>} and ${ShowSize<B>} for '${L}' in '${E}' of ${ShowAll<All>}`;

type Output<
  E extends string,
  Letters extends string,
  Sizes,
  Out extends Shape = readonly [],
> = Letters extends `${infer L}${infer Rest}`
  ? L extends keyof Sizes
    ? Rest extends `${string}${L}${string}`
      ? `einsum: an equation has each letter once in the result, '${L}' too; got '${E}'`
      : Output<E, Rest, Sizes, readonly [...Out, Sizes[L] & number]>
    : `einsum: an equation has a result made of letters of the operands, without '${L}'; got '${E}'`
  : Out;

/** Reads an equation and checks it against the operands. Dimensions under `...` get labels of their own, from the right. */
export function parseEquation(equation: unknown, shapes: readonly Shape[]): Equation {
  if (typeof equation !== 'string') {
    throw new ValueError(`einsum: equation must be a string; got ${describe(equation)}; try 'ij,jk->ik'`);
  }
  const [left, right, ...more] = equation.replaceAll(' ', '').split('->') as [string, string | undefined, ...string[]];
  if (more.length > 0) throw malformed(equation, 'at most one arrow');
  const terms = left.split(',').map((term) => tokens(equation, term));
  if (terms.length !== shapes.length) {
    throw new ValueError(
      `einsum: the equation must name every operand once; got ${terms.length} in '${equation}' for ${shapes.length} tensors; try terms separated by commas`,
    );
  }
  const inputs = terms.map((term, i) => labelsOf(equation, term, shapes[i] as Shape, i));
  const hidden = inputs.reduce((most, labels) => Math.max(most, labels.filter(isHidden).length), 0);
  const rest = Array.from({ length: hidden }, (_, i) => hiddenLabel(hidden - i));
  const output =
    right === undefined
      ? [...rest, ...lettersOnce(terms)]
      : tokens(equation, right).flatMap((token) => (token === '...' ? rest : [token]));
  const sizes = sizesOf(equation, inputs, shapes);
  for (const [i, label] of output.entries()) {
    if (!sizes.has(label)) throw malformed(equation, `a result made of letters of the operands, without '${label}'`);
    if (output.indexOf(label) !== i) throw malformed(equation, `each letter once in the result, '${label}' too`);
  }
  return { inputs, output, sizes };
}

/** Letters and `...`. */
function tokens(equation: string, term: string): string[] {
  const found: string[] = term.match(/\.\.\.|[a-zA-Z]/g) ?? [];
  if (found.join('') !== term) throw malformed(equation, "letters, '...', ',', '->' and spaces");
  if (found.indexOf('...') !== found.lastIndexOf('...')) throw malformed(equation, "one '...' for each tensor");
  return found;
}

function malformed(equation: string, rule: string): ValueError {
  return new ValueError(`einsum: an equation has ${rule}; got '${equation}'; try the form 'ij,jk->ik'`);
}

function hiddenLabel(fromTheRight: number): string {
  return `...${fromTheRight}`;
}

function isHidden(label: string): boolean {
  return label.startsWith('...');
}

function labelsOf(equation: string, term: readonly string[], shape: Shape, operand: number): string[] {
  const letters = term.filter((token) => token !== '...').length;
  const hidden = shape.length - letters;
  if (hidden < 0 || (hidden > 0 && letters === term.length)) {
    throw new ShapeError(
      `einsum: a term must have a letter for every dimension, or '...'; got '${term.join('')}' in '${equation}' for operand ${operand} of shape ${formatShape(shape)}; try ${shape.length} letters`,
    );
  }
  return term.flatMap((token) =>
    token === '...' ? Array.from({ length: hidden }, (_, i) => hiddenLabel(hidden - i)) : [token],
  );
}

/** The implicit result: every letter that stands once in all the operands, in the order of the alphabet, capitals first. */
function lettersOnce(terms: readonly (readonly string[])[]): string[] {
  const all = terms.flat().filter((token) => token !== '...');
  return all.filter((letter) => all.indexOf(letter) === all.lastIndexOf(letter)).sort();
}

function sizesOf(
  equation: string,
  inputs: readonly (readonly string[])[],
  shapes: readonly Shape[],
): Map<string, number> {
  const sizes = new Map<string, number>();
  inputs.forEach((labels, i) => {
    labels.forEach((label, d) => {
      const size = shapes[i]?.[d] as number;
      const before = labels.indexOf(label) < d ? (shapes[i]?.[labels.indexOf(label)] as number) : size;
      const known = sizes.get(label) ?? 1;
      // Between operands a size of 1 stretches, as in PyTorch; within one, a letter has one size.
      if (before !== size || (known !== size && known !== 1 && size !== 1)) {
        const name = isHidden(label) ? "'...'" : `'${label}'`;
        throw new ShapeError(
          `einsum: a letter must have one size everywhere; got ${known === 1 ? before : known} and ${size} for ${name} in '${equation}' of ${shapes.map(formatShape).join(' and ')}; try another letter or other shapes`,
        );
      }
      sizes.set(label, size === 1 ? known : size);
    });
  });
  return sizes;
}
