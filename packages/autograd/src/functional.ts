/** Derivatives of functions: from a function of tensors to its cotangent map, tangent map, Jacobian and Hessian. */
import { GradientError, reshape, stack, type Tensor, zeros, zerosLike } from '@tessera/tensor';
import { alias, checkFunction, checkOptions, checkTensor, checkTensors } from '@tessera/tensor/core';
import { grad } from './grad.ts';
import { enableGrad } from './mode.ts';
import { cotangentFor, requiresGrad } from './variable.ts';

/** A function of tensors with one tensor as its result. */
export type TensorFunction = (...inputs: Tensor[]) => Tensor;

/**
 * The value of `f` and its pull-back: the function from a cotangent of the value to one of every primal.
 * PyTorch: `torch.func.vjp`.
 *
 * @example
 * const [y, pullback] = vjp((x) => x.square(), tensor([1, 2, 3]));
 * pullback(ones(3)); // [tensor([2., 4., 6.])]
 */
export function vjp(f: TensorFunction, ...primals: Tensor[]): [Tensor, (cotangent?: Tensor) => Tensor[]] {
  checkFunction('vjp', 'the first argument', f);
  const [inputs, output] = record('vjp', f, primals);
  const recorded = isRecorded(primals);
  const pullback = (cotangent?: Tensor): Tensor[] => {
    const gradOutputs = cotangentFor('vjp', output, cotangent);
    return gradients(output, inputs, gradOutputs, { createGraph: recorded, retainGraph: true });
  };
  return [recorded ? output : output.detach(), pullback];
}

/**
 * The value of `f` at `primals` and its derivative along `tangents`. PyTorch: `torch.func.jvp`.
 *
 * The pull-back u -> J^T u is linear, so its own pull-back is v -> J v: two reverse passes give a forward derivative of
 * every op that has a rule (J. Townsend, "A new trick for calculating Jacobian vector products", 2017).
 *
 * @example
 * jvp((x) => x.pow(3), [tensor(2)], [tensor(1)]); // [8, 12]
 */
export function jvp(f: TensorFunction, primals: readonly Tensor[], tangents: readonly Tensor[]): [Tensor, Tensor] {
  checkFunction('jvp', 'the first argument', f);
  checkTensors('jvp', primals);
  if (!Array.isArray(tangents) || tangents.length !== primals.length) {
    throw new GradientError(
      `jvp: there must be one tangent for each primal; got ${primals.length} primals and ${Array.isArray(tangents) ? tangents.length : typeof tangents} tangents; try zerosLike(x) for those that stay`,
    );
  }
  const [inputs, output] = record('jvp', f, primals);
  const recorded = isRecorded([...primals, ...tangents]);
  const value = recorded ? output : output.detach();
  const u = requiresGrad(zerosLike(output.detach()));
  const pulled = gradients(output, inputs, u, { createGraph: true, retainGraph: true });
  const directions = tangents.map((tangent, i) =>
    cotangentFor('jvp', primals[i] as Tensor, checkTensor('jvp', `tangent ${i}`, tangent)),
  );
  const live = pulled.flatMap((g, i) => (g.requiresGrad ? [[g, directions[i] as Tensor] as const] : []));
  if (live.length === 0) return [value, zerosLike(value)];
  const [tangent] = grad(
    live.map(([g]) => g),
    [u],
    { gradOutputs: live.map(([, direction]) => direction), createGraph: recorded, allowUnused: true },
  );
  return [value, tangent ?? zerosLike(value)];
}

export interface JacobianOptions {
  /** Which argument is differentiated. Default 0. */
  readonly argnums?: number;
}

/**
 * The function from x to the Jacobian of `f` at x, of shape [...shape of f(x), ...shape of x].
 * PyTorch: `torch.func.jacrev`.
 *
 * @example
 * jacobian((x) => x.square())(tensor([1, 2])); // tensor([[2., 0.], [0., 4.]])
 */
export function jacobian(f: TensorFunction, options: JacobianOptions = {}): TensorFunction {
  checkFunction('jacobian', 'the first argument', f);
  const { argnums = 0 } = checkOptions('jacobian', options, '{ argnums: 0 }', ['argnums']);
  return (...primals) => {
    const x = checkTensor('jacobian', `argument ${argnums}`, primals[argnums]);
    const [inputs, output] = record('jacobian', f, primals);
    const recorded = isRecorded(primals);
    const rows = Array.from({ length: output.count }, (_, i) => {
      const [row] = gradients(output, [inputs[argnums] as Tensor], oneHotLike(output, i), {
        createGraph: recorded,
        retainGraph: true,
      });
      return row as Tensor;
    });
    // (m, ...x) -> (...f(x), ...x)
    return rows.length === 0
      ? zeros([...output.shape, ...x.shape], { dtype: x.dtype })
      : reshape(stack(rows), [...output.shape, ...x.shape]);
  };
}

/**
 * The function from x to the Hessian of the scalar function `f` at x, of shape [...shape of x, ...shape of x].
 * PyTorch: `torch.func.hessian`.
 *
 * @example
 * hessian((x) => x.pow(3).sum())(tensor([1, 2])); // tensor([[6., 0.], [0., 12.]])
 */
export function hessian(f: TensorFunction, options: JacobianOptions = {}): TensorFunction {
  checkFunction('hessian', 'the first argument', f);
  const { argnums = 0 } = checkOptions('hessian', options, '{ argnums: 0 }', ['argnums']);
  const gradient: TensorFunction = (...inputs) => {
    const y = f(...inputs);
    if (y.count !== 1)
      throw new GradientError(
        `hessian: the function must give one number; got ${y.count} elements; try .sum() or jacobian(jacobian(f))`,
      );
    return gradients(y, [inputs[argnums] as Tensor], cotangentFor('hessian', y, undefined), {
      createGraph: true,
      retainGraph: true,
    })[0] as Tensor;
  };
  return jacobian(gradient, options);
}

/** Runs `f` on inputs that are recorded; those that already were stay part of the outer graph. */
function record(op: string, f: TensorFunction, primals: readonly Tensor[]): [Tensor[], Tensor] {
  return enableGrad(() => {
    const inputs = primals.map((x, i) => {
      const value = checkTensor(op, `input ${i}`, x);
      return value.requiresGrad ? value.reshape([...value.shape]) : requiresGrad(alias(value));
    });
    return [inputs, checkTensor(op, 'the result of the function', f(...inputs))];
  });
}

function isRecorded(tensors: readonly Tensor[]): boolean {
  return tensors.some((t) => t.requiresGrad);
}

/** Like `grad`, with zeros where the output does not depend on the input. */
function gradients(
  output: Tensor,
  inputs: readonly Tensor[],
  cotangent: Tensor,
  options: { createGraph: boolean; retainGraph: boolean },
): Tensor[] {
  if (!output.requiresGrad) return inputs.map((x) => zerosLike(x));
  const found = grad(output, inputs, { ...options, gradOutputs: cotangent, allowUnused: true });
  return found.map((g, i) => g ?? zerosLike(inputs[i] as Tensor));
}

function oneHotLike(x: Tensor, index: number): Tensor {
  const flat = zeros(x.count, { dtype: x.dtype });
  flat.select(0, index).fill_(1);
  return flat.reshape([...x.shape]);
}
