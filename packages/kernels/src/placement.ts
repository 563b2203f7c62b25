/**
 * Where the tables of kernel modules lie: in the lowest part of the memory, this package's own first, and then those of each
 * other module at the place that is free when it is loaded. A module was compiled for one address; the loader writes another
 * into the places that scripts/places.mjs found.
 */
import { KernelError } from './errors.ts';

/** One build of a kernel module, as scripts/build-wasm.mjs writes it. */
export interface KernelBuild {
  /** WebAssembly, in base64. */
  readonly code: string;
  /** How long the module's own tables are. */
  readonly dataBytes: number;
  /** Where in the code an address of these tables stands: differences, each LEB128, in base64. */
  readonly places: string;
}

/** What modules were compiled for. */
const BUILT_AT = 0x8000;
/** This package's own tables begin here; those of its two builds are the same. Up to DATA_END, addresses take three bytes. */
const OWN_START = 0x4000;
/** Those of other modules begin here. */
const DATA_START = 0x8000;
/** The heap begins here. */
export const DATA_END = 0x20000;
const [ALIGNMENT, DATA_SECTION, PREAMBLE] = [16, 11, 8];

let free = DATA_START;

/** The bytes of this package's own module, which was compiled for its place. */
export function own({ code, dataBytes }: KernelBuild): Uint8Array<ArrayBuffer> {
  if (OWN_START + dataBytes > DATA_START)
    throw new KernelError(
      `kernels: there are ${DATA_START - OWN_START} bytes for the tables; got ${dataBytes}; try moving DATA_START`,
    );
  return decodeBase64(code);
}

/** The module's bytes, with its tables where there is room. A build of WebAssembly alone must have none. */
export function placed(build: KernelBuild | string): Uint8Array<ArrayBuffer> {
  if (typeof build === 'string') {
    const bytes = decodeBase64(build);
    if (hasData(bytes))
      throw new KernelError(
        'loadKernels: a module that is WebAssembly alone must have no data of its own; got a data section; try a build by tessera-kernels',
      );
    return bytes;
  }
  const bytes = decodeBase64(build.code);
  const address = free;
  if (address + build.dataBytes > DATA_END)
    throw new KernelError(
      `loadKernels: there are ${DATA_END - DATA_START} bytes for the tables of all modules; got ${build.dataBytes} more; try loading each module once`,
    );
  free += Math.ceil(build.dataBytes / ALIGNMENT) * ALIGNMENT;
  let place = 0;
  for (const distance of numbersOf(decodeBase64(build.places))) {
    place += distance;
    const value =
      (((bytes[place] as number) & 0x7f) |
        (((bytes[place + 1] as number) & 0x7f) << 7) |
        ((bytes[place + 2] as number) << 14)) -
      BUILT_AT +
      address;
    bytes.set([(value & 0x7f) | 0x80, ((value >> 7) & 0x7f) | 0x80, value >> 14], place);
  }
  return bytes;
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** What LEB128 says, number by number. */
function* numbersOf(bytes: Uint8Array): Generator<number> {
  let [value, shift] = [0, 0];
  for (const byte of bytes) {
    value |= (byte & 0x7f) << shift;
    shift += 7;
    if (byte > 0x7f) continue;
    yield value;
    [value, shift] = [0, 0];
  }
}

/** Whether a module writes into the memory when it is instantiated. */
function hasData(bytes: Uint8Array): boolean {
  for (let at = PREAMBLE; at < bytes.length; ) {
    const section = bytes[at++];
    if (section === DATA_SECTION) return true;
    let [size, shift] = [0, 0];
    for (let byte = 0x80; byte > 0x7f; shift += 7) {
      byte = bytes[at++] ?? 0;
      size |= (byte & 0x7f) << shift;
    }
    at += size;
  }
  return false;
}
