import { requiresGrad } from '@tessera/autograd';
import { checkLayer, checkLoss, checkOptimizer, LawError, type LayerLike } from '@tessera/autograd/testing';
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

describe('checkLoss', () => {
  type Of = (options: { readonly reduction: 'none' | 'mean' | 'sum' }) => LayerLike;
  const squares =
    (reduce: (each: Tensor, reduction: string) => Tensor): Of =>
    ({ reduction }) => ({ forward: (x: Tensor, y: Tensor) => reduce(x.sub(y).square(), reduction) });
  const sound = (each: Tensor, reduction: string): Tensor =>
    reduction === 'none' ? each : reduction === 'sum' ? each.sum() : each.mean();
  const pair = (draw: { integer(low: number, high: number): number }) => {
    const shape = [draw.integer(2, 4), 2];
    return [{ shape }, { shape }];
  };

  test('holds of a sound loss', () => checkLoss(squares(sound), pair, { ...options, name: 'squares', atLeast: 0 }));

  test.each<readonly [string, string, Of, object]>([
    ['a sum that is a mean', 'reductions agree', squares((each, r) => (r === 'none' ? each : each.mean())), {}],
    [
      'a mean over the rows alone',
      'reductions agree',
      squares((each, r) => (r === 'mean' ? each.sum().div(each.shape[0] as number) : sound(each, r))),
      {},
    ],
    [
      'samples with a place',
      'the order of samples does not matter',
      squares((each, r) => (r === 'none' ? each : r === 'sum' ? each.sum() : each.select(0, 0).mean())),
      { even: false },
    ],
    [
      'a value below the least',
      'no value is below the least',
      squares((each, r) => sound(each.sub(1), r)),
      { atLeast: 0 },
    ],
  ])('finds %s', (_, law, make, more) => {
    expect(() => checkLoss(make, pair, { ...options, name: 'squares', ...more, law })).toThrow(/does not hold/);
  });
});

describe('checkOptimizer', () => {
  /** Plain descent, with one thing broken. */
  class Descent {
    steps = 0;
    constructor(
      readonly params: readonly Tensor[],
      readonly options: { lr?: number; maximize?: boolean } = {},
    ) {}
    move(p: Tensor, g: Tensor): Tensor {
      const { lr = 0.1, maximize = false } = this.options;
      return p.sub(g.mul(maximize ? -lr : lr));
    }
    step(closure?: () => unknown): void {
      closure?.();
      this.steps++;
      for (const p of this.params) if (p.grad !== null) p.detach().copy_(this.move(p.detach(), p.grad.detach()));
    }
    stateDict(): object {
      return { steps: this.steps, ...this.options };
    }
    loadStateDict(state: { steps: number; lr?: number }): void {
      this.steps = state.steps;
      this.options.lr = state.lr ?? 0.1;
    }
  }

  test('holds of a sound optimizer', () => {
    checkOptimizer((params, settings) => new Descent(params, { ...settings }) as never, { ...options, maximize: true });
  });

  test.each<readonly [string, string, new (...args: ConstructorParameters<typeof Descent>) => Descent]>([
    [
      'a decay that the rate does not scale',
      'with lr 0 changes no bit',
      class extends Descent {
        override move(p: Tensor, g: Tensor): Tensor {
          return super.move(p, g).mul(0.99);
        }
      },
    ],
    [
      'a step without a gradient',
      'leaves a parameter without gradient alone',
      class extends Descent {
        override step(closure?: () => unknown): void {
          super.step(closure);
          for (const p of this.params) if (p.grad === null) p.detach().add_(1);
        }
      },
    ],
    [
      'a gradient that is written to',
      'leaves a parameter without gradient alone',
      class extends Descent {
        override move(p: Tensor, g: Tensor): Tensor {
          return super.move(p, g.add_(p));
        }
      },
    ],
    [
      'a count that is not saved',
      'goes on from its state',
      class extends Descent {
        override move(p: Tensor, g: Tensor): Tensor {
          return super.move(p, g.div(this.steps));
        }
        override loadStateDict(): void {
          this.options.lr = 0.1;
        }
      },
    ],
    [
      'a parameter that follows another',
      'updates many tensors as it updates each',
      class extends Descent {
        override move(p: Tensor, g: Tensor): Tensor {
          return super.move(p, g.add((this.params[0] as Tensor).detach().sum()));
        }
      },
    ],
    [
      'a maximum that is none',
      'climbs as it descends',
      class extends Descent {
        override move(p: Tensor, g: Tensor): Tensor {
          return p.sub(g.mul(this.options.lr ?? 0.1));
        }
      },
    ],
    [
      'a step that is not odd',
      'negated gradients negate the way',
      class extends Descent {
        override move(p: Tensor, g: Tensor): Tensor {
          return super.move(p, g.add(g.abs()));
        }
      },
    ],
    [
      'threads that matter',
      'any number of threads',
      class extends Descent {
        override move(p: Tensor, g: Tensor): Tensor {
          return super.move(p, g.mul(getNumThreads() === 3 ? 1.5 : 1));
        }
      },
    ],
    [
      'a step uphill',
      'comes nearer to the least of a bowl',
      class extends Descent {
        override move(p: Tensor, g: Tensor): Tensor {
          return super.move(p, g.neg());
        }
      },
    ],
  ])('finds %s', (_, law, Broken) => {
    const make = (params: Tensor[], settings: object) => new Broken(params, { ...settings }) as never;
    expect(() => checkOptimizer(make, { ...options, name: 'Broken', maximize: true, law })).toThrow(/does not hold/);
  });
});

test('checks leave the random numbers of their user alone', () => {
  manualSeed(5);
  const expected = randn(3).toArray();
  manualSeed(5);
  checkLayer(() => ({ forward: (x: Tensor) => dropout(x, 0.5) }), rows, { ...options, name: 'drop', batchDim: null });
  expect(randn(3).toArray()).toEqual(expected);
});
