/** Squared error near the target, absolute error far from it. */
import { type CompositeOp, type Draw, type Sample, type Tensor, ValueError, where, zerosLike } from '@tessera/tensor';
import { apply, type Check, checkNumber, describe } from '@tessera/tensor/core';
import { type Alike, AlikeLoss, checkAlike } from '../alike.ts';
import { pointwiseOp } from '../pointwise.ts';
import { type LossOptions, type Lost, type Reduction, reduce, settingsOf } from '../reduction.ts';

interface HuberAttributes {
  /** From where on the error counts in proportion. */
  readonly delta: number;
  readonly scale: number;
}

/** scale d^2 / 2 up to |d| = delta and scale delta (|d| - delta / 2) beyond, with d = x - y. */
export const huberOp: CompositeOp<'x' | 'y', HuberAttributes> = pointwiseOp<'x' | 'y', HuberAttributes>('huber', {
  // m (|d| - m / 2) with m = min(|d|, delta) is both.
  define: ([x, y], { delta, scale }) => {
    const d = (x as Tensor).sub(y as Tensor).abs();
    const m = d.clampMax(delta);
    return m.mul(d.sub(m.mul(0.5))).mul(scale);
  },
  kernel: 'huber',
  scalars: ({ delta, scale }) => [delta, scale],
  formula: 'scale * (d^2 / 2 where |d| <= delta, else delta * (|d| - delta / 2)), d = x - y',
  vjp: {
    x:
      ({ x, y }, attributes) =>
      (g) =>
        apply(huberBackwardOp, [g, x, y], attributes),
    y:
      ({ x, y }, attributes) =>
      (g) =>
        apply(huberBackwardOp, [g, y, x], attributes),
  },
  sample: (draw) => nearOrFar(draw, 0),
});

/** g scale min(max(x - y, -delta), delta) */
export const huberBackwardOp: CompositeOp<'g' | 'x' | 'y', HuberAttributes> = pointwiseOp<
  'g' | 'x' | 'y',
  HuberAttributes
>('huberBackward', {
  define: ([g, x, y], { delta, scale }) =>
    (x as Tensor)
      .sub(y as Tensor)
      .clamp(-delta, delta)
      .mul(scale)
      .mul(g as Tensor),
  kernel: 'huber_backward',
  scalars: ({ delta, scale }) => [delta, scale],
  vjp: {
    g:
      ({ x, y }, attributes) =>
      (h) =>
        apply(huberBackwardOp, [h, x, y], attributes),
    x:
      ({ g, x, y }, attributes) =>
      (h) =>
        bend(h, g, x, y, attributes),
    y:
      ({ g, x, y }, attributes) =>
      (h) =>
        bend(h, g, x, y, attributes).neg(),
  },
  sample: (draw) => nearOrFar(draw, 1),
});

/** h g times the second derivative: scale up to delta, 0 beyond. */
function bend(h: Tensor, g: Tensor, x: Tensor, y: Tensor, { delta, scale }: HuberAttributes): Tensor {
  const slope = h.mul(g).mul(scale);
  return where(x.sub(y).abs().le(delta), slope, zerosLike(slope));
}

/** Errors all below delta, or all above: at delta there is no second derivative. */
function nearOrFar(draw: Draw, cotangents: number): Sample<HuberAttributes> {
  const shape = draw.shape();
  const delta = draw.pick([0.5, 1, 2]);
  const near = [
    { shape, range: [-delta / 4, delta / 4] },
    { shape, range: [-delta / 4, delta / 4] },
  ] as const;
  const far = [
    { shape, range: [-3, -1.5] },
    { shape, range: [1.5, 3] },
  ] as const;
  return {
    inputs: [...Array.from({ length: cotangents }, () => ({ shape })), ...(draw.boolean() ? near : far)],
    attributes: { delta, scale: draw.pick([1, 0.5]) },
  };
}

export interface HuberLossOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** From where on the error counts in proportion, above 0. Default 1. */
  readonly delta?: number;
}

/**
 * d^2 / 2 where |d| <= delta and delta (|d| - delta / 2) beyond, with d = input - target; both have one shape. Huber, 1964.
 * PyTorch: `torch.nn.functional.huber_loss`.
 *
 * @throws ShapeError when the shapes differ; ValueError when delta is not above 0.
 * @example
 * huberLoss(tensor([1, 2, 9]), tensor([1, 1, 5]), { reduction: 'none' }); // tensor([0.0000, 0.5000, 3.5000])
 */
export function huberLoss<A extends Tensor, B extends Tensor, R extends Reduction = 'mean'>(
  input: A,
  target: B & Check<Alike<'huberLoss', A['shape'], B['shape']>>,
  options?: HuberLossOptions<R>,
): Tensor<Lost<R, Alike<'huberLoss', A['shape'], B['shape']>>>;
export function huberLoss(input: Tensor, target: Tensor, options: HuberLossOptions = {}): Tensor {
  const { delta, reduction } = huberSettings('huberLoss', options);
  return reduce(apply(huberOp, [input, checkAlike('huberLoss', input, target)], { delta, scale: 1 }), reduction);
}

function huberSettings(op: string, options: HuberLossOptions): Required<HuberLossOptions> {
  const settings = settingsOf<Required<HuberLossOptions>>(op, options, { delta: 1 });
  if (!(checkNumber(op, 'delta', settings.delta) > 0))
    throw new ValueError(`${op}: delta must be above 0; got ${describe(settings.delta)}; try 1`);
  return settings;
}

/** `huberLoss` with its options kept. PyTorch: `torch.nn.HuberLoss`. */
export class HuberLoss<out R extends Reduction = 'mean' | 'sum'> extends AlikeLoss<'huberLoss', R> {
  constructor(override readonly options: HuberLossOptions<R> = {}) {
    huberSettings('HuberLoss', options);
    super(options);
  }

  protected override loss(input: Tensor, target: Tensor): Tensor {
    return huberLoss(input, target, this.options);
  }
}
