import { gradcheck } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { cat, flip, ones, randn, stack, type Tensor, tensor, zeros } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  GRU,
  GRUCell,
  LSTM,
  LSTMCell,
  type Module,
  PackedSequence,
  packPaddedSequence,
  packSequence,
  padPackedSequence,
  padSequence,
  type RecurrentOptions,
  RNN,
  RNNCell,
  unpackSequence,
} from '../src/index.ts';

const double = { dtype: 'float64' } as const;
const int = { dtype: 'int32' } as const;
const size = fc.integer({ min: 1, max: 3 });

interface Layer extends Module {
  forward(input: Tensor | PackedSequence, hx?: unknown): [Tensor | PackedSequence, Tensor | [Tensor, Tensor]];
}
interface Cell extends Module {
  forward(input: Tensor, hx?: unknown): Tensor | [Tensor, Tensor];
}
type LayerClass = new (inputs: number, hidden: number, options?: RecurrentOptions) => Layer;
type CellClass = new (inputs: number, hidden: number, options?: { bias?: boolean }) => Cell;

const kinds = [
  ['RNN', RNN, RNNCell],
  ['LSTM', LSTM, LSTMCell],
  ['GRU', GRU, GRUCell],
] as const;

const hiddenOf = (state: Tensor | [Tensor, Tensor]): Tensor => (Array.isArray(state) ? state[0] : state);

describe.each(kinds)('%s', (name, layerClass, cellClass) => {
  const Layer = layerClass as unknown as LayerClass;
  const Cell = cellClass as unknown as CellClass;
  const make = (inputs: number, hidden: number, options: RecurrentOptions = {}): Layer =>
    new Layer(inputs, hidden, options).double();

  law('is its cell, step by step', {
    rows: 108,
    formula: 'RNN(x) = cell(x_t, h_{t-1}) for t = 0, 1, ...',
    tolerance: 'D',
    given: [size, size, size, fc.integer({ min: 1, max: 4 }), fc.boolean()],
    holds: (n, inputs, hidden, steps, bias) => {
      const layer = make(inputs, hidden, { bias });
      const cell = new Cell(inputs, hidden, { bias }).double();
      const state = layer.stateDict();
      cell.loadStateDict(
        Object.fromEntries(Object.entries(state).map(([key, value]) => [key.replace('_l0', ''), value])),
      );
      const x = randn(steps, n, inputs, double);
      const [output, last] = layer.forward(x) as [Tensor, Tensor];
      const run = (rows: (t: number) => Tensor): Tensor[] => {
        let now: ReturnType<typeof cell.forward> | undefined;
        return Array.from({ length: steps }, (_, t) => {
          now = cell.forward(rows(t), now);
          return hiddenOf(now);
        });
      };
      const outputs = run((t) => x.select(0, t));
      // One sample alone, without a batch.
      const alone = run((t) => x.select(0, t).select(0, n - 1));
      expectWithin(output.select(1, n - 1), stack(alone), bounds.identity());
      expectWithin(output, stack(outputs), bounds.identity());
      expectWithin(hiddenOf(last).select(0, 0), outputs.at(-1) as Tensor, bounds.identity());
    },
  });

  law('knows nothing of what comes later, were it NaN', {
    rows: 108,
    formula: 'f([x | y])[t] = f([x | NaN])[t] for t in x',
    tolerance: 'E',
    given: [size, size, fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })],
    holds: (inputs, hidden, known, later) => {
      const layer = make(inputs, hidden, { numLayers: 2 });
      const [x, y] = [randn(known, 2, inputs, double), randn(later, 2, inputs, double)];
      const [output] = layer.forward(cat([x, y])) as [Tensor, Tensor];
      const [other] = layer.forward(cat([x, y.mul(Number.NaN)])) as [Tensor, Tensor];
      expectSameBits(other.narrow(0, 0, known).detach(), output.narrow(0, 0, known).detach());
    },
  });

  law('in two directions is a run each way, side by side', {
    rows: 108,
    formula: 'bidirectional(x) = [f(x) | flip(b(flip x))]',
    tolerance: 'D',
    given: [size, size, size, fc.integer({ min: 1, max: 4 })],
    holds: (n, inputs, hidden, steps) => {
      const both = make(inputs, hidden, { bidirectional: true });
      const ways = ['', '_reverse'].map((suffix) => {
        const one = make(inputs, hidden);
        const keys = Object.keys(one.stateDict());
        one.loadStateDict(Object.fromEntries(keys.map((key) => [key, both.stateDict()[key + suffix] as Tensor])));
        return one;
      }) as [Layer, Layer];
      const x = randn(steps, n, inputs, double);
      const [forward] = ways[0].forward(x) as [Tensor, Tensor];
      const [backward] = ways[1].forward(flip(x, 0)) as [Tensor, Tensor];
      expectWithin(both.forward(x)[0] as Tensor, cat([forward, flip(backward, 0)], 2), bounds.identity());
    },
  });

  law('gives packed sequences what it gives each alone', {
    rows: 108,
    formula: 'f(packed) = f(each sequence)',
    tolerance: 'D',
    given: [fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }), fc.boolean()],
    holds: (lengths, bidirectional) => {
      const layer = make(2, 3, { numLayers: 2, bidirectional });
      const sequences = lengths.map((length) => randn(length, 2, double));
      const initial = randn(bidirectional ? 4 : 2, lengths.length, 3, double);
      const states = name === 'LSTM' ? [initial, initial.neg()] : [initial];
      const asGiven = (parts: Tensor[]): unknown => (name === 'LSTM' ? parts : parts[0]);
      const packed = packSequence(sequences, { enforceSorted: false });
      const [output, last] = layer.forward(packed, asGiven(states)) as [PackedSequence, Tensor];
      const outputs = unpackSequence(output);
      sequences.forEach((x, i) => {
        const alone = layer.forward(x.unsqueeze(1), asGiven(states.map((t) => t.narrow(1, i, 1))));
        expectWithin(outputs[i] as Tensor, (alone[0] as Tensor).squeeze(1), bounds.identity());
        expectWithin(hiddenOf(last).narrow(1, i, 1), hiddenOf(alone[1]), bounds.identity());
      });
    },
  });

  test('takes batches first, and one sequence without a batch', () => {
    const layer = make(2, 3, { numLayers: 2 });
    const batchFirst = make(2, 3, { numLayers: 2, batchFirst: true });
    batchFirst.loadStateDict(layer.stateDict());
    const x = randn(4, 5, 2, double);
    const [output, last] = layer.forward(x) as [Tensor, Tensor];
    const turned = batchFirst.forward(x.transpose(0, 1)) as [Tensor, Tensor];
    expectSameBits(turned[0].transpose(0, 1), output);
    expectSameBits(hiddenOf(turned[1]), hiddenOf(last));
    const [single, state] = layer.forward(x.select(1, 2)) as [Tensor, Tensor];
    expectWithin(single, output.select(1, 2), bounds.identity());
    expect([single.shape, hiddenOf(state).shape]).toEqual([
      [4, 3],
      [2, 3],
    ]);
  });

  test('passes gradients to inputs, states and weights', () => {
    const layer = make(2, 2, { bidirectional: true });
    const h = randn(2, 1, 2, double);
    const given = (t: Tensor): unknown => (name === 'LSTM' ? [t, t.mul(2)] : t);
    gradcheck((x, hx) => layer.forward(x, given(hx))[0] as Tensor, [randn(3, 1, 2, double), h]);
    (layer.forward(randn(3, 1, 2, double))[0] as Tensor).sum().backward();
    for (const [key, p] of layer.namedParameters()) expect([key, p.grad?.shape]).toEqual([key, p.shape]);
  });

  test('drops between layers in training, and has PyTorch keys', () => {
    const layer = new Layer(2, 3, { numLayers: 2, dropout: 1, bidirectional: true });
    const x = ones(2, 1, 2);
    const a = layer.forward(x)[0] as Tensor;
    expect((layer.eval().forward(x)[0] as Tensor).equal(a)).toBe(false);
    expect(Object.keys(layer.stateDict())).toEqual(
      ['l0', 'l0_reverse', 'l1', 'l1_reverse'].flatMap((suffix) =>
        ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh'].map((key) => `${key}_${suffix}`),
      ),
    );
    expect(`${layer}`).toBe(`${name}(2, 3, numLayers=2, dropout=1, bidirectional=true)`);
  });

  test.each<readonly [string, () => unknown]>([
    [
      `${name}: input must be [T, N, 2], or [T, 2] for one sequence; got [4, 3]`,
      () => new Layer(2, 3).forward(zeros(4, 3)),
    ],
    [
      `${name}: hx must be [1, 2, 3]; got [1, 1, 3]`,
      () =>
        new Layer(2, 3).forward(zeros(4, 2, 2), name === 'LSTM' ? [zeros(1, 1, 3), zeros(1, 2, 3)] : zeros(1, 1, 3)),
    ],
    [`${name}: a sequence must have elements; got [0, 2, 2]`, () => new Layer(2, 3).forward(zeros(0, 2, 2))],
    [`${name}: there is no option 'layers'`, () => new Layer(2, 3, { layers: 2 } as never)],
    [`${name}: dropout must be in [0, 1]; got 2`, () => new Layer(2, 3, { dropout: 2 })],
    [`${name}Cell: input must be [N, 2] or [2]; got [3]`, () => new Cell(2, 3).forward(zeros(3))],
    [
      `${name}Cell: the state must be [4, 3]; got [3]`,
      () => new Cell(2, 3).forward(zeros(4, 2), name === 'LSTM' ? [zeros(3), zeros(3)] : zeros(3)),
    ],
  ])('refuses: %s', (message, run) => {
    expect(run).toThrow(message);
  });
});

test('an LSTM may project its hidden state', () => {
  const layer = new LSTM(3, 4, { projSize: 2, numLayers: 2 }).double();
  const [output, [h, c]] = layer.forward(randn(5, 2, 3, double));
  expect([output.shape, h.shape, c.shape]).toEqual([
    [5, 2, 2],
    [2, 2, 2],
    [2, 2, 4],
  ]);
  expect(layer.stateDict().weight_hr_l1?.shape).toEqual([2, 4]);
  expect(() => new LSTM(3, 4, { projSize: 4 })).toThrow('LSTM: projSize must be smaller than hiddenSize');
  expect(() => new RNN(3, 4, { nonlinearity: 'gelu' as never })).toThrow("RNN: nonlinearity must be 'tanh' or 'relu'");
});

describe('packed sequences', () => {
  test('pass gradients, and may be padded further', () => {
    const run = (x: Tensor): Tensor =>
      padPackedSequence(packPaddedSequence(x, [2, 1]), { totalLength: 3, batchFirst: true })[0];
    expect(run(ones(2, 2)).shape).toEqual([2, 3]);
    gradcheck(run, [randn(2, 2, double)]);
  });

  test.each<readonly [string, () => unknown]>([
    [
      'packPaddedSequence: lengths must fall; got [1, 2]; try { enforceSorted: false }',
      () => packPaddedSequence(zeros(2, 2), [1, 2]),
    ],
    [
      'packPaddedSequence: lengths must be whole numbers in [1, 2]; got 3',
      () => packPaddedSequence(zeros(2, 2), [3, 2]),
    ],
    [
      'packPaddedSequence: there must be a length for each of 2',
      () => packPaddedSequence(zeros(2, 2), tensor([1], int)),
    ],
    [
      'padPackedSequence: totalLength must be at least 2; got 1',
      () => padPackedSequence(packPaddedSequence(zeros(2, 1), [2]), { totalLength: 1 }),
    ],
    ['padPackedSequence: takes a PackedSequence; got 3', () => padPackedSequence(3 as never)],
    ['padSequence: sequences must be [T, ...] and differ in T alone', () => padSequence([zeros(2, 2), zeros(2, 3)])],
    ['padSequence: there must be sequences; got an empty list', () => padSequence([])],
    ['PackedSequence: batchSizes must fall and add up', () => new PackedSequence(zeros(3), [1, 2])],
  ])('refuse: %s', (message, run) => {
    expect(run).toThrow(message);
  });
});

law('an LSTM with its gates open at both ends keeps its cell, bit for bit', {
  rows: 108,
  formula: 'forget gate 1, input gate 0: c_t = c_0',
  tolerance: 'E',
  given: [size, size, fc.integer({ min: 1, max: 5 })],
  holds: (inputs, hidden, steps) => {
    const layer = new LSTM(inputs, hidden).double();
    const far = 1000;
    // The gates of PyTorch's order: input, forget, cell, output.
    const bias = cat([-far, far, 0, 0].map((value) => ones(hidden, double).mul(value)));
    layer.loadStateDict({ ...layer.stateDict(), bias_ih_l0: bias });
    const c = randn(1, 2, hidden, double);
    const [, [, last]] = layer.forward(randn(steps, 2, inputs, double), [zeros(1, 2, hidden, double), c]);
    expectSameBits(last.detach(), c);
  },
});
