/** Random numbers written into a tensor that is there: initial weights, mostly. */

import { checkNumber, checkOptions } from '../../core/arguments.ts';
import { isTensor } from '../../core/base.ts';
import { apply } from '../../core/dispatch.ts';
import type { DType } from '../../core/dtype.ts';
import { isFloating } from '../../core/dtype.ts';
import { DTypeError, ValueError } from '../../core/errors.ts';
import { assignInPlace } from '../../core/inPlace.ts';
import type { Tensor } from '../../tensor.ts';
import { mul, sub } from '../elementwise/arithmetic.ts';
import { log } from '../elementwise/exponential.ts';
import { to } from '../elementwise/to.ts';
import { expand } from '../views/expand.ts';
import { bernoulli, checkProbability, coinOp } from './bernoulli.ts';
import { generated, type RandomOptions } from './generate.ts';
import { normalOf } from './normal.ts';
import { uniformOf } from './uniform.ts';

/** The generator, where it is not the default one. */
export type GeneratorOption = Pick<RandomOptions, 'generator'>;

function generatorIn(op: string, options: GeneratorOption): GeneratorOption {
  return checkOptions(op, options, '{ generator: new Generator(42) }', ['generator']);
}

/** The dtype in which numbers for `x` are drawn. */
function drawnFor(op: string, x: Tensor): DType {
  if (isFloating(x.dtype)) return x.dtype === 'float64' ? 'float64' : 'float32';
  throw new DTypeError(`${op}: random fractions need a float tensor; got ${x.dtype}; try randint`);
}

/** Gives every element a number in [low, high). PyTorch: `Tensor.uniform_`. */
export function uniform_<A extends Tensor>(x: A, low?: number, high?: number, options?: GeneratorOption): A;
export function uniform_(x: Tensor, low = 0, high = 1, options: GeneratorOption = {}): Tensor {
  const dtype = drawnFor('uniform_', x);
  return assignInPlace(
    'uniform_',
    x,
    uniformOf('uniform_', x.shape, low, high, { ...generatorIn('uniform_', options), dtype }),
  );
}

/** Gives every element a number from a normal distribution. PyTorch: `Tensor.normal_`. */
export function normal_<A extends Tensor>(x: A, mean?: number, std?: number, options?: GeneratorOption): A;
export function normal_(x: Tensor, mean = 0, std = 1, options: GeneratorOption = {}): Tensor {
  const dtype = drawnFor('normal_', x);
  return assignInPlace(
    'normal_',
    x,
    normalOf('normal_', x.shape, mean, std, { ...generatorIn('normal_', options), dtype }),
  );
}

/** Makes every element 1 with probability p (a number, or a tensor that broadcasts), else 0. PyTorch: `Tensor.bernoulli_`. */
export function bernoulli_<A extends Tensor>(x: A, p?: Tensor | number, options?: GeneratorOption): A;
export function bernoulli_(x: Tensor, p: Tensor | number = 0.5, options: GeneratorOption = {}): Tensor {
  const chosen = generatorIn('bernoulli_', options);
  if (isTensor(p)) return assignInPlace('bernoulli_', x, to(bernoulli(expand(p.detach(), x.shape), chosen), x.dtype));
  checkProbability('bernoulli_', p);
  const attributes = { ...generated('bernoulli_', x.shape, x.dtype, 1, chosen.generator), p };
  if (x.dtype !== 'float16' && x.dtype !== 'bfloat16')
    return assignInPlace('bernoulli_', x, apply(coinOp, [], attributes));
  return assignInPlace('bernoulli_', x, to(apply(coinOp, [], { ...attributes, dtype: 'float32' }), x.dtype));
}

/** Gives every element a number with density lambda exp(-lambda x), x >= 0. PyTorch: `Tensor.exponential_`. */
export function exponential_<A extends Tensor>(x: A, lambda?: number, options?: GeneratorOption): A;
export function exponential_(x: Tensor, lambda = 1, options: GeneratorOption = {}): Tensor {
  const dtype = drawnFor('exponential_', x);
  if (!(checkNumber('exponential_', 'lambda', lambda) > 0)) {
    throw new ValueError(`exponential_: lambda must be above 0; got ${lambda}; try 1`);
  }
  const u = uniformOf('exponential_', x.shape, 0, 1, { ...generatorIn('exponential_', options), dtype });
  return assignInPlace('exponential_', x, mul(log(sub(1, u)), -1 / lambda));
}
