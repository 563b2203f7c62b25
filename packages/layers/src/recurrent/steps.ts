/** One step of each kind of recurrence. */
import { linear, relu, type Tensor, ValueError } from '@tessera/tensor';
import { describe } from '@tessera/tensor/core';

/** The weights of one layer in one direction. */
export interface RecurrentWeights {
  readonly weightIh: Tensor;
  readonly weightHh: Tensor;
  readonly biasIh: Tensor | null;
  readonly biasHh: Tensor | null;
  /** Projects the hidden state, of an LSTM with `projSize` only. */
  readonly weightHr: Tensor | null;
}

/** From what the input gives, W_ih x + b_ih, and the state to the next state; the hidden state comes first. */
export type Step = (fromInput: Tensor, state: readonly Tensor[], weights: RecurrentWeights) => readonly Tensor[];

/** What the hidden state passes through. */
export type RNNNonlinearity = 'tanh' | 'relu';

export function checkNonlinearity(op: string, value: unknown): RNNNonlinearity {
  if (value === 'tanh' || value === 'relu') return value;
  throw new ValueError(`${op}: nonlinearity must be 'tanh' or 'relu'; got ${describe(value)}; try 'tanh'`);
}

const fromHidden = (h: Tensor, { weightHh, biasHh }: RecurrentWeights): Tensor => linear(h, weightHh, biasHh);

/** n equal parts along the last dimension. */
function parts(x: Tensor, n: number): Tensor[] {
  const size = (x.shape.at(-1) as number) / n;
  return Array.from({ length: n }, (_, i) => x.narrow(-1, i * size, size));
}

/** h' = tanh(W_ih x + b_ih + W_hh h + b_hh). Elman, 1990. */
export const tanhStep: Step = (fromInput, [h], weights) => [fromInput.add(fromHidden(h as Tensor, weights)).tanh()];

/** The same with max(., 0). */
export const reluStep: Step = (fromInput, [h], weights) => [relu(fromInput.add(fromHidden(h as Tensor, weights)))];

/**
 * c' = sigmoid(f) c + sigmoid(i) tanh(g);  h' = sigmoid(o) tanh(c'), where i, f, g, o are the parts of
 * W_ih x + b_ih + W_hh h + b_hh. Hochreiter and Schmidhuber, 1997; projected: Sak, Senior and Beaufays, 2014.
 */
export const lstmStep: Step = (fromInput, [h, c], weights) => {
  const gates = parts(fromInput.add(fromHidden(h as Tensor, weights)), 4);
  const [i, f, g, o] = gates as [Tensor, Tensor, Tensor, Tensor];
  const cell = f
    .sigmoid()
    .mul(c as Tensor)
    .add(i.sigmoid().mul(g.tanh()));
  const hidden = o.sigmoid().mul(cell.tanh());
  return [weights.weightHr === null ? hidden : linear(hidden, weights.weightHr), cell];
};

/**
 * h' = n + z (h - n) with r, z = sigmoid of the first two parts of what input and state give together, and
 * n = tanh(W_in x + b_in + r (W_hn h + b_hn)). Cho et al., 2014.
 */
export const gruStep: Step = (fromInput, [h], weights) => {
  const [rx, zx, nx] = parts(fromInput, 3) as [Tensor, Tensor, Tensor];
  const [rh, zh, nh] = parts(fromHidden(h as Tensor, weights), 3) as [Tensor, Tensor, Tensor];
  const n = rx.add(rh).sigmoid().mul(nh).add(nx).tanh();
  return [
    zx
      .add(zh)
      .sigmoid()
      .mul((h as Tensor).sub(n))
      .add(n),
  ];
};
