/** One layer of a transformer's decoder. */
import type { Tensor } from '@tessera/tensor';
import { type Check, withDefaults } from '@tessera/tensor/core';
import type { AttendOptions, MultiheadAttention } from '../attention/multiheadAttention.ts';
import { checkSequence, type SequenceOf } from '../attention/sequences.ts';
import { Dropout } from '../dropout/dropout.ts';
import type { LayerNorm } from '../normalization/layerNorm.ts';
import { TransformerLayer, type TransformerLayerOptions } from './block.ts';

const NAME = 'TransformerDecoderLayer';

export interface DecodeOptions {
  /** [L, L] or [N H, L, L]: true where a position does not attend to another, or numbers that are added to the scores. */
  readonly tgtMask?: Tensor | null;
  /** The same for positions of `memory`: [L, S] or [N H, L, S]. */
  readonly memoryMask?: Tensor | null;
  /** [N, L], or [L] of one sequence: true where a position is padding. */
  readonly tgtKeyPaddingMask?: Tensor | null;
  /** The same for `memory`: [N, S], or [S]. */
  readonly memoryKeyPaddingMask?: Tensor | null;
  /** Whether position i sees positions 0 to i alone. Default false. */
  readonly tgtIsCausal?: boolean;
  /** The same for `memory`. Default false. */
  readonly memoryIsCausal?: boolean;
}

/**
 * Self-attention, attention to `memory`, then two linear maps with an activation between, each with dropout, added to its input
 * and normalized: [N, L, D] and a memory [N, S, D] -> [N, L, D] with `batchFirst`; without it the first two dimensions are
 * exchanged. Vaswani et al., 2017. PyTorch: `torch.nn.TransformerDecoderLayer`.
 *
 * @example
 * const layer = new TransformerDecoderLayer(64, 8, { batchFirst: true });
 * layer.forward(randn(2, 5, 64), randn(2, 10, 64), { tgtIsCausal: true }).shape; // [2, 5, 64]
 */
export class TransformerDecoderLayer<out D extends number = number> extends TransformerLayer<D> {
  readonly multiheadAttn: MultiheadAttention;
  readonly norm3: LayerNorm;
  readonly dropout3: Dropout;

  constructor(dModel: D, nhead: number, options: TransformerLayerOptions = {}) {
    super(NAME, dModel, nhead, options);
    this.multiheadAttn = this.newAttention();
    this.norm3 = this.newNorm();
    this.dropout3 = new Dropout(this.settings.dropout);
  }

  forward<T extends Tensor, M extends Tensor>(
    tgt: T & Check<SequenceOf<typeof NAME, 'tgt', T['shape'], D>>,
    memory: M & Check<SequenceOf<typeof NAME, 'memory', M['shape'], D>>,
    options?: DecodeOptions,
  ): Tensor<T['shape']>;
  forward(tgt: Tensor, memory: Tensor, options: DecodeOptions = {}): Tensor {
    checkSequence(NAME, 'tgt', tgt, this.dModel);
    checkSequence(NAME, 'memory', memory, this.dModel);
    const given = withDefaults<Required<DecodeOptions>>(NAME, options, {
      tgtMask: null,
      memoryMask: null,
      tgtKeyPaddingMask: null,
      memoryKeyPaddingMask: null,
      tgtIsCausal: false,
      memoryIsCausal: false,
    });
    const own = { attnMask: given.tgtMask, keyPaddingMask: given.tgtKeyPaddingMask, isCausal: given.tgtIsCausal };
    const cross = {
      attnMask: given.memoryMask,
      keyPaddingMask: given.memoryKeyPaddingMask,
      isCausal: given.memoryIsCausal,
    };
    let x = this.residual(tgt, this.norm1, (y) => this.attendToSelf(y, own));
    x = this.residual(x, this.norm2, (y) => this.#attendTo(memory, y, cross));
    return this.residual(x, this.norm3, (y) => this.dropout3.forward(this.feedForward(y)));
  }

  #attendTo(memory: Tensor, x: Tensor, masks: AttendOptions): Tensor {
    return this.dropout2.forward(this.multiheadAttn.forward(x, memory, memory, { ...masks, needWeights: false })[0]);
  }

  /** Another layer with the same settings and the same values in parameters of its own. */
  copy(): TransformerDecoderLayer<D> {
    return new TransformerDecoderLayer(this.dModel, this.nhead, this.settings).like(this);
  }
}
