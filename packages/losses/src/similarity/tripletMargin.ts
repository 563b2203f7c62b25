/** An anchor that is to be nearer to one example than to another. */
import { minimum, pairwiseDistance, type Tensor, ValueError } from '@tessera/tensor';
import {
  broadcastShapes,
  checkFlag,
  checkFloat,
  checkFunction,
  checkNumber,
  checkTensor,
  describe,
} from '@tessera/tensor/core';
import { type LossOptions, type Reduction, reduce, settingsOf } from '../reduction.ts';

/** How far two batches of vectors, [N, D] or [D], are apart: [N] or []. */
export type DistanceFunction = (a: Tensor, b: Tensor) => Tensor;

export interface TripletMarginWithDistanceOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** Default `pairwiseDistance`, the Euclidean distance. */
  readonly distanceFunction?: DistanceFunction | undefined;
  /** By how much the anchor is to be nearer, above 0. Default 1. */
  readonly margin?: number;
  /** Takes the distance between the two examples for that to the anchor, where it is smaller. Default false. */
  readonly swap?: boolean;
}

export interface TripletMarginOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** By how much the anchor is to be nearer, above 0. Default 1. */
  readonly margin?: number;
  /** Which norm. Default 2. */
  readonly p?: number;
  /** Added to every difference. Default 1e-6. */
  readonly eps?: number;
  /** Takes the distance between the two examples for that to the anchor, where it is smaller. Default false. */
  readonly swap?: boolean;
}

function checkMargin(op: string, margin: number, swap: boolean): void {
  checkFlag(op, 'swap', swap);
  if (!(checkNumber(op, 'margin', margin) > 0))
    throw new ValueError(`${op}: margin must be above 0; got ${describe(margin)}; try 1`);
}

function tripletSettings(op: string, options: TripletMarginOptions): Required<TripletMarginOptions> {
  const settings = settingsOf<Required<TripletMarginOptions>>(op, options, {
    margin: 1,
    p: 2,
    eps: 1e-6,
    swap: false,
  });
  checkMargin(op, settings.margin, settings.swap);
  checkNumber(op, 'p', settings.p);
  checkNumber(op, 'eps', settings.eps);
  return settings;
}

type DistanceSettings = Required<TripletMarginWithDistanceOptions>;

function distanceSettings(op: string, options: TripletMarginWithDistanceOptions): DistanceSettings {
  const settings = settingsOf<DistanceSettings>(op, options as Partial<DistanceSettings>, {
    distanceFunction: pairwiseDistance,
    margin: 1,
    swap: false,
  });
  checkMargin(op, settings.margin, settings.swap);
  checkFunction(op, 'distanceFunction', settings.distanceFunction, '(a, b) => pairwiseDistance(a, b)');
  return settings;
}

/** max(0, d(anchor, positive) - d(anchor, negative) + margin) */
function tripletLoss(
  op: string,
  [anchor, positive, negative]: readonly [Tensor, Tensor, Tensor],
  distance: (a: Tensor, b: Tensor) => Tensor,
  { margin, swap, reduction }: { readonly margin: number; readonly swap: boolean; readonly reduction: Reduction },
): Tensor {
  Object.entries({ anchor, positive, negative }).forEach(([name, t]) => {
    checkFloat(op, name, checkTensor(op, name, t));
  });
  broadcastShapes(op, anchor.shape, positive.shape, negative.shape);
  const near = distance(anchor, positive);
  const far = distance(anchor, negative);
  const other = swap ? minimum(far, distance(positive, negative)) : far;
  return reduce(near.sub(other).add(margin).clampMin(0), reduction);
}

/**
 * max(0, d(anchor, positive) - d(anchor, negative) + margin) with the p-norm of differences as d. anchor, positive, negative
 * [N, D] or [D] -> [N] or [], reduced. Balntas et al., 2016. PyTorch: `torch.nn.functional.triplet_margin_loss`.
 *
 * @throws ShapeError when the shapes do not broadcast.
 * @example
 * tripletMarginLoss(tensor([[0, 0]]), tensor([[3, 4]]), tensor([[0, 5.5]])); // tensor(0.5000)
 */
export function tripletMarginLoss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: TripletMarginOptions = {},
): Tensor {
  const settings = tripletSettings('tripletMarginLoss', options);
  const { p, eps } = settings;
  const distance = (a: Tensor, b: Tensor): Tensor => pairwiseDistance(a, b, { p, eps });
  return tripletLoss('tripletMarginLoss', [anchor, positive, negative], distance, settings);
}

/**
 * `tripletMarginLoss` with a distance of one's own. PyTorch: `torch.nn.functional.triplet_margin_with_distance_loss`.
 *
 * @example
 * const distanceFunction = (a: Tensor, b: Tensor) => a.sub(b).abs().amax(-1);
 * tripletMarginWithDistanceLoss(tensor([[0, 0]]), tensor([[3, 4]]), tensor([[0, 5]]), { distanceFunction }); // tensor(0.)
 */
export function tripletMarginWithDistanceLoss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: TripletMarginWithDistanceOptions = {},
): Tensor {
  const settings = distanceSettings('tripletMarginWithDistanceLoss', options);
  const distance = settings.distanceFunction as DistanceFunction;
  return tripletLoss('tripletMarginWithDistanceLoss', [anchor, positive, negative], distance, settings);
}

/** `tripletMarginLoss` with its options kept. PyTorch: `torch.nn.TripletMarginLoss`. */
export class TripletMarginLoss {
  constructor(readonly options: TripletMarginOptions = {}) {
    tripletSettings('TripletMarginLoss', options);
  }

  forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    return tripletMarginLoss(anchor, positive, negative, this.options);
  }
}

/** `tripletMarginWithDistanceLoss` with its options kept. PyTorch: `torch.nn.TripletMarginWithDistanceLoss`. */
export class TripletMarginWithDistanceLoss {
  constructor(readonly options: TripletMarginWithDistanceOptions = {}) {
    distanceSettings('TripletMarginWithDistanceLoss', options);
  }

  forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    return tripletMarginWithDistanceLoss(anchor, positive, negative, this.options);
  }
}
