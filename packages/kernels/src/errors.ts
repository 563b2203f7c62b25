/** Memory that cannot be had, or was already given back. */
export class MemoryError extends Error {
  override readonly name = 'MemoryError';
}

/** A kernel that does not exist, cannot be loaded here, or failed while it ran. */
export class KernelError extends Error {
  override readonly name = 'KernelError';
}
