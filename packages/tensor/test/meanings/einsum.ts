import type { DType, Tensor } from '@tessera/tensor';
import fc from 'fast-check';
import { T } from './called.ts';
import { contracted, dtypes, of, size } from './contracted.ts';
import type { Case, Loose, Plain } from './plain.ts';
import { tensorOf } from './plain.ts';

/** One term of an equation: its letters, among them perhaps dimensions without names. */
interface DrawnTerm {
  readonly letters: readonly string[];
  /** Where `...` stands, and how many dimensions it hides. */
  readonly hidden: { readonly at: number; readonly count: number } | null;
  readonly x: Plain;
}

const SIZES: Readonly<Record<string, number>> = { a: 2, b: 3, C: 1, d: 2 };
const HIDDEN = [2, 3] as const;
const hiddenNames = (count: number): string[] => Array.from({ length: count }, (_, i) => `...${count - i}`);

const termOf = (dtype: DType): fc.Arbitrary<DrawnTerm> =>
  fc
    .record({
      letters: fc.array(fc.constantFrom(...Object.keys(SIZES)), { maxLength: 3 }),
      ones: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
      hidden: fc.option(fc.record({ at: fc.nat(3), count: fc.nat(HIDDEN.length) })),
    })
    .chain(({ letters, ones, hidden }) => {
      const isOnce = (letter: string): boolean => letters.indexOf(letter) === letters.lastIndexOf(letter);
      const named = letters.map((letter, i) => (ones[i] && isOnce(letter) ? 1 : (SIZES[letter] as number)));
      const place = hidden && { ...hidden, at: Math.min(hidden.at, letters.length) };
      const between = place ? HIDDEN.slice(HIDDEN.length - place.count).map((n, i) => (ones[3 + i] ? 1 : n)) : [];
      const shape = place ? named.toSpliced(place.at, 0, ...between) : named;
      return of(dtype, shape).map((x) => ({ letters, hidden: place, x }));
    });

export const einsum: fc.Arbitrary<Case> = dtypes.chain((dtype) =>
  fc
    .tuple(fc.array(termOf(dtype), { minLength: 1, maxLength: 3 }), fc.option(fc.nat(1e6)), fc.boolean(), fc.boolean())
    .map(([terms, pick, isSpaced, isList]) => {
      const text = ({ letters, hidden }: DrawnTerm): string =>
        (hidden ? letters.toSpliced(hidden.at, 0, '...') : letters).join('');
      const labels = ({ letters, hidden }: DrawnTerm): string[] =>
        hidden ? letters.toSpliced(hidden.at, 0, ...hiddenNames(hidden.count)) : [...letters];
      const all = terms.flatMap(({ letters }) => letters);
      const rest = hiddenNames(Math.max(...terms.map(({ hidden }) => hidden?.count ?? 0)));
      const distinct = [...new Set(all)];
      // Some of the letters in some order, and the hidden ones before, after or not at all.
      const kept = pick === null ? [] : distinct.filter((_, i) => (pick >> i) & 1);
      const ordered = pick !== null && (pick >> 5) & 1 ? kept.toReversed() : kept;
      const place = pick === null || terms.every(({ hidden }) => !hidden) ? 2 : (pick >> 6) % 3;
      const once = distinct.filter((letter) => all.indexOf(letter) === all.lastIndexOf(letter)).sort();
      const output =
        pick === null ? [...rest, ...once] : [...(place === 0 ? rest : []), ...ordered, ...(place === 1 ? rest : [])];
      const right = pick === null ? '' : `->${place === 0 ? '...' : ''}${ordered.join('')}${place === 1 ? '...' : ''}`;
      const equationText = `${terms.map(text).join(isSpaced ? ' , ' : ',')}${right}`;
      const isSummed = terms.length === 1 && new Set(terms.flatMap(labels)).size > output.length;
      const tensors = (): Tensor[] => terms.map(({ x }) => tensorOf(x));
      return {
        run: () =>
          isList ? (T.einsum as Loose)(equationText, tensors()) : (T.einsum as Loose)(equationText, ...tensors()),
        means: contracted(
          terms.map((term) => ({ x: term.x, labels: labels(term) })),
          output,
          isSummed && !dtype.startsWith('float') ? 'int32' : dtype,
        ),
      };
    }),
);

export const tensordot: fc.Arbitrary<Case> = fc
  .record({
    dtype: dtypes,
    left: fc.array(size, { maxLength: 2 }),
    pairs: fc.array(fc.tuple(size, fc.constantFrom(null, 'left', 'right')), { maxLength: 2 }),
    right: fc.array(size, { maxLength: 2 }),
    form: fc.constantFrom('count', 'lists', 'lists from the back', 'default'),
  })
  .chain(({ dtype, left, pairs, right, form }) => {
    // One of a pair may be of size 1.
    const from = pairs.map(([n, one]) => (one === 'left' ? 1 : n));
    const to = pairs.map(([n, one]) => (one === 'right' ? 1 : n));
    const isReversed = form.startsWith('lists');
    const second = isReversed ? to.toReversed() : to;
    return fc.tuple(of(dtype, [...left, ...from]), of(dtype, [...second, ...right])).map(([a, b]) => {
      const pairNames = pairs.map((_, i) => `pair ${i}`);
      const leftNames = left.map((_, i) => `left ${i}`);
      const rightNames = right.map((_, i) => `right ${i}`);
      const dims = [pairs.map((_, i) => left.length + i), pairs.map((_, i) => pairs.length - 1 - i)] as const;
      const fromBack = [dims[0].map((d) => d - a.shape.length), dims[1].map((d) => d - b.shape.length)];
      const given = { count: [pairs.length], lists: [dims], 'lists from the back': [fromBack], default: [] }[form];
      return {
        run: () =>
          (T.tensordot as Loose)(
            tensorOf(a),
            tensorOf(b),
            ...(form === 'default' && pairs.length !== 2 ? [pairs.length] : given),
          ),
        means: contracted(
          [
            { x: a, labels: [...leftNames, ...pairNames] },
            { x: b, labels: [...(isReversed ? pairNames.toReversed() : pairNames), ...rightNames] },
          ],
          [...leftNames, ...rightNames],
          dtype,
        ),
      };
    });
  });
