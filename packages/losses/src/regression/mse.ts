/** Squared error. */
import type { CompositeOp, Tensor } from '@tessera/tensor';
import { apply, type Check } from '@tessera/tensor/core';
import { type Alike, AlikeLoss, checkAlike } from '../alike.ts';
import { pointwiseOp } from '../pointwise.ts';
import { type LossOptions, type Lost, type Reduction, reduce, reductionOf } from '../reduction.ts';

/** (x - y)^2 */
export const squaredErrorOp: CompositeOp<'x' | 'y'> = pointwiseOp<'x' | 'y'>('squaredError', {
  define: ([x, y]) => (x as Tensor).sub(y as Tensor).square(),
  kernel: 'squared_error',
  formula: '(x - y)^2',
  vjp: {
    x:
      ({ x, y }) =>
      (g) =>
        apply(squaredErrorBackwardOp, [g, x, y], {}),
    y:
      ({ x, y }) =>
      (g) =>
        apply(squaredErrorBackwardOp, [g, y, x], {}),
  },
});

/** 2 g (x - y) */
export const squaredErrorBackwardOp: CompositeOp<'g' | 'x' | 'y'> = pointwiseOp<'g' | 'x' | 'y'>(
  'squaredErrorBackward',
  {
    define: ([g, x, y]) =>
      (x as Tensor)
        .sub(y as Tensor)
        .mul(2)
        .mul(g as Tensor),
    kernel: 'squared_error_backward',
    vjp: {
      g:
        ({ x, y }) =>
        (h) =>
          apply(squaredErrorBackwardOp, [h, x, y], {}),
      x:
        ({ g }) =>
        (h) =>
          h.mul(g).mul(2),
      y:
        ({ g }) =>
        (h) =>
          h.mul(g).mul(-2),
    },
  },
);

/**
 * (input - target)^2, averaged over all elements unless `reduction` says otherwise. Both have one shape.
 * PyTorch: `torch.nn.functional.mse_loss`.
 *
 * @throws ShapeError when the shapes differ.
 * @example
 * mseLoss(tensor([1, 2]), tensor([1, 4])); // tensor(2.)
 */
export function mseLoss<A extends Tensor, B extends Tensor, R extends Reduction = 'mean'>(
  input: A,
  target: B & Check<Alike<'mseLoss', A['shape'], B['shape']>>,
  options?: LossOptions<R>,
): Tensor<Lost<R, Alike<'mseLoss', A['shape'], B['shape']>>>;
export function mseLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const reduction = reductionOf('mseLoss', options);
  return reduce(apply(squaredErrorOp, [input, checkAlike('mseLoss', input, target)], {}), reduction);
}

/** `mseLoss` with its options kept. PyTorch: `torch.nn.MSELoss`. */
export class MSELoss<out R extends Reduction = 'mean' | 'sum'> extends AlikeLoss<'mseLoss', R> {
  constructor(options: LossOptions<R> = {}) {
    reductionOf('MSELoss', options);
    super(options);
  }

  protected override loss(input: Tensor, target: Tensor): Tensor {
    return mseLoss(input, target, this.options);
  }
}
