/** Bytes to tensors. */
import { fromArray, type Tensor } from '@tessera/tensor';
import { type Digits, PIXELS } from './digits.ts';

/** Mean and deviation of all pixels of the training digits, as a share of full ink. */
const MEAN = 0.1307;
const DEVIATION = 0.3081;

/** What each byte becomes: mean 0, deviation 1 over all digits. */
const NORMALIZED: Float32Array = Float32Array.from({ length: 256 }, (_, byte) => (byte / 255 - MEAN) / DEVIATION);

export interface Batch {
  /** (B, 784) */
  readonly x: Tensor;
  /** (B), class indices */
  readonly y: Tensor;
}

/** The digits at `order[start]` up to, not including, `order[end]`. */
export function batchOf(digits: Digits, order: Int32Array, start: number, end: number): Batch {
  const count = end - start;
  const x = new Float32Array(count * PIXELS);
  const y = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const digit = order[start + i] as number;
    const from = digit * PIXELS;
    const to = i * PIXELS;
    for (let p = 0; p < PIXELS; p++) x[to + p] = NORMALIZED[digits.pixels[from + p] as number] as number;
    y[i] = digits.labels[digit] as number;
  }
  return { x: fromArray(x, [count, PIXELS]), y: fromArray(y, [count]) };
}
