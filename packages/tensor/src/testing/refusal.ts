/** The errors by which an op may refuse what it is given; anything else is an accident. */
import {
  DeviceError,
  DTypeError,
  GradientError,
  IndexError,
  MemoryError,
  ShapeError,
  ValueError,
} from '../core/errors.ts';
import { LawError } from './expectWithin.ts';

const NAMED = [ShapeError, DTypeError, IndexError, ValueError, GradientError, DeviceError, MemoryError];

/** How every message reads. */
const SENTENCE = /^[^:]+: .+; got .+; try .+/s;

/** Whether an error is one of the library's named ones. */
export function isNamedError(error: unknown): error is Error {
  return NAMED.some((named) => error instanceof named);
}

/**
 * What `run` gives, or null where it refused with a named error that says the rule, what it got and a way out.
 * Other errors pass.
 */
export function unlessRefused<T>(run: () => T): T | null {
  try {
    return run();
  } catch (error) {
    if (!isNamedError(error)) throw error;
    if (!SENTENCE.test(error.message))
      throw new LawError(`a message must read "op: rule; got ...; try ..."; got "${error.message}"`);
    return null;
  }
}

/** Throws unless `run` refuses with a named error whose message begins with the op's name. */
export function expectRefusal(name: string, run: () => unknown): void {
  let result: unknown;
  try {
    result = run();
  } catch (error) {
    if (!isNamedError(error)) throw error;
    if (!error.message.startsWith(`${name}: `))
      throw new LawError(`the message must begin with "${name}: "; got "${error.message}"`);
    if (!SENTENCE.test(error.message))
      throw new LawError(`a message must read "op: rule; got ...; try ..."; got "${error.message}"`);
    return;
  }
  throw new LawError(`it must be refused with a named error; got ${String(result)}`);
}
