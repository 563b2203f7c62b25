/** What ops share that make numbers out of nothing but a stream. */
import { checkDType, type DType, isFloating } from '../../core/dtype.ts';
import { DTypeError } from '../../core/errors.ts';
import { elementsOf, type Shape } from '../../core/shape.ts';
import type { CreationOptions } from '../../creation.ts';
import type { Draw, Spec } from '../../op.ts';
import { type Generator, generatorOf } from '../../random/generator.ts';
import type { Stream } from '../../random/philox.ts';

export interface RandomOptions extends CreationOptions {
  /** Where the numbers come from. Default: the default generator. */
  readonly generator?: Generator;
}

/** Attributes of every such op: what comes out, and from which stream. */
export interface Generated extends Spec, Stream {}

/** Attributes for `shape`, with the next stream for as many numbers. */
export function generated(
  op: string,
  shape: Shape,
  dtype: DType,
  wordsPerNumber: number,
  generator: unknown,
): Generated {
  const stream = generatorOf(op, generator).take(Math.ceil((elementsOf(shape) * wordsPerNumber) / 4));
  return { shape, dtype, ...stream };
}

/** A float32 takes one word, a float64 two. */
export function wordsOf(dtype: DType): number {
  return dtype === 'float64' ? 2 : 1;
}

/** Throws unless the dtype is one in which random fractions are made. */
export function checkRandomDType(op: string, dtype: unknown): 'float32' | 'float64' {
  const checked = checkDType(op, dtype);
  if (checked === 'float32' || checked === 'float64') return checked;
  const way = isFloating(checked) ? `.to('${checked}') afterwards` : "randint or dtype 'float32'";
  throw new DTypeError(`${op}: random fractions are float32 or float64; got dtype ${checked}; try ${way}`);
}

/** A stream and a form, for laws. */
export function sampleGenerated(draw: Draw): Generated {
  const stream = { seed: draw.integer(0, 2 ** 31 - 1), offset: draw.integer(0, 1000) };
  return { shape: draw.shape([0, 3], { empty: true }), dtype: draw.pick(['float32', 'float64']), ...stream };
}
