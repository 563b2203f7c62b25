import { ones, type Tensor, tensor, zeros } from '@tessera/tensor';
import { expectSameBits } from '@tessera/tensor/testing';
import { describe, expect, test } from 'vitest';
import {
  Linear,
  Module,
  ModuleDict,
  ModuleList,
  Parameter,
  ParameterDict,
  ParameterList,
  ReLU,
  Sequential,
} from '../src/index.ts';

class Net extends Module {
  readonly fooBlocks: ModuleList<Linear> = new ModuleList([new Linear(2, 2), new Linear(2, 2)]);
  readonly heads: ModuleDict<Module & { forward(x: Tensor): Tensor }> = new ModuleDict({
    leftHead: new Linear(2, 1),
    rest: new Sequential(new ReLU(), new Linear(2, 3)),
  });
  readonly scales: ParameterList = new ParameterList([ones(2), new Parameter(zeros(2))]);
  readonly named: ParameterDict = new ParameterDict({ biasOne: zeros(1) });

  forward(x: Tensor): Tensor {
    let y = x;
    for (const block of this.fooBlocks) y = block.forward(y);
    for (const scale of this.scales) y = y.mul(scale);
    return this.heads.get('leftHead').forward(y).add(this.named.get('biasOne'));
  }
}

describe('containers', () => {
  test('belong to their module under PyTorch keys; names in dictionaries stay as they are', () => {
    const net = new Net();
    expect(Object.keys(net.stateDict())).toEqual([
      'foo_blocks.0.weight',
      'foo_blocks.0.bias',
      'foo_blocks.1.weight',
      'foo_blocks.1.bias',
      'heads.leftHead.weight',
      'heads.leftHead.bias',
      'heads.rest.1.weight',
      'heads.rest.1.bias',
      'scales.0',
      'scales.1',
      'named.biasOne',
    ]);
    expect(net.parameters()).toHaveLength(11);
    const other = new Net();
    other.loadStateDict(net.stateDict());
    expectSameBits(other.forward(ones(1, 2)), net.forward(ones(1, 2)));
    net.forward(ones(1, 2)).sum().backward();
    expect(net.scales.at(0).grad?.shape).toEqual([2]);
  });

  test('lists are changed as in PyTorch', () => {
    const [a, b, c] = [new ReLU(), new ReLU(), new ReLU()];
    const list = new ModuleList([a]).append(c).insert(1, b).extend([new ReLU()]);
    expect([list.length, list.at(1), list.at(-2)]).toEqual([4, b, c]);
    expect(list.pop()).not.toBe(c);
    expect(list.set(0, c).at(0)).toBe(c);
    expect([...list]).toEqual([c, b, c]);
    expect(`${list}`).toBe('ModuleList(\n  (0): ReLU()\n  (1): ReLU()\n  (2): ReLU()\n)');
  });

  test('dictionaries are changed as in PyTorch', () => {
    const dict = new ModuleDict<Module>([['a', new ReLU()]]).update({ b: new Linear(1, 1) });
    expect([[...dict], dict.length, dict.has('b'), dict.delete('a'), dict.has('a')]).toEqual([
      ['a', 'b'],
      2,
      true,
      true,
      false,
    ]);
  });

  test.each<readonly [string, () => unknown]>([
    [
      'ModuleList: items must be modules; got an object (Parameter)',
      () => new ModuleList([new Parameter(ones(1)) as never]),
    ],
    ['ModuleList: takes a list; got 3', () => new ModuleList(3 as never)],
    ['ModuleList.at: index must be in the list; got 1 for 1 items', () => new ModuleList([new ReLU()]).at(1)],
    ['ModuleList: a container computes nothing', () => new ModuleList().forward()],
    [
      'ModuleDict.get: the name must be in the dictionary; got "b"; try a',
      () => new ModuleDict({ a: new ReLU() }).get('b'),
    ],
    ['ModuleDict.set: a name must be text without a dot; got "a.b"', () => new ModuleDict({ 'a.b': new ReLU() })],
    ['ParameterList: items must be parameters or tensors; got 3', () => new ParameterList([3 as never])],
  ])('refuse: %s', (message, run) => {
    expect(run).toThrow(message);
  });
});

test('a module in two places is in the state under both names, and learns once', () => {
  const shared = new Linear(2, 2);
  const net = new Sequential(shared, new ReLU(), shared);
  expect(Object.keys(net.stateDict())).toEqual(['0.weight', '0.bias', '2.weight', '2.bias']);
  expect(net.parameters()).toHaveLength(2);
  net
    .forward(tensor([[1, 2]]))
    .sum()
    .backward();
  expect(shared.weight.grad).not.toBeNull();
});
