import { law } from '@tessera/laws';
import { GRU, GRUCell, LSTM, LSTMCell, RNN, RNNCell, type StateDict } from '@tessera/layers';
import { manualSeed, randn, type Tensor } from '@tessera/tensor';
import { bounds, expectAtMost, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect } from 'vitest';

const f64 = { dtype: 'float64' } as const;
type Row = readonly number[];
interface State {
  readonly h: Row;
  readonly c: Row;
}
/** Named weights of one layer in one direction. */
type Weights = (name: string) => number[][] | undefined;

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const dot = (a: Row, b: Row): number => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
const affine = (matrix: readonly Row[], x: Row, bias?: Row): number[] =>
  matrix.map((row, i) => dot(row, x) + (bias?.[i] ?? 0));
const third = (all: Row, k: number, n: number): Row => all.slice(k * n, (k + 1) * n);

type Kind = 'RNN' | 'RNN with relu' | 'LSTM' | 'GRU';
/** One step on plain numbers. */
function stepOf(kind: Kind, x: Row, { h, c }: State, weights: Weights): State {
  const bias = (name: string): Row | undefined => weights(name)?.flat();
  const fromX = affine(weights('weight_ih') as number[][], x, bias('bias_ih'));
  const fromH = affine(weights('weight_hh') as number[][], h, bias('bias_hh'));
  const both = fromX.map((value, i) => value + (fromH[i] as number));
  if (kind === 'RNN') return { h: both.map(Math.tanh), c };
  if (kind === 'RNN with relu') return { h: both.map((value) => Math.max(0, value)), c };
  if (kind === 'GRU') {
    const n = h.length;
    const [r, z] = [third(both, 0, n).map(sigmoid), third(both, 1, n).map(sigmoid)];
    const fresh = third(fromX, 2, n).map((value, i) =>
      Math.tanh(value + (r[i] as number) * (third(fromH, 2, n)[i] as number)),
    );
    return { h: fresh.map((value, i) => (1 - (z[i] as number)) * value + (z[i] as number) * (h[i] as number)), c };
  }
  const n = c.length;
  const [i, f, g, o] = [0, 1, 2, 3].map((k) => third(both, k, n)) as [Row, Row, Row, Row];
  const cell = c.map(
    (value, k) => sigmoid(f[k] as number) * value + sigmoid(i[k] as number) * Math.tanh(g[k] as number),
  );
  const hidden = cell.map((value, k) => sigmoid(o[k] as number) * Math.tanh(value));
  const projection = weights('weight_hr');
  return { h: projection ? affine(projection, hidden) : hidden, c: cell };
}

const nested = (t: Tensor): number[][] => (t.ndim === 1 ? [t.toArray() as number[]] : (t.toArray() as number[][]));
const weightsIn =
  (state: StateDict, suffix: string): Weights =>
  (name) => {
    const found = state[`${name}${suffix}`];
    return found && nested(found);
  };

const setting = fc.record({
  kind: fc.constantFrom<Kind>('RNN', 'RNN with relu', 'LSTM', 'GRU'),
  seed: fc.nat(),
  inputs: fc.integer({ min: 1, max: 3 }),
  hidden: fc.integer({ min: 2, max: 3 }),
  batch: fc.option(fc.integer({ min: 1, max: 2 })),
  steps: fc.integer({ min: 1, max: 3 }),
  options: fc.record(
    {
      numLayers: fc.integer({ min: 1, max: 2 }),
      bias: fc.boolean(),
      batchFirst: fc.boolean(),
      bidirectional: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
  isProjected: fc.boolean(),
  hasState: fc.boolean(),
});

type Any = new (
  ...of: readonly unknown[]
) => {
  double(): { forward(x: Tensor, hx?: unknown): [Tensor, Tensor | Tensor[]]; stateDict(): StateDict };
  stateDict(): StateDict;
};
const LAYERS: Readonly<Record<Kind, Any>> = {
  RNN: RNN as never,
  'RNN with relu': RNN as never,
  LSTM: LSTM as never,
  GRU: GRU as never,
};

describe('recurrent layers', () => {
  law('run their steps through time and back, layer upon layer, from any state', {
    rows: 108,
    formula: 'h_t = step(x_t, h_{t-1}); backwards for the reverse; both side by side go into the next layer',
    tolerance: 'D',
    given: [setting],
    holds: ({ kind, seed, inputs, hidden, batch, steps, options, isProjected, hasState }) => {
      manualSeed(seed);
      const projSize = kind === 'LSTM' && isProjected ? 1 : 0;
      const outputs = projSize || hidden;
      const layer = new LAYERS[kind](inputs, hidden, {
        ...options,
        ...(projSize > 0 && { projSize }),
        ...(kind === 'RNN with relu' && { nonlinearity: 'relu' }),
      }).double();
      const { numLayers = 1, bias = true, batchFirst = false, bidirectional = false } = options;
      const directions = bidirectional ? 2 : 1;
      const state = layer.stateDict();
      const perRun = [
        'weight_ih',
        'weight_hh',
        ...(bias ? ['bias_ih', 'bias_hh'] : []),
        ...(projSize > 0 ? ['weight_hr'] : []),
      ];
      const suffixes = Array.from({ length: numLayers }, (_, l) => [
        `_l${l}`,
        ...(bidirectional ? [`_l${l}_reverse`] : []),
      ]).flat();
      expect(Object.keys(state)).toEqual(suffixes.flatMap((suffix) => perRun.map((name) => `${name}${suffix}`)));
      const samples = batch ?? 1;
      const form = (rows: number): number[] => (batch === null ? [rows] : batchFirst ? [batch, rows] : [rows, batch]);
      const x = randn(...form(steps), inputs, f64);
      const start = (size: number): Tensor =>
        randn(numLayers * directions, ...(batch === null ? [] : [batch]), size, f64);
      const [h0, c0] = [start(outputs), start(hidden)];
      const given = hasState ? [kind === 'LSTM' ? [h0, c0] : h0] : [];
      const [y, last] = layer.forward(x, ...given);
      expect(y.shape).toEqual([...form(steps), directions * outputs]);
      const lasts = Array.isArray(last) ? last : [last];
      lasts.forEach((t, i) => {
        expect(t.shape).toEqual([
          numLayers * directions,
          ...(batch === null ? [] : [batch]),
          i === 0 ? outputs : hidden,
        ]);
      });
      const at = (t: Tensor, time: number, sample: number): Row => {
        if (batch === null) return t.select(0, time).toArray() as number[];
        return (
          batchFirst ? t.select(0, sample).select(0, time) : t.select(0, time).select(0, sample)
        ).toArray() as number[];
      };
      const startOf = (t: Tensor, run: number, sample: number): Row => {
        const own = t.select(0, run);
        return (batch === null ? own : own.select(0, sample)).toArray() as number[];
      };
      for (let sample = 0; sample < samples; sample++) {
        let rows: Row[] = Array.from({ length: steps }, (_, t) => at(x, t, sample));
        for (let l = 0; l < numLayers; l++) {
          const sides = Array.from({ length: directions }, (_, d) => {
            const run = l * directions + d;
            let now: State = hasState
              ? { h: startOf(h0, run, sample), c: startOf(c0, run, sample) }
              : { h: Array.from({ length: outputs }, () => 0), c: Array.from({ length: hidden }, () => 0) };
            const order = d === 0 ? rows : rows.toReversed();
            const made = order.map((row) => {
              now = stepOf(kind, row, now, weightsIn(state, suffixes[run] as string));
              return now.h;
            });
            expectWithin([...startOf(lasts[0] as Tensor, run, sample)], [...now.h], bounds.identity(4));
            if (lasts[1]) expectWithin([...startOf(lasts[1], run, sample)], [...now.c], bounds.identity(4));
            return d === 0 ? made : made.toReversed();
          });
          rows = rows.map((_, t) => sides.flatMap((side) => side[t] as Row));
        }
        rows.forEach((row, t) => {
          expectWithin([...at(y, t, sample)], [...row], bounds.identity(row, 4));
        });
      }
    },
  });

  law('drop what goes from layer to layer in training, and nothing else', {
    rows: [106, 108],
    formula:
      'dropout between layers: y of one layer, or in evaluation, is that without; p = 1 starves the second layer',
    tolerance: 'E',
    given: [fc.constantFrom<Kind>('RNN', 'LSTM', 'GRU'), fc.nat(), fc.constantFrom(1, 2)],
    holds: (kind, seed, numLayers) => {
      manualSeed(seed);
      const Layer = LAYERS[kind] as unknown as new (...of: readonly unknown[]) => RNN;
      const [with_, without, starved] = [0.5, 0, 1].map((dropout) => new Layer(2, 3, { numLayers, dropout })) as [
        RNN,
        RNN,
        RNN,
      ];
      without.loadStateDict(with_.stateDict());
      starved.loadStateDict(with_.stateDict());
      const [x, other] = [randn(4, 2, 2), randn(4, 2, 2)];
      const run = (layer: RNN, input: Tensor): Tensor => layer.forward(input)[0].detach();
      if (numLayers === 1) expectSameBits(run(with_, x), run(without, x));
      // What comes out no longer knows what came in.
      else expectSameBits(run(starved, x), run(starved, other));
      if (numLayers === 2) expect([...run(with_, x).data]).not.toEqual([...run(without, x).data]);
      expectSameBits(run(with_.eval(), x), run(without, x));
    },
  });

  law('begin uniformly within 1 / √hidden, with biases unless they are refused', {
    rows: 170,
    formula: '|w| ≤ 1 / √hidden',
    tolerance: ['P', 'Z'],
    given: [fc.integer({ min: 1, max: 9 }), fc.option(fc.boolean(), { nil: undefined }), fc.nat()],
    holds: (hidden, bias, seed) => {
      manualSeed(seed);
      const given = bias === undefined ? [] : [{ bias }];
      for (const Class of [RNN, LSTM, GRU, RNNCell, LSTMCell, GRUCell] as unknown as Any[]) {
        const state = new Class(3, hidden, ...given).stateDict();
        expect(Object.keys(state).filter((key) => key.startsWith('bias')).length).toBe(bias === false ? 0 : 2);
        for (const value of Object.values(state)) expectAtMost(value.abs(), Math.fround(1 / Math.sqrt(hidden)));
        const sizes = Object.values(state).flatMap((value) => [...value.abs().data]);
        const bound = 1 / Math.sqrt(hidden);
        const mean = sizes.reduce((total, value) => total + value, 0) / sizes.length;
        expectWithin([mean], [bound / 2], bounds.mean(bound ** 2 / 12, sizes.length));
      }
    },
  });
});
