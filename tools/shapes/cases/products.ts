import { bmm, dot, einsum, linear, matmul, mm, mv, outer, type Tensor, zeros } from '@tessera/tensor';

declare const some: Tensor;
declare const n: number;
declare const equation: string;
const a = zeros(64, 576);
const q = zeros(2, 8, 10, 64);
const k = zeros(2, 8, 12, 64);

// Tensor<readonly [64, 10]>
export const product = a.matmul(zeros(576, 10));
// matmul: inner dimensions must agree; got [64, 576] @ [512, 10] (576 and 512)
export const misfit = a.matmul(zeros(512, 10));
// Tensor<readonly [64, 10]>
export const byRows = a.matmul(zeros(10, 576).T);
// matmul: inner dimensions must agree; got [64, 576] @ [10, 576] (576 and 10)
export const misfitRows = a.matmul(zeros(576, 10).T);
// Tensor<readonly [64]>
export const column = a.matmul(zeros(576));
// Tensor<readonly [10]>
export const row = zeros(576).matmul(zeros(576, 10));
// Tensor<readonly []>
export const inner = zeros(3).matmul(zeros(3));
// matmul: inner dimensions must agree; got [3] @ [4] (3 and 4)
export const misfitInner = zeros(3).matmul(zeros(4));
// Tensor<readonly [5, 4, 2, 6]>
export const batches = matmul(zeros(5, 1, 2, 3), zeros(4, 3, 6));
// matmul: shapes must broadcast; got [2] and [4] (2 and 4)
export const misfitBatch = matmul(zeros(2, 2, 3), zeros(4, 3, 6));
// matmul: both operands must have a dimension; got [] @ [3]
export const ofScalar = matmul(zeros(), zeros(3));
// Tensor<readonly [64, number]>
export const someColumns = a.matmul(zeros(576, n));
// matmul: inner dimensions must agree; got [?, 576] @ [512, ?] (576 and 512)
export const misfitAnyway = zeros(n, 576).matmul(zeros(512, n));
// Tensor<Shape>
export const withSome = some.matmul(a);
// Tensor<readonly [2, 4]>
export const matrices = mm(zeros(2, 3), zeros(3, 4));
// mm: b must be a matrix (2 dimensions); got [5, 3, 4]
export const notMatrix = mm(zeros(2, 3), zeros(5, 3, 4));
// Tensor<readonly [5, 2, 4]>
export const batch = bmm(zeros(5, 2, 3), zeros(5, 3, 4));
// bmm: both batches must have one size; got [5, 2, 3] @ [6, 3, 4] (5 and 6)
export const misfitSizes = bmm(zeros(5, 2, 3), zeros(6, 3, 4));
// Tensor<readonly [2]>
export const vector = mv(zeros(2, 3), zeros(3));
// dot: inner dimensions must agree; got [2] @ [3] (2 and 3)
export const misfitDot = dot(zeros(2), zeros(3));
// Tensor<readonly [2, 3]>
export const table = outer(zeros(2), zeros(3));
// outer: a must be a vector (1 dimension); got [2, 2]
export const notVector = outer(zeros(2, 2), zeros(3));
// Tensor<readonly [64, 10]>
export const affine = linear(a, zeros(10, 576), zeros(10));
// linear: the last dimension of x must be the layer's input size; got [64, 576] with a weight [10, 512] (576 and 512)
export const misfitAffine = linear(a, zeros(10, 512));
// Tensor<readonly [2, 8, 10, 12]>
export const scores = einsum('bhqd,bhkd->bhqk', q, k);
// Tensor<readonly [2, 4]>
export const implicit = einsum('ij,jk', zeros(2, 3), zeros(3, 4));
// Tensor<readonly [4, 2, 3]>
export const capitalsFirst = einsum('iBj', zeros(2, 4, 3));
// Tensor<readonly [3]>
export const diagonal = einsum('ii->i', zeros(3, 3));
// Tensor<readonly [2]>
export const inList = einsum('i j, j', [zeros(2, 3), zeros(3)]);
// Tensor<Shape>
export const withDots = einsum('...i->...', zeros(2, 3));
// Tensor<Shape>
export const someEquation = einsum(equation, zeros(2, 3));
// einsum: a letter must have one size everywhere; got 3 and 4 for 'j' in 'ij,jk->ik' of [2, 3] and [4, 4]
export const misfitLetter = einsum('ij,jk->ik', zeros(2, 3), zeros(4, 4));
// einsum: a term must have a letter for every dimension, or '...'; got 'ij' in 'ij->i' for operand 0 of shape [2]
export const misfitRank = einsum('ij->i', zeros(2));
// einsum: the equation must name every operand once; got 1 in 'ij' for 2 tensors
export const misfitCount = einsum('ij', zeros(2, 3), zeros(2));
// einsum: an equation has a result made of letters of the operands, without 'k'; got 'ij->k'
export const unknownLetter = einsum('ij->k', zeros(2, 3));
// einsum: an equation has each letter once in the result, 'i' too; got 'ij->ii'
export const doubleLetter = einsum('ij->ii', zeros(2, 3));
