/** What layers of convolutions, plain and transposed, have in common beside their shapes. */
import { formatShape } from '@tessera/tensor/core';
import type { Parameter } from '../parameter.ts';
import type { ConvGeometry } from './columns.ts';

/** The bound of a uniform start: Kaiming's with a = sqrt(5) comes down to 1 / sqrt(what comes into a window). */
export function startBound(channels: number, kernelSize: readonly number[]): number {
  const fanIn = kernelSize.reduce((product, size) => product * size, channels);
  return fanIn > 0 ? 1 / Math.sqrt(fanIn) : 0;
}

interface ConvLayer {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: readonly number[];
  readonly geometry: ConvGeometry;
  readonly bias: Parameter | null;
}

/** The settings of a layer as it is printed, those that are not PyTorch's defaults. `padding` is as the layer says it. */
export function settingsOf(
  { inChannels, outChannels, kernelSize, geometry, bias }: ConvLayer,
  padding: string[],
): string {
  const { stride, dilation, groups } = geometry;
  const parts = [
    `${inChannels}, ${outChannels}`,
    `kernelSize=${formatShape(kernelSize)}`,
    `stride=${formatShape(stride)}`,
  ];
  parts.push(...padding);
  if (dilation.some((n) => n > 1)) parts.push(`dilation=${formatShape(dilation)}`);
  if (groups > 1) parts.push(`groups=${groups}`);
  if (bias === null) parts.push('bias=false');
  return parts.join(', ');
}

/** `name=[1, 1]`, unless all are 0. */
export function unlessZero(name: string, sizes: readonly number[]): string[] {
  return sizes.some((n) => n > 0) ? [`${name}=${formatShape(sizes)}`] : [];
}
