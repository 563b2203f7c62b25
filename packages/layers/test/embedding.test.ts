import { requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { Embedding, embedding } from '@tessera/layers';
import { bincount, fromArray, manualSeed, oneHot, randn, type Tensor, tensor, zeros } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const whole = (data: Parameters<typeof tensor>[0]): Tensor => tensor(data, { dtype: 'int32' });

const drawn = fc
  .record({
    seed: fc.nat(),
    count: fc.integer({ min: 1, max: 6 }),
    width: fc.integer({ min: 1, max: 5 }),
    shape: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
  })
  .chain((given) => {
    const length = given.shape.reduce((a, b) => a * b, 1);
    const places = fc.array(fc.nat({ max: given.count - 1 }), { minLength: length, maxLength: length });
    return places.map((list) => ({ ...given, list }));
  });

function operandsOf({ seed, count, width, shape, list }: typeof drawn extends fc.Arbitrary<infer T> ? T : never) {
  manualSeed(seed);
  return { indices: fromArray(Int32Array.from(list), shape), weight: randn(count, width) };
}

describe('embedding by law', () => {
  law('is the one-hot matrix times the table, bit for bit', {
    rows: [67, 111],
    formula: 'embedding(i) = oneHot(i) W',
    tolerance: 'E',
    given: [drawn],
    holds: (example) => {
      const { indices, weight } = operandsOf(example);
      const y = embedding(indices, weight);
      expect(y.shape).toEqual([...example.shape, example.width]);
      const hot = oneHot(indices.reshape([indices.count]), example.count);
      expectSameBits(y.reshape(indices.count, example.width), hot.to('float32').matmul(weight));
    },
  });

  law('its gradient is the one-hot matrix transposed times the cotangent', {
    rows: [67, 111],
    formula: '∇W = oneHot(i)ᵀ g',
    tolerance: 'M',
    given: [drawn],
    holds: (example) => {
      const { indices, weight } = operandsOf(example);
      const table = requiresGrad(weight.clone());
      const y = embedding(indices, table);
      const g = randn(y.shape);
      y.backward({ gradient: g });
      const hot = oneHot(indices.reshape([indices.count]), example.count)
        .to('float32')
        .transpose(0, 1);
      const rows = g.reshape([indices.count, example.width]);
      const limit = bounds.terms(indices.count + 1, hot.matmul(rows.abs()));
      expectWithin(table.grad!, hot.matmul(rows), bounds.twoPaths(limit));
    },
  });

  test('with frequencies, each row gets the mean of its cotangents', () => {
    const indices = whole([2, 0, 2, 2]);
    const table = requiresGrad(randn(4, 3));
    embedding(indices, table, { scaleGradByFreq: true }).sum().backward();
    expectWithin(
      table.grad!,
      bincount(indices, { minlength: 4 }).gt(0).to('float32').unsqueeze(1).expand(4, 3),
      bounds.ulps(4),
    );
  });

  test.each([1, -3])('the padding row %i gets no gradient, and is looked up all the same', (paddingIdx) => {
    const table = requiresGrad(randn(4, 2));
    const y = embedding(
      whole([
        [1, 2],
        [1, 0],
      ]),
      table,
      { paddingIdx },
    );
    expectSameBits(y.select(0, 0).select(0, 0).detach(), table.select(0, 1).detach());
    y.sum().backward();
    expect(table.grad?.toArray()).toEqual([
      [1, 1],
      [0, 0],
      [1, 1],
      [0, 0],
    ]);
  });

  test('small unsigned numbers are indices too', () => {
    const weight = randn(3, 2);
    expectSameBits(embedding(tensor([2, 0], { dtype: 'uint8' }), weight), embedding(whole([2, 0]), weight));
  });
});

describe('a greatest norm', () => {
  test('shortens the rows that are looked up, in the table', () => {
    const weight = tensor([
      [3, 4],
      [0.3, 0.4],
      [6, 8],
    ]);
    const y = embedding(whole([0, 1, 0]), weight, { maxNorm: 1 });
    // PyTorch adds 1e-7 to the norm that it divides by.
    const shortened = [3, 4].map((value) => value / (5 + 1e-7));
    expectWithin(y.select(0, 0), shortened, bounds.ulps(4));
    expectSameBits(
      weight.slice(0, 1),
      tensor([
        [0.3, 0.4],
        [6, 8],
      ]),
    );
    expectSameBits(y, embedding(whole([0, 1, 0]), weight));
  });

  test('of another p, while learning', () => {
    const layer = new Embedding(2, 2, {
      weight: tensor([
        [3, -3],
        [1, 1],
      ]),
      maxNorm: 2,
      normType: 1,
    });
    layer
      .forward(whole([0]))
      .sum()
      .backward();
    expectWithin(layer.weight, [[3, -3].map((value) => (2 * value) / (6 + 1e-7)), [1, 1]], bounds.ulps(4));
    expect(layer.weight.grad?.toArray()).toEqual([
      [1, 1],
      [0, 0],
    ]);
    expect(layer.weight.isLeaf).toBe(true);
  });
});

describe('the layer', () => {
  test('starts normal, with zeros in the padding row, and has the state of PyTorch', () => {
    const layer = new Embedding(1000, 20, { paddingIdx: -1 });
    expect(Object.keys(layer.stateDict())).toEqual(['weight']);
    expect(layer.paddingIdx).toBe(999);
    expect(layer.weight.select(0, 999).abs().sum().item()).toBe(0);
    const rest = layer.weight.detach().slice(0, 0, 999);
    // 20,000 numbers: mean and variance within five standard errors
    expectWithin(rest.mean(), 0, bounds.mean(1, rest.count));
    expectWithin(rest.square().mean(), 1, bounds.variance(3, rest.count));
    expect(layer.requiresGrad_(false).parameters()).toHaveLength(1);
  });

  test('of given rows shares them, and does not learn unless asked to', () => {
    const rows = randn(5, 3);
    const layer = Embedding.fromPretrained(rows, { paddingIdx: 0 });
    expect(layer.weight.requiresGrad).toBe(false);
    expectSameBits(layer.forward(whole([0, 4])), embedding(whole([0, 4]), rows));
    rows.zero_();
    expect(layer.weight.abs().sum().item()).toBe(0);
    expect(Embedding.fromPretrained(rows, { freeze: false }).weight.requiresGrad).toBe(true);
  });

  test('prints its settings', () => {
    expect(String(new Embedding(10, 3, { paddingIdx: 1, maxNorm: 2, scaleGradByFreq: true }))).toBe(
      'Embedding(10, 3, paddingIdx=1, maxNorm=2, scaleGradByFreq=true)',
    );
  });
});

describe('bad input is refused by name', () => {
  const weight = zeros(5, 2);
  test.each<readonly [string, () => unknown, string]>([
    [
      'an index too large',
      () =>
        embedding(
          whole([
            [0, 1],
            [4, 5],
          ]),
          weight,
        ),
      'embedding: indices must be in [0, 5); got 5 at [1, 1]; try clamp(0, 4)',
    ],
    ['a negative index', () => embedding(whole(-1), weight), 'embedding: indices must be in [0, 5); got -1 at []'],
    [
      'a table without rows',
      () => embedding(whole([0]), zeros(0, 2)),
      'embedding: indices must be in [0, 0); got 0 at [0]; try a table with rows',
    ],
    [
      'fractions',
      () => embedding(tensor([0.5]), weight),
      'embedding: indices must hold whole numbers (int32 or uint8); got float32',
    ],
    ['no tensor', () => embedding([0] as never, weight), 'embedding: indices must be a tensor'],
    [
      'a table of whole numbers',
      () => embedding(whole([0]), whole([[1]])),
      'embedding: weight must be float32 or float64',
    ],
    [
      'a list for a table',
      // @ts-expect-error: the compiler refuses it too
      () => embedding(whole([0]), zeros(3)),
      'embedding: weight must be a table [numEmbeddings, embeddingDim]; got [3]',
    ],
    [
      'padding outside',
      () => embedding(whole([0]), weight, { paddingIdx: 5 }),
      'embedding: paddingIdx must be a row in [-5, 5); got 5',
    ],
    ['a negative norm', () => new Embedding(2, 2, { maxNorm: -1 }), 'Embedding: maxNorm must be at least 0; got -1'],
    ['no norm at all', () => new Embedding(2, 2, { normType: 0 }), 'Embedding: normType must be greater than 0; got 0'],
    ['a fraction of a row', () => new Embedding(2.5, 2), 'Embedding: numEmbeddings must be a whole number'],
    [
      'rows of other sizes',
      () => new Embedding(2, 2, { weight: zeros(2, 3) }),
      'Embedding: weight must be a table [numEmbeddings, embeddingDim]; got [2, 3] for [2, 2]',
    ],
    ['no rows', () => Embedding.fromPretrained(zeros(3)), 'Embedding: weight must be a table'],
    [
      'an index outside the layer',
      () => new Embedding(2, 2).forward(whole([2])),
      'Embedding: indices must be in [0, 2); got 2 at [0]',
    ],
  ])('%s', (_what, run, message) => {
    expect(run).toThrow(message);
  });

  test('and changes nothing', () => {
    const table = tensor([
      [3, 4],
      [6, 8],
    ]);
    expect(() => embedding(whole([0, 2]), table, { maxNorm: 1 })).toThrow(/embedding: indices/);
    expect(table.toArray()).toEqual([
      [3, 4],
      [6, 8],
    ]);
  });
});
