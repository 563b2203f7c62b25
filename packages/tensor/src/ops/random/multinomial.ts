/** Random categories. */
import { checkFloat, checkInteger, checkOptions, checkTensor } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import { ShapeError, ValueError } from '../../core/errors.ts';
import { describe, formatShape } from '../../core/shape.ts';
import type { Operand, PrimitiveOp } from '../../op.ts';
import { philoxWords, type Stream, unit53 } from '../../random/philox.ts';
import type { Tensor } from '../../tensor.ts';
import { generated, type RandomOptions, sampleGenerated } from './generate.ts';

interface MultinomialAttributes extends Stream {
  readonly count: number;
  readonly replacement: boolean;
}

/** Categories drawn with the chances of every row of p: [c] -> [n], [r, c] -> [r, n]. */
export const multinomialOp: PrimitiveOp<'p', MultinomialAttributes> = {
  kind: 'primitive',
  name: 'multinomial',
  operands: ['p'],
  infer: ([p], { count }) => ({ shape: [...(p as Tensor).shape.slice(0, -1), count], dtype: 'int32' }),
  reference: ([y], [p], attributes) => drawRows(y as Operand, p as Operand, attributes),
  vjp: { p: 'none' },
  sample: (draw) => {
    const { seed, offset } = sampleGenerated(draw);
    const shape = [...draw.shape([0, 1], { min: 1 }), draw.integer(2, 5)];
    return {
      inputs: [{ shape, range: [0.1, 1] }],
      attributes: { seed, offset, count: 2, replacement: draw.boolean() },
    };
  },
};

function drawRows(
  { data }: Operand,
  { data: chances, shape }: Operand,
  { count, replacement, ...stream }: MultinomialAttributes,
): void {
  const size = shape.at(-1) as number;
  const rows = size === 0 ? 0 : chances.length / size;
  const each = replacement ? count : size;
  const words = philoxWords(stream, Math.ceil((rows * each) / 2));
  for (let row = 0; row < rows; row++) {
    const weights = Array.from({ length: size }, (_, i) => chances[row * size + i] as number);
    const units = Array.from({ length: each }, (_, i) => unit53(words, row * each + i));
    const drawn = replacement ? drawEach(weights, units) : drawOrder(weights, units);
    for (let i = 0; i < count; i++) data[row * count + i] = drawn[i] as number;
  }
}

/** For every u the first category at which the running sum exceeds u times the total: never one without weight. */
function drawEach(weights: readonly number[], units: readonly number[]): number[] {
  let total = 0;
  const sums = weights.map((weight) => {
    total += weight;
    return total;
  });
  return units.map((u) => {
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] as number) > u * total) high = middle;
      else low = middle + 1;
    }
    return low;
  });
}

/** A race: category i arrives after -log(1 - u) / weight, and the order of arrival is that of drawing without return. */
function drawOrder(weights: readonly number[], units: readonly number[]): number[] {
  const arrivals = weights.map((weight, i) => (weight === 0 ? Infinity : -Math.log1p(-(units[i] as number)) / weight));
  return [...weights.keys()].sort((a, b) =>
    (arrivals[a] as number) < (arrivals[b] as number)
      ? -1
      : (arrivals[a] as number) > (arrivals[b] as number)
        ? 1
        : a - b,
  );
}

/**
 * `count` indices per row, drawn with chances in proportion to the row's elements, as int32; without replacement none
 * comes twice. PyTorch: `torch.multinomial`.
 *
 * @throws ValueError when a weight is negative or not finite, a row has no weight, or fewer categories have any than are drawn.
 * @example
 * multinomial(tensor([0, 10, 3, 0]), 2); // 1 and 2, in either order
 */
export function multinomial(
  p: Tensor,
  count: number,
  replacement = false,
  options: Pick<RandomOptions, 'generator'> = {},
): Tensor {
  checkFloat('multinomial', 'p', checkTensor('multinomial', 'p', p));
  if (p.ndim < 1 || p.ndim > 2) {
    throw new ShapeError(
      `multinomial: p must be a vector or a matrix of weights; got ${formatShape(p.shape)}; try reshape(-1, categories)`,
    );
  }
  checkInteger('multinomial', 'count', count, 1);
  if (typeof replacement !== 'boolean')
    throw new ValueError(`multinomial: replacement must be true or false; got ${describe(replacement)}; try false`);
  checkWeights(p, replacement ? 1 : count);
  const { generator } = checkOptions('multinomial', options, '{ generator: new Generator(42) }', ['generator']);
  const each = replacement ? count : (p.shape.at(-1) as number);
  const { seed, offset } = generated('multinomial', [...p.shape.slice(0, -1), each], 'int32', 2, generator);
  return apply(multinomialOp, [p], { seed, offset, count, replacement });
}

function checkWeights(p: Tensor, needed: number): void {
  const size = p.shape.at(-1) as number;
  if (size < needed) {
    throw new ValueError(
      `multinomial: at least ${needed} categories must have weight; got ${size} of them; try replacement = true`,
    );
  }
  const { data } = p;
  for (let start = 0; start < data.length; start += size) {
    const row = Array.from(data.subarray(start, start + size));
    const bad = row.findIndex((weight) => !(weight >= 0 && weight < Infinity));
    if (bad >= 0)
      throw new ValueError(
        `multinomial: weights must be finite and at least 0; got ${row[bad]} at index [${start + bad}]; try softmax or clamp first`,
      );
    const positive = row.filter((weight) => weight > 0).length;
    if (positive < needed) {
      throw new ValueError(
        `multinomial: at least ${needed} categories must have weight; got ${positive} in row ${start / size}; try replacement = true`,
      );
    }
  }
}
