/** Limits to gradients, before a step. */
import { norm, stack, type Tensor, ValueError, zeros } from '@tessera/tensor';
import { checkTensor, describe, isTensor, withDefaults } from '@tessera/tensor/core';

export interface ClipOptions {
  /** p of the p-norm; Infinity for the greatest size. Default 2. */
  readonly normType?: number;
  /** Whether a norm that is NaN or infinite is an error. Default false. */
  readonly errorIfNonfinite?: boolean;
}

/** The gradients that are there, of one parameter or several. */
function gradientsOf(op: string, params: Tensor | Iterable<Tensor>): Tensor[] {
  const isList = !isTensor(params) && typeof (params as Iterable<Tensor> | null)?.[Symbol.iterator] === 'function';
  const list = isList ? [...(params as Iterable<Tensor>)] : [params as Tensor];
  return list.map((p, i) => checkTensor(op, `parameter ${i}`, p).grad).filter((gradient) => gradient !== null);
}

function checkLimit(op: string, name: string, value: unknown): number {
  if (typeof value === 'number' && value >= 0) return value;
  throw new ValueError(`${op}: ${name} must be a number of at least 0; got ${describe(value)}; try 1`);
}

/**
 * Scales all gradients by one factor, so that their norm, taken as of one vector, is at most `maxNorm`; gives the norm before:
 * g <- g min(1, maxNorm / (norm + 1e-6)). Pascanu et al., 2013. PyTorch: `torch.nn.utils.clip_grad_norm_`.
 *
 * @throws ValueError for a norm that is not finite, where that is asked for; nothing is changed.
 * @example
 * clipGradNorm(model.parameters(), 1);
 */
export function clipGradNorm(params: Tensor | Iterable<Tensor>, maxNorm: number, options: ClipOptions = {}): Tensor {
  const { normType, errorIfNonfinite } = withDefaults<Required<ClipOptions>>('clipGradNorm', options, {
    normType: 2,
    errorIfNonfinite: false,
  });
  checkLimit('clipGradNorm', 'maxNorm', maxNorm);
  checkLimit('clipGradNorm', 'normType', normType);
  const gradients = gradientsOf('clipGradNorm', params);
  const [first] = gradients;
  if (first === undefined) return zeros([]);
  const total = norm(stack(gradients.map((g) => norm(g.detach(), normType).to(first.dtype))), normType);
  const size = total.item();
  if (errorIfNonfinite && !Number.isFinite(size))
    throw new ValueError(
      `clipGradNorm: the norm must be finite; got ${size}; try a smaller learning rate, or { errorIfNonfinite: false }`,
    );
  // A factor of NaN is not below 1 and would leave the gradients as they are: it spreads, as in PyTorch.
  const factor = maxNorm / (size + 1e-6);
  if (!(factor >= 1)) for (const g of gradients) g.mul_(factor);
  return total;
}

/**
 * Clamps every element of the gradients to [-clipValue, clipValue]. PyTorch: `torch.nn.utils.clip_grad_value_`.
 *
 * @example
 * clipGradValue(model.parameters(), 0.5);
 */
export function clipGradValue(params: Tensor | Iterable<Tensor>, clipValue: number): void {
  checkLimit('clipGradValue', 'clipValue', clipValue);
  for (const g of gradientsOf('clipGradValue', params)) g.clamp_(-clipValue, clipValue);
}
