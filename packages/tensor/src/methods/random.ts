import { bernoulli } from '../ops/random/bernoulli.ts';
import { bernoulli_, exponential_, type GeneratorOption, normal_, uniform_ } from '../ops/random/inPlace.ts';
import { multinomial } from '../ops/random/multinomial.ts';
import type { Tensor } from '../tensor.ts';
import { JoiningMethods } from './joining.ts';

export abstract class RandomMethods extends JoiningMethods {
  bernoulli<A extends Tensor>(this: A, options?: GeneratorOption): Tensor<A['shape']> {
    return bernoulli(this, options);
  }
  multinomial(this: Tensor, count: number, replacement?: boolean, options?: GeneratorOption): Tensor {
    return multinomial(this, count, replacement, options);
  }
  uniform_<A extends Tensor>(this: A, low?: number, high?: number, options?: GeneratorOption): A {
    return uniform_(this, low, high, options);
  }
  normal_<A extends Tensor>(this: A, mean?: number, std?: number, options?: GeneratorOption): A {
    return normal_(this, mean, std, options);
  }
  bernoulli_<A extends Tensor>(this: A, p?: Tensor | number, options?: GeneratorOption): A {
    return bernoulli_(this, p, options);
  }
  exponential_<A extends Tensor>(this: A, lambda?: number, options?: GeneratorOption): A {
    return exponential_(this, lambda, options);
  }
}
