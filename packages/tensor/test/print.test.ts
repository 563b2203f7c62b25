import { arange, full, ones, tensor, zeros } from '@tessera/tensor';
import { describe, expect, test } from 'vitest';

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
