/** Matrix products. */
import {
  type AddmmOptions,
  addbmm,
  addmm,
  addmv,
  addr,
  baddbmm,
  bmm,
  chainMatmul,
  dot,
  einsum,
  inner,
  kron,
  linear,
  matmul,
  matrixPower,
  mm,
  mv,
  outer,
  type Tensor,
  tensordot,
  vdot,
} from '@tessera/tensor';
import type { Adapter, Adapters } from '../adapter.ts';

const binary =
  (op: (a: Tensor, b: Tensor) => Tensor): Adapter =>
  ([a, b]) =>
    op(a as Tensor, b as Tensor);

const added =
  (op: (input: Tensor, a: Tensor, b: Tensor, options: AddmmOptions) => Tensor): Adapter =>
  ([input, a, b], attributes) =>
    op(input as Tensor, a as Tensor, b as Tensor, attributes as AddmmOptions);

const adapters: Adapters = {
  matmul: binary(matmul),
  mm: binary(mm),
  bmm: binary(bmm),
  mv: binary(mv),
  dot: binary(dot),
  vdot: binary(vdot),
  inner: binary(inner),
  outer: binary(outer),
  ger: binary(outer),
  kron: binary(kron),
  addmm: added(addmm),
  baddbmm: added(baddbmm),
  addbmm: added(addbmm),
  addmv: added(addmv),
  addr: added(addr),
  tensordot: ([a, b], { dims }) => tensordot(a as Tensor, b as Tensor, dims as number),
  linear: ([x, weight, bias]) => linear(x as Tensor, weight as Tensor, bias),
  einsum: (operands, { equation }) => einsum(equation as string, operands as readonly Tensor[]),
  matrix_power: ([x], { n }) => matrixPower(x as Tensor, n as number),
  chain_matmul: (matrices) => chainMatmul(...(matrices as readonly Tensor[])),
  multi_dot: (matrices) => chainMatmul(...(matrices as readonly Tensor[])),
};

export { adapters as matmul };
