import { checkOptimizer } from '@tessera/autograd/testing';
import { getNumThreads, type Tensor } from '@tessera/tensor';
import { describe, expect, test } from 'vitest';

const options = { seed: 1, runs: 200 };

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
