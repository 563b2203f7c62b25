import {
  expand,
  flatten,
  narrow,
  permute,
  reshape,
  select,
  slice,
  squeeze,
  type Tensor,
  transpose,
  unflatten,
  unsqueeze,
  zeros,
} from '@tessera/tensor';

declare const some: Tensor;
declare const n: number;
declare const sizes: number[];
const x = zeros(2, 3, 4);

// Tensor<readonly [6, 4]>
export const reshaped = reshape(x, [6, 4]);
// Tensor<readonly [6, 4]>
export const computed = x.reshape(6, -1);
// Tensor<readonly [47040000]>
export const large = zeros(60000, 784).reshape(-1);
// Tensor<readonly [number, 576]>
export const ofSome = some.reshape(-1, 576);
// Tensor<readonly [number, 2]>
export const someSize = zeros(n, 4).reshape([-1, 2]);
// Tensor<Shape>
export const someShape = x.reshape(...sizes);
// reshape: a tensor of 24 elements must fill the new shape; got [5, 5]
export const misfit = x.reshape(5, 5);
// reshape: a tensor of 24 elements must fill the new shape; got [-1, 5]
export const misfitComputed = x.reshape(-1, 5);
// reshape: one size may be -1; got [-1, -1]
export const twoUnknown = x.reshape(-1, -1);
// view: a tensor of 24 elements must fill the new shape; got [7]
export const misfitView = x.view(7);
// Tensor<readonly [3, 4]>
export const likeAnother = zeros(12).reshapeAs(zeros(3, 4));
// reshape: a tensor of 12 elements must fill the new shape; got [5]
export const unlikeAnother = zeros(12).reshapeAs(zeros(5));
// Tensor<readonly [4, 3, 2]>
export const transposed = transpose(x, 0, -1);
// transpose: dim must be in [-3, 3); got 3 for rank 3
export const beyond = x.transpose(0, 3);
// Tensor<readonly [4, 2, 3]>
export const permuted = x.permute(2, 0, 1);
// permute: every dimension must be named once; got [0, 1] for rank 3
export const tooFew = permute(x, [0, 1]);
// permute: a dimension may be named once; got [0, 1, 1]
export const twice = permute(x, [0, 1, 1]);
// Tensor<readonly [3, 2]>
export const matrixTransposed = zeros(2, 3).t();
// Tensor<readonly [4, 3, 2]>
export const reversed = x.T;
// Tensor<readonly [2, 4, 3]>
export const matricesTransposed = x.mT;
// Tensor<readonly [number, 2]>
export const backwardsOfSize = zeros(2, n).T;
// Tensor<readonly [2, 3]>
export const squeezed = zeros(1, 2, 1, 3).squeeze();
// Tensor<readonly [2, 1, 3]>
export const squeezedOne = squeeze(zeros(1, 2, 1, 3), 0);
// Tensor<readonly [1, 2, 1, 3]>
export const nothingToSqueeze = squeeze(zeros(1, 2, 1, 3), 1);
// Tensor<Shape>
export const perhapsOne = zeros(n, 2).squeeze();
// squeeze: dim must be in [-3, 3); got 3 for rank 3
export const beyondSqueeze = x.squeeze(3);
// Tensor<readonly [2, 3, 4, 1]>
export const unsqueezed = unsqueeze(x, -1);
// unsqueeze: dim must be in [-4, 4); got 4 for rank 3
export const beyondUnsqueeze = x.unsqueeze(4);
// Tensor<readonly [2, 12]>
export const flat = flatten(x, 1);
// Tensor<readonly [6, 4]>
export const flatFront = x.flatten(0, 1);
// Tensor<readonly [number]>
export const flatSome = some.flatten();
// flatten: startDim must not come after endDim; got 2 and 0 for [2, 3, 4]
export const backwards = x.flatten(2, 0);
// Tensor<readonly [2, 3, 2, 2]>
export const apart = unflatten(x, -1, [2, -1]);
// unflatten: a tensor of 4 elements must fill the new shape; got [3, 2]
export const misfitApart = x.unflatten(2, [3, 2]);
// Tensor<readonly [5, 2, 3, 4]>
export const stretched = x.expand(5, -1, -1, -1);
// expand: only sizes of 1 stretch; got [2, 3, 4] to [2, 6, 4]
export const misfitStretched = expand(x, [2, 6, 4]);
// broadcastTo: only sizes of 1 stretch; got [3] to [2]
export const misfitBroadcast = zeros(3).broadcastTo(2);
// Tensor<readonly [4, 3]>
export const stretchedAs = zeros(1, 3).expandAs(zeros(4, 3));
// Tensor<readonly [2, 2, 4]>
export const part = narrow(x, 1, 1, 2);
// narrow: start and length must lie in dim 1 of size 3; got start 2, length 2
export const beyondPart = x.narrow(1, 2, 2);
// Tensor<readonly [2, 4]>
export const one = select(x, 1, -1);
// select: index must be in [-3, 3); got 3 for dim 1 of [2, 3, 4]
export const beyondOne = x.select(1, 3);
// Tensor<readonly [2, number, 4]>
export const some3 = slice(x, 1, 0, 2);
// slice: dim must be in [-3, 3); got 5 for rank 3
export const beyondSlice = slice(x, 5, 0, 2);
// Tensor<readonly [24]>
export const raveled = x.ravel();
