/** Quantiles: elements at given places of the sorted line, or between two of them. */
import { checkTensor } from '../../core/arguments.ts';
import { isTensor } from '../../core/base.ts';
import { DTypeError, IndexError, ShapeError, ValueError } from '../../core/errors.ts';
import { describe, formatShape, normalizeDim } from '../../core/shape.ts';
import { fromArray } from '../../creation.ts';
import type { Tensor } from '../../tensor.ts';
import { where } from '../elementwise/where.ts';
import { stack } from '../joining/stack.ts';
import { sort } from '../sorting/sort.ts';
import { inDType, type ReductionOptions, reductionAttributes } from './reduction.ts';

/** What is taken where a quantile falls between two elements. */
export type Interpolation = 'linear' | 'lower' | 'higher' | 'midpoint' | 'nearest';

export interface QuantileOptions extends ReductionOptions {
  /** Default `'linear'`. */
  readonly interpolation?: Interpolation;
}
