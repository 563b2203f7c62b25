/** One elementary function over all float32 inputs. */
import { type Draw, type ElementwiseOp, fromArray } from '@tessera/tensor';
import { evaluate } from '@tessera/tensor/core';
import { LEAST_NORMAL } from '@tessera/tensor/testing';

export interface Measured {
  readonly op: string;
  /** The greatest error that the op declares, and the greatest found, in units in the last place. */
  readonly declared: number;
  readonly worst: number;
  /** The input of the greatest error. */
  readonly at: number;
  /** How many results are NaN or infinite where the meaning is not, or the other way round. */
  readonly wrong: number;
  readonly attributes: object;
  readonly seconds: number;
}

const CHUNK = 2 ** 20;
const ALL = 2 ** 32;

/** The ulp of a float32 by the exponent bits of the same number in float64. */
const ULPS: Float64Array = Float64Array.from({ length: 2048 }, (_, bits) => 2 ** Math.max(-149, bits - 1023 - 23));

/** Attributes from the middle of what the op's sample picks from. */
export function attributesOf(op: ElementwiseOp<string, object>): object {
  const first: Draw = {
    integer: (low) => low,
    boolean: () => false,
    pick: (choices) => choices[choices.length >> 1] as (typeof choices)[number],
    shape: () => [1],
  };
  return op.sample?.(first).attributes ?? {};
}

/** `count` inputs from the bit pattern `first` on, default all. */
export function measure(
  op: ElementwiseOp<string, object>,
  attributes: object,
  first: number = 0,
  count: number = ALL,
): Measured {
  const start = performance.now();
  const bits = new Uint32Array(CHUNK);
  const inputs = new Float32Array(bits.buffer);
  const scratch = new Float64Array(1);
  const high = new Uint32Array(scratch.buffer);
  const f = op.f as (x: number, attributes: object) => number;
  let [worst, at, wrong] = [0, 0, 0];
  for (let base = first; base < first + count; base += CHUNK) {
    const n = Math.min(CHUNK, first + count - base);
    for (let i = 0; i < n; i++) bits[i] = base + i;
    const x = fromArray(inputs.slice(0, n), [n]);
    const [result] = evaluate(op, [x], attributes);
    const y = result?.data as Float32Array;
    for (let i = 0; i < n; i++) {
      const input = inputs[i] as number;
      const expected = f(input, attributes);
      const got = y[i] as number;
      const size = Math.abs(expected);
      if (!(size < Infinity) || Math.abs(Math.fround(expected)) === Infinity) {
        if (!Object.is(got, Math.fround(expected))) wrong++;
        continue;
      }
      if (!(Math.abs(got) < Infinity)) {
        wrong++;
        continue;
      }
      // What is no normal number may be flushed to 0.
      if (size < LEAST_NORMAL) continue;
      scratch[0] = expected;
      const error = Math.abs(got - expected) / (ULPS[((high[1] as number) >>> 20) & 2047] as number);
      if (error > worst) [worst, at] = [error, input];
    }
    x.dispose();
    result?.dispose();
  }
  const seconds = Math.round((performance.now() - start) / 1000);
  return { op: op.name, declared: op.ulp ?? 0.5, worst: Number(worst.toFixed(4)), at, wrong, attributes, seconds };
}
