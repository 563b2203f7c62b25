/** What optimizers remember of a parameter. */
import { full, type Shape, type Tensor } from '@tessera/tensor';
import { formatShape, isTensor, keep, sameShape } from '@tessera/tensor/core';

/** Tensors and counters by PyTorch's names. */
export type ParameterState = Record<string, Tensor | number | null>;

/** One thing to remember: a tensor of a shape, or a number where `shape` is null. */
export interface StatePart {
  readonly shape: Shape | null;
  /** What it holds before the first step. */
  readonly start: number;
  /** Whether it is there from the first step on; otherwise it may be in a state that is loaded, and is kept. */
  readonly needed: boolean;
}

/** A tensor of the parameter's shape. */
export function tensorPart(p: Tensor, { start = 0, needed = true }: Partial<StatePart> = {}): StatePart {
  return { shape: p.shape, start, needed };
}

export function numberPart(start = 0): StatePart {
  return { shape: null, start, needed: true };
}

export function startOf({ shape, start }: StatePart, p: Tensor): Tensor | number {
  if (shape === null) return start;
  return kept(full(shape, start, { dtype: p.dtype }));
}

/** State outlives the scopes it is made in. */
export function kept(t: Tensor): Tensor {
  keep(t.storage);
  return t;
}

/** Copies of tensors, in the dtype of the parameter. */
export function copyState(state: ParameterState, dtype: Tensor['dtype']): ParameterState {
  return Object.fromEntries(
    Object.entries(state).map(([name, value]) => [
      name,
      value !== null && typeof value === 'object' ? kept(value.detach().to(dtype).clone()) : value,
    ]),
  );
}

/** What does not fit of a state that is to be loaded. */
export function checkState(
  key: string,
  parts: Readonly<Record<string, StatePart>>,
  state: Readonly<ParameterState>,
): string[] {
  if (typeof state !== 'object' || state === null) return [`${key} that is no state`];
  const unexpected = Object.keys(state).filter((name) => !Object.hasOwn(parts, name) && state[name] !== null);
  const problems = unexpected.map((name) => `unexpected ${key}.${name}`);
  for (const [name, { shape, needed }] of Object.entries(parts)) {
    const value = state[name] ?? null;
    const at = `${key}.${name}`;
    if (value === null) {
      if (needed) problems.push(`missing ${at}`);
    } else if (shape === null) {
      if (typeof value !== 'number') problems.push(`${at} that is not a number`);
    } else if (!isTensor(value)) problems.push(`${at} that is not a tensor`);
    else if (!sameShape(value.shape, shape))
      problems.push(`${at} of shape ${formatShape(value.shape)} for ${formatShape(shape)}`);
  }
  return problems;
}
