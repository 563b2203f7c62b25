import { heap } from '@tessera/kernels';
import { law } from '@tessera/laws';
import { MemoryError, memory, ones, setMemoryBudget, type Tensor, tensor, tidy, zeros } from '@tessera/tensor';
import { demote } from '@tessera/tensor/core';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';

const MEBIBYTE = 2 ** 20;
const budget = heap().budget;

afterEach(() => {
  heap().budget = budget;
});

/** A cell as large as the cache pushes everything out of the heap; it comes back when it is used. */
function evictAll(): void {
  const own = heap();
  own.free(own.allocate(own.statistics().softLimit));
}

// A model in plain arrays: every tensor must show what its array holds, whatever happened to memory in between.

interface Model {
  /** Values of the memory behind each tensor; views of one memory share one array. */
  readonly live: { values: Float32Array; dead: { now: boolean } }[];
}

interface Real {
  readonly tensors: Tensor[];
}

type Step = fc.Command<Model, Real>;

function show(t: Tensor): number[] {
  return Array.from(t.data);
}

class Create implements Step {
  constructor(readonly values: readonly number[]) {}
  check(): boolean {
    return true;
  }
  run(model: Model, real: Real): void {
    model.live.push({ values: Float32Array.from(this.values), dead: { now: false } });
    real.tensors.push(tensor([...this.values]));
  }
  toString(): string {
    return `create([${this.values}])`;
  }
}

/** A step about one of the tensors that exist. */
abstract class About implements Step {
  constructor(readonly pick: number) {}
  check({ live }: Readonly<Model>): boolean {
    return live.length > 0;
  }
  run(model: Model, real: Real): void {
    const at = this.pick % model.live.length;
    this.about(model.live[at] as Model['live'][number], real.tensors[at] as Tensor, model, real);
  }
  abstract about(one: Model['live'][number], t: Tensor, model: Model, real: Real): void;
  toString(): string {
    return `${this.constructor.name}(${this.pick})`;
  }
}

class View extends About {
  about(one: Model['live'][number], t: Tensor, model: Model, real: Real): void {
    if (one.dead.now) return;
    const half = Math.floor(one.values.length / 2);
    model.live.push({ values: one.values.subarray(half), dead: one.dead });
    real.tensors.push(t.narrow(0, half, one.values.length - half));
  }
}

class Add extends About {
  about(one: Model['live'][number], t: Tensor, model: Model, real: Real): void {
    if (one.dead.now) return void expect(() => t.add(1)).toThrow(MemoryError);
    model.live.push({ values: one.values.map((value) => value + 1), dead: { now: false } });
    real.tensors.push(t.add(1));
  }
}

class Change extends About {
  about(one: Model['live'][number], t: Tensor): void {
    if (one.dead.now) return;
    one.values.forEach((value, i) => {
      one.values[i] = value * 2;
    });
    t.mul_(2);
  }
}

class Dispose extends About {
  about(one: Model['live'][number], t: Tensor): void {
    one.dead.now = true;
    t.dispose();
    t.dispose();
  }
}

class Demote extends About {
  about(_: Model['live'][number], t: Tensor): void {
    demote(t);
  }
}

class Read extends About {
  about(one: Model['live'][number], t: Tensor): void {
    if (one.dead.now) expect(() => t.data).toThrow(MemoryError);
    else expect(show(t)).toEqual([...one.values]);
  }
}

class Evict implements Step {
  check(): boolean {
    return true;
  }
  run(): void {
    evictAll();
  }
  toString(): string {
    return 'evict()';
  }
}

const index = fc.nat({ max: 99 });
const steps = fc.commands(
  [
    fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 40 }).map((values) => new Create(values)),
    index.map((i) => new View(i)),
    index.map((i) => new Add(i)),
    index.map((i) => new Change(i)),
    index.map((i) => new Dispose(i)),
    index.map((i) => new Demote(i)),
    index.map((i) => new Read(i)),
    fc.constant(new Evict()),
  ],
  { size: '+1' },
);

law('no bit is lost, and nothing freed is read, whatever is created, viewed, changed, freed and evicted', {
  rows: [17, 176, 177],
  formula: 'every tensor shows what its model holds; freed ones throw',
  tolerance: 'E',
  given: [steps],
  holds: (list) => {
    const model: Model = { live: [] };
    const real: Real = { tensors: [] };
    fc.modelRun(() => ({ model, real }), list);
    model.live.forEach((one, i) => {
      if (!one.dead.now) expect(show(real.tensors[i] as Tensor)).toEqual([...one.values]);
    });
  },
});

describe('the heap as a cache', () => {
  test('what is evicted comes back bit for bit', () => {
    const values = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i));
    const x = tensor(values);
    const before = memory();
    evictAll();
    expect(heap().statistics().resident).toBeLessThan(before.resident);
    expect(x.data).toEqual(values);
  });

  test('more tensors than the budget holds all keep their values', () => {
    heap().budget = MEBIBYTE;
    const all = Array.from({ length: 64 }, (_, i) => ones(16_384).mul(i));
    all.forEach((t, i) => {
      expect(t.sum().item()).toBe(16_384 * i);
    });
    expect(heap().statistics().resident).toBeLessThanOrEqual(MEBIBYTE * 1.1);
  });

  test('disposed bytes return to the baseline', () => {
    evictAll();
    const baseline = heap().statistics().resident;
    const all = Array.from({ length: 100 }, () => zeros(1000));
    expect(heap().statistics().resident).toBeGreaterThan(baseline);
    for (const t of all) t.dispose();
    expect(heap().statistics().resident).toBe(baseline);
  });

  test('what cannot fit is refused by name and leaves everything as it was', () => {
    heap().budget = MEBIBYTE;
    const x = ones(1000);
    expect(() => zeros(MEBIBYTE)).toThrow(MemoryError);
    expect(() => zeros(MEBIBYTE)).toThrow(/budget of 1.0 MiB; got \[.*\] float32, 4.0 MiB; try /);
    expect(x.sum().item()).toBe(1000);
    expect(() => setMemoryBudget(-1)).toThrow(/^setMemoryBudget: /);
  });
});

/** Tensors in arrays, objects and numbers, and how many of them there are. */
type Kept = null | number | readonly Kept[] | { readonly [name: string]: Kept } | Tensor | Float32Array;
type Plan = null | 'tensor' | 'view' | 'array' | readonly Plan[] | { readonly [name: string]: Plan };
const { plan } = fc.letrec<{ plan: Plan }>((tie) => ({
  plan: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Plan>(null, 'tensor', 'view', 'array'),
    fc.array(tie('plan'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('plan'), { maxKeys: 3 }),
  ),
}));

law('tidy frees all that was made but what it gives back, however deep that lies', {
  rows: [17, 177],
  formula: 'tidy(f): tensors of f() live; the others are freed',
  tolerance: 'E',
  given: [plan, fc.boolean()],
  holds: (whole, isNested) => {
    const [kept, lost]: Tensor[][] = [[], []];
    const make = (part: Plan): Kept => {
      if (part === null) return null;
      if (part === 'array') return new Float32Array(2);
      if (typeof part === 'object') {
        if (Array.isArray(part)) return part.map(make);
        return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, make(inner)]));
      }
      lost!.push(ones(3));
      const one = part === 'view' ? ones(2, 2).select(0, 0) : ones(2).add(1);
      kept!.push(one);
      return one;
    };
    const body = (): Kept => {
      const result = make(whole);
      // What holds itself is looked at once.
      return isNested && result !== null && typeof result === 'object' && !Array.isArray(result)
        ? Object.assign(result, { self: result })
        : result;
    };
    tidy(() => (isNested ? tidy(body) : body()));
    for (const one of kept!) expect(one.sum().item()).toBeGreaterThan(1);
    for (const one of lost!) expect(() => one.data).toThrow(MemoryError);
  },
});

describe('tidy', () => {
  test('frees what was made inside and keeps what is given back, also inside arrays and objects', () => {
    const made: Tensor[] = [];
    const note = (t: Tensor): Tensor => {
      made.push(t);
      return t;
    };
    const outer = ones(3);
    const kept = tidy(() => {
      const a = note(ones(3));
      const b = note(a.add(outer));
      const view = note(b.reshape(3, 1));
      return { list: [view], more: note(a.mul(2)) };
    });
    expect(kept.list[0]?.toArray()).toEqual([[2], [2], [2]]);
    expect(kept.more.toArray()).toEqual([2, 2, 2]);
    expect(() => made[0]?.data).toThrow(MemoryError);
    expect(outer.toArray()).toEqual([1, 1, 1]);
  });

  test('frees also when the body throws, and takes no async one', () => {
    let inner: Tensor | undefined;
    const failing = () =>
      tidy(() => {
        inner = ones(2);
        throw new Error('no');
      });
    expect(failing).toThrow('no');
    expect(() => inner?.data).toThrow(MemoryError);
    expect(() => tidy(async () => ones(2))).toThrow(/^tidy: the function must be synchronous/);
  });

  test('nests', () => {
    const result = tidy(() => {
      const a = tidy(() => ones(2).add(1));
      return a.mul(3);
    });
    expect(result.toArray()).toEqual([6, 6]);
  });
});

test('using frees at the end of the block', () => {
  let seen: Tensor;
  {
    using x = ones(2);
    seen = x;
    expect(x.sum().item()).toBe(2);
  }
  expect(() => seen.sum()).toThrow(MemoryError);
});
