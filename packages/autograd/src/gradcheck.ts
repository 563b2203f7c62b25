/** Comparing rules with differences: the last word on whether a derivative is right. */
import { fromArray, GradientError, mul, sum, type Tensor, zerosLike } from '@tessera/tensor';
import { checkFunction, checkOptions, checkTensors, isFloating } from '@tessera/tensor/core';
import { grad } from './grad.ts';
import { enableGrad, noGrad } from './mode.ts';
import { requiresGrad } from './variable.ts';

/** PyTorch's defaults, which are meant for float64. */
export interface GradcheckOptions {
  /** Half the distance between the two points of a difference. Default 1e-6. */
  readonly eps?: number;
  /** Absolute tolerance. Default 1e-5. */
  readonly atol?: number;
  /** Relative tolerance. Default 1e-3. */
  readonly rtol?: number;
}

/** A function of tensors with one result or several. */
export type CheckedFunction = (...inputs: Tensor[]) => Tensor | readonly Tensor[];

/**
 * Compares the gradients of `f` with central differences, entry by entry of the Jacobian. Inputs that hold floats must
 * be float64: in float32 the differences themselves are worth three digits. PyTorch: `torch.autograd.gradcheck`.
 *
 * @throws GradientError naming the input, the entry, and by how much the two differ.
 * @example
 * gradcheck((x) => x.pow(3).sum(), [randn(3, { dtype: 'float64' })]); // true
 */
export function gradcheck(f: CheckedFunction, inputs: readonly Tensor[], options: GradcheckOptions = {}): true {
  checkFunction('gradcheck', 'the first argument', f);
  const {
    eps = 1e-6,
    atol = 1e-5,
    rtol = 1e-3,
  } = checkOptions('gradcheck', options, '{ eps: 1e-6 }', ['eps', 'atol', 'rtol']);
  const values = checkTensors('gradcheck', inputs).map((x, i) => checkInput(x, i));
  const leaves = values.map((x) => (isFloating(x.dtype) ? requiresGrad(x.clone().detach()) : x));
  const outputs = checkTensors(
    'gradcheck',
    enableGrad(() => listOf(f(...leaves))),
  );
  outputs.forEach((y, o) => {
    if (!isFloating(y.dtype)) return;
    leaves.forEach((x, i) => {
      if (!x.requiresGrad) return;
      const analytic = Array.from({ length: y.count }, (_, row) => jacobianRow(y, x, row));
      for (let column = 0; column < x.count; column++) {
        const numeric = difference(
          (at) => (listOf(f(...values.with(i, at)))[o] as Tensor).data,
          values[i] as Tensor,
          column,
          eps,
        );
        for (let row = 0; row < y.count; row++) {
          const want = numeric[row] as number;
          const got = analytic[row]?.[column] as number;
          if (Math.abs(got - want) <= atol + rtol * Math.abs(want) || Object.is(got, want)) continue;
          throw new GradientError(
            `gradcheck: the gradient must equal central differences; got ${got} instead of ${want} for d output ${o}[${row}] / d input ${i}[${column}] (flat indices; ${Math.abs(got - want)} apart); try checking the rule of the last op that was changed`,
          );
        }
      }
    });
  });
  return true;
}

/**
 * The same for second derivatives: gradcheck of the gradient of a fixed weighted sum of the outputs.
 * PyTorch: `torch.autograd.gradgradcheck`.
 */
export function gradgradcheck(f: CheckedFunction, inputs: readonly Tensor[], options: GradcheckOptions = {}): true {
  checkFunction('gradgradcheck', 'the first argument', f);
  return gradcheck(
    (...at) => {
      const traced = at.map((x) => (x.requiresGrad || !isFloating(x.dtype) ? x : requiresGrad(x.detach())));
      return enableGrad(() => {
        const outputs = listOf(f(...traced)).filter((y) => y.requiresGrad);
        const leaves = traced.filter((x) => x.requiresGrad);
        if (outputs.length === 0) return leaves.map((x) => zerosLike(x));
        const total = outputs.map((y) => sum(mul(y, weights(y)))).reduce((a, b) => a.add(b));
        return grad(total, leaves, { createGraph: true, allowUnused: true }).map(
          (g, i) => g ?? zerosLike(leaves[i] as Tensor),
        );
      });
    },
    inputs,
    options,
  );
}

function checkInput(x: Tensor, index: number): Tensor {
  if (isFloating(x.dtype) && x.dtype !== 'float64') {
    throw new GradientError(
      `gradcheck: inputs must be float64; got ${x.dtype} for input ${index}; try x.to('float64')`,
    );
  }
  return x.detach();
}

function jacobianRow(y: Tensor, x: Tensor, row: number): ArrayLike<number> {
  if (!y.requiresGrad) return new Float64Array(x.count);
  const oneHot = new Float64Array(y.count);
  oneHot[row] = 1;
  const gradOutputs = fromArray(oneHot, y.shape).to(y.dtype);
  const [g] = grad(y, [x], { gradOutputs, retainGraph: true, allowUnused: true } as const);
  return g?.data ?? new Float64Array(x.count);
}

/** (f(x + eps e_j) - f(x - eps e_j)) / 2 eps */
function difference(f: (x: Tensor) => ArrayLike<number>, x: Tensor, j: number, eps: number): Float64Array {
  const shifted = (by: number): ArrayLike<number> => {
    const data = Float64Array.from(x.data);
    data[j] = (data[j] as number) + by;
    return noGrad(() => f(fromArray(data, x.shape)));
  };
  const above = shifted(eps);
  const below = shifted(-eps);
  return Float64Array.from(above, (value, i) => (value - (below[i] as number)) / (2 * eps));
}

/** Fixed weights that are all different, so that no error cancels. */
function weights(y: Tensor): Tensor {
  return fromArray(
    Float64Array.from({ length: y.count }, (_, i) => Math.cos(i + 1)),
    y.shape,
  );
}

function listOf(value: Tensor | readonly Tensor[]): readonly Tensor[] {
  return Array.isArray(value) ? (value as readonly Tensor[]) : [value as Tensor];
}
