/** One way to attend at one length, in a process of its own: how long it takes, and how much memory the process needs for it. */
import { grad, requiresGrad } from '@tessera/autograd';
import { flashAttention } from '@tessera/flash-attention';
import { scaledDotProductAttentionOp } from '@tessera/layers';
import { manualSeed, randn, type Tensor } from '@tessera/tensor';
import { apply } from '@tessera/tensor/core';

export const WAYS = ['tiles', 'causal tiles', 'plain ops'] as const;
export type Way = (typeof WAYS)[number];

export interface Task {
  readonly way: Way;
  readonly length: number;
  /** Forward alone, or forward and backward. */
  readonly passes: 'forward' | 'both';
  readonly runs: number;
}

export interface Found {
  /** Of every run. */
  readonly milliseconds: readonly number[];
  /** The most that was ever resident, and what was before, in MiB. */
  readonly peak: number;
  readonly before: number;
}

/** One batch of eight heads, 64 wide. */
const [HEADS, WIDTH] = [8, 64];

export function measure({ way, length, passes, runs }: Task): Found {
  manualSeed(0);
  // The kernels, the threads and their memory are there before.
  const small = randn(1, HEADS, 256, WIDTH);
  attend(way, [small, small, small], passes);
  const make = (): Tensor => randn(1, HEADS, length, WIDTH);
  const inputs = [make(), make(), make()] as const;
  const before = process.memoryUsage.rss() / 2 ** 20;
  const milliseconds = Array.from({ length: runs }, () => {
    const start = performance.now();
    attend(way, inputs, passes);
    return performance.now() - start;
  });
  return { milliseconds, before, peak: process.resourceUsage().maxRSS / 2 ** 10 };
}

function attend(way: Way, inputs: readonly [Tensor, Tensor, Tensor], passes: Task['passes']): void {
  const [q, k, v] = passes === 'forward' ? inputs : (inputs.map((t) => requiresGrad(t.detach())) as never);
  const plain = { dropoutP: 0, isCausal: false, scale: 1 / Math.sqrt(WIDTH), enableGqa: false };
  const output =
    way === 'plain ops'
      ? apply(scaledDotProductAttentionOp, [q, k, v], plain)
      : flashAttention(q, k, v, { causal: way === 'tiles' ? false : 'top-left' }).output;
  if (passes === 'both') grad(output.sum(), [q, k, v]);
}
