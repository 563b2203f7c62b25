/** One step of a recurrent layer, as a module. */
import { linear, ShapeError, type Tensor, zeros } from '@tessera/tensor';
import { checkFlag, checkInteger, checkTensor, formatShape, sameShape, withDefaults } from '@tessera/tensor/core';
import { uniformInit } from '../initialization/start.ts';
import { Module } from '../module.ts';
import { Parameter } from '../parameter.ts';
import { checkNonlinearity, gruStep, lstmStep, type RNNNonlinearity, reluStep, type Step, tanhStep } from './steps.ts';

export interface CellOptions {
  /** Whether biases are added. Default true. */
  readonly bias?: boolean;
}

/** What cells share: weights for the input and the hidden state, and inputs [N, inputSize] or [inputSize]. */
abstract class Cell extends Module {
  readonly weightIh: Parameter;
  readonly weightHh: Parameter;
  readonly biasIh: Parameter | null;
  readonly biasHh: Parameter | null;

  constructor(
    name: string,
    gates: number,
    readonly inputSize: number,
    readonly hiddenSize: number,
    bias: boolean,
  ) {
    super();
    checkInteger(name, 'inputSize', inputSize, 0);
    checkInteger(name, 'hiddenSize', hiddenSize, 1);
    checkFlag(name, 'bias', bias);
    const bound = 1 / Math.sqrt(hiddenSize);
    this.weightIh = new Parameter(uniformInit([gates * hiddenSize, inputSize], bound));
    this.weightHh = new Parameter(uniformInit([gates * hiddenSize, hiddenSize], bound));
    this.biasIh = bias ? new Parameter(uniformInit([gates * hiddenSize], bound)) : null;
    this.biasHh = bias ? new Parameter(uniformInit([gates * hiddenSize], bound)) : null;
  }

  protected next(step: Step, input: Tensor, given: readonly (Tensor | undefined)[]): Tensor[] {
    const { name } = this.constructor;
    checkTensor(name, 'input', input);
    if ((input.ndim !== 1 && input.ndim !== 2) || input.shape.at(-1) !== this.inputSize)
      throw new ShapeError(
        `${name}: input must be [N, ${this.inputSize}] or [${this.inputSize}]; got ${formatShape(input.shape)}; try a cell of inputSize ${input.shape.at(-1) ?? 1}`,
      );
    const shape = [...input.shape.slice(0, -1), this.hiddenSize];
    const state = given.map((h) => {
      if (h === undefined) return zeros(shape, { dtype: input.dtype });
      if (sameShape(checkTensor(name, 'the state', h).shape, shape)) return h;
      throw new ShapeError(
        `${name}: the state must be ${formatShape(shape)}; got ${formatShape(h.shape)} for input ${formatShape(input.shape)}; try leaving it out for zeros`,
      );
    });
    const { weightIh, weightHh, biasIh, biasHh } = this;
    const weights = { weightIh, weightHh, biasIh, biasHh, weightHr: null };
    return [...step(linear(input, weightIh, biasIh), state, weights)];
  }

  override extraRepr(): string {
    return `${this.inputSize}, ${this.hiddenSize}${this.biasIh === null ? ', bias=false' : ''}`;
  }
}

export interface RNNCellOptions extends CellOptions {
  /** Default 'tanh'. */
  readonly nonlinearity?: RNNNonlinearity;
}

/**
 * h' = tanh(W_ih x + b_ih + W_hh h + b_hh). input [N, inputSize] or [inputSize], hx of hiddenSize (default zeros).
 * PyTorch: `torch.nn.RNNCell`.
 *
 * @example
 * new RNNCell(3, 4).forward(ones(2, 3)).shape; // [2, 4]
 */
export class RNNCell extends Cell {
  readonly nonlinearity: RNNNonlinearity;

  constructor(inputSize: number, hiddenSize: number, options: RNNCellOptions = {}) {
    const { bias, nonlinearity } = withDefaults<Required<RNNCellOptions>>('RNNCell', options, {
      bias: true,
      nonlinearity: 'tanh',
    });
    super('RNNCell', 1, inputSize, hiddenSize, bias);
    this.nonlinearity = checkNonlinearity('RNNCell', nonlinearity);
  }

  forward(input: Tensor, hx?: Tensor): Tensor {
    return this.next(this.nonlinearity === 'tanh' ? tanhStep : reluStep, input, [hx])[0] as Tensor;
  }
}

/**
 * One step of an LSTM: input [N, inputSize] or [inputSize], and hidden and cell state of hiddenSize (default zeros), to the next
 * two. PyTorch: `torch.nn.LSTMCell`.
 *
 * @example
 * const [h, c] = new LSTMCell(3, 4).forward(ones(2, 3));
 * h.shape; // [2, 4]
 */
export class LSTMCell extends Cell {
  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    const { bias } = withDefaults<Required<CellOptions>>('LSTMCell', options, { bias: true });
    super('LSTMCell', 4, inputSize, hiddenSize, bias);
  }

  forward(input: Tensor, hx?: readonly [Tensor, Tensor]): [Tensor, Tensor] {
    return this.next(lstmStep, input, [hx?.[0], hx?.[1]]) as [Tensor, Tensor];
  }
}

/**
 * One step of a GRU: input [N, inputSize] or [inputSize], and a state of hiddenSize (default zeros), to the next.
 * PyTorch: `torch.nn.GRUCell`.
 *
 * @example
 * new GRUCell(3, 4).forward(ones(2, 3)).shape; // [2, 4]
 */
export class GRUCell extends Cell {
  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    const { bias } = withDefaults<Required<CellOptions>>('GRUCell', options, { bias: true });
    super('GRUCell', 3, inputSize, hiddenSize, bias);
  }

  forward(input: Tensor, hx?: Tensor): Tensor {
    return this.next(gruStep, input, [hx])[0] as Tensor;
  }
}
