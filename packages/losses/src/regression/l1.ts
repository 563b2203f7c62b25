/** Absolute error. */
import { type Draw, type Elementwise, elementwise, type SampleInput, type Tensor } from '@tessera/tensor';
import type { Check } from '@tessera/tensor/core';
import { type Alike, AlikeLoss, checkAlike } from '../alike.ts';
import { type LossOptions, type Lost, type Reduction, reduce, reductionOf } from '../reduction.ts';

/** |x - y|, in one pass. */
export const absoluteError: Elementwise<'x' | 'y', 'absoluteError'> = elementwise('absoluteError', {
  f: (x: number, y: number) => Math.abs(x - y),
  result: 'float',
  kernel: 'absolute_error',
  ulp: 0.5,
  formula: '|x - y|',
  vjp: {
    x:
      ({ x, y }) =>
      (g) =>
        g.mul(x.sub(y).sign()),
    y:
      ({ x, y }) =>
      (g) =>
        g.mul(y.sub(x).sign()),
  },
  sample: (draw) => ({ inputs: apart(draw), attributes: {} }),
});

/** Two operands that nowhere meet, where |x - y| has no derivative. */
function apart(draw: Draw): SampleInput[] {
  const shape = draw.shape();
  const low = { shape, range: [-2, -0.25] } as const;
  const high = { shape: shape.map((size) => (draw.boolean() ? 1 : size)), range: [0.25, 2] } as const;
  return draw.boolean() ? [low, high] : [high, low];
}

/**
 * |input - target|, averaged over all elements unless `reduction` says otherwise. Both have one shape.
 * PyTorch: `torch.nn.functional.l1_loss`.
 *
 * @throws ShapeError when the shapes differ.
 * @example
 * l1Loss(tensor([1, 2]), tensor([1, 4])); // tensor(1.)
 */
export function l1Loss<A extends Tensor, B extends Tensor, R extends Reduction = 'mean'>(
  input: A,
  target: B & Check<Alike<'l1Loss', A['shape'], B['shape']>>,
  options?: LossOptions<R>,
): Tensor<Lost<R, Alike<'l1Loss', A['shape'], B['shape']>>>;
export function l1Loss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const reduction = reductionOf('l1Loss', options);
  return reduce(absoluteError(input, checkAlike('l1Loss', input, target)), reduction);
}

/** `l1Loss` with its options kept. PyTorch: `torch.nn.L1Loss`. */
export class L1Loss<out R extends Reduction = 'mean' | 'sum'> extends AlikeLoss<'l1Loss', R> {
  constructor(options: LossOptions<R> = {}) {
    reductionOf('L1Loss', options);
    super(options);
  }

  protected override loss(input: Tensor, target: Tensor): Tensor {
    return l1Loss(input, target, this.options);
  }
}
