import { type Addressable, gemm, heap, type Product, setNumThreads, views } from '@tessera/kernels';
import { law } from '@tessera/laws';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';

type Type = Product['type'];

afterAll(() => setNumThreads(1));

function array(type: Type, count: number): Addressable {
  const result = { cell: heap().allocate(Math.max(1, count) * (type === 'f32' ? 4 : 8)), byteOffset: 0 };
  const values = elements(type, result);
  for (let i = 0; i < values.length; i++) values[i] = ((i * 7919) % 2003) / 1001 - 1;
  return result;
}

function elements(type: Type, { cell }: Addressable): Float32Array | Float64Array {
  const at = heap().load(cell);
  if (type === 'f32') return views().f32.subarray(at / 4, (at + cell.bytes) / 4);
  return views().f64.subarray(at / 8, (at + cell.bytes) / 8);
}

/** The result of a product that starts from `before`, on so many threads. */
function run(product: Product, before: ArrayLike<number>, threads: number): Float32Array | Float64Array {
  setNumThreads(threads);
  elements(product.type, product.c).set(before);
  gemm(product);
  return elements(product.type, product.c).slice();
}

/** The greatest error of an element, relative to the sum of the magnitudes of its terms. */
function worstError(product: Product, before: ArrayLike<number>, got: ArrayLike<number>): number {
  const { type, batch, m, k, n, a, b, bias, alpha, beta } = product;
  const [left, right, added] = [elements(type, a.source), elements(type, b.source), bias && elements(type, bias)];
  let worst = 0;
  const count = batch.reduce((all, size) => all * size, 1);
  /** Where matrix i of a batch begins. */
  const startOf = (i: number, strides: readonly number[]): number =>
    batch.reduceRight<readonly [number, number]>(
      ([rest, place], size, d) => [Math.floor(rest / size), place + (rest % size) * strides[d]!],
      [i, 0],
    )[1]!;
  for (let at = 0; at < count * m * n; at++) {
    const [i, row, column] = [Math.floor(at / (m * n)), Math.floor(at / n) % m, at % n];
    const [ofA, ofB] = [startOf(i, a.batchStrides), startOf(i, b.batchStrides)];
    let sum = beta * (before[at] as number) + (added?.[column] ?? 0);
    let size = 1;
    for (let p = 0; p < k; p++) {
      const x = left[ofA + row * a.rowStride + p * a.columnStride] as number;
      const y = right[ofB + p * b.rowStride + column * b.columnStride] as number;
      sum += alpha * x * y;
      size += Math.abs(x * y);
    }
    worst = Math.max(worst, Math.abs((got[at] as number) - sum) / size);
  }
  return worst;
}

const sizes = fc.oneof(
  fc.constantFrom(0, 1, 2, 5, 63, 64, 65),
  fc.integer({ min: 1, max: 20 }),
  fc.integer({ min: 66, max: 300 }),
);

/** A batch of some dimensions; each operand is its own along it, the same for all, or turned round in memory. */
const batches = fc
  .array(fc.oneof({ arbitrary: fc.integer({ min: 1, max: 3 }), weight: 9 }, fc.constant(0)), { maxLength: 3 })
  .chain((sizes) => {
    const shares = fc.array(fc.boolean(), { minLength: sizes.length, maxLength: sizes.length });
    return fc.record({ sizes: fc.constant(sizes), ofA: shares, ofB: shares, isTurned: fc.boolean() });
  });

const products = fc.oneof(
  {
    weight: 60,
    arbitrary: fc
      .record({
        batch: batches,
        m: sizes,
        k: fc.oneof({ weight: 9, arbitrary: sizes }, { weight: 1, arbitrary: fc.constantFrom(1025, 2100) }),
        n: sizes,
      })
      .filter(({ batch, m, k, n }) => batch.sizes.reduce((all, size) => all * size, 1) * m * k * n < 3e6),
  },
  // So large that each of a batch is cut by itself.
  {
    weight: 1,
    arbitrary: fc.record({
      batch: fc.constant({ sizes: [2], ofA: [false], ofB: [false], isTurned: false }),
      m: fc.constant(205),
      k: fc.constant(205),
      n: fc.constant(205),
    }),
  },
);
const forms = fc.record({
  type: fc.constantFrom<Type>('f32', 'f64'),
  transposed: fc.tuple(fc.boolean(), fc.boolean()),
  epilogue: fc.constantFrom('none', 'bias', 'beta'),
});

law('every way to run a product gives the product, and the same bits on one thread and on three', {
  rows: [45, 54, 58, 175],
  formula: 'C = A B in any layout, tile and thread split',
  tolerance: 'M',
  given: [products, forms],
  share: 1.5,
  holds: ({ batch, m, k, n }, { type, transposed, epilogue }) => {
    const count = batch.sizes.reduce((all, size) => all * size, 1);
    /** Strides of a batch of matrices of so many elements; 0 along what is shared. */
    const stridesOf = (matrix: number, shares: readonly boolean[]): { strides: number[]; elements: number } => {
      const strides = batch.sizes.map(() => 0);
      let each = matrix;
      const dims = [...strides.keys()].filter((d) => !shares[d]);
      for (const d of batch.isTurned ? dims : dims.toReversed()) {
        strides[d] = each;
        each *= batch.sizes[d]!;
      }
      return { strides, elements: each };
    };
    const c = array(type, count * m * n);
    const [ofA, ofB] = [stridesOf(m * k, batch.ofA), stridesOf(k * n, batch.ofB)];
    const [a, b] = [array(type, ofA.elements), array(type, ofB.elements)];
    const bias = array(type, n);
    const product: Product = {
      ...{ type, batch: batch.sizes, m, k, n, c },
      a: {
        source: a,
        rowStride: transposed[0] ? 1 : k,
        columnStride: transposed[0] ? m : 1,
        batchStrides: ofA.strides,
      },
      b: {
        source: b,
        rowStride: transposed[1] ? 1 : n,
        columnStride: transposed[1] ? k : 1,
        batchStrides: ofB.strides,
      },
      bias: epilogue === 'bias' ? bias : null,
      alpha: epilogue === 'beta' ? 0.5 : 1,
      beta: epilogue === 'beta' ? -0.75 : 0,
    };
    const before = elements(type, c).slice();
    const alone = run(product, before, 1);
    expect(run(product, before, 3)).toEqual(alone);
    // Both sums round at most once per term and once for each of alpha, beta and bias.
    const unit = type === 'f32' ? 2 ** -24 : 2 ** -53;
    expect(worstError(product, before, alone)).toBeLessThan(2 * (k + 4) * unit);
    for (const { cell } of [a, b, c, bias]) heap().free(cell);
  },
});

test('the workspace is reused, grows, and survives eviction of everything else', () => {
  const owner = heap();
  const small = owner.workspace(1000);
  expect(owner.workspace(500)).toBe(small);
  const large = owner.workspace(2 ** 20);
  views().u8.fill(7, large, large + 2 ** 20);
  const { budget } = owner;
  owner.budget = 2 ** 21;
  const cells = Array.from({ length: 10 }, () => owner.allocate(2 ** 20));
  expect(
    views()
      .u8.subarray(large, large + 2 ** 20)
      .every((byte) => byte === 7),
  ).toBe(true);
  for (const cell of cells) owner.free(cell);
  owner.budget = budget;
});
