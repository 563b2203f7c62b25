import {
  add,
  addcmul,
  clamp,
  eq,
  exp,
  lerp,
  logicalAnd,
  maximum,
  relu,
  type Tensor,
  where,
  zeros,
} from '@tessera/tensor';

declare const some: Tensor;
declare const n: number;
declare const either: Tensor | number;
const h = zeros(64, 512);
const row = zeros(512);

// Tensor<readonly [64, 512]>
export const same = h.add(h);
// Tensor<readonly [64, 512]>
export const stretched = h.add(row);
// Tensor<readonly [64, 512]>
export const byNumber = h.mul(2);
// Tensor<readonly [3, 4]>
export const bothStretched = zeros(3, 1).sub(zeros(4));
// Tensor<readonly [2, 3, 4]>
export const ranks = add(zeros(4), zeros(2, 3, 1));
// add: shapes must broadcast; got [64, 512] and [10] (512 and 10)
export const misfit = h.add(zeros(10));
// sub: shapes must broadcast; got [2, 3] and [3, 3] (2 and 3)
export const misfitInFront = zeros(2, 3).sub(zeros(3, 3));
// maximum: shapes must broadcast; got [2] and [3] (2 and 3)
export const misfitFunction = maximum(zeros(2), zeros(3));
// Tensor<readonly [64, 512]>
export const compared = h.gt(row);
// eq: shapes must broadcast; got [64, 512] and [64] (512 and 64)
export const misfitCompared = eq(h, zeros(64));
// Tensor<readonly [2]>
export const truth = logicalAnd(zeros(2), zeros(1));
// Tensor<readonly [64, 512]>
export const elementary = exp(h);
// Tensor<readonly [64, 512]>
export const method = relu(h).sqrt().neg().clone().to('float64');
// Tensor<readonly [2, 3]>
export const chosen = where(zeros(2, 1).gt(0), zeros(3), 0);
// where: shapes must broadcast; got [2] and [3] and [] (2 and 3)
export const misfitChosen = where(zeros(2).gt(0), zeros(3), 0);
// Tensor<readonly [2, 3]>
export const interpolated = lerp(zeros(2, 3), zeros(3), 0.5);
// addcmul: shapes must broadcast; got [2] and [2] and [3] (2 and 3)
export const misfitOfThree = addcmul(zeros(2), zeros(2), zeros(3));
// Tensor<readonly [2, 3]>
export const bounded = clamp(zeros(2, 3), { min: 0 });
// clamp: shapes must broadcast; got [2, 3] and [4] and [] (3 and 4)
export const misfitBound = zeros(2, 3).clamp(zeros(4));
// Tensor<readonly [2, 3]>
export const masked = zeros(2, 3).maskedFill(zeros(3).gt(0), 0);
// maskedFill: shapes must broadcast; got [2, 3] and [2] (3 and 2)
export const misfitMask = zeros(2, 3).maskedFill(zeros(2).gt(0), 0);
// Tensor<readonly [2, 3]>
export const inPlace = zeros(2, 3).add_(1).relu_();
// Tensor<Shape>
export const withSome = h.add(some);
// Tensor<Shape>
export const ofSome = some.add(h);
// Tensor<Shape>
export const withEither = h.add(either);
// Tensor<readonly [2, number]>
export const someSize = zeros(2, n).add(zeros(n));
// Tensor<readonly [2, 3]>
export const learned = zeros(2, n).add(zeros(3));
// add: shapes must broadcast; got [2, ?] and [3, 3] (2 and 3)
export const misfitAnyway = zeros(2, n).add(zeros(3, 3));
