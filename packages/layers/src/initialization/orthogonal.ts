/** Weights that begin as rotations. */
import {
  defaultGenerator,
  empty,
  fromArray,
  type GeneratorOption,
  matmul,
  ShapeError,
  type Tensor,
} from '@tessera/tensor';
import { checkFloat, checkNumber, checkTensor, formatShape, withDefaults } from '@tessera/tensor/core';

export interface OrthogonalOptions extends GeneratorOption {
  /** What the orthonormal rows or columns are multiplied by. Default 1. */
  readonly gain?: number;
}

/** So many rows are made orthogonal among themselves one by one; to the rows before them, they are in one product. */
const PANEL = 32;

/**
 * A random matrix with orthonormal rows, or columns where there are fewer; dimensions beyond two count as columns. All
 * rotations are equally likely. Saxe, McClelland and Ganguli, 2014. PyTorch: `torch.nn.init.orthogonal_`.
 *
 * @throws ShapeError with fewer than two dimensions.
 * @example
 * init.orthogonal_(layer.weight, { gain: init.calculateGain('relu') });
 */
export function orthogonal_<A extends Tensor>(t: A, options: OrthogonalOptions = {}): A {
  const { gain, generator } = withDefaults<Required<OrthogonalOptions>>('orthogonal_', options, {
    gain: 1,
    generator: defaultGenerator(),
  });
  const { shape, count } = checkFloat('orthogonal_', 't', checkTensor('orthogonal_', 't', t));
  checkNumber('orthogonal_', 'gain', gain);
  if (shape.length < 2)
    throw new ShapeError(
      `orthogonal_: the tensor must have two dimensions at least; got ${formatShape(shape)}; try normal_ for vectors`,
    );
  if (count === 0) return t;
  const rows = shape[0] as number;
  const columns = count / rows;
  const [fewer, more] = [Math.min(rows, columns), Math.max(rows, columns)];
  const random = empty([fewer, more], { dtype: 'float64' }).normal_(0, 1, { generator });
  const q = orthonormalRows(random);
  t.detach().copy_((rows <= columns ? q : q.transpose(0, 1)).mul(gain).reshape(shape));
  return t;
}

/**
 * Gram-Schmidt in panels. Every projection is taken twice, which leaves rows orthogonal to the last digit however near they were
 * to one another (Giraud, Langou and Rozloznik, 2005). Rows keep their direction, as with a positive diagonal of R.
 */
function orthonormalRows(x: Tensor): Tensor {
  const [rows] = x.shape as readonly [number, number];
  const q = x.clone();
  for (let start = 0; start < rows; start += PANEL) {
    const panel = q.narrow(0, start, Math.min(PANEL, rows - start));
    const before = q.narrow(0, 0, start);
    if (start > 0)
      for (let pass = 0; pass < 2; pass++) panel.sub_(matmul(matmul(panel, before.transpose(0, 1)), before));
    panel.copy_(orthonormalPanel(panel));
  }
  return q;
}

/** A few rows, one after the other. */
function orthonormalPanel(panel: Tensor): Tensor {
  const [rows, columns] = panel.shape as readonly [number, number];
  const values = Float64Array.from(panel.data);
  const row = (i: number): Float64Array => values.subarray(i * columns, (i + 1) * columns);
  for (let i = 0; i < rows; i++) {
    const mine = row(i);
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) subtract(mine, row(j), dot(mine, row(j)));
    }
    const length = Math.sqrt(dot(mine, mine));
    for (let k = 0; k < columns; k++) mine[k] = (mine[k] as number) / length;
  }
  return fromArray(values, [rows, columns], { dtype: 'float64' });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] as number) * (b[k] as number);
  return sum;
}

/** a -= factor b */
function subtract(a: Float64Array, b: Float64Array, factor: number): void {
  for (let k = 0; k < a.length; k++) a[k] = (a[k] as number) - factor * (b[k] as number);
}
