import { requiresGrad } from '@tessera/autograd';
import { fromArray, ones, randn, type Tensor, zeros } from '@tessera/tensor';
import { describe, expect, test } from 'vitest';
import {
  BatchNorm1d,
  Buffer,
  Dropout,
  LayerNorm,
  Linear,
  MHA,
  Module,
  Parameter,
  ReLU,
  relu,
  SelfAttention,
  Sequential,
} from '../src/index.ts';

class Block extends Module {
  readonly inProj: Linear = new Linear(3, 4);
  readonly branches: readonly Linear[] = [new Linear(4, 2), new Linear(4, 2)];
  readonly scale: Parameter = new Parameter(ones(2));
  readonly runningCount: Buffer = new Buffer(zeros(1));
  readonly scratch: Buffer = new Buffer(zeros(1), { persistent: false });
  readonly untracked: Tensor = zeros(7);

  forward(x: Tensor): Tensor {
    const h = relu(this.inProj.forward(x));
    return this.branches
      .map((branch) => branch.forward(h))
      .reduce((a, b) => a.add(b))
      .mul(this.scale);
  }
}

const names = (entries: Iterable<[string, unknown]>): string[] => [...entries].map(([name]) => name);

describe('a module is its fields', () => {
  test('parameters, buffers and children are found under PyTorch names', () => {
    const block = new Block();
    expect(names(block.namedParameters())).toEqual([
      'scale',
      'in_proj.weight',
      'in_proj.bias',
      'branches.0.weight',
      'branches.0.bias',
      'branches.1.weight',
      'branches.1.bias',
    ]);
    expect(names(block.namedBuffers())).toEqual(['running_count', 'scratch']);
    expect(names(block.namedChildren())).toEqual(['in_proj', 'branches.0', 'branches.1']);
    expect(Object.keys(block.stateDict())).not.toContain('scratch');
    expect(Object.keys(block.stateDict())).not.toContain('untracked');
  });

  test('a tied weight counts once and has one gradient', () => {
    class Tied extends Module {
      readonly weight: Parameter = new Parameter(ones(2));
      readonly again: Parameter = this.weight;
      forward(x: Tensor): Tensor {
        return x.mul(this.weight).add(this.again);
      }
    }
    const tied = new Tied();
    expect(tied.parameters()).toHaveLength(1);
    tied
      .forward(fromArray([3, 4], [2]))
      .sum()
      .backward();
    expect(tied.weight.grad?.toArray()).toEqual([4, 5]);
    expect(Object.keys(tied.stateDict())).toEqual(['weight', 'again']);
  });

  test('train and eval reach every module', () => {
    const net = new Sequential(new Dropout(0.5), new Sequential(new Dropout(0.5)));
    net.eval();
    expect(net.modules().every((m) => !m.training)).toBe(true);
    net.train();
    expect(net.modules().every((m) => m.training)).toBe(true);
  });

  test('freezing stops gradients and keeps the parameter', () => {
    const layer = new Linear(2, 2);
    layer.requiresGrad_(false);
    expect(layer.parameters()).toHaveLength(2);
    expect(layer.forward(randn(1, 2)).requiresGrad).toBe(false);
    layer.requiresGrad_(true);
    expect(layer.forward(randn(1, 2)).requiresGrad).toBe(true);
  });

  test('prints as a tree', () => {
    const net = new Sequential(new Linear(784, 10), new ReLU(), new Sequential(new LayerNorm(10)));
    expect(String(net)).toMatchInlineSnapshot(`
      "Sequential(
        (0): Linear(inFeatures=784, outFeatures=10, bias=true)
        (1): ReLU()
        (2): Sequential(
          (0): LayerNorm([10], eps=0.00001, elementwiseAffine=true)
        )
      )"
    `);
  });
});

describe('state', () => {
  test('loading what was saved is the identity, also through a network', () => {
    const [a, b] = [new Block(), new Block()];
    const x = randn(5, 3);
    expect(b.loadStateDict(a.stateDict())).toEqual({ missingKeys: [], unexpectedKeys: [] });
    expect(b.forward(x).toArray()).toEqual(a.forward(x).toArray());
  });

  test('strict loading names every problem and changes nothing', () => {
    const layer = new Linear(2, 3);
    const before = layer.weight.toArray();
    const state = { weight: zeros(2, 2), extra: zeros(1) };
    expect(() => layer.loadStateDict(state)).toThrow(
      /loadStateDict: .*weight of shape \[2, 2\] for \[3, 2\]; missing bias; unexpected extra/,
    );
    expect(layer.weight.toArray()).toEqual(before);
    expect(() => layer.loadStateDict({ weight: 1 as never, bias: zeros(3) })).toThrow(/weight that is not a tensor/);
  });

  test('lenient loading reports keys and still refuses a wrong shape', () => {
    const layer = new Linear(2, 3);
    expect(layer.loadStateDict({ bias: ones(3), extra: zeros(1) }, { strict: false })).toEqual({
      missingKeys: ['weight'],
      unexpectedKeys: ['extra'],
    });
    expect(layer.bias?.toArray()).toEqual([1, 1, 1]);
    expect(() => layer.loadStateDict({ bias: ones(4) }, { strict: false })).toThrow(/bias of shape/);
  });

  test('batch normalization has the keys of PyTorch', () => {
    expect(Object.keys(new BatchNorm1d(3).stateDict())).toEqual([
      'weight',
      'bias',
      'running_mean',
      'running_var',
      'num_batches_tracked',
    ]);
  });
});

describe('bad input is refused by name', () => {
  test.each([
    ['Linear of a negative size', () => new Linear(-1, 2), /Linear: inFeatures/],
    ['Linear of a fraction', () => new Linear(1.5, 2), /Linear: inFeatures/],
    // @ts-expect-error: the compiler refuses it too
    ['an input of the wrong width', () => new Linear(3, 2).forward(zeros(4, 5)), /Linear: .*\[4, 5\]/],
    ['an input that is no tensor', () => new Linear(3, 2).forward({} as never), /Linear: /],
    ['a probability above 1', () => new Dropout(1.5), /Dropout: p/],
    ['heads that do not divide', () => new MHA(10, 3), /MHA: hiddenDim must be divisible/],
    // @ts-expect-error: the compiler refuses it too
    ['an unbatched sequence', () => new MHA(4, 2).forward(zeros(3, 4)), /MHA: input must be \[B, L, 4\]/],
    // @ts-expect-error: the compiler refuses it too
    ['a narrow sequence', () => new SelfAttention(4).forward(zeros(2, 3, 5)), /SelfAttention: input must be/],
    ['no features', () => new SelfAttention(0), /SelfAttention: hiddenDim/],
    // @ts-expect-error: the compiler refuses it too
    ['batch norm of wrong channels', () => new BatchNorm1d(3).forward(zeros(2, 4)), /BatchNorm1d: input must be/],
    // @ts-expect-error: the compiler refuses it too
    ['layer norm of a wrong shape', () => new LayerNorm(3).forward(zeros(2, 4)), /layerNorm: /],
    ['a function among layers', () => new Sequential(relu as never), /Sequential: layers must be modules/],
    ['a parameter of integers', () => new Parameter(zeros(2, { dtype: 'int32' })), /requiresGrad: only floats/],
    ['a parameter that is no tensor', () => new Parameter([1] as never), /Parameter: data must be a tensor/],
  ])('%s', (_what, run, message) => {
    expect(run).toThrow(message);
  });
});

test('a leaf stays a leaf after it was made a parameter', () => {
  const data = zeros(2);
  const parameter = new Parameter(data);
  expect(parameter.isLeaf && parameter.requiresGrad).toBe(true);
  expect(data.requiresGrad).toBe(false);
  expect(requiresGrad(parameter)).toBe(parameter);
});
