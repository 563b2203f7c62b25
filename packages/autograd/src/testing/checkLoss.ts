/** All laws of a loss. */
import type { Draw, SampleInput } from '@tessera/tensor';
import { checkLaws, type Law, type LawOptions } from '@tessera/tensor/testing';
import { layerLaws } from './checkLayer.ts';
import type { LayerCase, LayerLike } from './layers/subject.ts';
import { batches, type LossUnderTest, leastValue, type Reduction, reductions } from './losses/laws.ts';

const LAWS: readonly Law<LossUnderTest, LayerCase>[] = [reductions, batches, leastValue];

export interface LossOptions {
  /** How messages call the loss. Default: the name of its class. */
  readonly name?: string;
  /** The dimension of the batch in every input; null where there is none. Default 0. */
  readonly batchDim?: number | null;
  /** Whether 'mean' is the mean of 'none'. Default true. */
  readonly even?: boolean;
  /** The least value that there is. Default null: there is none. */
  readonly atLeast?: number | null;
}

/** A loss to be held to laws: how to make one, and what its `forward` takes. */
export function lossUnderTest(
  make: (options: { readonly reduction: Reduction }) => LayerLike,
  sample: (draw: Draw) => readonly SampleInput[],
  { name, batchDim = 0, even = true, atLeast = null }: LossOptions = {},
): LossUnderTest {
  const mean = (): LayerLike => make({ reduction: 'mean' });
  return {
    name: name ?? mean().constructor.name,
    make: mean,
    reduced: (reduction) => make({ reduction }),
    sample,
    batchDim,
    even,
    atLeast,
  };
}

/** The laws that say something about a loss: its own, and those of a layer that mixes its samples. */
export function lossLaws(loss: LossUnderTest): readonly Law<LossUnderTest, LayerCase>[] {
  const asLayer: readonly Law<LossUnderTest, LayerCase>[] = layerLaws({ ...loss, batchDim: null });
  return [...LAWS.filter((law) => law.applies(loss)), ...asLayer];
}

/**
 * Checks a loss against every law: reductions that agree, batches in any order, the least value, gradients against
 * differences, the same bits on any number of threads, any layout.
 *
 * @param make gives a fresh loss with a reduction: 'none', 'mean' or 'sum'
 * @param sample draws the inputs of `forward`
 * @throws LawError where a law does not hold.
 * @example
 * checkLoss(
 *   (options) => new MSELoss(options),
 *   (draw) => {
 *     const shape = draw.shape([1, 2]);
 *     return [{ shape }, { shape }];
 *   },
 *   { atLeast: 0 },
 * );
 */
export function checkLoss(
  make: (options: { readonly reduction: Reduction }) => LayerLike,
  sample: (draw: Draw) => readonly SampleInput[],
  options: LossOptions & LawOptions = {},
): void {
  const loss = lossUnderTest(make, sample, options);
  checkLaws(loss, lossLaws(loss), options);
}
