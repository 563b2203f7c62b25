/** Memory that cannot be had, or was already given back. */
export class MemoryError extends Error {
  override readonly name = 'MemoryError';
}

/** An option or number outside what a function takes, such as a probability above 1. */
export class ValueError extends Error {
  override readonly name: string = 'ValueError';
}

/** A kernel that does not exist, cannot be loaded here, or failed while it ran. */
export class KernelError extends Error {
  override readonly name = 'KernelError';
}
