import { cat, chunk, gather, indexSelect, oneHot, split, stack, type Tensor, unbind, zeros } from '@tessera/tensor';

declare const some: Tensor;
declare const list: Tensor[];
declare const n: number;
const x = zeros(2, 3);
const index = zeros([5], { dtype: 'int32' });

// Tensor<readonly [5, 3]>
export const joined = cat([x, zeros(3, 3)]);
// Tensor<readonly [2, 7]>
export const beside = cat([x, x, zeros(2, 1)], -1);
// Tensor<readonly [2, 3]>
export const withEmpty = cat([zeros(0), x]);
// cat: shapes must agree but along dim 0; got [2, 3] and [2, 4]
export const misfit = cat([x, zeros(2, 4)]);
// cat: dim must be in [-2, 2); got 2 for rank 2
export const beyond = cat([x, x], 2);
// cat: tensors must have the dimension along which they are joined; got []
export const ofScalars = cat([zeros(), zeros()]);
// Tensor<Shape>
export const withSome = cat([x, some]);
// Tensor<Shape>
export const ofList = cat(list);
// Tensor<readonly [number, 3]>
export const someSize = cat([x, zeros(n, 3)]);
// Tensor<readonly [2, 2, 3]>
export const stacked = stack([x, x]);
// Tensor<readonly [2, 3, 3]>
export const stackedLast = stack([x, x, x], -1);
// stack: all tensors must have one shape; got [2, 3] and [3]
export const misfitStack = stack([x, zeros(3)]);
// [Tensor<readonly [2, 2]>, Tensor<readonly [2, 1]>]
export const parts = split(x, 2, 1);
// [Tensor<readonly [2, 1]>, Tensor<readonly [2, 2]>]
export const listed = x.split([1, 2], -1);
// split: sizes must add up to dim 1 of [2, 3]; got [1, 1]
export const misfitParts = x.split([1, 1], 1);
// [Tensor<readonly [2, 2]>, Tensor<readonly [2, 1]>]
export const chunks = chunk(x, 2, 1);
// [Tensor<readonly [3]>, Tensor<readonly [3]>]
export const rows = unbind(x);
// Tensor<readonly [number]>[]
export const someRows = zeros(n, n).unbind();
// unbind: the tensor must have a dimension; got []
export const noRows = zeros().unbind();
// Tensor<readonly [5, 3]>
export const picked = indexSelect(x, 0, index);
// Tensor<readonly [5, 10]>
export const hot = oneHot(index, 10);
// Tensor<readonly [1, 1]>
export const gathered = gather(x, 1, zeros([1, 1], { dtype: 'int32' }));
// gather: dim must be in [-2, 2); got 2 for rank 2
export const beyondGather = gather(x, 2, zeros([1, 1], { dtype: 'int32' }));
