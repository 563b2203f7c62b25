/** One layer of a transformer's encoder. */
import type { Tensor } from '@tessera/tensor';
import { withDefaults } from '@tessera/tensor/core';
import { checkSequence, type SequenceOf } from '../attention/sequences.ts';
import type { Fits, Output, ShapeIn, ShapeMap } from '../shapeMap.ts';
import { TransformerLayer, type TransformerLayerOptions } from './block.ts';

const NAME = 'TransformerEncoderLayer';

export interface EncodeOptions {
  /** [L, L] or [N H, L, L]: true where a position does not attend to another, or numbers that are added to the scores. */
  readonly srcMask?: Tensor | null;
  /** [N, L], or [L] of one sequence: true where a position is padding. */
  readonly srcKeyPaddingMask?: Tensor | null;
  /** Whether position i sees positions 0 to i alone. Default false. */
  readonly isCausal?: boolean;
}

export interface TransformerEncoderLayerMap extends ShapeMap {
  readonly output: this['layer'] extends TransformerEncoderLayer<infer D>
    ? SequenceOf<typeof NAME, 'src', ShapeIn<this['input']>, D>
    : never;
}

/**
 * Self-attention, then two linear maps with an activation between, each with dropout, added to its input and normalized:
 * [N, L, D] -> [N, L, D] with `batchFirst`, [L, N, D] -> [L, N, D] without, or [L, D] of one sequence. Vaswani et al., 2017.
 * PyTorch: `torch.nn.TransformerEncoderLayer`.
 *
 * @example
 * new TransformerEncoderLayer(64, 8, { batchFirst: true }).forward(randn(2, 10, 64)).shape; // [2, 10, 64]
 */
export class TransformerEncoderLayer<out D extends number = number> extends TransformerLayer<D> {
  declare readonly mapsShape: TransformerEncoderLayerMap;

  constructor(dModel: D, nhead: number, options: TransformerLayerOptions = {}) {
    super(NAME, dModel, nhead, options);
  }

  forward<L, X extends Tensor>(this: L, src: X & Fits<L, X>, options?: EncodeOptions): Output<L, X>;
  forward(src: Tensor, options: EncodeOptions = {}): Tensor {
    checkSequence(NAME, 'src', src, this.dModel);
    const { srcMask, srcKeyPaddingMask, isCausal } = withDefaults<Required<EncodeOptions>>(NAME, options, {
      srcMask: null,
      srcKeyPaddingMask: null,
      isCausal: false,
    });
    const masks = { attnMask: srcMask, keyPaddingMask: srcKeyPaddingMask, isCausal };
    const attended = this.residual(src, this.norm1, (x) => this.attendToSelf(x, masks));
    return this.residual(attended, this.norm2, (x) => this.dropout2.forward(this.feedForward(x)));
  }

  /** Another layer with the same settings and the same values in parameters of its own. */
  copy(): TransformerEncoderLayer<D> {
    return new TransformerEncoderLayer(this.dModel, this.nhead, this.settings).like(this);
  }
}
