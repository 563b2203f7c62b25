/** Momentum made orthogonal. */
import { addmm, norm, ShapeError, type Tensor, ValueError } from '@tessera/tensor';
import { checkFlag, checkInteger, checkNumber, describe, formatShape, withDefaults } from '@tessera/tensor/core';
import { checkSetting, Optimizer, type Parameters, type Update } from './optimizer.ts';
import { type StatePart, tensorPart } from './state.ts';

export interface MuonOptions {
  /** Step size. Default 1e-3. */
  lr: number;
  /** Every step shrinks the parameter by the factor 1 - lr * weightDecay. Default 0.1. */
  weightDecay: number;
  /** Default 0.95. */
  momentum: number;
  /** Looks ahead by one momentum step. Default true. */
  nesterov: boolean;
  /** a, b, c of a step a X + (b G + c G^2) X, G = X X^T. Default [3.4445, -4.775, 2.0315]. */
  nsCoefficients: readonly [number, number, number];
  /** What the norm of the momentum is at least taken to be. Default 1e-7. */
  eps: number;
  /** How many such steps there are. Default 5. */
  nsSteps: number;
  /**
   * How the rate follows from the shape [A, B]: 'original', by sqrt(max(1, A / B)); 'match_rms_adamw', by 0.2 sqrt(max(A, B)), so
   * that the rate and weight decay of AdamW can be kept; null: 'original'. Default null.
   */
  adjustLrFn: 'original' | 'match_rms_adamw' | null;
}

/**
 * b = momentum b + (1 - momentum) g, and p -= lr O(b), where O, by a few Newton-Schulz steps, makes all singular values about 1.
 * For the matrices of hidden layers; biases, embeddings and heads are for AdamW. Jordan et al., 2024; Liu et al., 2025.
 * PyTorch: `torch.optim.Muon`.
 *
 * @throws ShapeError for parameters that are no matrices.
 * @example
 * const optimizer = new Muon(model.parameters().filter((p) => p.ndim === 2), { lr: 1e-3 });
 */
export class Muon extends Optimizer<MuonOptions> {
  constructor(params: Parameters<MuonOptions>, options: Partial<MuonOptions> = {}) {
    super(
      'Muon',
      params,
      withDefaults<MuonOptions>('Muon', options, {
        lr: 1e-3,
        weightDecay: 0.1,
        momentum: 0.95,
        nesterov: true,
        nsCoefficients: [3.4445, -4.775, 2.0315],
        eps: 1e-7,
        nsSteps: 5,
        adjustLrFn: null,
      }),
    );
  }

  protected override checkParameter({ ndim, shape }: Tensor, place: number): void {
    if (ndim !== 2)
      throw new ShapeError(
        `Muon: parameters must be matrices; got ${formatShape(shape)} at position ${place}; try AdamW for the others`,
      );
  }

  protected override check(settings: MuonOptions): void {
    checkSetting('Muon', 'lr', settings.lr);
    checkSetting('Muon', 'weightDecay', settings.weightDecay);
    checkSetting('Muon', 'momentum', settings.momentum);
    checkFlag('Muon', 'nesterov', settings.nesterov);
    checkSetting('Muon', 'eps', settings.eps);
    checkInteger('Muon', 'nsSteps', settings.nsSteps, 0, 99);
    const { nsCoefficients, adjustLrFn } = settings;
    if (!Array.isArray(nsCoefficients) || nsCoefficients.length !== 3)
      throw new ValueError(
        `Muon: nsCoefficients must be three numbers; got ${describe(nsCoefficients)}; try [3.4445, -4.775, 2.0315]`,
      );
    for (const coefficient of nsCoefficients) checkNumber('Muon', 'nsCoefficients', coefficient);
    if (![null, 'original', 'match_rms_adamw'].includes(adjustLrFn))
      throw new ValueError(
        `Muon: adjustLrFn must be 'original', 'match_rms_adamw' or null; got ${describe(adjustLrFn)}; try 'original'`,
      );
  }

  protected override describeState(p: Tensor): Readonly<Record<string, StatePart>> {
    return { momentum_buffer: tensorPart(p) };
  }

  protected override updateAll(updates: readonly Update<MuonOptions>[]): void {
    for (const { p, gradient, state, settings } of updates) {
      const { lr, weightDecay, momentum, nesterov, adjustLrFn } = settings;
      const g = gradient.detach();
      const buffer = state.momentum_buffer as Tensor;
      buffer.copy_(buffer.add(g.sub(buffer).mul(1 - momentum)));
      const update = nesterov ? g.add(buffer.sub(g).mul(momentum)) : buffer;
      const [rows, columns] = p.shape as readonly [number, number];
      if (rows === 0 || columns === 0) continue;
      const factor =
        adjustLrFn === 'match_rms_adamw'
          ? 0.2 * Math.sqrt(Math.max(rows, columns))
          : Math.sqrt(Math.max(1, rows / columns));
      const value = p.detach();
      value.mul_(1 - lr * weightDecay);
      value.sub_(orthogonalized(update, settings).mul(lr * factor));
    }
  }
}

/** `x` with singular values near 1. */
function orthogonalized(x: Tensor, { nsCoefficients, nsSteps, eps }: MuonOptions): Tensor {
  const [a, b, c] = nsCoefficients;
  const isTall = (x.shape[0] as number) > (x.shape[1] as number);
  // The smaller side first: G is [n, n] with the smaller n.
  let y = (isTall ? x.transpose(0, 1) : x).div(Math.max(norm(x).item(), eps));
  for (let step = 0; step < nsSteps; step++) {
    const gram = y.matmul(y.transpose(0, 1));
    const mixed = addmm(gram, gram, gram, { beta: b, alpha: c });
    y = addmm(y, mixed, y, { beta: a });
  }
  return isTall ? y.transpose(0, 1) : y;
}
