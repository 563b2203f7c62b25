/** Weights that begin at random, with bounds or a spread of one's own. */
import {
  defaultGenerator,
  empty,
  type GeneratorOption,
  indexFill,
  randperm,
  ShapeError,
  type Tensor,
  tensor,
  ValueError,
  zeros,
} from '@tessera/tensor';
import { checkFloat, checkNumber, checkTensor, describe, formatShape, withDefaults } from '@tessera/tensor/core';

/** The generator that options name, or the default one. */
export function generatorOf(op: string, options: GeneratorOption): Required<GeneratorOption> {
  return withDefaults<Required<GeneratorOption>>(op, options, { generator: defaultGenerator() });
}

/**
 * Uniform in [a, b). PyTorch: `torch.nn.init.uniform_`.
 *
 * @throws ValueError when a > b.
 */
export function uniform_<A extends Tensor>(t: A, a = 0, b = 1, options: GeneratorOption = {}): A {
  const generator = generatorOf('uniform_', options);
  checkFloat('uniform_', 't', checkTensor('uniform_', 't', t))
    .detach()
    .uniform_(a, b, generator);
  return t;
}

/**
 * Normal with a mean and a standard deviation. PyTorch: `torch.nn.init.normal_`.
 *
 * @throws ValueError when the deviation is negative.
 */
export function normal_<A extends Tensor>(t: A, mean = 0, std = 1, options: GeneratorOption = {}): A {
  const generator = generatorOf('normal_', options);
  checkFloat('normal_', 't', checkTensor('normal_', 't', t))
    .detach()
    .normal_(mean, std, generator);
  return t;
}

export interface TruncNormalOptions extends GeneratorOption {
  /** Default 0. */
  readonly mean?: number;
  /** Above 0. Default 1. */
  readonly std?: number;
  /** Nothing is below. Default -2. */
  readonly a?: number;
  /** Nothing is above. Default 2. */
  readonly b?: number;
}

/**
 * Normal, but only within [a, b]: by the inverse of the distribution function. PyTorch: `torch.nn.init.trunc_normal_`.
 *
 * @throws ValueError unless a < b and std > 0.
 */
export function truncNormal_<A extends Tensor>(t: A, options: TruncNormalOptions = {}): A {
  const { mean, std, a, b, generator } = withDefaults<Required<TruncNormalOptions>>('truncNormal_', options, {
    mean: 0,
    std: 1,
    a: -2,
    b: 2,
    generator: defaultGenerator(),
  });
  checkFloat('truncNormal_', 't', checkTensor('truncNormal_', 't', t));
  checkNumber('truncNormal_', 'mean', mean);
  if (!(checkNumber('truncNormal_', 'std', std) > 0))
    throw new ValueError(`truncNormal_: std must be above 0; got ${describe(std)}; try 1`);
  if (!(checkNumber('truncNormal_', 'a', a) < checkNumber('truncNormal_', 'b', b)))
    throw new ValueError(`truncNormal_: a must be below b; got ${a} and ${b}; try -2 and 2`);
  // 2 Phi(z) - 1 = erf(z / sqrt(2)), in float64: near the ends its inverse is steep.
  const scale = std * Math.SQRT2;
  const double = { dtype: 'float64' } as const;
  const [low, high] = Array.from(tensor([(a - mean) / scale, (b - mean) / scale], double).erf().data) as [
    number,
    number,
  ];
  // So far out that no number is left between them, all is the nearer bound.
  const drawn =
    low < high ? empty(t.shape, double).uniform_(low, high, { generator }).erfinv() : zeros(t.shape, double);
  const nearest = low < high ? mean : Math.max(a, Math.min(b, mean));
  t.detach().copy_(drawn.mul(scale).add(nearest).clamp(a, b));
  return t;
}

export interface SparseOptions extends GeneratorOption {
  /** Of what is not 0. Default 0.01. */
  readonly std?: number;
}

/**
 * Normal, with the share `sparsity` of every column set to 0. Martens, 2010. PyTorch: `torch.nn.init.sparse_`.
 *
 * @throws ShapeError unless it is a matrix; ValueError unless sparsity is in [0, 1].
 */
export function sparse_<A extends Tensor>(t: A, sparsity: number, options: SparseOptions = {}): A {
  const { std, generator } = withDefaults<Required<SparseOptions>>('sparse_', options, {
    std: 0.01,
    generator: defaultGenerator(),
  });
  const { shape } = checkFloat('sparse_', 't', checkTensor('sparse_', 't', t));
  if (shape.length !== 2)
    throw new ShapeError(`sparse_: the tensor must be a matrix; got ${formatShape(shape)}; try reshape`);
  if (!(checkNumber('sparse_', 'sparsity', sparsity) >= 0 && sparsity <= 1))
    throw new ValueError(`sparse_: sparsity must be in [0, 1]; got ${describe(sparsity)}; try 0.1`);
  const [rows, columns] = shape as readonly [number, number];
  const zeroed = Math.ceil(sparsity * rows);
  normal_(t, 0, std, { generator });
  const start = t.detach();
  for (let column = 0; column < columns && zeroed > 0; column++) {
    const chosen = randperm(rows, { generator }).narrow(0, 0, zeroed);
    const values = start.select(1, column);
    values.copy_(indexFill(values, 0, chosen, 0));
  }
  return t;
}
