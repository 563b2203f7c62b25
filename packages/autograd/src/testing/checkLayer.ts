/** All laws of a layer. */
import type { Draw, SampleInput } from '@tessera/tensor';
import { checkLaws, type Law, type LawOptions } from '@tessera/tensor/testing';
import { adjoint, differences, everyParameter } from './layers/gradients.ts';
import { modes, names, stateRoundTrip } from './layers/state.ts';
import type { LayerCase, LayerLike, LayerUnderTest } from './layers/subject.ts';
import { anyLayout, independentSamples, otherSizes, sameAgain } from './layers/values.ts';

const LAWS: readonly Law<LayerUnderTest, LayerCase>[] = [
  differences,
  everyParameter,
  adjoint,
  sameAgain,
  anyLayout,
  independentSamples,
  otherSizes,
  stateRoundTrip,
  names,
  modes,
];

export interface LayerOptions {
  /** How messages call the layer. Default: the name of its class. */
  readonly name?: string;
  /** The dimension of the batch; null where samples are mixed, or there are none. Default 0. */
  readonly batchDim?: number | null;
}

/**
 * A layer to be held to laws: how to make one, and what its `forward` takes.
 *
 * @example
 * const subject = layerUnderTest(() => new Linear(3, 4), (draw) => [{ shape: [draw.integer(1, 5), 3] }]);
 * for (const law of layerLaws(subject)) test(law.name, () => checkLaw(subject, law));
 */
export function layerUnderTest(
  make: () => LayerLike,
  sample: (draw: Draw) => readonly SampleInput[],
  { name, batchDim = 0 }: LayerOptions = {},
): LayerUnderTest {
  return { name: name ?? make().constructor.name, make, sample, batchDim };
}

/** The laws that say something about a layer. */
export function layerLaws(layer: LayerUnderTest): readonly Law<LayerUnderTest, LayerCase>[] {
  return LAWS.filter((law) => law.applies(layer));
}

/**
 * Checks a layer against every law: gradients of inputs and parameters against differences, the same bits for the same
 * seed on any number of threads, any layout, samples that do not know of each other, state that is complete, modes.
 * Throws a LawError that names the smallest example found and what to change.
 *
 * @param make gives a fresh layer
 * @param sample draws the inputs of `forward`
 * @throws LawError where a law does not hold.
 * @example
 * checkLayer(() => new Linear(3, 4), (draw) => [{ shape: [draw.integer(1, 5), 3] }]);
 */
export function checkLayer(
  make: () => LayerLike,
  sample: (draw: Draw) => readonly SampleInput[],
  options: LayerOptions & LawOptions = {},
): void {
  checkLaws(layerUnderTest(make, sample, options), LAWS, options);
}
