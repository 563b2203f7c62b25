/** The kernels of batch normalization, on a contiguous (N, C, ...) as [batch, channels, inner]. */
import { ELEMENTWISE_GRAIN, launch } from '@tessera/kernels';
import { allocate } from '../../core/base.ts';
import { elementsInPlace, writeInto } from '../../core/copy.ts';
import { DTYPES, type TypedArray } from '../../core/dtype.ts';
import { elementsOf } from '../../core/shape.ts';
import type { Tensor } from '../../tensor.ts';
import { resultsPerChunk } from '../reductions/layout.ts';

interface Channels {
  readonly suffix: string;
  readonly batch: number;
  readonly channels: number;
  readonly inner: number;
  /** Channels per chunk. */
  readonly grain: number;
}

function channelsOf(x: Tensor): Channels {
  const [batch, channels] = x.shape as [number, number];
  const inner = elementsOf(x.shape.slice(2));
  const grain = resultsPerChunk(batch * inner, inner === 1 ? channels : 1);
  return { suffix: DTYPES[x.dtype].suffix as string, batch, channels, inner, grain };
}

/** Mean and variance of every channel. */
export function launchMoments(mean: Tensor, variance: Tensor, x: Tensor): void {
  const { suffix, batch, channels, inner, grain } = channelsOf(x);
  launch(`channel_moments_${suffix}`, [mean, variance, x, batch, channels, inner, 0], channels, grain);
}

/** y = (x - mean) / sqrt(variance + eps) weight + bias */
export function launchApply(
  y: Tensor,
  x: Tensor,
  mean: Tensor,
  variance: Tensor,
  eps: number,
  [weight, bias]: readonly Tensor[],
): void {
  const { suffix, channels, inner } = channelsOf(x);
  const rstd = rootsOf(variance, eps);
  const places = [y, x, mean, rstd, weight ?? null, bias ?? null];
  launch(`norm_apply_${suffix}`, [...places, channels, inner], x.count, ELEMENTWISE_GRAIN);
  rstd.storage.free();
}

/** What the pull-backs go by: mean and variance (which the forward pass may have left) and two sums, of every channel. */
interface Sums {
  readonly mean: Tensor;
  readonly rstd: Tensor;
  readonly ofG: Tensor;
  readonly ofGH: Tensor;
}

function launchSums(g: Tensor, x: Tensor, eps: number, statistics: readonly Tensor[] | null): Sums {
  const { suffix, batch, channels, inner, grain } = channelsOf(x);
  const make = (): Tensor => allocate([channels], x.dtype);
  const [mean, variance] = (statistics ?? [make(), make()]) as [Tensor, Tensor];
  if (statistics === null) launchMoments(mean, variance, x);
  const sums = { mean, rstd: rootsOf(variance, eps), ofG: make(), ofGH: make() };
  launch(
    `batch_norm_sums_${suffix}`,
    [sums.ofG, sums.ofGH, g, x, mean, sums.rstd, batch, channels, inner],
    channels,
    grain,
  );
  return sums;
}

/** dx = weight rstd (g - mean of g - h mean of g h), h = (x - mean) rstd */
export function launchBackward(
  dx: Tensor,
  [g, x, weight]: readonly Tensor[],
  eps: number,
  statistics: readonly Tensor[] | null,
): void {
  const source = x as Tensor;
  const { suffix, batch, channels, inner } = channelsOf(source);
  const { mean, rstd, ofG, ofGH } = launchSums(g as Tensor, source, eps, statistics);
  const places = [dx, g as Tensor, source, mean, rstd, weight ?? null, ofG, ofGH];
  launch(`batch_norm_backward_${suffix}`, [...places, batch * inner, channels, inner], source.count, ELEMENTWISE_GRAIN);
  for (const t of [rstd, ofG, ofGH]) t.storage.free();
}

/** dw = sum of g h */
export function launchWeightBackward(
  dw: Tensor,
  g: Tensor,
  x: Tensor,
  eps: number,
  statistics: readonly Tensor[] | null,
): void {
  const { rstd, ofG, ofGH } = launchSums(g, x, eps, statistics);
  writeInto(dw, ofGH);
  for (const t of [rstd, ofG, ofGH]) t.storage.free();
}

/** One over the root of variance + eps. */
function rootsOf(variance: Tensor, eps: number): Tensor {
  const roots = allocate(variance.shape, variance.dtype);
  const [to, from] = elementsInPlace([roots, variance]) as [TypedArray, TypedArray];
  for (let i = 0; i < to.length; i++) to[i] = 1 / Math.sqrt((from[i] as number) + eps);
  return roots;
}
