/** How the kernels of one call go about their work: tiles, spans, and programs; by sizes alone, so that results never depend on threads. */
import { type DType, type Tensor, tensor } from '@tessera/tensor';
import { contiguousStrides, DTYPES, elementsOf, isFloating } from '@tessera/tensor/core';
import type { FlashAttributes, Sizes } from './problem.ts';
import { compile, type Layouts, type Program } from './score/compile.ts';
import { type Contribution, differentiate, isIdentity, type Slopes } from './score/differentiate.ts';
import type { Expression } from './score/expression.ts';

/** Programs of one call, one behind the other, and where each begins. */
export interface Programs {
  /** null: scores stay as they are. */
  readonly code: Tensor | null;
  readonly open: number;
  readonly slopes: number;
  readonly registers: number;
}

const NOTHING: Programs = { code: null, open: -1, slopes: -1, registers: 0 };

/** The programs of a forward pass. */
export function programsOf({ score, blocks }: FlashAttributes, captured: readonly Tensor[]): Programs {
  return score === null ? NOTHING : joined(score, blocks?.open ?? null, null, layoutsOf(captured, []));
}

/** The programs of a backward pass, and the gradients that they gather. */
export function backwardProgramsOf(
  { score, blocks }: FlashAttributes,
  captured: readonly Tensor[],
  gradients: Layouts['gradients'],
  slopes: Slopes | null,
): Programs {
  if (score === null || slopes === null) return NOTHING;
  const back = isIdentity(slopes) ? null : slopes;
  return joined(score, blocks?.open ?? null, back, layoutsOf(captured, gradients));
}

/** The way back through the score; null where it stays as it is. */
export function slopesOf({ score }: FlashAttributes, wanted: readonly number[]): Slopes | null {
  return score === null ? null : differentiate(score, wanted);
}

function joined(score: Expression, open: Expression | null, slopes: Slopes | null, layouts: Layouts): Programs {
  const programs: Program[] = [compile(score, [], layouts)];
  const begin = (): number => programs.reduce((sum, { code }) => sum + code.length, 0);
  const ofOpen = open === null ? -1 : begin();
  if (open !== null) programs.push(compile(open, [], layouts));
  const ofSlopes = slopes === null ? -1 : begin();
  if (slopes !== null) programs.push(compile(slopes.score, slopes.contributions, layouts));
  return {
    code: tensor(
      programs.flatMap(({ code }) => code),
      { dtype: 'int32' },
    ),
    open: ofOpen,
    slopes: ofSlopes,
    registers: Math.max(...programs.map(({ registers }) => registers)),
  };
}

function layoutsOf(captured: readonly Tensor[], gradients: Layouts['gradients']): Layouts {
  return { strides: captured.map(({ strides }) => strides), dtypes: captured.map(({ dtype }) => dtype), gradients };
}

/** Gradients of captured tensors are gathered in as many parts as these elements allow. */
const PART_ELEMENTS = 2 ** 24;
const MOST_PARTS = 16;

/** How the gradient of a captured tensor is gathered. */
export interface Gathering {
  readonly captured: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  /** Whether several scores of one unit meet in an element: then sums are kept in float64. */
  readonly wide: boolean;
  readonly dtype: DType;
}

/** How gradients of `wanted` are gathered, and in how many parts, so that no two threads ever write to one place. */
export function gatheringsOf(
  sizes: Sizes,
  spans: number,
  captured: readonly Tensor[],
  wanted: readonly number[],
  contributions: readonly Contribution[],
): { readonly gatherings: readonly Gathering[]; readonly parts: number; readonly shared: boolean } {
  const items = sizes.sequences * sizes.keyHeads * spans;
  const has = (indices: readonly Expression[], leaf: string): boolean => indices.some((x) => x.operation === leaf);
  const own = contributions.filter(({ captured: slot }) => wanted.includes(slot));
  // Every item has elements to itself where all indices that tell items apart are indices of the tensor.
  const apart = (indices: readonly Expression[]): boolean =>
    (sizes.sequences === 1 || has(indices, 'batch')) &&
    (sizes.heads === 1 || has(indices, 'head')) &&
    (spans === 1 || has(indices, 'key'));
  const shared = own.every(({ indices }) => apart(indices));
  const gatherings = wanted.map((slot): Gathering => {
    const { shape, dtype } = captured[slot] as Tensor;
    const mine = own.filter((contribution) => contribution.captured === slot);
    const once =
      mine.length === 1 &&
      mine.every(({ indices }) => apart(indices) && ['query', 'key'].every((leaf) => has(indices, leaf)));
    const wide = !once;
    return { captured: slot, shape, strides: contiguousStrides(shape), wide, dtype: wide ? 'float64' : dtype };
  });
  const elements = gatherings.reduce((sum, { shape }) => sum + elementsOf(shape), 0);
  const parts = shared
    ? items
    : Math.max(1, Math.min(items, MOST_PARTS, Math.floor(PART_ELEMENTS / Math.max(1, elements))));
  return { gatherings, parts, shared };
}

/** Forward, so many units are wanted for threads to share; what a span of keys should hold at least. */
const [UNITS, SPAN_KEYS] = [16, 256];

/** Into how many spans the keys of a head are cut, where there are few other units to share. */
export function spansOf(units: number, keys: number): number {
  return Math.max(1, Math.min(Math.ceil(UNITS / Math.max(1, units)), Math.floor(keys / SPAN_KEYS)));
}

/** As many captured tensors as kernels take, null where there is none. */
export function slots<T>(values: readonly (T | null)[]): (T | null)[] {
  return Array.from({ length: CAPTURED }, (_, i) => values[i] ?? null);
}

/** How many tensors one attention may look things up in. */
export const CAPTURED = 8;

/** Gradients come for float tensors alone. */
export function isGradual({ dtype }: Tensor): boolean {
  return isFloating(dtype) && DTYPES[dtype].suffix !== null;
}
