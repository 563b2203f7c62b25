/** Masks whose empty blocks cost nothing. */
import { type Tensor, ValueError, zeros } from '@tessera/tensor';
import { allocate, checkInteger, DTYPES, withDefaults } from '@tessera/tensor/core';
import { checkCaptured } from './captured.ts';
import { run } from './kernels.ts';
import { programsOf, slots } from './plan.ts';
import { ALL, type FlashAttributes, type Sizes, stage } from './problem.ts';
import { bind, type Expression } from './score/expression.ts';
import { type MaskMod, maskOf } from './score/mods.ts';

const OP = 'createBlockMask';

/** A mask, and what it leaves of every block of scores. PyTorch: `BlockMask`. */
export class BlockMask {
  constructor(
    readonly mask: Expression,
    /** Queries and keys that it is for. */
    readonly queries: number,
    readonly keys: number,
    /** 0 for blocks that are not seen, 1 for those seen in part, 2 for those seen as a whole: [B, H, blocks, blocks]. */
    readonly states: Tensor,
    /** Queries and keys of a block. */
    readonly blockSize: readonly [queries: number, keys: number],
  ) {}

  /** The share of blocks that is not seen. */
  sparsity(): number {
    const { states } = this;
    return states.count === 0 ? 0 : states.eq(0).sum().item() / states.count;
  }
}

export interface BlockMaskOptions {
  /** Sequences for which the mask differs. Default 1: it is the same for all. */
  readonly batch?: number;
  /** Heads for which the mask differs. Default 1: it is the same for all. */
  readonly heads?: number;
  readonly queries: number;
  readonly keys: number;
  /** Queries and keys of a block, one number for both or one for each. Default 128. */
  readonly blockSize?: number | readonly [queries: number, keys: number];
}

/** Keys that a program looks at together. */
const TILE = 128;

/**
 * A mask for attention, looked at once for all its blocks: blocks in which no query sees a key are skipped, forward and backward,
 * and in those that are seen as a whole it is not asked again. PyTorch: `create_block_mask`.
 *
 * @throws ValueError for sizes that are none; IndexError for lookups outside their tensor.
 * @example
 * const mask = createBlockMask((_batch, _head, query, key) => query.ge(key), { queries: 512, keys: 512 });
 * mask.sparsity(); // 0.375
 */
export function createBlockMask(maskMod: MaskMod, options: BlockMaskOptions): BlockMask {
  const settings = withDefaults<Required<BlockMaskOptions>>(OP, options, {
    batch: 1,
    heads: 1,
    queries: 0,
    keys: 0,
    blockSize: 128,
  });
  const size = (name: 'batch' | 'heads' | 'queries' | 'keys', least: number): number =>
    checkInteger(OP, name, settings[name], least, ALL);
  const [batch, heads, queries, keys] = [size('batch', 1), size('heads', 1), size('queries', 0), size('keys', 0)];
  const { blockSize } = settings;
  const pair: readonly unknown[] = Array.isArray(blockSize) ? blockSize : [blockSize, blockSize];
  if (pair.length !== 2)
    throw new ValueError(`${OP}: blockSize must be one number or two; got ${pair.length}; try 128`);
  const [rows, columns] = pair.map((n) => checkInteger(OP, 'blockSize', n, 1, 2 ** 20)) as [number, number];
  const mask = maskOf(OP, maskMod);
  const states = statesOf(mask, [batch, heads, queries, keys], [rows, columns]);
  return new BlockMask(mask, queries, keys, states, [rows, columns]);
}

function statesOf(
  mask: Expression,
  [batch, heads, queries, keys]: readonly [number, number, number, number],
  size: readonly [number, number],
): Tensor {
  const { bound, captured } = bind([mask]);
  const shape = [batch, heads, Math.ceil(queries / size[0]), Math.ceil(keys / size[1])];
  const states = allocate(shape, 'int32');
  const dtype = captured.some((t) => t.dtype === 'float64') ? 'float64' : 'float32';
  const sizes: Sizes = {
    ...{ batch, sequences: batch, heads, keyHeads: heads, queries, keys, d: 0, dv: 0 },
    ...{ queryRows: queries, keyRows: keys },
  };
  const blocks = { states, size, open: null };
  const attributes: FlashAttributes = {
    ...{ scale: 1, left: ALL, right: ALL, aligned: false, tiles: null, score: bound[0] as Expression },
    ...{ dropout: null, sequences: null, pages: null, blocks },
  };
  checkCaptured(OP, sizes, attributes, captured, dtype);
  const programs = programsOf(attributes, captured);
  const nothing = zeros([0, 0, 0, 0]);
  const plan = { ...programs, tiles: [8, TILE], spans: 1, parts: 1, partBytes: [] } as const;
  const table = stage(sizes, attributes, plan, [nothing, nothing, nothing, nothing]);
  const units = batch * heads * (shape[2] as number);
  run(`flash_states_${DTYPES[dtype].suffix}`, [states, programs.code, ...slots(captured), table], units, 1);
  return states;
}
