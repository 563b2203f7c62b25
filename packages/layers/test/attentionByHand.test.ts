import { law } from '@tessera/laws';
import { applyRotaryEmbedding, Embedding, embedding, linearAttention, MHA, SelfAttention } from '@tessera/layers';
import { fromArray, manualSeed, randn, type Tensor, tensor, zeros } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect } from 'vitest';

const f64 = { dtype: 'float64' } as const;
type Table = number[][];
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const table = (x: Tensor): Table => x.toArray() as Table;
const product = (a: Table, b: Table): Table =>
  a.map((row) => (b[0] ?? []).map((_, j) => sum(row.map((value, k) => value * (b[k]?.[j] as number)))));
const transposed = (a: Table): Table => (a[0] ?? []).map((_, j) => a.map((row) => row[j] as number));
const softmax = (row: readonly number[]): number[] => {
  const all = row.map((value) => Math.exp(value - Math.max(...row)));
  return all.map((value) => value / sum(all));
};
const attention = (q: Table, k: Table, v: Table): Table =>
  product(
    product(q, transposed(k)).map((row) => softmax(row.map((score) => score / Math.sqrt(q[0]?.length as number)))),
    v,
  );
const part = (rows: Table, from: number, width: number): Table => rows.map((row) => row.slice(from, from + width));

const sequences = fc.record({
  seed: fc.nat(),
  batch: fc.integer({ min: 1, max: 2 }),
  length: fc.integer({ min: 1, max: 4 }),
  heads: fc.integer({ min: 1, max: 3 }),
  width: fc.integer({ min: 1, max: 3 }),
});

describe('the modules of the notebook', () => {
  law('attend as their formulas say, head by head', {
    rows: 109,
    formula: 'softmax(q kᵀ / √d) v; heads side by side, then the last projection',
    tolerance: 'D',
    given: [sequences],
    holds: ({ seed, batch, length, heads, width }) => {
      manualSeed(seed);
      const features = heads * width;
      const x = randn(batch, length, features, f64);
      const alone = new SelfAttention(features).double();
      const many = new MHA(features, heads, { attentionDropout: 0, outputDropout: 0 }).double();
      const usual = new MHA(features, heads).double().eval();
      usual.loadStateDict(many.stateDict());
      const [one, all] = [alone.forward(x), many.forward(x)];
      expectSameBits(usual.forward(x).detach(), all.detach());
      expect([usual.attnDropout.p, usual.outputDropout.p]).toEqual([0.1, 0.1]);
      for (let b = 0; b < batch; b++) {
        const row = x.select(0, b);
        const parts = (module: SelfAttention | MHA): Table[] =>
          [module.qProj, module.kProj, module.vProj].map((layer) => table(layer.forward(row).detach()));
        const [q, k, v] = parts(alone) as [Table, Table, Table];
        expectWithin(one.select(0, b).detach(), attention(q, k, v).flat(), bounds.identity(v.flat()));
        const [qs, ks, vs] = parts(many) as [Table, Table, Table];
        const joined = q.map((_, i) =>
          Array.from(
            { length: heads },
            (_h, h) =>
              attention(part(qs, h * width, width), part(ks, h * width, width), part(vs, h * width, width))[
                i
              ] as number[],
          ).flat(),
        );
        const wanted = many.outProj.forward(tensor(joined, f64) as Tensor).detach();
        expectWithin(all.select(0, b).detach(), wanted, bounds.identity(wanted, features));
      }
    },
  });
});

describe('linear attention', () => {
  const drawn = fc.record({
    sizes: sequences,
    values: fc.integer({ min: 1, max: 3 }),
    groups: fc.integer({ min: 1, max: 2 }),
    rule: fc.constantFrom(undefined, 'linear' as const, 'gated' as const, 'delta' as const, 'gated_delta' as const),
    has: fc.record({
      decay: fc.boolean(),
      isWide: fc.boolean(),
      beta: fc.boolean(),
      scale: fc.boolean(),
      state: fc.boolean(),
    }),
    length: fc.nat(4),
  });
  law('is its recurrence, key by key', {
    rows: 129,
    formula: 'S ← e^d S + β k (v - Sᵀ k)ᵀ; y = s Sᵀ q; in pieces as in one',
    tolerance: 'D',
    given: [drawn],
    holds: ({ sizes: { seed, batch, heads: keyHeads, width: dk }, values: dv, groups, rule, has, length }) => {
      manualSeed(seed);
      const heads = keyHeads * groups;
      const [q, k, v] = [
        randn(batch, heads, length, dk, f64),
        randn(batch, keyHeads, length, dk, f64),
        randn(batch, keyHeads, length, dv, f64),
      ];
      const isGated = rule?.startsWith('gated') === true && has.decay;
      const isDelta = rule?.endsWith('delta') === true;
      const decay = isGated ? randn(batch, keyHeads, length, has.isWide ? dk : 1, f64) : null;
      const beta = isDelta && has.beta ? randn(has.isWide ? batch : 1, keyHeads, length, f64) : null;
      const state = has.state ? randn(batch, keyHeads, dk, dv, f64) : null;
      const given = {
        ...(rule && { updateRule: rule }),
        ...(decay && { decay }),
        ...(beta && { beta }),
        ...(has.scale && { scale: 0.5 }),
      };
      const found = linearAttention(q, k, v, { ...given, ...(state && { state }) });
      expect([found.output.shape, found.state.shape, found.output.dtype]).toEqual([
        [batch, heads, length, dv],
        [batch, keyHeads, dk, dv],
        'float64',
      ]);
      const scale = has.scale ? 0.5 : 1 / Math.sqrt(dk);
      for (let b = 0; b < batch; b++)
        for (let h = 0; h < keyHeads; h++) {
          const of = (x: Tensor, head = h): Table => table(x.select(0, x.shape[0] === 1 ? 0 : b).select(0, head));
          let s: Table = state ? of(state) : Array.from({ length: dk }, () => Array.from({ length: dv }, () => 0));
          for (let t = 0; t < length; t++) {
            const [kt, vt] = [of(k)[t] as number[], of(v)[t] as number[]];
            if (decay)
              s = s.map((row, i) => row.map((value) => value * Math.exp(of(decay)[t]?.[has.isWide ? i : 0] as number)));
            const held = vt.map((_, j) => sum(kt.map((value, i) => value * (s[i]?.[j] as number))));
            const share = beta
              ? ((
                  beta
                    .select(0, beta.shape[0] === 1 ? 0 : b)
                    .select(0, h)
                    .toArray() as number[]
                )[t] as number)
              : 1;
            const written = vt.map((value, j) => share * (value - (isDelta ? (held[j] as number) : 0)));
            s = s.map((row, i) => row.map((value, j) => value + (kt[i] as number) * (written[j] as number)));
            for (let g = 0; g < groups; g++) {
              const qt = of(q, h * groups + g)[t] as number[];
              const wanted = vt.map((_, j) => scale * sum(qt.map((value, i) => value * (s[i]?.[j] as number))));
              const got = found.output
                .select(0, b)
                .select(0, h * groups + g)
                .select(0, t);
              expectWithin(got, wanted, bounds.identity(s.flat(), qt, dk));
            }
          }
          expectWithin(found.state.select(0, b).select(0, h), s.flat(), bounds.identity(s.flat(), dk));
        }
      // Any cut, with the state handed on.
      const cut = Math.floor(length / 2);
      const piece = (from: number, count: number, before: Tensor | null) =>
        linearAttention(q.narrow(2, from, count), k.narrow(2, from, count), v.narrow(2, from, count), {
          ...given,
          ...(decay && { decay: decay.narrow(2, from, count) }),
          ...(beta && { beta: beta.narrow(2, from, count) }),
          ...(before && { state: before }),
        });
      const first = piece(0, cut, state);
      expectSameBits(piece(cut, length - cut, first.state).state, found.state);
    },
  });
});

law('angles that are given turn pairs of features, halves apart or neighbours', {
  rows: 110,
  formula: '(a, b) → (a cos θ - b sin θ, a sin θ + b cos θ); what is left over stays',
  tolerance: 'D',
  given: [sequences, fc.nat(2), fc.constantFrom(undefined, true, false)],
  holds: ({ seed, batch, length, width: pairs }, more, interleaved) => {
    manualSeed(seed);
    const x = randn(batch, length, 2 * pairs + more, f64);
    const angles = randn(length, pairs, f64);
    const found = applyRotaryEmbedding(x, angles.cos(), angles.sin(), interleaved === undefined ? {} : { interleaved });
    const wanted = (x.toArray() as number[][][]).map((rows) =>
      rows.map((row, t) => {
        const turned = [...row];
        for (let i = 0; i < pairs; i++) {
          const [a, b] = interleaved ? [2 * i, 2 * i + 1] : [i, i + pairs];
          const theta = table(angles)[t]?.[i] as number;
          turned[a] = (row[a] as number) * Math.cos(theta) - (row[b] as number) * Math.sin(theta);
          turned[b] = (row[a] as number) * Math.sin(theta) + (row[b] as number) * Math.cos(theta);
        }
        return turned;
      }),
    );
    expect(found.shape).toEqual(x.shape);
    expectWithin(found, wanted.flat(2), bounds.identity(x));
  },
});

describe('tables of embeddings', () => {
  const lookUps = fc.record({
    seed: fc.nat(),
    count: fc.integer({ min: 1, max: 5 }),
    width: fc.integer({ min: 1, max: 3 }),
    picks: fc.array(fc.nat(99), { maxLength: 6 }),
    padding: fc.option(fc.integer({ min: -5, max: 4 })),
    maxNorm: fc.option(fc.constantFrom(0.5, 1, 2)),
    normType: fc.constantFrom(undefined, 1, 2),
    scaleGradByFreq: fc.constantFrom(undefined, true, false),
    isLayer: fc.boolean(),
  });
  law('shorten long rows, leave padding alone, and share gradients by frequency', {
    rows: [67, 111],
    formula: '|row| ≤ maxNorm where it is looked up; ∇row = Σ g / frequency; 0 for padding',
    tolerance: 'D',
    given: [lookUps],
    holds: ({ seed, count, width, picks, padding, maxNorm, normType, scaleGradByFreq, isLayer }) => {
      manualSeed(seed);
      const list = picks.map((pick) => pick % count);
      const row = padding === null ? null : ((padding % count) + count) % count;
      const paddingIdx = row === null ? null : (padding as number) < 0 ? row - count : row;
      const before = randn(count, width, f64);
      const options = {
        ...(paddingIdx !== null && { paddingIdx }),
        ...(maxNorm !== null && { maxNorm }),
        ...(normType !== undefined && { normType }),
        ...(scaleGradByFreq !== undefined && { scaleGradByFreq }),
      };
      const layer = new Embedding(count, width, { ...options, weight: before.clone() as never });
      const frozen = Embedding.fromPretrained(before.clone(), options);
      expect([layer.weight.requiresGrad, frozen.weight.requiresGrad]).toEqual([true, false]);
      expectSameBits(Embedding.fromPretrained(before, { freeze: false }).weight.detach(), before);
      const indices = fromArray(Int32Array.from(list), [list.length]);
      const y = isLayer ? layer.forward(indices) : embedding(indices, layer.weight as Tensor, options);
      expectSameBits(frozen.forward(indices) as Tensor, y.detach());
      const rows = table(before).map((values, i) => {
        const p = normType ?? 2;
        const length = sum(values.map((value) => Math.abs(value) ** p)) ** (1 / p);
        const isShortened = maxNorm !== null && list.includes(i) && length > maxNorm;
        return isShortened ? values.map((value) => (value * maxNorm) / (length + 1e-7)) : values;
      });
      expectWithin(layer.weight.detach(), rows.flat(), bounds.identity(before));
      expectWithin(
        y.detach(),
        list.flatMap((i) => rows[i] as number[]),
        bounds.identity(before),
      );
      const g = randn(list.length, width, f64);
      y.backward({ gradient: g });
      const gradient = rows.map((values, i) =>
        values.map((_, d) => {
          if (i === row) return 0;
          const times = list.filter((one) => one === i).length;
          const total = sum(list.map((one, at) => (one === i ? (table(g)[at]?.[d] as number) : 0)));
          return scaleGradByFreq && times > 0 ? total / times : total;
        }),
      );
      expectWithin(layer.weight.grad as Tensor, gradient.flat(), bounds.identity(g, picks.length));
      // A table of its own begins with zeros in the padding.
      const own = new Embedding(count, width, paddingIdx === null ? {} : { paddingIdx });
      expect(own.paddingIdx).toBe(row);
      if (row !== null) expectSameBits(own.weight.detach().select(0, row).contiguous(), zeros(width));
    },
  });
});
