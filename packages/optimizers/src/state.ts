/** What optimizers remember of a parameter. */
import { full, type Shape, type Tensor } from '@tessera/tensor';
import { formatShape, isTensor, keep, sameShape } from '@tessera/tensor/core';

/** Tensors and counters, or lists of them, by PyTorch's names. */
export type ParameterState = Record<string, StateValue | readonly StateValue[]>;

type StateValue = Tensor | number | null;

/** One thing to remember: a tensor of a shape, or a number where `shape` is null. */
export interface StatePart {
  readonly shape: Shape | null;
  /** What it holds before the first step. */
  readonly start: number;
  /** Whether it is there from the first step on; otherwise it may be in a state that is loaded, and is kept. */
  readonly needed: boolean;
  /** Whether it is a list of such things. Default false. */
  readonly list?: boolean;
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
  const copied = (value: StateValue): StateValue => (isTensor(value) ? kept(value.detach().to(dtype).clone()) : value);
  return Object.fromEntries(
    Object.entries(state).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(copied) : copied(value as StateValue),
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
  for (const [name, { shape, needed, list = false }] of Object.entries(parts)) {
    const value = state[name] ?? null;
    const at = `${key}.${name}`;
    if (value === null) {
      if (needed) problems.push(`missing ${at}`);
    } else if (Array.isArray(value) !== list) problems.push(`${at} that is ${list ? 'no list' : 'a list'}`);
    else for (const item of [value].flat()) problems.push(...checkValue(at, shape, item));
  }
  return problems;
}

function checkValue(at: string, shape: Shape | null, value: unknown): string[] {
  if (shape === null) return typeof value === 'number' ? [] : [`${at} that is not a number`];
  if (!isTensor(value)) return [`${at} that is not a tensor`];
  return sameShape(value.shape, shape) ? [] : [`${at} of shape ${formatShape(value.shape)} for ${formatShape(shape)}`];
}
