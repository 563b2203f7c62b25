/** What recurrent layers share: layers on layers, in one direction or two, over whole batches or packed ones. */
import { cat, dropout, fromArray, linear, ShapeError, stack, type Tensor, ValueError, zeros } from '@tessera/tensor';
import {
  checkFlag,
  checkInteger,
  checkTensor,
  describe,
  formatShape,
  sameShape,
  withDefaults,
} from '@tessera/tensor/core';
import { checkProbability } from '../checkProbability.ts';
import { uniformInit } from '../initialization/start.ts';
import { Module } from '../module.ts';
import { Parameter } from '../parameter.ts';
import { PackedSequence } from './packedSequence.ts';
import type { RecurrentWeights, Step } from './steps.ts';

export interface RecurrentOptions {
  /** How many layers stand on one another. Default 1. */
  readonly numLayers?: number;
  /** Whether biases are added. Default true. */
  readonly bias?: boolean;
  /** Whether input and output are [N, T, ...] instead of [T, N, ...]. Default false. */
  readonly batchFirst?: boolean;
  /** The chance that an element between layers goes missing in training. Default 0. */
  readonly dropout?: number;
  /** Whether a second run goes from the end to the start; the outputs of both stand side by side. Default false. */
  readonly bidirectional?: boolean;
}

const DEFAULTS: Required<RecurrentOptions> = {
  numLayers: 1,
  bias: true,
  batchFirst: false,
  dropout: 0,
  bidirectional: false,
};

/** Splits what all recurrent layers take from what one kind takes beside it. */
export function recurrentSettings<More extends object>(
  name: string,
  options: RecurrentOptions & Partial<More>,
  more: More,
): Required<RecurrentOptions> & More {
  return withDefaults<Required<RecurrentOptions> & More>(name, options as Partial<Required<RecurrentOptions> & More>, {
    ...DEFAULTS,
    ...more,
  });
}

/** Rows of all steps, one step after the other, and how many each has. */
interface Run {
  readonly rows: Tensor;
  readonly batchSizes: readonly number[];
}

export abstract class RNNBase extends Module {
  readonly numLayers: number;
  readonly bias: boolean;
  readonly batchFirst: boolean;
  readonly dropout: number;
  readonly bidirectional: boolean;

  constructor(
    readonly name: string,
    /** How many parts of hiddenSize a step has. */
    gates: number,
    readonly inputSize: number,
    readonly hiddenSize: number,
    settings: Required<RecurrentOptions>,
    /** The size that the hidden state is projected to; 0: it is not. */
    readonly projSize: number = 0,
  ) {
    super();
    checkInteger(name, 'inputSize', inputSize, 0);
    checkInteger(name, 'hiddenSize', hiddenSize, 1);
    if (checkInteger(name, 'projSize', projSize, 0) >= hiddenSize)
      throw new ValueError(
        `${name}: projSize must be smaller than hiddenSize; got ${projSize} and ${hiddenSize}; try 0`,
      );
    this.numLayers = checkInteger(name, 'numLayers', settings.numLayers, 1);
    this.bias = checkFlag(name, 'bias', settings.bias);
    this.batchFirst = checkFlag(name, 'batchFirst', settings.batchFirst);
    this.dropout = checkProbability(name, 'dropout', settings.dropout, 0.1);
    this.bidirectional = checkFlag(name, 'bidirectional', settings.bidirectional);
    const bound = 1 / Math.sqrt(hiddenSize);
    const parameter = (...shape: number[]): Parameter => new Parameter(uniformInit(shape, bound));
    const rows = gates * hiddenSize;
    const outputs = projSize || hiddenSize;
    for (const { layer, suffix } of this.#runs()) {
      const inputs = layer === 0 ? inputSize : outputs * this.#directions;
      // Fields by PyTorch's names: weightIhL0 is `weight_ih_l0`.
      Object.assign(this, {
        [`weightIh${suffix}`]: parameter(rows, inputs),
        [`weightHh${suffix}`]: parameter(rows, outputs),
        ...(this.bias && { [`biasIh${suffix}`]: parameter(rows), [`biasHh${suffix}`]: parameter(rows) }),
        ...(projSize > 0 && { [`weightHr${suffix}`]: parameter(projSize, hiddenSize) }),
      });
    }
  }

  get #directions(): number {
    return this.bidirectional ? 2 : 1;
  }

  *#runs(): Generator<{ readonly layer: number; readonly suffix: string }> {
    for (let layer = 0; layer < this.numLayers; layer++) {
      yield { layer, suffix: `L${layer}` };
      if (this.bidirectional) yield { layer, suffix: `L${layer}Reverse` };
    }
  }

  /** The weights of a layer in one direction. */
  weightsOf(layer: number, reverse = false): RecurrentWeights {
    const fields = this as unknown as Record<string, Parameter | undefined>;
    const suffix = `L${layer}${reverse ? 'Reverse' : ''}`;
    const weightIh = fields[`weightIh${suffix}`];
    if (weightIh === undefined)
      throw new ValueError(
        `${this.name}.weightsOf: there is no such layer; got ${describe(layer)}${reverse ? ', reverse' : ''}; try 0`,
      );
    return {
      weightIh,
      weightHh: fields[`weightHh${suffix}`] as Parameter,
      biasIh: fields[`biasIh${suffix}`] ?? null,
      biasHh: fields[`biasHh${suffix}`] ?? null,
      weightHr: fields[`weightHr${suffix}`] ?? null,
    };
  }

  /** Sizes of the parts of the state: the hidden one first. */
  protected stateSizes(): readonly number[] {
    return [this.projSize || this.hiddenSize];
  }

  /** Runs all layers. States are [layers * directions, N, size], without N where the input has no batch. */
  protected run(
    step: Step,
    input: Tensor | PackedSequence,
    given: readonly Tensor[] | null,
  ): { readonly output: Tensor | PackedSequence; readonly states: Tensor[] } {
    const packed = input instanceof PackedSequence ? input : null;
    const source = packed ? packed.data : (input as Tensor);
    this.#checkInput(source, packed !== null);
    const single = packed === null && source.ndim === 2;
    // [T, N, I], whatever came
    const batch = single ? source.unsqueeze(1) : this.batchFirst && packed === null ? source.transpose(0, 1) : source;
    const [steps, samples] = packed ? [packed.batchSizes.length, packed.batchSizes[0] as number] : batch.shape;
    const start: Run = {
      rows: packed ? batch : batch.reshape([(steps as number) * (samples as number), this.inputSize]),
      batchSizes: packed ? packed.batchSizes : Array<number>(steps as number).fill(samples as number),
    };
    const initial = this.#initialStates(given, samples as number, single, source.dtype);
    const sorted = packed?.sortedIndices ?? null;
    const { rows, states } = this.#layers(
      step,
      start,
      initial.map((t) => ordered(t, sorted)),
    );
    const ends = states.map((t) => ordered(t, packed?.unsortedIndices ?? null));
    if (packed) {
      const { batchSizes, sortedIndices, unsortedIndices } = packed;
      return { output: new PackedSequence(rows, batchSizes, sortedIndices, unsortedIndices), states: ends };
    }
    const whole = rows.reshape([steps as number, samples as number, rows.shape[1] as number]);
    if (single) return { output: whole.squeeze(1), states: ends.map((t) => t.squeeze(1)) };
    return { output: this.batchFirst ? whole.transpose(0, 1) : whole, states: ends };
  }

  #checkInput(input: Tensor, packed: boolean): void {
    checkTensor(this.name, 'input', input);
    const fits = packed ? input.ndim === 2 : input.ndim === 2 || input.ndim === 3;
    if (!fits || input.shape.at(-1) !== this.inputSize)
      throw new ShapeError(
        `${this.name}: input must be ${this.batchFirst ? '[N, T' : '[T, N'}, ${this.inputSize}], or [T, ${this.inputSize}] for one sequence; got ${formatShape(input.shape)}; try a layer of inputSize ${input.shape.at(-1) ?? 1}`,
      );
    if (!packed && input.shape[input.ndim === 3 && this.batchFirst ? 1 : 0] === 0)
      throw new ShapeError(`${this.name}: a sequence must have elements; got ${formatShape(input.shape)}; try T = 1`);
  }

  #initialStates(
    given: readonly Tensor[] | null,
    samples: number,
    single: boolean,
    dtype: Tensor['dtype'],
  ): readonly Tensor[] {
    const count = this.numLayers * this.#directions;
    return this.stateSizes().map((size, i) => {
      const shape = single ? [count, size] : [count, samples, size];
      const state = given?.[i];
      if (given === null || state === undefined) return zeros([count, samples, size], { dtype });
      if (!sameShape(checkTensor(this.name, 'hx', state).shape, shape))
        throw new ShapeError(
          `${this.name}: hx must be ${formatShape(shape)}; got ${formatShape(state.shape)}; try leaving it out for zeros`,
        );
      return single ? state.unsqueeze(1) : state;
    });
  }

  #layers(step: Step, start: Run, initial: readonly Tensor[]): { readonly rows: Tensor; readonly states: Tensor[] } {
    let { rows } = start;
    const ends: Tensor[][] = [];
    for (let layer = 0; layer < this.numLayers; layer++) {
      const input = layer > 0 && this.dropout > 0 ? dropout(rows, this.dropout, { training: this.training }) : rows;
      const outputs = [false, true].slice(0, this.#directions).map((reverse) => {
        const state = initial.map((t) => t.select(0, ends.length));
        const weights = this.weightsOf(layer, reverse);
        const run = reverse ? runBackward : runForward;
        const result = run(step, { rows: input, batchSizes: start.batchSizes }, state, weights);
        ends.push(result.state);
        return result.rows;
      });
      rows = outputs.length === 1 ? (outputs[0] as Tensor) : cat(outputs, 1);
    }
    return { rows, states: initial.map((_, i) => stack(ends.map((state) => state[i] as Tensor))) };
  }

  override extraRepr(): string {
    const parts = [`${this.inputSize}, ${this.hiddenSize}`];
    if (this.projSize > 0) parts.push(`projSize=${this.projSize}`);
    if (this.numLayers !== 1) parts.push(`numLayers=${this.numLayers}`);
    if (!this.bias) parts.push('bias=false');
    if (this.batchFirst) parts.push('batchFirst=true');
    if (this.dropout > 0) parts.push(`dropout=${this.dropout}`);
    if (this.bidirectional) parts.push('bidirectional=true');
    return parts.join(', ');
  }
}

interface Ran {
  readonly rows: Tensor;
  readonly state: Tensor[];
}

/** From the first step on. Sequences that end leave the state, which is kept for the result. */
function runForward(step: Step, { rows, batchSizes }: Run, initial: readonly Tensor[], weights: RecurrentWeights): Ran {
  // One product for all steps.
  const fromInput = linear(rows, weights.weightIh, weights.biasIh);
  const outputs: Tensor[] = [];
  const ended: Tensor[][] = [];
  let state: readonly Tensor[] = initial;
  let start = 0;
  for (const size of batchSizes) {
    const before = (state[0] as Tensor).shape[0] as number;
    if (size < before) {
      ended.unshift(state.map((t) => t.narrow(0, size, before - size)));
      state = state.map((t) => t.narrow(0, 0, size));
    }
    state = step(fromInput.narrow(0, start, size), state, weights);
    outputs.push(state[0] as Tensor);
    start += size;
  }
  const whole = state.map((t, i) => (ended.length === 0 ? t : cat([t, ...ended.map((part) => part[i] as Tensor)])));
  return { rows: cat(outputs), state: whole };
}

/** From the last step on. Sequences that are shorter join with their initial state where they end. */
function runBackward(
  step: Step,
  { rows, batchSizes }: Run,
  initial: readonly Tensor[],
  weights: RecurrentWeights,
): Ran {
  const fromInput = linear(rows, weights.weightIh, weights.biasIh);
  const outputs: Tensor[] = [];
  let end = rows.shape[0] as number;
  let state: readonly Tensor[] = initial.map((t) => t.narrow(0, 0, batchSizes.at(-1) as number));
  for (const size of batchSizes.toReversed()) {
    const before = (state[0] as Tensor).shape[0] as number;
    if (size > before) state = state.map((t, i) => cat([t, (initial[i] as Tensor).narrow(0, before, size - before)]));
    end -= size;
    state = step(fromInput.narrow(0, end, size), state, weights);
    outputs.unshift(state[0] as Tensor);
  }
  return { rows: cat(outputs), state: [...state] };
}

/** Sequences, dimension 1 of a state, in another order. */
function ordered(state: Tensor, order: readonly number[] | null): Tensor {
  return order === null ? state : state.indexSelect(1, fromArray(Int32Array.from(order), [order.length]));
}
