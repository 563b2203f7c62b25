// Above every line stands what an editor says of it: its type, or the rule that it breaks.
import {
  arange,
  eye,
  fromArray,
  full,
  ones,
  rand,
  randint,
  randn,
  randperm,
  tensor,
  zeros,
  zerosLike,
} from '@tessera/tensor';

declare const n: number;
declare const sizes: number[];
declare const rows: number[][];

// Tensor<readonly [64, 576]>
export const sizesAsArguments = zeros(64, 576);
// Tensor<readonly [2, 3]>
export const sizesAsList = ones([2, 3], { dtype: 'float64' });
// Tensor<readonly [2, 3]>
export const optionsLast = rand(2, 3, { dtype: 'float64' });
// Tensor<readonly []>
export const noSizes = randn();
// Tensor<readonly [number, 3]>
export const someSize = zeros(n, 3);
// Tensor<Shape>
export const someShape = zeros(sizes);
// Tensor<Shape>
export const spreadShape = zeros(...sizes);
// zeros: sizes must be whole numbers of at least 0; got -1 in [-1, 2]
export const negative = zeros(-1, 2);
// ones: sizes must be whole numbers of at least 0; got 1.5 in [2, 1.5]
export const fraction = ones([2, 1.5]);
// full: sizes must be whole numbers of at least 0; got -2 in [3, -2]
export const negativeFull = full([3, -2], 0);
// Tensor<readonly [2, 2]>
export const filled = full([2, 2], 7);
// Tensor<readonly [2, 3]>
export const matrix = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);
// Tensor<readonly []>
export const scalar = tensor(5);
// Tensor<readonly [1, 2]>
export const truths = tensor([[true, false]]);
// Tensor<readonly [2, 0]>
export const emptyRows = tensor([[], []]);
// Tensor<readonly [number, number]>
export const someRows = tensor(rows);
// Tensor<readonly [2, number]>
export const twoOfSomeLength = tensor([sizes, sizes]);
// Tensor<readonly [number]>
export const fromTyped = tensor(new Float32Array(3));
// tensor: nested arrays must be even; got length 1 where others have length 2
export const uneven = tensor([[1, 2], [3]]);
// tensor: nested arrays must be even; got length 3 where others have length 2
export const unevenBelow = tensor([
  [
    [1, 2],
    [3, 4],
  ],
  [
    [5, 6],
    [7, 8, 9],
  ],
]);
// Tensor<readonly [2, 3]>
export const shaped = fromArray(new Float32Array(6), [2, 3]);
// Tensor<readonly [2, 3]>
export const alike = zerosLike(matrix);
// Tensor<readonly [5]>
export const counted = arange(5);
// Tensor<readonly [number]>
export const fromTo = arange(2, 5);
// Tensor<readonly [3, 4]>
export const identity = eye(3, 4);
// Tensor<readonly [4]>
export const drawn = randint(10, [4]);
// Tensor<readonly [6]>
export const permutation = randperm(6);
