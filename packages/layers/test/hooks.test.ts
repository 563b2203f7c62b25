import { requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { SGD } from '@tessera/optimizers';
import { ones, randn, type Tensor, tensor, zeros } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Buffer, Linear, Module, Parameter, ReLU, Sequential } from '../src/index.ts';

class Double extends Module {
  forward(x: Tensor): Tensor {
    return x.mul(2);
  }
}

describe('forward hooks', () => {
  const change = fc.record({
    kind: fc.constantFrom('before', 'after'),
    /** What the hook adds; one that gives nothing back changes nothing. */
    adds: fc.option(fc.integer({ min: -3, max: 3 }), { nil: undefined }),
    isList: fc.boolean(),
    isRemoved: fc.boolean(),
  });
  law('change what goes in and comes out, in the order of their coming, until they are removed', {
    rows: 88,
    formula: 'y = after(f(before(x))); removed: f',
    tolerance: 'E',
    given: [fc.array(change, { maxLength: 5 }), fc.integer({ min: -4, max: 4 }), fc.boolean()],
    holds: (changes, value, isRecorded) => {
      const layer = new Double();
      const seen: number[] = [];
      const handles = changes.map(({ kind, adds, isList }) => {
        const hook = (x: unknown): unknown => {
          seen.push((x as Tensor).item());
          if (adds === undefined) return undefined;
          const other = (x as Tensor).add(adds);
          return isList && kind === 'before' ? [other] : other;
        };
        return kind === 'before'
          ? layer.registerForwardPreHook((_, [x]) => hook(x))
          : layer.registerForwardHook((_, __, y) => hook(y));
      });
      if (isRecorded) layer.registerFullBackwardHook(() => undefined);
      const expectRun = (kept: typeof changes): void => {
        seen.length = 0;
        const met: number[] = [];
        const through = (kind: string, start: number): number =>
          kept
            .filter((one) => one.kind === kind)
            .reduce((x, { adds = 0 }) => {
              met.push(x);
              return x + adds;
            }, start);
        const wanted = through('after', 2 * through('before', value));
        expect(layer.forward(tensor(value)).item()).toBe(wanted + 0);
        expect(seen).toEqual(met);
      };
      expectRun(changes);
      handles.forEach(({ remove }, i) => {
        if (changes[i]?.isRemoved) remove();
      });
      expectRun(changes.filter(({ isRemoved }) => !isRemoved));
      for (const { remove } of handles) remove();
      expectRun([]);
      expect(Object.hasOwn(layer, 'forward')).toBe(isRecorded);
      expect(Object.keys(layer)).toEqual(['training']);
      // What was removed has nothing to do with hooks that come later.
      layer.registerForwardHook((_, __, y) => (y as Tensor).add(1));
      for (const { remove } of handles) remove();
      expect(layer.forward(tensor(value)).item()).toBe(2 * value + 1);
    },
  });

  test('see what goes in and comes out, may change it, and can be removed', () => {
    const layer = new Double();
    const seen: unknown[] = [];
    const before = layer.registerForwardPreHook((module, [x]) => {
      seen.push(module);
      return (x as Tensor).add(1);
    });
    const after = layer.registerForwardHook((_, [x], y) => {
      seen.push((x as Tensor).item(), (y as Tensor).item());
      return (y as Tensor).neg();
    });
    expect(layer.forward(tensor(3)).item()).toBe(-8);
    expect(seen).toEqual([layer, 4, 8]);
    before.remove();
    expect(layer.forward(tensor(3)).item()).toBe(-6);
    after.remove();
    after.remove();
    expect(layer.forward(tensor(3)).item()).toBe(6);
    expect(Object.hasOwn(layer, 'forward')).toBe(false);
  });

  test('run inside of a network, and are no part of its state or print', () => {
    const net = new Sequential(new Linear(2, 2), new ReLU());
    const [keys, print] = [Object.keys(net.stateDict()), `${net}`];
    let calls = 0;
    for (const module of net.modules())
      module.registerForwardHook(() => {
        calls++;
      });
    net.forward(ones(1, 2));
    expect(calls).toBe(3);
    expect([Object.keys(net.stateDict()), `${net}`]).toEqual([keys, print]);
  });
});

describe('backward hooks', () => {
  law('see the gradient of each input, also where one tensor is given several times', {
    rows: 88,
    formula: 'f(x, y) = Σ w x y²; f(t, t): hook sees (w t², 2 w t t); ∇t = their sum, or what the hook gives',
    tolerance: 'D',
    given: [fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 1, maxLength: 4 }), fc.boolean(), fc.boolean()],
    holds: (list, isSame, replaces) => {
      class Product extends Module {
        forward(x: Tensor, y: Tensor): Tensor[] {
          return [x.mul(y.square()), x.mul(y.square())];
        }
      }
      const layer = new Product();
      const seen: (Tensor | null)[][] = [];
      layer.registerFullBackwardHook((_, gradInputs, gradOutputs) => {
        seen.push([...gradInputs, ...gradOutputs]);
        return replaces ? gradInputs.map((g, i) => g?.mul(10 ** i) ?? null) : undefined;
      });
      const double = { dtype: 'float64' } as const;
      const t = requiresGrad(tensor(list, double));
      const u = isSame ? t : requiresGrad(tensor(list, double));
      const [one, other] = layer.forward(t, u) as [Tensor, Tensor];
      one.mul(2).add(other.mul(3)).sum().backward();
      const x = t.detach();
      const [gx, gy] = [x.square().mul(5), x.square().mul(10)] as [Tensor, Tensor];
      const given = [gx, gy.mul(replaces ? 10 : 1)] as [Tensor, Tensor];
      expect(seen.length).toBe(1);
      const expected = [gx, gy, x.mul(0).add(2), x.mul(0).add(3)];
      seen[0]?.forEach((g, i) => {
        expectWithin(g as Tensor, expected[i] as Tensor, bounds.identity(gy));
      });
      expectWithin(t.grad as Tensor, isSame ? given[0].add(given[1]) : given[0], bounds.identity(gy));
      if (!isSame) expectWithin(u.grad as Tensor, given[1], bounds.identity(gy));
    },
  });

  test('see the gradients of outputs and inputs, and may change those of inputs', () => {
    const layer = new Double();
    const seen: unknown[] = [];
    layer.registerFullBackwardHook((module, gradInputs, gradOutputs) => {
      seen.push(
        module,
        gradInputs.map((g) => g?.toArray()),
        gradOutputs.map((g) => g?.toArray()),
      );
      return gradInputs.map((g) => g?.mul(10) ?? null);
    });
    const x = requiresGrad(tensor([1, 2]));
    layer.forward(x).mul(3).sum().backward();
    expect(seen).toEqual([layer, [[6, 6]], [[3, 3]]]);
    expect(x.grad?.toArray()).toEqual([60, 60]);
  });

  law('are called once, also where some inputs learn nothing, or none does', {
    rows: 88,
    formula:
      'f(x, y) = w x y: hook sees ∂x, ∂y where they are asked for, and null elsewhere; beside it the gradient of y',
    tolerance: 'E',
    given: [fc.integer({ min: -8, max: 8 }), fc.boolean(), fc.boolean(), fc.boolean()],
    holds: (value, hasX, hasY, isList) => {
      class Weighted extends Module {
        readonly weight = new Parameter(tensor(3));
        forward(x: Tensor, y: Tensor): Tensor | Tensor[] {
          const result = x.mul(y).mul(this.weight);
          return isList ? [result] : result;
        }
      }
      const layer = new Weighted();
      const seen: (number | null)[][] = [];
      layer.registerFullBackwardHook((_, gradInputs, gradOutputs) => {
        seen.push([...gradInputs, ...gradOutputs].map((g) => (g === null ? null : g.item())));
        return undefined;
      });
      const [x, y] = [tensor(value), tensor(2)];
      if (hasX) requiresGrad(x);
      if (hasY) requiresGrad(y);
      const output = [layer.forward(x, y)].flat()[0] as Tensor;
      output.backward({ gradient: tensor(5) });
      expect(seen).toEqual([[hasX ? 30 : null, hasY ? 15 * value : null, 5]]);
      expect(layer.weight.grad?.item()).toBe(10 * value);
      expect([x.grad?.item(), y.grad?.item()]).toEqual([hasX ? 30 : undefined, hasY ? 15 * value : undefined]);
    },
  });

  test('change nothing where they give nothing', () => {
    const [plain, hooked] = [new Linear(3, 2), new Linear(3, 2)];
    hooked.loadStateDict(plain.stateDict());
    hooked.registerFullBackwardHook(() => undefined);
    const x = randn(4, 3);
    const gradients = [plain, hooked].map((layer) => {
      const leaf = requiresGrad(x.clone());
      layer.forward(leaf).square().sum().backward();
      return [leaf.grad, layer.weight.grad, layer.bias?.grad] as Tensor[];
    });
    for (const i of [0, 1, 2]) expectSameBits(gradients[1]?.[i] as Tensor, gradients[0]?.[i] as Tensor);
  });

  test('must be functions', () => {
    expect(() => new Double().registerForwardHook(3 as never)).toThrow('hook: the hook must be a function; got 3');
  });
});

class Counting extends Module {
  readonly fc: Linear = new Linear(2, 2);
  readonly seen: Buffer = new Buffer(zeros(2, { dtype: 'int32' }));
  readonly mean: Buffer = new Buffer(zeros(2));
  readonly scale: Parameter = new Parameter(ones(2));
  forward(x: Tensor): Tensor {
    return this.fc.forward(x).mul(this.scale);
  }
}

describe('to', () => {
  test('changes the dtype of floats, and optimizers go on', () => {
    const net = new Counting();
    const optimizer = new SGD(net.parameters(), { lr: 0.5 });
    const { weight } = net.fc;
    expect(net.double()).toBe(net);
    expect(net.fc.weight).toBe(weight);
    expect([weight.dtype, net.mean.dtype, net.seen.dtype]).toEqual(['float64', 'float64', 'int32']);
    net
      .forward(ones(1, 2, { dtype: 'float64' }))
      .sum()
      .backward();
    const expected = weight.detach().sub((weight.grad as Tensor).mul(0.5));
    optimizer.step();
    expectSameBits(weight.detach(), expected);
    net.float();
    expect([weight.dtype, weight.grad?.dtype]).toEqual(['float32', 'float32']);
    expect(net.half().fc.weight.dtype).toBe('float16');
    expect(net.bfloat16().fc.weight.dtype).toBe('bfloat16');
    expect(() => net.to('int32')).toThrow("to: modules hold floats; got int32; try 'float32' or 'float64'");
  });

  test('freeze stops learning, unfreeze resumes it', () => {
    const net = new Counting();
    net.fc.freeze();
    net.forward(ones(1, 2)).sum().backward();
    expect([net.fc.weight.grad, net.scale.grad?.shape]).toEqual([null, [2]]);
    net.unfreeze().forward(ones(1, 2)).sum().backward();
    expect(net.fc.weight.grad?.shape).toEqual([2, 2]);
  });
});
