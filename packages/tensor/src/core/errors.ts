/**
 * The few named errors of Tessera. Every message reads `op: rule; got ...; try ...`, and every check comes before
 * anything is touched.
 */

/** A shape that breaks an op's rule: wrong rank, sizes that do not agree, a negative size. */
export class ShapeError extends Error {
  override readonly name: string = 'ShapeError';
}

/** A dtype, or a value of some other type, that an op does not take. */
export class DTypeError extends Error {
  override readonly name: string = 'DTypeError';
}

/** An index, dimension or label outside its range. */
export class IndexError extends Error {
  override readonly name: string = 'IndexError';
}

/** A derivative that cannot be taken, or was asked for in the wrong way. */
export class GradientError extends Error {
  override readonly name: string = 'GradientError';
}

/** A tensor that lives where this op cannot reach it. */
export class DeviceError extends Error {
  override readonly name: string = 'DeviceError';
}

export { MemoryError, ValueError } from '@tessera/kernels';
