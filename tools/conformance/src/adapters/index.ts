/** All adapters, by area. What is not here is reported as unsupported. */
import type { Adapters } from '../adapter.ts';
import { elementwise } from './elementwise.ts';
import { matmul } from './matmul.ts';
import { notebook } from './notebook.ts';
import { reductions, sorting } from './reductions.ts';

export type Areas = Readonly<Record<string, Adapters>>;

export const areas: Areas = { elementwise, indexing: sorting, matmul, notebook, reductions };
