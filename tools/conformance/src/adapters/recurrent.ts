/** Recurrent layers and their cells. */
import { GRU, GRUCell, LSTM, LSTMCell, type Module, RNN, RNNCell } from '@tessera/layers';
import type { Tensor } from '@tessera/tensor';
import type { Adapter, Adapters } from '../adapter.ts';
import { camelCase } from '../camelCase.ts';

interface Recurrent extends Module {
  forward(input: Tensor, hx?: never): Tensor | readonly (Tensor | readonly Tensor[])[];
}

/** Puts the case's weights in place of the layer's own, and hands the states on as they come: one, or a pair. */
const recurrent =
  (Layer: new (inputs: number, hidden: number, options: never) => unknown): Adapter =>
  (inputs, { input_size, hidden_size, ...attributes }, { inputs: described }) => {
    const named = inputs.map((t, i) => [described[i]?.name ?? '', t as Tensor] as const);
    const options = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [camelCase(name), value]));
    const layer = new Layer(input_size as number, hidden_size as number, options as never) as Recurrent;
    for (const [name, t] of named) if (/^(weight|bias)/.test(name)) Object.assign(layer, { [camelCase(name)]: t });
    const [input] = inputs as Tensor[];
    const states = named.filter(([name]) => /^[hc](_0)?$/.test(name)).map(([, t]) => t);
    const hx = states.length > 1 ? states : states[0];
    return [layer.forward(input as Tensor, hx as never)].flat(2) as Tensor[];
  };

export const recurrentLayers: Adapters = {
  GRU: recurrent(GRU),
  GRUCell: recurrent(GRUCell),
  LSTM: recurrent(LSTM),
  LSTMCell: recurrent(LSTMCell),
  RNN: recurrent(RNN),
  RNNCell: recurrent(RNNCell),
};
