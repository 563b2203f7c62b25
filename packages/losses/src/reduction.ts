/** What all losses share: how the values of a batch become one. */
import { mean, sum, type Tensor, ValueError } from '@tessera/tensor';
import { describe, type Result, withDefaults } from '@tessera/tensor/core';

/** `mean`: the average; `sum`: the total; `none`: every value by itself. */
export type Reduction = 'none' | 'mean' | 'sum';

export interface LossOptions<R extends Reduction = Reduction> {
  /** Default 'mean'. */
  readonly reduction?: R;
}

/** The shape that a reduction R leaves of S, where the rule gives one. */
export type Lost<R extends Reduction | 'batchmean', S> = Result<R extends 'none' ? S : readonly []>;

/** What is read of a loss as an object. */
export interface Reducing<R> {
  readonly options: { readonly reduction?: R };
}

/** Throws unless `value` names a reduction. */
export function checkReduction<R extends string>(
  op: string,
  value: R | undefined,
  allowed: readonly R[] = ['none', 'mean', 'sum'] as readonly string[] as readonly R[],
): R {
  const reduction = value ?? ('mean' as R);
  if (allowed.includes(reduction)) return reduction;
  throw new ValueError(`${op}: reduction must be one of ${allowed.join(', ')}; got ${describe(value)}; try 'mean'`);
}

/** The options of a loss with what they leave out; `others` has the defaults of all but the reduction. */
export function settingsOf<S extends { readonly reduction: Reduction }>(
  op: string,
  options: Readonly<Partial<S>>,
  others: Omit<S, 'reduction'>,
): S {
  const settings = withDefaults<S>(op, options, { reduction: 'mean', ...others } as S);
  checkReduction(op, settings.reduction);
  return settings;
}

/** The reduction that options ask for, where there are no others. */
export function reductionOf(op: string, options: LossOptions): Reduction {
  return settingsOf<Required<LossOptions>>(op, options, {}).reduction;
}

export function reduce(loss: Tensor, reduction: Reduction): Tensor {
  if (reduction === 'none') return loss;
  return reduction === 'mean' ? mean(loss) : sum(loss);
}
