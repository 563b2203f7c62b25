/** Activations, as functions. */
import * as tessera from '@tessera/tensor';
import type { Adapter, Adapters } from '../adapter.ts';
import { camelCase } from '../camelCase.ts';

type Activation = (x: never, ...options: never[]) => tessera.Tensor;

/** All attributes are options. */
const activation =
  (run: Activation): Adapter =>
  ([x], attributes) => {
    const options = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [camelCase(name), value]));
    const call = run as (x: unknown, ...options: unknown[]) => tessera.Tensor;
    return Object.keys(options).length === 0 ? call(x) : call(x, options);
  };

export const activations: Adapters = {
  celu: activation(tessera.celu),
  elu: activation(tessera.elu),
  gelu: activation(tessera.gelu),
  glu: ([x], { dim }) => tessera.glu(x as tessera.Tensor, dim as number),
  hardshrink: activation(tessera.hardshrink),
  hardsigmoid: activation(tessera.hardsigmoid),
  hardswish: activation(tessera.hardswish),
  hardtanh: activation(tessera.hardtanh),
  leaky_relu: activation(tessera.leakyRelu),
  logsigmoid: activation(tessera.logsigmoid),
  mish: activation(tessera.mish),
  prelu: ([x, weight]) => tessera.prelu(x as tessera.Tensor, weight as tessera.Tensor),
  relu: activation(tessera.relu),
  relu6: activation(tessera.relu6),
  selu: activation(tessera.selu),
  sigmoid: activation(tessera.sigmoid),
  silu: activation(tessera.silu),
  softplus: activation(tessera.softplus),
  softshrink: activation(tessera.softshrink),
  softsign: activation(tessera.softsign),
  tanh: activation(tessera.tanh),
  tanhshrink: activation(tessera.tanhshrink),
  threshold: ([x], { threshold, value }) =>
    tessera.threshold(x as tessera.Tensor, threshold as number, value as number),
};
