/** One half of a tensor gates the other. */
import { checkFloat, checkTensor } from '../../core/arguments.ts';
import { normalizeDim } from '../../core/dims.ts';
import { ShapeError } from '../../core/errors.ts';
import { formatShape } from '../../core/shape.ts';
import type { Tensor } from '../../tensor.ts';

/**
 * a sigmoid(b), where a and b are the halves of x along `dim` (default -1). Dauphin et al., 2017.
 * PyTorch: `torch.nn.functional.glu`.
 *
 * @throws ShapeError when the size is odd.
 * @example
 * glu(tensor([2, 4, 0, 0])); // tensor([1., 2.])
 */
export function glu(x: Tensor, dim = -1): Tensor {
  checkFloat('glu', 'x', checkTensor('glu', 'x', x));
  const axis = normalizeDim('glu', dim, x.ndim);
  const size = x.shape[axis] ?? 1;
  if (x.ndim === 0 || size % 2 !== 0)
    throw new ShapeError(
      `glu: the size along dim ${dim} must be even; got ${formatShape(x.shape)}; try a layer with twice as many outputs`,
    );
  const half = size / 2;
  return x.narrow(axis, 0, half).mul(x.narrow(axis, half, half).sigmoid());
}
