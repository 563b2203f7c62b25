import type { Draw, Sample, SampleInput } from '@tessera/tensor';
import { ALL, type FlashAttributes } from './problem.ts';
import { Expression, PLACE } from './score/expression.ts';

const SCORE = new Expression('score');
const [BATCH, HEAD, QUERY, KEY] = PLACE;
const element = (slot: number, ...indices: readonly Expression[]): Expression =>
  new Expression('lookup', indices, slot);

/** Sizes that expressions look at. */
interface Extent {
  readonly batch: number;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
}

/** What may become of scores, with the tensors that it looks at. */
const CHANGES: readonly ((extent: Extent) => { readonly score: Expression | null; readonly inputs: SampleInput[] })[] =
  [
    () => ({ score: null, inputs: [] }),
    () => ({ score: SCORE.div(2).tanh().mul(2), inputs: [] }),
    ({ heads, queries, keys }) => ({
      score: SCORE.add(element(0, HEAD, QUERY, KEY)).sub(QUERY.sub(KEY).abs().mul(element(1, HEAD))),
      inputs: [
        { shape: [heads, queries, keys], range: [-2, 2] },
        { shape: [heads], range: [0, 1] },
      ],
    }),
    ({ batch, queries, keys }) => ({
      score: SCORE.mul(element(1)).where(element(0, BATCH, QUERY, KEY).logicalOr(KEY.eq(0)), -Infinity),
      inputs: [
        { shape: [batch, queries, keys], dtype: 'bool' },
        { shape: [], range: [0.5, 1] },
      ],
    }),
    ({ queries, keys }) => ({
      score: SCORE.add(element(0, KEY.sub(QUERY).add(queries - 1)))
        .square()
        .div(4),
      inputs: [{ shape: [queries + keys - 1], range: [-2, 2] }],
    }),
  ];

/** Several tiles, ragged ones among them. */
export function sampleFlash(draw: Draw): Sample<FlashAttributes> {
  const [batch, keyHeads, group] = [draw.integer(1, 2), draw.integer(1, 2), draw.integer(1, 2)];
  const [queries, keys, d, dv] = [draw.integer(1, 9), draw.integer(1, 9), draw.integer(1, 4), draw.integer(1, 4)];
  // Every query sees a key, the first where it may be hidden: of a log-sum-exp of -Infinity there are no differences.
  const back = Math.max(0, queries - keys);
  const [left, right] = draw.pick([
    [ALL, ALL],
    [ALL, 0],
    [back + 1, 1],
    [back, 4],
    [ALL, 2],
  ] as const);
  const heads = keyHeads * group;
  const { score, inputs } = draw.pick(left === ALL ? CHANGES : CHANGES.slice(0, 3))({ batch, heads, queries, keys });
  const dropout = draw.pick([null, { p: 0.25, seed: draw.integer(0, 99), offset: draw.integer(0, 9) }]);
  return {
    inputs: [
      { shape: [batch, heads, queries, d], range: [-2, 2] },
      { shape: [batch, keyHeads, keys, d], range: [-2, 2] },
      { shape: [batch, keyHeads, keys, dv], range: [-2, 2] },
      ...inputs,
    ],
    attributes: {
      scale: draw.pick([1, 0.5]),
      ...{ left, right, aligned: false, score, dropout, sequences: null, pages: null, blocks: null },
      tiles: draw.pick([null, [8, 5], [4, 1], [16, 3]]),
    },
  };
}
