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

/** Gives the digits at `order[start]` up to, not including, `order[end]`: at most `size` of them. */
export type Batcher = (order: Int32Array, start: number, end: number) => Batch;

/** A batcher fills one and the same array again and again: tensors copy what they are made of. */
export function makeBatcher(digits: Digits, size: number): Batcher {
  const pixels = new Float32Array(size * PIXELS);
  const labels = new Int32Array(size);
  return (order, start, end) => {
    const count = end - start;
    for (let i = 0; i < count; i++) {
      const digit = order[start + i] as number;
      const from = digit * PIXELS;
      const to = i * PIXELS;
      for (let p = 0; p < PIXELS; p++) pixels[to + p] = NORMALIZED[digits.pixels[from + p] as number] as number;
      labels[i] = digits.labels[digit] as number;
    }
    return {
      x: fromArray(pixels.subarray(0, count * PIXELS), [count, PIXELS]),
      y: fromArray(labels.subarray(0, count), [count]),
    };
  };
}
