/** Tensors as text, as PyTorch prints them: four digits, aligned columns, long dimensions cut in the middle. */
import type { Tensor } from './tensor.ts';

const PRECISION = 4;
const EDGE_ITEMS = 3;
const THRESHOLD = 1000;
const LINE_WIDTH = 80;
const PREFIX = 'tensor(';

/** The text of a tensor. PyTorch: `torch.set_printoptions` at its defaults. */
export function formatTensor(x: Tensor): string {
  const values = x.data;
  const cut = values.length > THRESHOLD;
  const shown = shownIndices(x.shape, cut);
  const format = elementFormat(
    x,
    shown.map((i) => values[i] as number),
  );
  const body =
    x.count === 0 ? '[]' : nest(x.shape, 0, 0, values.length, cut, PREFIX.length, (i) => format(values[i] as number));
  const suffix: string[] = [];
  if (x.count === 0 && x.ndim !== 1) suffix.push(`size=(${x.shape.join(', ')})`);
  if (x.dtype !== 'float32' && x.dtype !== 'bool') suffix.push(`dtype=${x.dtype}`);
  if (x.requiresGrad) suffix.push('requiresGrad=true');
  return `${PREFIX}${[body, ...suffix].join(', ')})`;
}

/** Places along one dimension, with -1 for the gap. */
function places(size: number, cut: boolean): number[] {
  const all = Array.from({ length: size }, (_, i) => i);
  return cut && size > 2 * EDGE_ITEMS ? [...all.slice(0, EDGE_ITEMS), -1, ...all.slice(-EDGE_ITEMS)] : all;
}

function shownIndices(shape: readonly number[], cut: boolean): number[] {
  let indices = [0];
  for (const size of shape)
    indices = indices.flatMap((base) => places(size, cut).flatMap((i) => (i < 0 ? [] : [base * size + i])));
  return indices;
}

function nest(
  shape: readonly number[],
  depth: number,
  start: number,
  span: number,
  cut: boolean,
  indent: number,
  element: (index: number) => string,
): string {
  if (depth === shape.length) return element(start);
  const size = shape[depth] as number;
  const step = span / size;
  const last = depth === shape.length - 1;
  const gap = last ? ' ...' : '...';
  const items = places(size, cut).map((i) =>
    i < 0 ? gap : nest(shape, depth + 1, start + i * step, step, cut, indent + 1, element),
  );
  if (last) return `[${wrap(items, indent)}]`;
  return `[${items.join(`,${'\n'.repeat(shape.length - depth - 1)}${' '.repeat(indent + 1)}`)}]`;
}

function wrap(items: readonly string[], indent: number): string {
  const perLine = Math.max(1, Math.floor((LINE_WIDTH - indent) / ((items[0]?.length ?? 0) + 2)));
  const lines: string[] = [];
  for (let i = 0; i < items.length; i += perLine) lines.push(items.slice(i, i + perLine).join(', '));
  return lines.join(`,\n${' '.repeat(indent + 1)}`);
}

/** How single elements are written: like every other shown one, so that columns align. */
function elementFormat(x: Tensor, shown: readonly number[]): (value: number) => string {
  if (x.dtype === 'bool') return padded(shown, (value) => (value === 0 ? 'false' : 'true'));
  if (x.dtype === 'int32' || x.dtype === 'uint8') return padded(shown, String);
  // Zeros, NaN and infinities neither choose the format nor widen it.
  const ordinary = shown.filter((value) => Number.isFinite(value) && value !== 0);
  const finite = ordinary.map(Math.abs);
  const largest = Math.max(0, ...finite);
  const smallest = finite.length === 0 ? 0 : Math.min(...finite);
  const wide = largest / smallest > 1000 || largest > 1e8;
  if (finite.every(Number.isInteger) && !wide)
    return padded(ordinary, (value) =>
      Number.isFinite(value) ? `${Object.is(value, -0) ? '-0' : value}.` : special(value),
    );
  const scientific = finite.length > 0 && (wide || smallest < 1e-4);
  return padded(ordinary, (value) =>
    Number.isFinite(value) ? (scientific ? exponential(value) : value.toFixed(PRECISION)) : special(value),
  );
}

function padded(shown: readonly number[], write: (value: number) => string): (value: number) => string {
  const width = shown.reduce((widest, value) => Math.max(widest, write(value).length), 0);
  return (value) => write(value).padStart(width);
}

function special(value: number): string {
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}

function exponential(value: number): string {
  return value.toExponential(PRECISION).replace(/e([+-])(\d)$/, 'e$10$2');
}
