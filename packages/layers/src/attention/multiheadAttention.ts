/** Attention with several heads over learned projections. */
import {
  cat,
  dropout,
  linear,
  normal,
  ones,
  pad,
  type Shape,
  ShapeError,
  split,
  type Tensor,
  ValueError,
  zeros,
} from '@tessera/tensor';
import {
  type Check,
  checkFlag,
  checkInteger,
  checkNumber,
  checkSameDType,
  checkTensor,
  formatShape,
  withDefaults,
} from '@tessera/tensor/core';
import { checkProbability } from '../checkProbability.ts';
import { glorotBound, uniformInit } from '../initialization/start.ts';
import { Linear } from '../linear.ts';
import { Module } from '../module.ts';
import { Parameter } from '../parameter.ts';
import { joinMasks, type MaskSizes, perHead, perKey } from './attentionMask.ts';
import { attentionWeights } from './attentionWeights.ts';
import { scaledDotProductAttention } from './scaledDotProductAttention.ts';
import { checkSequence, type SequenceOf } from './sequences.ts';

const OP = 'MultiheadAttention';

export interface MultiheadAttentionOptions {
  /** Probability with which an attention weight is dropped in training. Default 0. */
  readonly dropout?: number;
  /** Whether the projections add a bias. Default true. */
  readonly bias?: boolean;
  /** Whether one more key and value are learned, for every sequence. Default false. */
  readonly addBiasKv?: boolean;
  /** Whether one more key and value of zeros are added. Default false. */
  readonly addZeroAttn?: boolean;
  /** Features of the keys. Default null: embedDim. */
  readonly kdim?: number | null;
  /** Features of the values. Default null: embedDim. */
  readonly vdim?: number | null;
  /** Whether sequences are [N, L, E] and not [L, N, E]. Default false, as in PyTorch. */
  readonly batchFirst?: boolean;
}

export interface AttendOptions<Weights extends boolean = boolean> {
  /** [N, S], or [S] of one sequence: true where a key is not attended to, or numbers that are added to the scores. */
  readonly keyPaddingMask?: Tensor | null;
  /** Whether the attention weights are given too. Without them less memory is needed. Default true. */
  readonly needWeights?: Weights;
  /** [L, S] or [N H, L, S]: true where a query does not attend to a key, or numbers that are added to the scores. */
  readonly attnMask?: Tensor | null;
  /** Whether the weights are those of all heads, averaged. Default true. */
  readonly averageAttnWeights?: boolean;
  /** Whether query i sees keys 0 to i alone. With an attnMask it is a hint, and the mask decides. Default false. */
  readonly isCausal?: boolean;
}

/** The attention weights, where they are asked for. */
export type Weighed<W extends boolean> = W extends true ? Tensor : null;

/**
 * Heads h of softmax(Q_h K_h^T / sqrt(E / H)) V_h, side by side and projected, with Q, K and V linear in query, key and value:
 * [N, L, E], [N, S, Ek], [N, S, Ev] -> [N, L, E] and, of the weights, [N, L, S] ([N, H, L, S] of every head). Without
 * `batchFirst` the first two dimensions are exchanged; sequences without a batch are [L, E]. A query that may attend to no key
 * gets zeros from its heads. Vaswani et al., 2017. PyTorch: `torch.nn.MultiheadAttention`.
 *
 * @throws ShapeError when sizes or masks do not fit.
 * @example
 * const x = randn(2, 10, 64);
 * const [y, weights] = new MultiheadAttention(64, 8, { batchFirst: true }).forward(x, x, x);
 * y.shape; // [2, 10, 64]
 */
export class MultiheadAttention<out E extends number = number> extends Module {
  readonly headDim: number;
  readonly kdim: number;
  readonly vdim: number;
  readonly dropout: number;
  readonly batchFirst: boolean;
  readonly addZeroAttn: boolean;
  /** The three projections in one, where all have the same width. */
  readonly inProjWeight: Parameter | null = null;
  readonly qProjWeight: Parameter | null = null;
  readonly kProjWeight: Parameter | null = null;
  readonly vProjWeight: Parameter | null = null;
  readonly inProjBias: Parameter | null;
  readonly biasK: Parameter | null;
  readonly biasV: Parameter | null;
  readonly outProj: Linear;

  constructor(
    readonly embedDim: E,
    readonly numHeads: number,
    options: MultiheadAttentionOptions = {},
  ) {
    super();
    checkInteger(OP, 'embedDim', embedDim, 1);
    checkInteger(OP, 'numHeads', numHeads, 1);
    const settings = withDefaults<Required<MultiheadAttentionOptions>>(OP, options, {
      dropout: 0,
      bias: true,
      addBiasKv: false,
      addZeroAttn: false,
      kdim: null,
      vdim: null,
      batchFirst: false,
    });
    const { dropout: p, bias, addBiasKv, kdim, vdim } = settings;
    if (embedDim % numHeads !== 0)
      throw new ValueError(
        `${OP}: embedDim must be divisible by numHeads; got ${embedDim} and ${numHeads}; try a divisor of ${embedDim}`,
      );
    checkProbability(OP, 'dropout', checkNumber(OP, 'dropout', p), 0.1);
    checkFlag(OP, 'bias', bias);
    checkFlag(OP, 'addBiasKv', addBiasKv);
    this.kdim = kdim === null ? embedDim : checkInteger(OP, 'kdim', kdim, 1);
    this.vdim = vdim === null ? embedDim : checkInteger(OP, 'vdim', vdim, 1);
    this.headDim = embedDim / numHeads;
    this.dropout = p;
    this.batchFirst = checkFlag(OP, 'batchFirst', settings.batchFirst);
    this.addZeroAttn = checkFlag(OP, 'addZeroAttn', settings.addZeroAttn);
    if (this.kdim === embedDim && this.vdim === embedDim) this.inProjWeight = projection(3 * embedDim, embedDim);
    else {
      this.qProjWeight = projection(embedDim, embedDim);
      this.kProjWeight = projection(embedDim, this.kdim);
      this.vProjWeight = projection(embedDim, this.vdim);
    }
    this.inProjBias = bias ? new Parameter(zeros(3 * embedDim)) : null;
    const extra = (): Parameter => new Parameter(normal(0, Math.sqrt(1 / embedDim), [1, 1, embedDim]));
    this.biasK = addBiasKv ? extra() : null;
    this.biasV = addBiasKv ? extra() : null;
    this.outProj = new Linear(embedDim as number, embedDim as number, { bias });
    this.outProj.bias?.detach().zero_();
  }

  forward<Q extends Tensor, W extends boolean = true>(
    query: Q & Check<SequenceOf<'MultiheadAttention', 'query', Q['shape'], E>>,
    key: Tensor,
    value: Tensor,
    options?: AttendOptions<W>,
  ): [Tensor<Q['shape']>, Weighed<W>];
  forward(query: Tensor, key: Tensor, value: Tensor, options: AttendOptions = {}): [Tensor, Tensor | null] {
    const given = withDefaults<Required<AttendOptions>>(OP, options, {
      keyPaddingMask: null,
      needWeights: true,
      attnMask: null,
      averageAttnWeights: true,
      isCausal: false,
    });
    const { keyPaddingMask, needWeights, attnMask, averageAttnWeights, isCausal } = given;
    checkFlag(OP, 'needWeights', needWeights);
    checkFlag(OP, 'averageAttnWeights', averageAttnWeights);
    checkFlag(OP, 'isCausal', isCausal);
    this.#checkSequences(query, key, value);
    const batched = query.ndim === 3;
    // -> (N, L, E)
    const arranged = (x: Tensor): Tensor => (!batched ? x.unsqueeze(0) : this.batchFirst ? x : x.transpose(0, 1));
    const restored = (x: Tensor): Tensor => (!batched ? x.squeeze(0) : this.batchFirst ? x : x.transpose(0, 1));
    const [n, length] = arranged(query).shape as readonly [number, number, number];
    const sizes: MaskSizes = { batch: n, heads: this.numHeads, length, keys: arranged(key).shape[1] as number };
    const paddings = keyPaddingMask && perKey(OP, keyPaddingMask, sizes, batched, query.dtype);
    const rows = attnMask && perHead(OP, attnMask, sizes, query.dtype);
    const causal = isCausal && attnMask === null;

    let [q, k, v] = this.#project(query, key, value).map(arranged) as [Tensor, Tensor, Tensor];
    if (this.biasK !== null && this.biasV !== null) {
      k = cat([k, this.biasK.expand(n, 1, -1)], 1); // (N, S, E) -> (N, S + 1, E)
      v = cat([v, this.biasV.expand(n, 1, -1)], 1);
    }
    if (this.addZeroAttn) [k, v] = [withZeros(k), withZeros(v)];
    const more = (k.shape[1] as number) - sizes.keys;
    const isPlainCausal = causal && more === 0 && paddings === null;
    const future = causal && !isPlainCausal ? futureOf(length, sizes.keys) : null;
    // What was added may always be attended to.
    const widened = (mask: Tensor | null): Tensor | null => (mask === null || more === 0 ? mask : pad(mask, [0, more]));
    const mask = joinMasks(widened(paddings), widened(rows ?? future));

    // (N, L, E) -> (N, L, H, E/H) -> (N, H, L, E/H)
    const heads = (x: Tensor): Tensor => x.unflatten(-1, [this.numHeads, this.headDim]).transpose(1, 2);
    const dropoutP = this.training ? this.dropout : 0;
    let weights: Tensor | null = null;
    let joined: Tensor;
    if (needWeights) {
      const scores = heads(q.div(Math.sqrt(this.headDim))).matmul(heads(k).transpose(-2, -1));
      weights = dropout(attentionWeights(scores, mask, isPlainCausal), dropoutP);
      joined = weights.matmul(heads(v));
    } else {
      joined = scaledDotProductAttention(heads(q), heads(k), heads(v), {
        attnMask: mask,
        dropoutP,
        isCausal: isPlainCausal,
      });
    }
    // (N, H, L, E/H) -> (N, L, H, E/H) -> (N, L, E)
    const output = restored(this.outProj.forward(joined.transpose(1, 2).flatten(2)));
    if (weights === null) return [output, null];
    const shown = averageAttnWeights ? weights.mean(1) : weights;
    return [output, batched ? shown : shown.squeeze(0)];
  }

  /** Query, key and value through their projections, with one product where they are the same. */
  #project(query: Tensor, key: Tensor, value: Tensor): readonly Tensor[] {
    const { inProjWeight, inProjBias, embedDim } = this;
    if (inProjWeight !== null && query === key && key === value)
      return split(linear(query, inProjWeight as Tensor, inProjBias as Tensor | null), embedDim as number, -1);
    const biases = inProjBias === null ? [] : split(inProjBias as Tensor, embedDim as number);
    const weights =
      inProjWeight === null
        ? ([this.qProjWeight, this.kProjWeight, this.vProjWeight] as Tensor[])
        : split(inProjWeight as Tensor, embedDim as number);
    return [query, key, value].map((x, i) => linear(x, weights[i] as Tensor, biases[i] ?? null));
  }

  #checkSequences(query: Tensor, key: Tensor, value: Tensor): void {
    checkSequence(OP, 'query', query, this.embedDim);
    const rank = query.ndim;
    for (const [name, x, width] of [
      ['key', key, this.kdim],
      ['value', value, this.vdim],
    ] as const) {
      checkSameDType(OP, query, checkTensor(OP, name, x));
      if (x.ndim !== rank || x.shape.at(-1) !== width)
        throw new ShapeError(
          `${OP}: ${name} must have ${rank} dimensions like the query and ${width} features; got ${formatShape(x.shape)}; try { kdim, vdim } for other widths`,
        );
    }
    const batchDim = this.batchFirst ? 0 : 1;
    const sizesOf = (x: Tensor): Shape => x.shape.slice(0, -1);
    if (
      String(sizesOf(key)) !== String(sizesOf(value)) ||
      (rank === 3 && key.shape[batchDim] !== query.shape[batchDim])
    )
      throw new ShapeError(
        `${OP}: there must be a value for every key, and one batch; got ${[query, key, value].map((x) => formatShape(x.shape)).join(', ')}; try ${this.batchFirst ? '[N, S, E]' : '[S, N, E], or { batchFirst: true }'}`,
      );
  }

  override extraRepr(): string {
    return `embedDim=${this.embedDim}, numHeads=${this.numHeads}, batchFirst=${this.batchFirst}`;
  }
}

function projection(out: number, features: number): Parameter {
  return new Parameter(uniformInit([out, features], glorotBound(features, out))) as Parameter;
}

/** (N, S, E) -> (N, S + 1, E) */
function withZeros(x: Tensor): Tensor {
  return pad(x, [0, 0, 0, 1]);
}

/** Where key j comes after query i: [1, 1, L, S]. */
function futureOf(length: number, keys: number): Tensor {
  return ones([1, 1, length, keys], { dtype: 'bool' }).triu(1);
}
