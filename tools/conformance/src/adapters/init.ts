/** How weights begin: constants as they are, random weights by the distribution that they are drawn from. */
import { init as library } from '@tessera/layers';
import { empty, type Tensor, tensor } from '@tessera/tensor';
import type { Adapter, Adapters } from '../adapter.ts';

const number = (value: number): Tensor => tensor(value, { dtype: 'float64' });

/** A weight of the case's shape, and its options. */
const weightOf = ({ shape, distribution: _, ...options }: Record<string, unknown>): [Tensor, never] => [
  empty(shape as readonly number[]),
  options as never,
];

const range =
  (of: (weight: Tensor, options: never) => { readonly low: number; readonly high: number }): Adapter =>
  (_, attributes) => {
    const { low, high } = of(...weightOf(attributes));
    return [number(low), number(high)];
  };

const moments =
  (of: (weight: Tensor, options: never) => { readonly mean: number; readonly std: number }): Adapter =>
  (_, attributes) => {
    const { mean, std } = of(...weightOf(attributes));
    return [number(mean), number(std)];
  };

export const init: Adapters = {
  calculate_gain: (_, { nonlinearity, param }) =>
    number(library.calculateGain(nonlinearity as library.Nonlinearity, param as number | null)),
  calculate_fan_in_and_fan_out: (_, attributes) => {
    const { fanIn, fanOut } = library.calculateFanInAndFanOut(weightOf(attributes)[0]);
    return [tensor(fanIn, { dtype: 'int32' }), tensor(fanOut, { dtype: 'int32' })];
  },
  dirac_: (_, attributes) => library.dirac_(...weightOf(attributes)),
  eye_: (_, attributes) => library.eye_(weightOf(attributes)[0]),
  kaiming_normal_: moments(library.kaimingNormalMoments),
  kaiming_uniform_: range(library.kaimingUniformRange),
  xavier_normal_: moments(library.xavierNormalMoments),
  xavier_uniform_: range(library.xavierUniformRange),
};
