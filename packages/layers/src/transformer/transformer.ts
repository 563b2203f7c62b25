/** The whole transformer, encoder and decoder. */
import { full, type Tensor } from '@tessera/tensor';
import { checkInteger, checkObject } from '@tessera/tensor/core';
import { glorotBound } from '../initialization/start.ts';
import { Module } from '../module.ts';
import { LayerNorm } from '../normalization/layerNorm.ts';
import type { TransformerLayerOptions } from './block.ts';
import { type DecodeOptions, TransformerDecoderLayer } from './decoderLayer.ts';
import { type EncodeOptions, TransformerEncoderLayer } from './encoderLayer.ts';
import { TransformerDecoder, TransformerEncoder } from './stacks.ts';

export interface TransformerOptions extends TransformerLayerOptions {
  /** Default 6. */
  readonly numEncoderLayers?: number;
  /** Default 6. */
  readonly numDecoderLayers?: number;
}

export interface TransformOptions extends Omit<EncodeOptions, 'isCausal'>, DecodeOptions {
  /** Whether position i of the source sees positions 0 to i alone. Default false. */
  readonly srcIsCausal?: boolean;
}

/**
 * An encoder of `src`, and a decoder of `tgt` that attends to what it gives: [N, S, D] and [N, L, D] -> [N, L, D] with
 * `batchFirst`; without it the first two dimensions are exchanged. Matrices start uniform as Glorot and Bengio chose. Vaswani et
 * al., 2017. PyTorch: `torch.nn.Transformer`.
 *
 * @example
 * const transformer = new Transformer(64, 8, { numEncoderLayers: 2, numDecoderLayers: 2, batchFirst: true });
 * transformer.forward(randn(2, 10, 64), randn(2, 5, 64), { tgtIsCausal: true }).shape; // [2, 5, 64]
 */
export class Transformer extends Module {
  readonly encoder: TransformerEncoder;
  readonly decoder: TransformerDecoder;

  constructor(
    readonly dModel = 512,
    readonly nhead = 8,
    options: TransformerOptions = {},
  ) {
    super();
    const {
      numEncoderLayers = 6,
      numDecoderLayers = 6,
      ...rest
    } = checkObject('Transformer', options, '{ numEncoderLayers: 6 }');
    const encoderLayer = new TransformerEncoderLayer(dModel, nhead, rest);
    const { layerNormEps: eps, bias } = encoderLayer.settings;
    const norm = (): LayerNorm => new LayerNorm([dModel], { eps, bias }) as LayerNorm;
    this.encoder = new TransformerEncoder(encoderLayer, numEncoderLayers, norm());
    this.decoder = new TransformerDecoder(new TransformerDecoderLayer(dModel, nhead, rest), numDecoderLayers, norm());
    for (const parameter of this.parameters()) {
      if (parameter.ndim < 2) continue;
      const [out, features] = parameter.shape as readonly [number, number];
      const bound = glorotBound(features, out);
      parameter.detach().uniform_(-bound, bound);
    }
  }

  forward(src: Tensor, tgt: Tensor, options: TransformOptions = {}): Tensor {
    const {
      srcMask = null,
      srcKeyPaddingMask = null,
      srcIsCausal: isCausal = false,
      ...decoding
    } = checkObject('Transformer', options, '{ tgtIsCausal: true }');
    const memory = this.encoder.forward(src, { srcMask, srcKeyPaddingMask, isCausal });
    return this.decoder.forward(tgt, memory, decoding);
  }

  /** A mask [n, n] that hides what comes later: -Infinity above the diagonal, 0 elsewhere. */
  static generateSquareSubsequentMask(n: number): Tensor {
    checkInteger('generateSquareSubsequentMask', 'n', n, 0);
    return full([n, n], -Infinity).triu(1);
  }
}
