/** The notebook's last chapter, which it left empty: attention in tiles, by hand, beside the library's. */
import { grad, noGrad, requiresGrad } from '@tessera/autograd';
import { flashAttention } from '@tessera/flash-attention';
import { full, manualSeed, memory, randn, type Tensor, zeros } from '@tessera/tensor';
import { type Chapter, compared, largestDifference, showIfMain, told } from './chapter.ts';

/** The notebook's attention: scores, softmax, values. [L, D] each. */
export function attention(q: Tensor, k: Tensor, v: Tensor): Tensor {
  const scores = q.matmul(k.transpose(-2, -1)).div(Math.sqrt(q.shape.at(-1) as number)); // (L, D) @ (D, L) -> (L, L)
  return scores.softmax(-1).matmul(v);
}

export interface Attended {
  readonly output: Tensor;
  /** log sum exp of every row of scores. */
  readonly logSumExp: Tensor;
}

/** The same with an online softmax: tile by tile of keys, without ever holding more scores than those of one tile. */
export function attentionInTiles(q: Tensor, k: Tensor, v: Tensor, tile: number): Attended {
  const [length, width] = q.shape as readonly [number, number];
  let m: Tensor = full([length, 1], -Infinity, { dtype: q.dtype }); // the largest score so far
  let l: Tensor = zeros([length, 1], { dtype: q.dtype }); // the sum of exp(score - m)
  let o: Tensor = zeros([length, v.shape[1] as number], { dtype: q.dtype }); // the sum of exp(score - m) times values
  for (let j = 0; j < (k.shape[0] as number); j += tile) {
    const size = Math.min(tile, (k.shape[0] as number) - j);
    const [kj, vj] = [k.narrow(0, j, size), v.narrow(0, j, size)];
    const s = q.matmul(kj.transpose(-2, -1)).div(Math.sqrt(width)); // (L, D) @ (D, tile) -> (L, tile)
    const larger = m.maximum(s.amax(-1, { keepdim: true }));
    const alpha = m.sub(larger).exp(); // what all before is worth now
    const p = s.sub(larger).exp();
    l = l.mul(alpha).add(p.sum(-1, { keepdim: true }));
    o = o.mul(alpha).add(p.matmul(vj));
    m = larger;
  }
  return { output: o.div(l), logSumExp: m.add(l.log()).squeeze(-1) };
}

/** The gradients for one of the output: weights are computed again from the log-sum-exp, tile by tile. */
export function gradientsInTiles(
  [q, k, v]: readonly [Tensor, Tensor, Tensor],
  { output, logSumExp }: Attended,
  dOutput: Tensor,
  tile: number,
): readonly [Tensor, Tensor, Tensor] {
  const scale = 1 / Math.sqrt(q.shape[1] as number);
  const d = dOutput.mul(output).sum(-1, { keepdim: true }); // what a row of weights, which sum to 1, has in common
  let dq: Tensor = zeros(q.shape, { dtype: q.dtype });
  const [dk, dv] = [zeros(k.shape, { dtype: q.dtype }), zeros(v.shape, { dtype: q.dtype })];
  for (let j = 0; j < (k.shape[0] as number); j += tile) {
    const size = Math.min(tile, (k.shape[0] as number) - j);
    const [kj, vj] = [k.narrow(0, j, size), v.narrow(0, j, size)];
    const p = q.matmul(kj.transpose(-2, -1)).mul(scale).sub(logSumExp.unsqueeze(-1)).exp(); // (L, tile)
    const ds = p.mul(dOutput.matmul(vj.transpose(-2, -1)).sub(d)); // (L, tile)
    dq = dq.add(ds.matmul(kj).mul(scale));
    dk.narrow(0, j, size).copy_(ds.transpose(-2, -1).matmul(q).mul(scale)); // (tile, L) @ (L, D)
    dv.narrow(0, j, size).copy_(p.transpose(-2, -1).matmul(dOutput));
  }
  return [dq, dk, dv];
}

export interface FlashNumbers {
  /** Largest differences from the notebook's attention. */
  readonly online: number;
  readonly byHand: number;
  readonly library: number;
  readonly gradients: number;
}

export function compareFlashAttention(seed = 0): FlashNumbers {
  manualSeed(seed);
  const [length, width, tile] = [100, 16, 32];
  const [q, k, v] = [randn(length, width), randn(length, width), randn(length, width)].map((t) =>
    requiresGrad<Tensor>(t),
  ) as [Tensor, Tensor, Tensor];
  const expected = attention(q, k, v);
  const dOutput = randn(length, width);
  const wanted = grad(expected, [q, k, v], { gradOutputs: dOutput }) as Tensor[];
  const attended = noGrad(() => attentionInTiles(q, k, v, tile));
  const byHand = noGrad(() => gradientsInTiles([q, k, v], attended, dOutput, tile));
  const head = (t: Tensor): Tensor => t.reshape(1, 1, length, width);
  const { output } = flashAttention(head(q), head(k), head(v), { tiles: [32, tile] });
  const found = grad(output.reshape(length, width), [q, k, v], { gradOutputs: dOutput }) as Tensor[];
  const worst = (all: readonly Tensor[]): number => Math.max(...all.map((t, i) => largestDifference(t, wanted[i]!)));
  return {
    online: largestDifference(attended.output, expected),
    byHand: worst(byHand),
    library: largestDifference(output.reshape(length, width), expected),
    gradients: worst(found),
  };
}

export interface Cost {
  readonly milliseconds: number;
  /** What a training step keeps until its backward pass, operands aside. */
  readonly mebibytes: number;
}

export interface Costs {
  readonly plain: Cost;
  readonly tiles: Cost;
  readonly difference: number;
}

/** One training step of eight heads, 64 wide, in plain ops and in tiles. */
export function compareCosts(length: number): Costs {
  manualSeed(0);
  const [heads, width] = [8, 64];
  const inputs = [1, 2, 3].map(() => requiresGrad<Tensor>(randn(1, heads, length, width))) as [Tensor, Tensor, Tensor];
  const step = (attend: (q: Tensor, k: Tensor, v: Tensor) => Tensor): Cost & { readonly output: Tensor } => {
    // Once before, so that kernels are compiled and memory is there.
    grad(attend(...inputs).sum(), inputs);
    const before = memory().resident;
    const start = performance.now();
    const output = attend(...inputs);
    const mebibytes = (memory().resident - before) / 2 ** 20;
    grad(output.sum(), inputs);
    return { milliseconds: performance.now() - start, mebibytes, output: output.detach() };
  };
  const plain = step(attention);
  const tiles = step((q, k, v) => flashAttention(q, k, v).output);
  return { plain, tiles, difference: largestDifference(plain.output, tiles.output) };
}

const cost = ({ milliseconds, mebibytes }: Cost): string =>
  `${milliseconds.toFixed(0)} ms, ${mebibytes.toFixed(mebibytes < 10 ? 1 : 0)} MiB kept`;

export const chapter: Chapter = {
  title: 'Flash attention',
  slips: [],
  rows: () => {
    const { online, byHand, library, gradients } = compareFlashAttention();
    const { plain, tiles, difference } = compareCosts(1024);
    return [
      compared('online softmax by hand', online),
      compared('its gradients by hand', byHand, 1e-5),
      compared('flashAttention, output', library),
      compared('flashAttention, gradients', gradients, 1e-5),
      compared('8 heads of 1,024, output', difference),
      told('one step in plain ops', cost(plain)),
      told('the same in tiles', cost(tiles), tiles.mebibytes < plain.mebibytes / 4),
    ];
  },
};

showIfMain(import.meta.url, chapter);
