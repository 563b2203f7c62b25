// Finds where a module says an address of its own tables, so that the loader can put them where there is room: the module
// is compiled with its tables at two addresses, and what differs are the places.

/** Both are addresses of three bytes as LEB128, signed or not, and differ in the last of them alone. */
export const [FIRST, SECOND] = [0x8000, 0x10000];
const THIRD = 0x9010;
/** Where the tables of @tessera/kernels itself are (see src/placement.ts). */
export const OWN = 0x4000;

/**
 * The places, in order, checked against a third compilation.
 * @param {(base: number) => Promise<Uint8Array>} compile
 * @returns {Promise<{ bytes: Uint8Array, places: number[] }>}
 */
export async function findPlaces(compile) {
  const bytes = await compile(FIRST);
  const other = await compile(SECOND);
  const places = [];
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === other[i]) continue;
    if (address(other, i - 2) - address(bytes, i - 2) !== SECOND - FIRST)
      throw new Error(`an address at byte ${i} has not the form that can be moved`);
    places.push(i - 2);
  }
  const moved = Uint8Array.from(bytes);
  for (const place of places) write(moved, place, address(bytes, place) - FIRST + THIRD);
  if (Buffer.compare(moved, await compile(THIRD)) !== 0) throw new Error('moved tables give another module');
  return { bytes, places };
}

/** @param {Uint8Array} bytes @param {number} at */
function address(bytes, at) {
  return (bytes[at] & 0x7f) | ((bytes[at + 1] & 0x7f) << 7) | (bytes[at + 2] << 14);
}

/** @param {Uint8Array} bytes @param {number} at @param {number} value */
function write(bytes, at, value) {
  bytes.set([(value & 0x7f) | 0x80, ((value >> 7) & 0x7f) | 0x80, value >> 14], at);
}

/** Numbers as differences from the one before, each LEB128. @param {number[]} numbers */
export function packed(numbers) {
  const bytes = [];
  numbers.forEach((number, i) => {
    let rest = number - (numbers[i - 1] ?? 0);
    for (; rest > 0x7f; rest >>= 7) bytes.push((rest & 0x7f) | 0x80);
    bytes.push(rest);
  });
  return Buffer.from(bytes);
}
