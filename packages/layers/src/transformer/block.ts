/** What the layers of a transformer share: their options, self-attention and the two linear maps. */
import { gelu, relu, type Tensor, ValueError } from '@tessera/tensor';
import { checkFlag, checkFunction, describe, withDefaults } from '@tessera/tensor/core';
import { type AttendOptions, MultiheadAttention } from '../attention/multiheadAttention.ts';
import { Dropout } from '../dropout/dropout.ts';
import { Linear } from '../linear.ts';
import { Module } from '../module.ts';
import { LayerNorm } from '../normalization/layerNorm.ts';

export type TransformerActivation = 'relu' | 'gelu' | ((x: Tensor) => Tensor);

export interface TransformerLayerOptions {
  /** Features between the two linear maps. Default 2048. */
  readonly dimFeedforward?: number;
  /** Probability of every dropout. Default 0.1. */
  readonly dropout?: number;
  /** Between the two linear maps. Default 'relu'. */
  readonly activation?: TransformerActivation;
  /** Added to variances. Default 1e-5. */
  readonly layerNormEps?: number;
  /** Whether sequences are [N, L, D] and not [L, N, D]. Default false, as in PyTorch. */
  readonly batchFirst?: boolean;
  /** Whether a sublayer's input is normalized, and not its result. Xiong et al., 2020. Default false. */
  readonly normFirst?: boolean;
  /** Whether linear maps and norms have a bias. Default true. */
  readonly bias?: boolean;
}

/** All options, with defaults for those not given. */
export type TransformerLayerSettings = Required<TransformerLayerOptions>;

/** A layer with self-attention and two linear maps, each with dropout, added to its input and normalized. */
export abstract class TransformerLayer<out D extends number = number> extends Module {
  readonly settings: TransformerLayerSettings;
  readonly selfAttn: MultiheadAttention;
  readonly linear1: Linear;
  readonly dropout: Dropout;
  readonly linear2: Linear;
  readonly norm1: LayerNorm;
  readonly norm2: LayerNorm;
  readonly dropout1: Dropout;
  readonly dropout2: Dropout;
  readonly activation: (x: Tensor) => Tensor;

  constructor(
    name: string,
    readonly dModel: D,
    readonly nhead: number,
    options: TransformerLayerOptions,
  ) {
    super();
    this.settings = settingsOf(name, options);
    const { dimFeedforward, dropout, bias, activation } = this.settings;
    this.selfAttn = this.newAttention();
    this.linear1 = new Linear(dModel as number, dimFeedforward, { bias });
    this.dropout = new Dropout(dropout);
    this.linear2 = new Linear(dimFeedforward, dModel as number, { bias });
    this.norm1 = this.newNorm();
    this.norm2 = this.newNorm();
    this.dropout1 = new Dropout(dropout);
    this.dropout2 = new Dropout(dropout);
    this.activation = activationOf(name, activation);
  }

  protected newAttention(): MultiheadAttention {
    const { dropout, batchFirst, bias } = this.settings;
    return new MultiheadAttention(this.dModel as number, this.nhead, { dropout, batchFirst, bias });
  }

  protected newNorm(): LayerNorm {
    const { layerNormEps: eps, bias } = this.settings;
    return new LayerNorm([this.dModel as number], { eps, bias });
  }

  /** norm(x + f(x)), or x + f(norm(x)) */
  protected residual(x: Tensor, norm: LayerNorm, f: (x: Tensor) => Tensor): Tensor {
    return this.settings.normFirst ? x.add(f(norm.forward(x))) : norm.forward(x.add(f(x)));
  }

  protected attendToSelf(x: Tensor, masks: AttendOptions): Tensor {
    return this.dropout1.forward(this.selfAttn.forward(x, x, x, { ...masks, needWeights: false })[0]);
  }

  /** (..., D) -> (..., dimFeedforward) -> (..., D) */
  protected feedForward(x: Tensor): Tensor {
    return this.linear2.forward(this.dropout.forward(this.activation(this.linear1.forward(x))));
  }

  /** Takes over values and mode of a layer with the same settings. */
  protected like(other: TransformerLayer): this {
    this.loadStateDict(other.stateDict());
    return this.train(other.training);
  }
}

/** Options with PyTorch's defaults. */
function settingsOf(layer: string, options: TransformerLayerOptions): TransformerLayerSettings {
  const settings = withDefaults<TransformerLayerSettings>(layer, options, {
    dimFeedforward: 2048,
    dropout: 0.1,
    activation: 'relu',
    layerNormEps: 1e-5,
    batchFirst: false,
    normFirst: false,
    bias: true,
  });
  checkFlag(layer, 'normFirst', settings.normFirst);
  checkFlag(layer, 'bias', settings.bias);
  return settings;
}

function activationOf(layer: string, activation: TransformerActivation): (x: Tensor) => Tensor {
  if (activation === 'relu') return (x) => relu(x);
  if (activation === 'gelu') return (x) => gelu(x);
  if (typeof activation === 'string')
    throw new ValueError(
      `${layer}: activation must be 'relu', 'gelu' or a function; got ${describe(activation)}; try 'gelu'`,
    );
  return checkFunction(layer, 'activation', activation, '(x) => silu(x)');
}
