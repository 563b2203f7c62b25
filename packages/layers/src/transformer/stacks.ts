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

/**
 * `numLayers` copies of a layer, one after the other. Keys are `layers.0. ...` and `norm. ...`.
 * PyTorch: `torch.nn.TransformerEncoder`.
 *
 * @example
 * const encoder = new TransformerEncoder(new TransformerEncoderLayer(64, 8, { batchFirst: true }), 6);
 * encoder.forward(randn(2, 10, 64)).shape; // [2, 10, 64]
 */
export class TransformerEncoder extends Module {
  readonly layers: readonly EncoderLayer[];

  constructor(
    layer: EncoderLayer,
    readonly numLayers: number,
    readonly norm: FinalNorm | null = null,
  ) {
    super();
    this.layers = copies('TransformerEncoder', layer, numLayers);
  }

  forward(src: Tensor, options: EncodeOptions = {}): Tensor {
    const output = this.layers.reduce((x, layer) => layer.forward(x, options), src);
    return this.norm === null ? output : this.norm.forward(output);
  }
}

/**
 * `numLayers` copies of a layer, one after the other, all with the same memory. PyTorch: `torch.nn.TransformerDecoder`.
 *
 * @example
 * const decoder = new TransformerDecoder(new TransformerDecoderLayer(64, 8, { batchFirst: true }), 6);
 * decoder.forward(randn(2, 5, 64), randn(2, 10, 64)).shape; // [2, 5, 64]
 */
export class TransformerDecoder extends Module {
  readonly layers: readonly DecoderLayer[];

  constructor(
    layer: DecoderLayer,
    readonly numLayers: number,
    readonly norm: FinalNorm | null = null,
  ) {
    super();
    this.layers = copies('TransformerDecoder', layer, numLayers);
  }

  forward(tgt: Tensor, memory: Tensor, options: DecodeOptions = {}): Tensor {
    const output = this.layers.reduce((x, layer) => layer.forward(x, memory, options), tgt);
    return this.norm === null ? output : this.norm.forward(output);
  }
}

/** The first is a copy too, as in PyTorch: the given layer stays by itself. */
function copies<L extends { copy(): L }>(stack: string, layer: L, count: number): L[] {
  checkInteger(stack, 'numLayers', count, 0);
  if (!((layer as unknown) instanceof Module) || typeof layer.copy !== 'function')
    throw new ValueError(
      `${stack}: layer must be a layer that can be copied; got ${describe(layer)}; try new ${stack}Layer(64, 8)`,
    );
  return Array.from({ length: count }, () => layer.copy());
}
