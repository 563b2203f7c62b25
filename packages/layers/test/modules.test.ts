import { law } from '@tessera/laws';
import { BatchNorm1d, Buffer, Dropout, Linear, Module, Parameter, ReLU, Sequential } from '@tessera/layers';
import { type DType, ones, randn, type Tensor, zeros } from '@tessera/tensor';
import { expectSameBits } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect } from 'vitest';

/** What a network is made of: layers, or groups of them. */
type Plan = 'linear' | 'norm' | 'relu' | 'dropout' | readonly Plan[];
const { plan } = fc.letrec<{ plan: Plan }>((tie) => ({
  plan: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Plan>('linear', 'norm', 'relu', 'dropout'),
    fc.array(tie('plan'), { minLength: 1, maxLength: 3 }),
  ),
}));
const MAKE = {
  linear: () => new Linear(3, 3),
  norm: () => new BatchNorm1d(3),
  relu: () => new ReLU(),
  dropout: () => new Dropout(0.5),
} as const;
const build = (part: Plan): Module =>
  typeof part === 'string' ? MAKE[part]() : (new Sequential(...(part.map(build) as [])) as Module);
const network = fc.array(plan, { minLength: 1, maxLength: 3 }).map((parts) => () => build(parts));

/** All below a module and itself, parents first. */
const everyOf = (module: Module): Module[] => [module, ...module.children().flatMap(everyOf)];

/** A module with fields of every kind: one kept, one that is not saved, a list, and one that stands twice. */
class Fields extends Module {
  readonly someWeight = new Parameter(ones(2));
  readonly frozenWeight = new Parameter(ones(1), { requiresGrad: false });
  readonly runningMean = new Buffer(zeros(2));
  readonly scratch = new Buffer(zeros(2), { persistent: false });
  readonly layers: readonly Module[];
  readonly first: Module;

  constructor(layers: readonly Module[]) {
    super();
    this.layers = layers;
    this.first = layers[0] as Module;
  }

  override forward(x: Tensor): Tensor {
    return x;
  }
}

describe('modules', () => {
  law('know all that is in them: each once, by its path', {
    rows: 113,
    formula: 'modules = self ∪ modules(children); parameters once; train and eval reach all',
    tolerance: 'E',
    given: [network, fc.boolean()],
    holds: (make, mode) => {
      const net = make();
      const every = everyOf(net);
      expect(net.modules()).toEqual(every);
      expect([...net.namedModules()].map(([, module]) => module)).toEqual(every);
      const names = [...net.namedModules()].map(([name]) => name);
      expect(new Set(names).size).toBe(names.length);
      for (const [name, module] of net.namedModules()) {
        const parent = every.find((one) => one.children().includes(module));
        const last = name.split('.').at(-1);
        if (parent) expect([...parent.namedChildren()].find(([, child]) => child === module)?.[0]).toBe(last);
        else expect(name).toBe('');
      }
      expect(net.parameters().length).toBe(
        every.filter((one) => one instanceof Linear || one instanceof BatchNorm1d).length * 2,
      );
      expect(net.buffers().length).toBe(every.filter((one) => one instanceof BatchNorm1d).length * 3);
      expect(every.every(({ training }) => training)).toBe(true);
      net.train(mode);
      expect(every.every(({ training }) => training === mode)).toBe(true);
      expect(net.train()).toBe(net);
      expect(every.every(({ training }) => training)).toBe(true);
      net.eval();
      expect(every.some(({ training }) => training)).toBe(false);
      // Children before their parents.
      const visited: Module[] = [];
      expect(net.apply((module) => visited.push(module))).toBe(net);
      expect(visited).toHaveLength(every.length);
      for (const module of every)
        for (const child of module.children()) expect(visited.indexOf(child)).toBeLessThan(visited.indexOf(module));
      // A layer stands in brackets behind its name, and what is in it on lines of its own.
      const lines = String(net).split('\n');
      const groups = every.filter((one) => one.children().length > 0);
      expect(lines).toHaveLength(every.length + groups.length);
      expect(
        lines.map((line) => line.replace(/^ *(\(\d+\): )?/, '').split('(')[0]).filter((name) => name !== ')'),
      ).toEqual(every.map((one) => one.constructor.name));
    },
  });

  law('that stand in several places are themselves in each, and count once', {
    rows: 113,
    formula: 'a module in two networks of one: modules and parameters once, under the first path; a state under both',
    tolerance: 'E',
    given: [network, fc.nat(2), fc.nat(2)],
    holds: (make, before, after) => {
      const shared = make();
      const nest = (depth: number): Module => {
        let module: Module = shared;
        for (let i = 0; i < depth; i++) module = new Sequential(module as never);
        return module;
      };
      const net = new Sequential(...([nest(before), nest(after), new Linear(2, 2)] as unknown as []));
      const every = net.modules();
      expect(new Set(every).size).toBe(every.length);
      const inner = shared.modules();
      expect(every.length).toBe(2 + before + after + inner.length);
      const once = shared.parameters();
      expect(net.parameters().length).toBe(once.length + 2);
      for (const [i, p] of once.entries()) expect(net.parameters()[i] === p).toBe(true);
      const paths = [
        [0, ...Array(before).fill(0)],
        [1, ...Array(after).fill(0)],
      ].map((path) => path.join('.'));
      const keys = Object.keys(shared.stateDict());
      expect(Object.keys(net.stateDict()).slice(0, -2)).toEqual(
        paths.flatMap((path) => keys.map((key) => `${path}.${key}`)),
      );
    },
  });

  law('freeze and thaw, forget gradients, and turn into other dtypes with them', {
    rows: 113,
    formula: 'freeze: no parameter requires a gradient; zeroGrad: none has one; to(dtype): all, with gradients',
    tolerance: 'E',
    given: [network, fc.constantFrom<DType>('float32', 'float64', 'float16', 'bfloat16'), fc.boolean()],
    holds: (make, dtype, hasGradients) => {
      const net = make();
      const all = (): boolean[] => net.parameters().map(({ requiresGrad }) => requiresGrad);
      expect(net.freeze()).toBe(net);
      expect(all().some(Boolean)).toBe(false);
      expect(net.unfreeze()).toBe(net);
      expect(all().every(Boolean)).toBe(true);
      expect(net.requiresGrad_(false)).toBe(net);
      expect(all().some(Boolean)).toBe(false);
      expect(net.requiresGrad_()).toBe(net);
      expect(all().every(Boolean)).toBe(true);
      if (hasGradients) for (const p of net.parameters()) p.grad = ones([...p.shape]);
      const before = net.parameters().map((p) => p.detach().clone());
      const short = { float32: 'float', float64: 'double', float16: 'half', bfloat16: 'bfloat16' } as const;
      const converted = hasGradients ? net.to(dtype) : net[short[dtype as keyof typeof short]]();
      expect(converted).toBe(net);
      net.parameters().forEach((p, i) => {
        expectSameBits(p.detach(), (before[i] as Tensor).to(dtype));
        expect(p.requiresGrad).toBe(true);
        if (hasGradients) expectSameBits(p.grad as Tensor, ones([...p.shape]).to(dtype));
        else expect(p.grad).toBeNull();
      });
      for (const buffer of net.buffers()) expect(['int32', dtype]).toContain(buffer.dtype);
      net.zeroGrad();
      expect(net.parameters().every(({ grad }) => grad === null)).toBe(true);
    },
  });

  law('have fields under names of their own, saved where they are kept', {
    rows: 113,
    formula: 'stateDict = parameters ∪ persistent buffers, under both paths where one stands twice; lists by place',
    tolerance: 'E',
    given: [network, network],
    holds: (one, other) => {
      const layers = [one(), other()];
      const module = new Fields(layers);
      const inner = (at: number, prefix: string): string[] =>
        Object.keys((layers[at] as Module).stateDict()).map((key) => `${prefix}.${key}`);
      expect(Object.keys(module.stateDict())).toEqual([
        'some_weight',
        'frozen_weight',
        'running_mean',
        ...inner(0, 'layers.0'),
        ...inner(1, 'layers.1'),
        ...inner(0, 'first'),
      ]);
      expect([...module.namedParameters()].map(([name]) => name)).toEqual([
        'some_weight',
        'frozen_weight',
        ...layers.flatMap((layer, i) => [...layer.namedParameters()].map(([name]) => `layers.${i}.${name}`)),
      ]);
      expect([...module.namedBuffers()].slice(0, 2).map(([name]) => name)).toEqual(['running_mean', 'scratch']);
      expect([module.someWeight.requiresGrad, module.frozenWeight.requiresGrad]).toEqual([true, false]);
    },
  });

  law('take up a state, whole or in part, and say what was missing and what was too much', {
    rows: 113,
    formula: 'loadStateDict(stateDict(m)) = m; { strict: false }: the shared keys alone',
    tolerance: 'E',
    given: [network, fc.nat(9), fc.boolean()],
    holds: (make, dropped, isMore) => {
      const [from, to] = [make(), make()];
      const state = from.stateDict();
      expect(to.loadStateDict(state)).toEqual({ missingKeys: [], unexpectedKeys: [] });
      for (const [key, value] of Object.entries(to.stateDict())) expectSameBits(value, state[key] as Tensor);
      const keys = Object.keys(state);
      const missing = keys.filter((_, i) => i === dropped);
      const partial: Record<string, Tensor> = Object.fromEntries(
        Object.entries(state)
          .filter(([key]) => !missing.includes(key))
          .map(([key, value]) => [key, value.add(1)]),
      );
      if (isMore) partial['no such key'] = randn(2);
      const unexpected = isMore ? ['no such key'] : [];
      const before = Object.fromEntries(Object.entries(to.stateDict()).map(([key, value]) => [key, value.clone()]));
      if (missing.length + unexpected.length > 0) {
        expect(() => to.loadStateDict(partial)).toThrow(/^loadStateDict: /);
        for (const [key, value] of Object.entries(to.stateDict())) expectSameBits(value, before[key] as Tensor);
      }
      expect(to.loadStateDict(partial, { strict: false })).toEqual({
        missingKeys: missing,
        unexpectedKeys: unexpected,
      });
      for (const [key, value] of Object.entries(to.stateDict()))
        expectSameBits(value, (missing.includes(key) ? before : partial)[key] as Tensor);
    },
  });
});
