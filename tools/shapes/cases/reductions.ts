import {
  argmax,
  cumsum,
  logsumexp,
  max,
  mean,
  median,
  norm,
  softmax,
  sort,
  sum,
  type Tensor,
  zeros,
} from '@tessera/tensor';

declare const some: Tensor;
declare const n: number;
declare const dims: number | readonly number[];
declare const keep: boolean;
const h = zeros(64, 10);
const x = zeros(2, 3, 4);

// Tensor<readonly []>
export const all = sum(h);
// Tensor<readonly [64]>
export const last = h.sum(-1);
// Tensor<readonly [64, 1]>
export const kept = sum(h, -1, { keepdim: true });
// Tensor<readonly [1, 1]>
export const allKept = h.mean(undefined, { keepdim: true });
// Tensor<readonly [3]>
export const several = mean(x, [0, -1]);
// Tensor<readonly [1, 3, 1]>
export const severalKept = x.amax([0, -1], { keepdim: true });
// Tensor<readonly []>
export const emptyList = x.sum([]);
// Tensor<readonly [2, 4]>
export const spread = x.var(1, { unbiased: false });
// Tensor<readonly [2, 1, 4]>
export const length = norm(x, 2, 1, { keepdim: true });
// Tensor<readonly [2, 3]>
export const logs = logsumexp(x, 2);
// Tensor<readonly [2, 4]>
export const places = argmax(x, 1);
// ValuesAndIndices<readonly [2, 3]>
export const greatest = max(x, -1);
// Tensor<readonly []>
export const greatestOfAll = x.max();
// Tensor<readonly [2, 3, 4]>
export const greaterOfEach = x.max(zeros(4));
// ValuesAndIndices<readonly [2, 1, 4]>
export const middle = median(x, 1, { keepdim: true });
// ValuesAndIndices<readonly [2, 3, 4]>
export const sorted = sort(x, 0);
// Tensor<readonly [2, 3, 4]>
export const probabilities = softmax(x, -1);
// Tensor<readonly [2, 3, 4]>
export const running = cumsum(x, 1);
// Tensor<Shape>
export const someDims = x.sum(dims);
// Tensor<Shape>
export const someDim = x.sum(n);
// Tensor<Shape>
export const perhapsKept = x.sum(1, { keepdim: keep });
// Tensor<Shape>
export const ofSome = some.sum(1);
// Tensor<readonly []>
export const allOfSome = some.sum();
// Tensor<readonly [number]>
export const someSize = zeros(n, 10).sum(1);
// sum: dim must be in [-2, 2); got 2 for rank 2
export const beyond = sum(h, 2);
// mean: dim must be in [-3, 3); got -4 for rank 3
export const before = x.mean([0, -4]);
// sum: a dimension may be named once; got [0, -2]
export const twice = h.sum([0, -2]);
// argmax: dim must be in [-3, 3); got 3 for rank 3
export const beyondPlaces = argmax(x, 3);
// max: dim must be in [-3, 3); got 3 for rank 3
export const beyondGreatest = x.max(3);
// maximum: shapes must broadcast; got [2, 3, 4] and [3] (4 and 3)
export const misfitGreater = x.max(zeros(3));
// softmax: dim must be in [-2, 2); got 2 for rank 2
export const beyondSoftmax = h.softmax(2);
// cumsum: dim must be in [-1, 1); got 1 for rank 0
export const ofScalar = cumsum(zeros(), 1);
