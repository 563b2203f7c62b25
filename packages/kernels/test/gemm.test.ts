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
  for (let at = 0; at < (batch[0] ?? 1) * m * n; at++) {
    const [i, row, column] = [Math.floor(at / (m * n)), Math.floor(at / n) % m, at % n];
    let sum = beta * (before[at] as number) + (added?.[column] ?? 0);
    let size = 1;
    for (let p = 0; p < k; p++) {
      const x = left[i * (a.batchStrides[0] ?? 0) + row * a.rowStride + p * a.columnStride] as number;
      const y = right[i * (b.batchStrides[0] ?? 0) + p * b.rowStride + column * b.columnStride] as number;
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

const products = fc
  .record({
    type: fc.constantFrom<Type>('f32', 'f64'),
    batch: fc.option(fc.integer({ min: 0, max: 4 }), { nil: null }),
    m: sizes,
    k: fc.oneof({ weight: 9, arbitrary: sizes }, { weight: 1, arbitrary: fc.constantFrom(1025, 2100) }),
    n: sizes,
    transposed: fc.tuple(fc.boolean(), fc.boolean()),
    shared: fc.tuple(fc.boolean(), fc.boolean()),
    epilogue: fc.constantFrom('none', 'bias', 'beta'),
  })
  .filter(({ batch, m, k, n }) => (batch ?? 1) * m * k * n < 3e6);

law('every way to run a product gives the product, and the same bits on one thread and on three', {
  rows: [45, 54, 58, 175],
  formula: 'C = A B in any layout, tile and thread split',
  tolerance: 'M',
  given: [products],
  share: 1.5,
  holds: ({ type, batch, m, k, n, transposed, shared, epilogue }) => {
    const count = batch ?? 1;
    const c = array(type, count * m * n);
    const [a, b] = [array(type, (shared[0] ? 1 : count) * m * k), array(type, (shared[1] ? 1 : count) * k * n)];
    const bias = array(type, n);
    const strides = (matrix: number, share: boolean): number[] => (batch === null ? [] : [share ? 0 : matrix]);
    const product: Product = {
      ...{ type, batch: batch === null ? [] : [batch], m, k, n, c },
      a: {
        source: a,
        rowStride: transposed[0] ? 1 : k,
        columnStride: transposed[0] ? m : 1,
        batchStrides: strides(m * k, shared[0]),
      },
      b: {
        source: b,
        rowStride: transposed[1] ? 1 : n,
        columnStride: transposed[1] ? k : 1,
        batchStrides: strides(k * n, shared[1]),
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
