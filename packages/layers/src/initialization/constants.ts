/** Weights that begin as constants, or as the identity. */
import { eye, ShapeError, type Tensor, ValueError } from '@tessera/tensor';
import { checkInteger, checkNumber, checkTensor, formatShape, withDefaults } from '@tessera/tensor/core';

/** Makes every element `value`. PyTorch: `torch.nn.init.constant_`. */
export function constant_<A extends Tensor>(t: A, value: number): A {
  checkTensor('constant_', 't', t)
    .detach()
    .fill_(checkNumber('constant_', 'value', value));
  return t;
}

/** Makes every element 1. PyTorch: `torch.nn.init.ones_`. */
export function ones_<A extends Tensor>(t: A): A {
  checkTensor('ones_', 't', t).detach().fill_(1);
  return t;
}

/** Makes every element 0. PyTorch: `torch.nn.init.zeros_`. */
export function zeros_<A extends Tensor>(t: A): A {
  checkTensor('zeros_', 't', t).detach().fill_(0);
  return t;
}

/**
 * Makes a matrix the identity: 1 on its diagonal. PyTorch: `torch.nn.init.eye_`.
 *
 * @throws ShapeError unless it is a matrix.
 */
export function eye_<A extends Tensor>(t: A): A {
  const { shape } = checkTensor('eye_', 't', t);
  if (shape.length !== 2)
    throw new ShapeError(`eye_: the tensor must be a matrix; got ${formatShape(shape)}; try dirac_ for convolutions`);
  t.detach().copy_(eye(shape[0] as number, shape[1] as number));
  return t;
}

export interface DiracOptions {
  /** As many parts of the output channels begin as the identity of their own. Default 1. */
  readonly groups?: number;
}

/**
 * Makes a convolution's weight [out, in, ...] pass on as many channels as it can: 1 in the middle of the kernel where channels
 * are the same. PyTorch: `torch.nn.init.dirac_`.
 *
 * @throws ShapeError unless it has three to five dimensions; ValueError when groups do not divide the output channels.
 */
export function dirac_<A extends Tensor>(t: A, options: DiracOptions = {}): A {
  const { groups } = withDefaults<Required<DiracOptions>>('dirac_', options, { groups: 1 });
  const { shape } = checkTensor('dirac_', 't', t);
  checkInteger('dirac_', 'groups', groups, 1);
  if (shape.length < 3 || shape.length > 5)
    throw new ShapeError(
      `dirac_: the tensor must be [out, in, ...] of three to five dimensions; got ${formatShape(shape)}; try eye_ for matrices`,
    );
  const [outputs, inputs, ...kernel] = shape as readonly [number, number, ...number[]];
  if (outputs % groups !== 0)
    throw new ValueError(`dirac_: groups must divide the output channels; got ${groups} for ${outputs}; try 1`);
  const perGroup = outputs / groups;
  const middle = kernel.map((size) => Math.floor(size / 2));
  const start = t.detach();
  start.fill_(0);
  for (let channel = 0; channel < outputs; channel++) {
    const from = channel % perGroup;
    if (from >= inputs || kernel.includes(0)) continue;
    // One element, as a view of no dimensions.
    const place = [channel, from, ...middle].reduce<Tensor>((view, index) => view.select(0, index), start);
    place.fill_(1);
  }
  return t;
}
