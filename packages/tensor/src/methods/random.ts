/** Methods of Tensor: random numbers. */
import type { Shape } from '../core/shape.ts';
import { bernoulli } from '../ops/random/bernoulli.ts';
import { bernoulli_, exponential_, type GeneratorOption, normal_, uniform_ } from '../ops/random/inPlace.ts';
import { multinomial } from '../ops/random/multinomial.ts';
import type { Tensor } from '../tensor.ts';
import { JoiningMethods } from './joining.ts';

export abstract class RandomMethods<out S extends Shape = Shape> extends JoiningMethods<S> {
  bernoulli(this: Tensor, options?: GeneratorOption): Tensor {
    return bernoulli(this, options);
  }
  multinomial(this: Tensor, count: number, replacement?: boolean, options?: GeneratorOption): Tensor {
    return multinomial(this, count, replacement, options);
  }
  uniform_(this: Tensor, low?: number, high?: number, options?: GeneratorOption): Tensor {
    return uniform_(this, low, high, options);
  }
  normal_(this: Tensor, mean?: number, std?: number, options?: GeneratorOption): Tensor {
    return normal_(this, mean, std, options);
  }
  bernoulli_(this: Tensor, p?: Tensor | number, options?: GeneratorOption): Tensor {
    return bernoulli_(this, p, options);
  }
  exponential_(this: Tensor, lambda?: number, options?: GeneratorOption): Tensor {
    return exponential_(this, lambda, options);
  }
}
