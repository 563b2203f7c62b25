/** A layer as the laws see it: how to make one, what to give it, and what it is on a drawn example. */
import { type Draw, defaultGenerator, manualSeed, type SampleInput, type Tensor } from '@tessera/tensor';
import { isFloating, isTensor } from '@tessera/tensor/core';
import { type CaseOptions, drawFrom, drawInputs, type PlainInput } from '@tessera/tensor/testing';
import fc from 'fast-check';

/** What the laws may ask of a layer; `Module` of `@tessera/layers` has all of it, and an object with `forward` will do. */
export interface LayerLike {
  forward(...inputs: never[]): unknown;
  parameters?(): Iterable<Tensor>;
  namedParameters?(): Iterable<readonly [string, Tensor]>;
  modules?(): Iterable<{ readonly training: boolean }>;
  stateDict?(): Record<string, Tensor>;
  loadStateDict?(state: Record<string, Tensor>): unknown;
  train?(mode?: boolean): unknown;
  double?(): unknown;
}

export interface LayerUnderTest {
  readonly name: string;
  /** A fresh layer. */
  readonly make: () => LayerLike;
  /** The inputs of `forward`. */
  readonly sample: (draw: Draw) => readonly SampleInput[];
  /** The dimension along which samples lie that do not know of each other; null where they do. */
  readonly batchDim: number | null;
}

/** One example: inputs, the seed of weights and dropout, and the mode. */
export interface LayerCase {
  readonly inputs: readonly PlainInput[];
  readonly attributes: { readonly seed: number; readonly training: boolean };
}

export function drawLayerCase(layer: LayerUnderTest, gen: fc.GeneratorValue, options: CaseOptions = {}): LayerCase {
  const sampled = layer.sample(drawFrom(gen, options));
  const named = sampled.map((input, i) => ({
    ...input,
    ...(input.range === undefined && !isWhole(input) && { range: [-2, 2] as const }),
    operand: sampled.length === 1 ? 'input' : `input ${i}`,
  }));
  return {
    inputs: drawInputs(named, gen, options),
    attributes: { seed: gen(fc.nat, { max: 2 ** 20 }), training: gen(fc.boolean) },
  };
}

function isWhole({ dtype }: SampleInput): boolean {
  return dtype !== undefined && !isFloating(dtype);
}

/** A fresh layer with the weights of its seed, in float64 where that is asked. */
export function made(
  { make }: LayerUnderTest,
  { attributes: { seed, training } }: LayerCase,
  dtype: 'float32' | 'float64' = 'float32',
): LayerLike {
  return seeded(seed, () => {
    const layer = make();
    if (dtype === 'float64') layer.double?.();
    layer.train?.(training);
    return layer;
  });
}

/** The tensors that a layer gives, however they are wrapped; what is drawn on the way is drawn from the seed. */
export function outputsOf(layer: LayerLike, inputs: readonly Tensor[], seed: number): Tensor[] {
  return seeded(seed + 1, () => tensorsIn(layer.forward(...(inputs as readonly never[]))));
}

/** Runs with a default generator of this seed, and leaves it as it was. */
export function seeded<T>(seed: number, run: () => T): T {
  const { state } = defaultGenerator();
  try {
    manualSeed(seed);
    return run();
  } finally {
    defaultGenerator().state = state;
  }
}

export function parametersOf(layer: LayerLike): Tensor[] {
  return [...(layer.parameters?.() ?? [])];
}

function tensorsIn(value: unknown): Tensor[] {
  if (isTensor(value)) return [value as Tensor];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(tensorsIn);
}
