/** Who hands out streams of random numbers: a seed, and a counter that only grows. */
import { environmentVariable } from '@tessera/kernels';
import { ValueError } from '../core/errors.ts';
import { describe } from '../core/shape.ts';
import type { Stream } from './philox.ts';

/** All there is to a generator: keep it in a checkpoint, and the next numbers are the same as if nothing had stopped. */
export interface GeneratorState {
  readonly seed: number;
  /** Blocks of four 32-bit words taken so far. */
  readonly offset: number;
}

/**
 * A source of random numbers of its own. The same seed gives the same numbers, on any machine and any number of threads.
 * PyTorch: `torch.Generator`.
 *
 * @example
 * const generator = new Generator().manualSeed(42);
 * rand(3, { generator });
 */
export class Generator {
  #seed: number;
  #offset = 0;

  /** Without a seed, one is drawn that differs in every run. */
  constructor(seed?: number) {
    this.#seed = seed === undefined ? randomSeed() : checkSeed('Generator', seed);
  }

  get seed(): number {
    return this.#seed;
  }

  /** Blocks of four 32-bit words taken so far. */
  get offset(): number {
    return this.#offset;
  }

  get state(): GeneratorState {
    return { seed: this.#seed, offset: this.#offset };
  }

  set state(state: GeneratorState) {
    if (typeof state !== 'object' || state === null || !Number.isSafeInteger(state.offset) || state.offset < 0) {
      throw new ValueError(
        `Generator: state must be { seed, offset } with a whole offset of at least 0; got ${describe(state?.offset ?? state)}; try the state of another generator`,
      );
    }
    this.#seed = checkSeed('Generator', state.seed);
    this.#offset = state.offset;
  }

  /** Starts anew from this seed. */
  manualSeed(seed: number): this {
    this.#seed = checkSeed('manualSeed', seed);
    this.#offset = 0;
    return this;
  }

  /** The next `blocks` blocks: nobody else gets them. */
  take(blocks: number): Stream {
    const offset = this.#offset;
    this.#offset += blocks;
    return { seed: this.#seed, offset };
  }
}

let shared: Generator | undefined;

/** The generator of every call that names none. Its seed is `TESSERA_SEED` from the environment, or differs in every run. */
export function defaultGenerator(): Generator {
  shared ??= new Generator(environmentSeed());
  return shared;
}

function environmentSeed(): number | undefined {
  const text = environmentVariable('TESSERA_SEED');
  return text === undefined || text === '' ? undefined : checkSeed('TESSERA_SEED', Number(text));
}

/**
 * Starts the default generator anew from `seed`, and gives it. PyTorch: `torch.manual_seed`.
 *
 * @example
 * manualSeed(0);
 * const a = rand(3);
 * manualSeed(0);
 * const b = rand(3); // the same numbers
 */
export function manualSeed(seed: number): Generator {
  checkSeed('manualSeed', seed);
  return defaultGenerator().manualSeed(seed);
}

/** The seed of the default generator. PyTorch: `torch.initial_seed`. */
export function initialSeed(): number {
  return defaultGenerator().seed;
}

/** The generator that a call named, or the default one. */
export function generatorOf(op: string, generator: unknown): Generator {
  if (generator === undefined || generator === null) return defaultGenerator();
  if (generator instanceof Generator) return generator;
  throw new ValueError(`${op}: generator must be a Generator; got ${describe(generator)}; try new Generator(seed)`);
}

function checkSeed(op: string, seed: unknown): number {
  if (Number.isSafeInteger(seed)) return seed as number;
  throw new ValueError(`${op}: a seed must be a whole number below 2^53; got ${describe(seed)}; try 42`);
}

function randomSeed(): number {
  return Math.floor(Math.random() * 2 ** 53);
}
