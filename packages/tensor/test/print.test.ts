import { law } from '@tessera/laws';
import { arange, full, ones, tensor, zeros } from '@tessera/tensor';
import { bounds, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tensors } from './meanings/draw.ts';
import { tensorOf } from './meanings/plain.ts';

// What PyTorch 1.13 prints, but for the names of dtypes and for bools, which are written as in JavaScript.

function printed(text: string): string {
  return text.replace(/^\n/, '').replace(/\n$/, '');
}

describe('numbers', () => {
  test('whole', () => {
    expect(String(tensor([1, 2, 3]))).toBe('tensor([1., 2., 3.])');
    expect(String(tensor([1, -20, 300]))).toBe('tensor([  1., -20., 300.])');
    expect(String(arange(4))).toBe('tensor([0, 1, 2, 3], dtype=int32)');
    expect(String(zeros(2, 2))).toBe('tensor([[0., 0.],\n        [0., 0.]])');
    expect(String(tensor([1, 10_000]))).toBe('tensor([1.0000e+00, 1.0000e+04])');
  });

  test('with a fraction', () => {
    expect(String(tensor([0.5, 12.25]))).toBe('tensor([ 0.5000, 12.2500])');
    expect(String(tensor([1e-5, 1]))).toBe('tensor([1.0000e-05, 1.0000e+00])');
    expect(String(tensor([1.5, 1e9]))).toBe('tensor([1.5000e+00, 1.0000e+09])');
    expect(String(tensor(1.5))).toBe('tensor(1.5000)');
    expect(String(tensor([0.1], { dtype: 'float64' }))).toBe('tensor([0.1000], dtype=float64)');
  });

  test('that are none', () => {
    expect(String(tensor([NaN, Infinity, -Infinity, 1.5]))).toBe('tensor([   nan,    inf,   -inf, 1.5000])');
    expect(String(tensor([1, NaN]))).toBe('tensor([1., nan])');
    expect(String(tensor([0, -Infinity]))).toBe('tensor([0., -inf])');
  });

  test('true and false', () => {
    expect(String(tensor([true, false]))).toBe('tensor([ true, false])');
  });
});

describe('shapes', () => {
  test('none, and without elements', () => {
    expect(String(tensor(3))).toBe('tensor(3.)');
    expect(String(tensor([]))).toBe('tensor([])');
    expect(String(zeros(0, 3))).toBe('tensor([], size=(0, 3))');
  });

  test('three dimensions', () => {
    expect(String(arange(8).reshape(2, 2, 2))).toBe(
      printed(`
tensor([[[0, 1],
         [2, 3]],

        [[4, 5],
         [6, 7]]], dtype=int32)
`),
    );
  });

  test('rows longer than a line', () => {
    expect(String(full([2, 10], 0.125))).toBe(
      printed(`
tensor([[0.1250, 0.1250, 0.1250, 0.1250, 0.1250, 0.1250, 0.1250, 0.1250, 0.1250,
         0.1250],
        [0.1250, 0.1250, 0.1250, 0.1250, 0.1250, 0.1250, 0.1250, 0.1250, 0.1250,
         0.1250]])
`),
    );
  });

  test('more than a thousand elements', () => {
    expect(String(arange(2000))).toBe('tensor([   0,    1,    2,  ..., 1997, 1998, 1999], dtype=int32)');
    expect(String(ones(101, 10))).toBe(
      printed(`
tensor([[1., 1., 1.,  ..., 1., 1., 1.],
        [1., 1., 1.,  ..., 1., 1., 1.],
        [1., 1., 1.,  ..., 1., 1., 1.],
        ...,
        [1., 1., 1.,  ..., 1., 1., 1.],
        [1., 1., 1.,  ..., 1., 1., 1.],
        [1., 1., 1.,  ..., 1., 1., 1.]])
`),
    );
  });

  test('a view prints its own elements', () => {
    expect(String(arange(6).reshape(2, 3).transpose(0, 1))).toBe(
      'tensor([[0, 3],\n        [1, 4],\n        [2, 5]], dtype=int32)',
    );
  });
});

describe('what is printed', () => {
  const DIGITS = 4;
  const magnitudes = fc
    .tuple(fc.integer({ min: -999, max: 999 }), fc.integer({ min: -7, max: 7 }), fc.constantFrom(0, 1))
    .map(([i, exponent, isScaled]) => (isScaled ? i * 10 ** exponent : i / 8));
  const any = fc.oneof({ arbitrary: magnitudes, weight: 5 }, fc.constantFrom(Number.NaN, Infinity, -Infinity, 0));
  const NAMES: Readonly<Record<string, number>> = {
    nan: Number.NaN,
    inf: Infinity,
    '-inf': -Infinity,
    true: 1,
    false: 0,
  };
  const numberOf = (word: string): number => NAMES[word] ?? Number(word);

  law('reads back as the tensor, in aligned columns of short lines', {
    rows: 12,
    formula: 'parse(print(x)) = x to four digits',
    tolerance: 'C',
    given: [
      fc.constantFrom([1, 2, 3], [1, 1, 12, 40]).chain((sizes) =>
        tensors({
          sizes,
          floats: fc.constantFrom(magnitudes, any, fc.integer({ min: -99, max: 99 })).chain((kind) => kind),
        }),
      ),
    ],
    holds: (plain) => {
      const { shape, data, dtype } = plain;
      fc.pre(data.length <= 1000);
      const text = String(tensorOf(plain));
      for (const line of text.split('\n'))
        expect(line.replace(/\)$|, dtype=.*$/, '').length).toBeLessThanOrEqual(80 + shape.length);
      const [, body, ...rest] = /^tensor\(([^=]*?)((?:, \w+=.*)?)\)$/s.exec(text) as unknown as [
        string,
        string,
        string,
      ];
      const isSilent = dtype === 'float32' || dtype === 'bool';
      expect(rest[0]).toBe(isSilent ? '' : `, dtype=${dtype}`);
      const words = body.match(/[-\w.+]+/g) ?? [];
      const shown = words.map(numberOf);
      const isScientific = body.includes('e+') || body.includes('e-');
      expectWithin(
        shown,
        data.map((value) => (dtype === 'float32' ? Math.fround(value) : value)),
        bounds.conditioned((value) => 10 ** -DIGITS * (isScientific ? Math.abs(value) : 1)),
      );
      // The brackets are those of nested arrays, and neighbours in a row end in one column.
      const form = body.replace(/[-\w.+]+/g, '0').replace(/\s/g, '');
      const bracketed = (d: number): string =>
        d === shape.length ? '0' : `[${Array.from({ length: shape[d] as number }, () => bracketed(d + 1)).join()}]`;
      expect(form).toBe(bracketed(0));
      const indent = `,\n${' '.repeat('tensor('.length + shape.length)}`;
      const rows = (shape.length === 0 ? [] : (body.match(/\[[^[\]]+\]/g) ?? [])).map((row) =>
        row.slice(1, -1).replaceAll(indent, ', '),
      );
      // Zeros, NaN and infinities do not widen a column.
      if (data.every((value) => Number.isFinite(value) && value !== 0))
        expect(new Set(rows.flatMap((row) => row.split(', ').map(({ length }) => length))).size).toBeLessThanOrEqual(1);
      const sizes = data
        .filter((value) => Number.isFinite(value) && value !== 0)
        .map((value) => Math.abs(dtype === 'float32' ? Math.fround(value) : value));
      const [high, low] = [Math.max(0, ...sizes), Math.min(Infinity, ...sizes)];
      if (dtype.startsWith('float') && sizes.length > 0) {
        const isWide = high / low > 1000 || high > 1e8;
        const isWhole = sizes.every(Number.isInteger);
        expect(isScientific).toBe(isWide || (!isWhole && low < 1e-4));
        if (isWhole && !isWide) expect(words.some((word) => /\.\d/.test(word))).toBe(false);
      }
    },
  });

  law('of many elements shows three at either end of long dimensions', {
    rows: 12,
    formula: 'x[0:3], ..., x[-3:]',
    tolerance: 'E',
    given: [fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1001, max: 1200 }))],
    holds: ([rows, columns]) => {
      const words = (String(arange(rows * columns).reshape(rows, columns)).split(', dtype')[0] as string).match(
        /\d+|\.\.\./g,
      );
      const row = (r: number): string[] =>
        [0, 1, 2, -1, columns - 3, columns - 2, columns - 1].map((c) => (c < 0 ? '...' : String(r * columns + c)));
      const all = Array.from({ length: rows }, (_, r) => r);
      const shown = rows > 6 ? [...all.slice(0, 3), -1, ...all.slice(-3)] : all;
      expect(words).toEqual(shown.flatMap((r) => (r < 0 ? ['...'] : row(r))));
    },
  });
});
