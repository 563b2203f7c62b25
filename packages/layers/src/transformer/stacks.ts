/** A transformer's encoder and decoder: layers one after the other, and perhaps a norm at the end. */
import { type Tensor, ValueError } from '@tessera/tensor';
import { checkInteger, describe } from '@tessera/tensor/core';
import { Module } from '../module.ts';
import type { DecodeOptions } from './decoderLayer.ts';
import type { EncodeOptions } from './encoderLayer.ts';

/** A layer of an encoder, of your own or `TransformerEncoderLayer`. */
export interface EncoderLayer extends Module {
  forward(src: Tensor, options?: EncodeOptions): Tensor;
  /** Another layer with the same settings and values. */
  copy(): EncoderLayer;
}

/** A layer of a decoder, of your own or `TransformerDecoderLayer`. */
export interface DecoderLayer extends Module {
  forward(tgt: Tensor, memory: Tensor, options?: DecodeOptions): Tensor;
  /** Another layer with the same settings and values. */
  copy(): DecoderLayer;
}

/** A norm of the result. */
export interface FinalNorm extends Module {
  forward(x: Tensor): Tensor;
}

/** Copies of a layer. The first is one too, as in PyTorch: the given layer stays by itself. */
abstract class Stack<L extends Module & { copy(): L }> extends Module {
  readonly layers: readonly L[];

  constructor(
    name: string,
    layer: L,
    readonly numLayers: number,
    readonly norm: FinalNorm | null,
  ) {
    super();
    checkInteger(name, 'numLayers', numLayers, 0);
    if (!((layer as unknown) instanceof Module) || typeof layer.copy !== 'function')
      throw new ValueError(
        `${name}: layer must be a layer that can be copied; got ${describe(layer)}; try new ${name}Layer(64, 8)`,
      );
    this.layers = Array.from({ length: numLayers }, () => layer.copy());
  }

  protected normalized(output: Tensor): Tensor {
    return this.norm === null ? output : this.norm.forward(output);
  }
}

/**
 * `numLayers` copies of a layer, one after the other. Keys are `layers.0. ...` and `norm. ...`.
 * PyTorch: `torch.nn.TransformerEncoder`.
 *
 * @example
 * const encoder = new TransformerEncoder(new TransformerEncoderLayer(64, 8, { batchFirst: true }), 6);
 * encoder.forward(randn(2, 10, 64)).shape; // [2, 10, 64]
 */
export class TransformerEncoder extends Stack<EncoderLayer> {
  constructor(layer: EncoderLayer, numLayers: number, norm: FinalNorm | null = null) {
    super('TransformerEncoder', layer, numLayers, norm);
  }

  forward(src: Tensor, options: EncodeOptions = {}): Tensor {
    return this.normalized(this.layers.reduce((x, layer) => layer.forward(x, options), src));
  }
}

/**
 * `numLayers` copies of a layer, one after the other, all with the same memory. PyTorch: `torch.nn.TransformerDecoder`.
 *
 * @example
 * const decoder = new TransformerDecoder(new TransformerDecoderLayer(64, 8, { batchFirst: true }), 6);
 * decoder.forward(randn(2, 5, 64), randn(2, 10, 64)).shape; // [2, 5, 64]
 */
export class TransformerDecoder extends Stack<DecoderLayer> {
  constructor(layer: DecoderLayer, numLayers: number, norm: FinalNorm | null = null) {
    super('TransformerDecoder', layer, numLayers, norm);
  }

  forward(tgt: Tensor, memory: Tensor, options: DecodeOptions = {}): Tensor {
    return this.normalized(this.layers.reduce((x, layer) => layer.forward(x, memory, options), tgt));
  }
}
