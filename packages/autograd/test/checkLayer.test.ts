import { requiresGrad } from '@tessera/autograd';
import { checkLayer, LawError, type LayerLike } from '@tessera/autograd/testing';
import { dropout, getNumThreads, manualSeed, randn, type Tensor } from '@tessera/tensor';
import { describe, expect, test } from 'vitest';

/** A layer of a user: y = x w + b, with one thing broken. */
class Affine implements LayerLike {
  weight: Tensor = requiresGrad<Tensor>(randn(3, 2));
  bias: Tensor = requiresGrad<Tensor>(randn(2));
  training = true;
  forward(x: Tensor): Tensor {
    return x.matmul(this.weight).add(this.bias);
  }
  *namedParameters(): Generator<[string, Tensor]> {
    yield ['weight', this.weight];
    yield ['bias', this.bias];
  }
  *parameters(): Generator<Tensor> {
    for (const [, p] of this.namedParameters()) yield p;
  }
  stateDict(): Record<string, Tensor> {
    return { weight: this.weight.detach(), bias: this.bias.detach() };
  }
  loadStateDict(state: Record<string, Tensor>): void {
    if (Object.keys(state).sort().join() !== 'bias,weight') throw new Error('keys must be weight and bias');
    this.weight = requiresGrad((state.weight as Tensor).clone());
    this.bias = requiresGrad((state.bias as Tensor).clone());
  }
  double(): this {
    this.weight = requiresGrad(this.weight.detach().to('float64'));
    this.bias = requiresGrad(this.bias.detach().to('float64'));
    return this;
  }
  train(mode = true): this {
    this.training = mode;
    return this;
  }
  *modules(): Generator<{ training: boolean }> {
    yield this;
  }
}

const rows = (draw: { integer(low: number, high: number): number }) => [{ shape: [draw.integer(1, 4), 3] }];
const options = { seed: 1, runs: 200 };
let calls = 0;

const brokenLayers: readonly [string, string, new () => Affine][] = [
  [
    'a value that leaves the tape',
    'gradients of inputs and parameters are central differences',
    class extends Affine {
      override forward(x: Tensor): Tensor {
        return x.detach().matmul(this.weight).add(this.bias);
      }
    },
  ],
  [
    'a parameter that is never used',
    'every parameter has a gradient in training',
    class extends Affine {
      override forward(x: Tensor): Tensor {
        return x.matmul(this.weight);
      }
    },
  ],
  [
    'a result that depends on how often it was asked for',
    'the same seed and input give the same bits',
    class extends Affine {
      override forward(x: Tensor): Tensor {
        calls++;
        return super.forward(x).add(calls);
      }
    },
  ],
  [
    'a result that depends on threads',
    'the same seed and input give the same bits',
    class extends Affine {
      override forward(x: Tensor): Tensor {
        return super.forward(x).mul(getNumThreads() === 3 ? 2 : 1);
      }
    },
  ],
  [
    'memory that is taken for contiguous',
    'any layout of the input gives the same result',
    class extends Affine {
      override forward(x: Tensor): Tensor {
        return super.forward(x.isContiguous() ? x : x.neg());
      }
    },
  ],
  [
    'samples that are mixed',
    'samples do not know of each other in evaluation',
    class extends Affine {
      override forward(x: Tensor): Tensor {
        return super.forward(x.sub(x.mean(0)));
      }
    },
  ],
  [
    'an accident on another size',
    'inputs of other sizes work or are refused by name',
    class extends Affine {
      override forward(x: Tensor): Tensor {
        if (x.shape[1] !== 3) throw new TypeError('oh');
        return super.forward(x);
      }
    },
  ],
  [
    'a state without the bias',
    'the state of one layer makes another the same',
    class extends Affine {
      override loadStateDict(state: Record<string, Tensor>): void {
        this.weight = requiresGrad((state.weight as Tensor).clone());
      }
    },
  ],
  [
    'a name that comes twice',
    'parameters have names, each one of its own',
    class extends Affine {
      override *namedParameters(): Generator<[string, Tensor]> {
        yield ['weight', this.weight];
        yield ['weight', this.bias];
      }
    },
  ],
  [
    'a mode that does not arrive',
    'train and eval reach every module inside',
    class extends Affine {
      override train(): this {
        return this;
      }
    },
  ],
];

describe('checkLayer', () => {
  test('holds of a sound layer, and of a function in an object', () => {
    checkLayer(() => new Affine(), rows, options);
    checkLayer(() => ({ forward: (x: Tensor) => dropout(x, 0.5).sin() }), rows, {
      ...options,
      name: 'sine',
      batchDim: null,
    });
  });

  test.each(brokenLayers)('finds %s', (_, law, Broken) => {
    expect(() => checkLayer(() => new Broken(), rows, { ...options, law })).toThrow(LawError);
    expect(() => checkLayer(() => new Broken(), rows, { ...options, law })).toThrow(/change: /);
  });

  test('says of a pattern that fits no law which there are', () => {
    expect(() => checkLayer(() => new Affine(), rows, { law: 'nothing' })).toThrow(
      /Affine: no law that applies contains 'nothing'; try one of 'gradients/,
    );
  });
});

test('checks leave the random numbers of their user alone', () => {
  manualSeed(5);
  const expected = randn(3).toArray();
  manualSeed(5);
  checkLayer(() => ({ forward: (x: Tensor) => dropout(x, 0.5) }), rows, { ...options, name: 'drop', batchDim: null });
  expect(randn(3).toArray()).toEqual(expected);
});
