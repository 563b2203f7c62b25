/** Whole numbers as text, for the compiler: written from their lowest digit where nothing else is said. */

/** A digit as a list of that length. */
export type Ones = {
  '0': [];
  '1': [0];
  '2': [0, 0];
  '3': [0, 0, 0];
  '4': [0, 0, 0, 0];
  '5': [0, 0, 0, 0, 0];
  '6': [0, 0, 0, 0, 0, 0];
  '7': [0, 0, 0, 0, 0, 0, 0];
  '8': [0, 0, 0, 0, 0, 0, 0, 0];
  '9': [0, 0, 0, 0, 0, 0, 0, 0, 0];
};
export type Digit = keyof Ones;

/** A list, a digit's number of times. */
export type Copies<T extends 0[], D extends Digit> = {
  '0': [];
  '1': T;
  '2': [...T, ...T];
  '3': [...T, ...T, ...T];
  '4': [...T, ...T, ...T, ...T];
  '5': [...T, ...T, ...T, ...T, ...T];
  '6': [...T, ...T, ...T, ...T, ...T, ...T];
  '7': [...T, ...T, ...T, ...T, ...T, ...T, ...T];
  '8': [...T, ...T, ...T, ...T, ...T, ...T, ...T, ...T];
  '9': [...T, ...T, ...T, ...T, ...T, ...T, ...T, ...T, ...T];
}[D];

/** a b + c + carry, two digits at most, as text. */
type Fused<
  A extends Digit,
  B extends Digit,
  C extends Digit,
  Carry extends Digit,
> = `${[...Copies<Ones[A], B>, ...Ones[C], ...Ones[Carry]]['length'] & number}`;

/** The lowest digit and the rest of a number written from its lowest digit. */
type Split<N extends string> = N extends `${infer Low extends Digit}${infer Rest}` ? [Low, Rest] : ['0', ''];

/** A d + C, where A, C and the answer are written from their lowest digit and d is one digit. */
export type Row<
  A extends string,
  D extends Digit,
  C extends string,
  Carry extends Digit = '0',
  Out extends string = '',
> = A extends ''
  ? C extends ''
    ? Carry extends '0'
      ? Out
      : `${Out}${Carry}`
    : RowStep<Split<A>, D, Split<C>, Carry, Out>
  : RowStep<Split<A>, D, Split<C>, Carry, Out>;
type RowStep<
  A extends [Digit, string],
  D extends Digit,
  C extends [Digit, string],
  Carry extends Digit,
  Out extends string,
> =
  Fused<A[0], D, C[0], Carry> extends infer F
    ? F extends `${infer Tens extends Digit}${infer Low extends Digit}`
      ? Row<A[1], D, C[1], Tens, `${Out}${Low}`>
      : Row<A[1], D, C[1], '0', `${Out}${F & string}`>
    : never;

/** A B, both from their lowest digit. */
export type Times<
  A extends string,
  B extends string,
  Sofar extends string = '',
  Out extends string = '',
> = B extends `${infer D extends Digit}${infer Rest}`
  ? Row<A, D, Sofar> extends `${infer Low}${infer High}`
    ? Times<A, Rest, High, `${Out}${Low}`>
    : never
  : `${Out}${Sofar}`;

/** What makes nine of a digit. */
type Nines = { '0': '9'; '1': '8'; '2': '7'; '3': '6'; '4': '5'; '5': '4'; '6': '3'; '7': '2'; '8': '1'; '9': '0' };

/** A - B from the lowest digit, perhaps with zeros above; never where B is greater. Adds the ten's complement of B. */
export type Minus<
  A extends string,
  B extends string,
  Carry extends Digit = '1',
  Out extends string = '',
> = A extends `${infer a extends Digit}${infer As}`
  ? Split<B> extends [infer b extends Digit, infer Bs extends string]
    ? Fused<a, '1', Nines[b], Carry> extends infer F
      ? F extends `1${infer Low extends Digit}`
        ? Minus<As, Bs, '1', `${Out}${Low}`>
        : Minus<As, Bs, '0', `${Out}${F & string}`>
      : never
    : never
  : B extends ''
    ? Carry extends '1'
      ? Out
      : never
    : never;

/** How often B goes into A, and what is left. */
type Count<A extends string, B extends string, N extends 0[] = []> =
  Minus<A, B> extends infer Less
    ? [Less] extends [never]
      ? [N['length'], A]
      : Count<Less & string, B, [...N, 0]>
    : never;

/** A / B with A from its highest digit, B from its lowest: [quotient from the highest, remainder from the lowest]. */
export type Division<
  A extends string,
  B extends string,
  Left extends string = '',
  Out extends string = '',
> = A extends `${infer D}${infer Rest}`
  ? Count<`${D}${Left}`, B> extends [infer Q extends number, infer R extends string]
    ? Division<Rest, B, R, `${Out}${Q}`>
    : never
  : [Out, Left];

/** A number written from its other end. */
export type Reverse<N extends string, Out extends string = ''> = N extends `${infer D}${infer Rest}`
  ? Reverse<Rest, `${D}${Out}`>
  : Out;
