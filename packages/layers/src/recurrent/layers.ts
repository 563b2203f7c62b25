/** Recurrent layers over whole sequences. */
import type { Tensor } from '@tessera/tensor';
import type { PackedSequence } from './packedSequence.ts';
import { type RecurrentOptions, RNNBase, recurrentSettings } from './rnnBase.ts';
import { checkNonlinearity, gruStep, lstmStep, type RNNNonlinearity, reluStep, tanhStep } from './steps.ts';

export interface RNNOptions extends RecurrentOptions {
  /** Default 'tanh'. */
  readonly nonlinearity?: RNNNonlinearity;
}

/**
 * h_t = tanh(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh). Input [T, N, inputSize], [N, T, inputSize] with `batchFirst`,
 * [T, inputSize], or packed; hx [layers * directions, N, hiddenSize] (default zeros). Gives the outputs of the last layer,
 * [T, N, directions * hiddenSize], and the last state of each. Elman, 1990. PyTorch: `torch.nn.RNN`.
 *
 * @example
 * const [output, hN] = new RNN(3, 4).forward(ones(5, 2, 3));
 * output.shape; // [5, 2, 4]
 * hN.shape; // [1, 2, 4]
 */
export class RNN extends RNNBase {
  readonly nonlinearity: RNNNonlinearity;

  constructor(inputSize: number, hiddenSize: number, options: RNNOptions = {}) {
    const { nonlinearity, ...settings } = recurrentSettings<{ nonlinearity: RNNNonlinearity }>('RNN', options, {
      nonlinearity: 'tanh',
    });
    super('RNN', 1, inputSize, hiddenSize, settings);
    this.nonlinearity = checkNonlinearity('RNN', nonlinearity);
  }

  forward(input: Tensor, hx?: Tensor | null): [output: Tensor, hN: Tensor];
  forward(input: PackedSequence, hx?: Tensor | null): [output: PackedSequence, hN: Tensor];
  forward(input: Tensor | PackedSequence, hx: Tensor | null = null): [Tensor | PackedSequence, Tensor] {
    const step = this.nonlinearity === 'tanh' ? tanhStep : reluStep;
    const { output, states } = this.run(step, input, hx && [hx]);
    return [output, states[0] as Tensor];
  }
}

export interface LSTMOptions extends RecurrentOptions {
  /** The size that the hidden state is projected to; 0: it is not. Default 0. */
  readonly projSize?: number;
}

/**
 * Long short-term memory. Inputs and outputs as of `RNN`; the state is [h, c], of which h has `projSize` numbers where that is
 * given. Hochreiter and Schmidhuber, 1997. PyTorch: `torch.nn.LSTM`.
 *
 * @example
 * const [output, [hN, cN]] = new LSTM(3, 4, { numLayers: 2 }).forward(ones(5, 2, 3));
 * cN.shape; // [2, 2, 4]
 */
export class LSTM extends RNNBase {
  constructor(inputSize: number, hiddenSize: number, options: LSTMOptions = {}) {
    const { projSize, ...settings } = recurrentSettings<{ projSize: number }>('LSTM', options, { projSize: 0 });
    super('LSTM', 4, inputSize, hiddenSize, settings, projSize);
  }

  protected override stateSizes(): readonly number[] {
    return [this.projSize || this.hiddenSize, this.hiddenSize];
  }

  forward(input: Tensor, hx?: readonly [Tensor, Tensor] | null): [output: Tensor, state: [hN: Tensor, cN: Tensor]];
  forward(
    input: PackedSequence,
    hx?: readonly [Tensor, Tensor] | null,
  ): [output: PackedSequence, state: [hN: Tensor, cN: Tensor]];
  forward(
    input: Tensor | PackedSequence,
    hx: readonly [Tensor, Tensor] | null = null,
  ): [Tensor | PackedSequence, [Tensor, Tensor]] {
    const { output, states } = this.run(lstmStep, input, hx);
    return [output, states as [Tensor, Tensor]];
  }
}

/**
 * Gated recurrent units. Inputs and outputs as of `RNN`. Cho et al., 2014, with the reset gate after the product, as in cuDNN.
 * PyTorch: `torch.nn.GRU`.
 *
 * @example
 * const [output] = new GRU(3, 4, { bidirectional: true }).forward(ones(5, 2, 3));
 * output.shape; // [5, 2, 8]
 */
export class GRU extends RNNBase {
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    super('GRU', 3, inputSize, hiddenSize, recurrentSettings<object>('GRU', options, {}));
  }

  forward(input: Tensor, hx?: Tensor | null): [output: Tensor, hN: Tensor];
  forward(input: PackedSequence, hx?: Tensor | null): [output: PackedSequence, hN: Tensor];
  forward(input: Tensor | PackedSequence, hx: Tensor | null = null): [Tensor | PackedSequence, Tensor] {
    const { output, states } = this.run(gruStep, input, hx && [hx]);
    return [output, states[0] as Tensor];
  }
}
