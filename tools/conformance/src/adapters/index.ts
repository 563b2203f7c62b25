/** All adapters, by area. What is not here is reported as unsupported. */
import type { Adapters } from '../adapter.ts';
import { activations } from './activations.ts';
import { attentionAdapters } from './attention.ts';
import { attentionLayers } from './attentionLayers.ts';
import { convPool } from './convPool.ts';
import { elementwise } from './elementwise.ts';
import { indexing } from './indexing.ts';
import { init } from './init.ts';
import { layers } from './layers.ts';
import { losses } from './losses.ts';
import { matmul } from './matmul.ts';
import { notebook } from './notebook.ts';
import { onnxAttention } from './onnxAttention.ts';
import { optimizers } from './optimizers.ts';
import { recurrentLayers } from './recurrent.ts';
import { reductions } from './reductions.ts';
import { schedulers } from './schedulers.ts';

export type Areas = Readonly<Record<string, Adapters>>;

export const areas: Areas = {
  activations,
  attention: attentionAdapters,
  attention_layers: attentionLayers,
  conv_pool: convPool,
  elementwise,
  indexing,
  init,
  layers,
  losses,
  matmul,
  notebook,
  'onnx/attention': onnxAttention,
  optimizers,
  recurrent: recurrentLayers,
  reductions,
  schedulers,
};
