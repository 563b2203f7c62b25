/** The base of all layers: a tree of plain typed fields. What it learns, keeps and contains is found by walking them. */
import { noGrad, requiresGrad } from '@tessera/autograd';
import { type DType, type Tensor, ValueError } from '@tessera/tensor';
import {
  checkDType,
  checkFlag,
  checkFunction,
  formatShape,
  isFloating,
  isTensor,
  keep,
  rehouse,
  sameShape,
  withDefaults,
} from '@tessera/tensor/core';
import { addHook, type BackwardHook, type ForwardHook, type ForwardPreHook, type HookHandle } from './hooks.ts';
import { Buffer, Parameter } from './parameter.ts';
import { formatModule } from './print.ts';

/** State by PyTorch's key names. */
export type StateDict = Record<string, Tensor>;

export interface LoadOptions {
  /** Throw on missing and unexpected keys. Default true. */
  readonly strict?: boolean;
}

export interface LoadResult {
  readonly missingKeys: readonly string[];
  readonly unexpectedKeys: readonly string[];
}

/**
 * A layer, or a network of layers. Fields that are parameters, buffers or modules, also in arrays, belong to it; nothing
 * is registered. Keys are PyTorch's: `this.runningMean` is `running_mean`, `this.blocks[0].fc1.weight` is
 * `blocks.0.fc1.weight`. PyTorch: `torch.nn.Module`.
 *
 * @example
 * class MLP extends Module {
 *   readonly fc1: Linear = new Linear(576, 512);
 *   readonly fc2: Linear = new Linear(512, 10);
 *   forward(x: Tensor): Tensor {
 *     return this.fc2.forward(relu(this.fc1.forward(x)));
 *   }
 * }
 */
export abstract class Module {
  /** Whether layers such as Dropout and BatchNorm behave as in training. */
  training = true;

  /** The value of the layer. Subclasses say what they take and give. */
  abstract forward(...inputs: never[]): unknown;

  /** What belongs to the module, under PyTorch's names. Containers say for themselves what they contain. */
  protected namedFields(): Iterable<[string, unknown]> {
    return fieldsOf(this);
  }

  /** Direct submodules with their names, each once. */
  *namedChildren(): Generator<[string, Module]> {
    yield* unique(this.#modules());
  }

  /** Those that stand in two places, twice. */
  *#modules(): Generator<[string, Module]> {
    for (const [name, value] of this.namedFields()) if (value instanceof Module) yield [name, value];
  }

  children(): Module[] {
    return [...this.namedChildren()].map(([, child]) => child);
  }

  /** This module and all below it, each once, with dotted names; its own name is ''. */
  *namedModules(prefix = '', seen: Set<Module> = new Set()): Generator<[string, Module]> {
    if (seen.has(this)) return;
    seen.add(this);
    yield [prefix, this];
    for (const [name, child] of this.namedChildren()) yield* child.namedModules(join(prefix, name), seen);
  }

  modules(): Module[] {
    return [...this.namedModules()].map(([, module]) => module);
  }

  /** What is learned here and below, each once, with dotted names. */
  *namedParameters(): Generator<[string, Parameter]> {
    yield* unique(this.#owned((value) => value instanceof Parameter)) as Generator<[string, Parameter]>;
  }

  parameters(): Parameter[] {
    return [...this.namedParameters()].map(([, parameter]) => parameter);
  }

  /** State that is not learned, here and below, each once, with dotted names. */
  *namedBuffers(): Generator<[string, Buffer]> {
    yield* unique(this.#owned((value) => value instanceof Buffer)) as Generator<[string, Buffer]>;
  }

  buffers(): Buffer[] {
    return [...this.namedBuffers()].map(([, buffer]) => buffer);
  }

  *#owned(wanted: (value: unknown) => boolean): Generator<[string, Tensor]> {
    for (const [prefix, module] of this.namedModules()) {
      for (const [name, value] of module.namedFields()) if (wanted(value)) yield [join(prefix, name), value as Tensor];
    }
  }

  /** Sets training behaviour here and below. */
  train(mode = true): this {
    for (const module of this.modules()) module.training = mode;
    return this;
  }

  eval(): this {
    return this.train(false);
  }

  /** Stops or resumes learning of every parameter. */
  requiresGrad_(on = true): this {
    for (const parameter of this.parameters()) {
      if (on) requiresGrad(parameter);
      else parameter.requiresGrad = false;
    }
    return this;
  }

  /** Drops every parameter's gradient. */
  zeroGrad(): void {
    for (const parameter of this.parameters()) parameter.grad = null;
  }

  /** Stops learning here and below: `requiresGrad_(false)`. */
  freeze(): this {
    return this.requiresGrad_(false);
  }

  /** Learns again. */
  unfreeze(): this {
    return this.requiresGrad_(true);
  }

  /**
   * Turns parameters and buffers that hold floats, and gradients, into another float dtype. They stay the same objects, so that
   * optimizers go on. PyTorch: `Module.to`.
   *
   * @throws ValueError for a dtype that is no float.
   */
  to(dtype: DType): this {
    if (!isFloating(checkDType('to', dtype)))
      throw new ValueError(`to: modules hold floats; got ${dtype}; try 'float32' or 'float64'`);
    for (const t of [...this.parameters(), ...this.buffers()]) {
      if (!isFloating(t.dtype) || t.dtype === dtype) continue;
      const gradient = t.grad;
      t.grad = null;
      const converted = t.detach().to(dtype);
      keep(converted.storage);
      rehouse(t, converted);
      if (gradient !== null) t.grad = gradient.to(dtype);
    }
    return this;
  }

  float(): this {
    return this.to('float32');
  }

  double(): this {
    return this.to('float64');
  }

  half(): this {
    return this.to('float16');
  }

  bfloat16(): this {
    return this.to('bfloat16');
  }

  /**
   * Calls `hook(module, inputs)` before every `forward`; what it gives, unless undefined, goes in instead. PyTorch's name.
   *
   * @example
   * const handle = layer.registerForwardPreHook((_, [x]) => x.mul(2));
   * handle.remove();
   */
  registerForwardPreHook(hook: ForwardPreHook): HookHandle {
    return addHook(this, 'before', hook);
  }

  /** Calls `hook(module, inputs, output)` after every `forward`; what it gives, unless undefined, comes out instead. */
  registerForwardHook(hook: ForwardHook): HookHandle {
    return addHook(this, 'after', hook);
  }

  /**
   * Calls `hook(module, gradInputs, gradOutputs)` in every backward pass; what it gives, unless undefined, goes on as the
   * gradients of the tensors that went in. PyTorch's name.
   */
  registerFullBackwardHook(hook: BackwardHook): HookHandle {
    return addHook(this, 'backward', hook);
  }

  /** Calls `visit` on every module below, then on this one. */
  apply(visit: (module: Module) => void): this {
    checkFunction('apply', 'visit', visit, '(module) => console.log(module)');
    for (const child of this.children()) child.apply(visit);
    visit(this);
    return this;
  }

  /** Parameters and persistent buffers by PyTorch's key names. They share memory with the module. */
  stateDict(): StateDict {
    const state: StateDict = {};
    for (const [name, value] of this.namedFields()) {
      if (value instanceof Parameter || (value instanceof Buffer && value.persistent)) state[name] = value.detach();
    }
    // Modules that stand in two places are in the state under both names, as tied weights are.
    for (const [name, child] of this.#modules())
      for (const [key, value] of Object.entries(child.stateDict())) state[join(name, key)] = value;
    return state;
  }

  /**
   * Copies values into parameters and buffers by key. Everything is checked first: on an error nothing has changed.
   *
   * @throws ValueError naming every missing, unexpected or misshapen key.
   */
  loadStateDict(state: Readonly<StateDict>, options: LoadOptions = {}): LoadResult {
    const { strict } = withDefaults<Required<LoadOptions>>('loadStateDict', options, { strict: true });
    checkFlag('loadStateDict', 'strict', strict);
    const own = this.stateDict();
    const missingKeys = Object.keys(own).filter((key) => !Object.hasOwn(state, key));
    const unexpectedKeys = Object.keys(state).filter((key) => !Object.hasOwn(own, key));
    const shared = Object.keys(own).filter((key) => Object.hasOwn(state, key));
    const problems = shared.flatMap((key) => mismatch(key, own[key] as Tensor, state[key]));
    if (strict && missingKeys.length > 0) problems.push(`missing ${missingKeys.join(', ')}`);
    if (strict && unexpectedKeys.length > 0) problems.push(`unexpected ${unexpectedKeys.join(', ')}`);
    if (problems.length > 0) {
      throw new ValueError(
        `loadStateDict: the state must match ${this.constructor.name}; got ${problems.join('; ')}; try { strict: false } for keys, or a module of the same sizes`,
      );
    }
    noGrad(() => {
      for (const key of shared) (own[key] as Tensor).copy_(state[key] as Tensor);
    });
    return { missingKeys, unexpectedKeys };
  }

  /** The settings shown in parentheses when the module is printed. */
  extraRepr(): string {
    return '';
  }

  toString(): string {
    return formatModule(this, [...this.#modules()]);
  }
}

function mismatch(key: string, own: Tensor, given: unknown): string[] {
  if (!isTensor(given)) return [`${key} that is not a tensor`];
  return sameShape(own.shape, given.shape)
    ? []
    : [`${key} of shape ${formatShape(given.shape)} for ${formatShape(own.shape)}`];
}

/** A module's fields under PyTorch's names; arrays give one entry for each element. */
function* fieldsOf(module: Module): Generator<[string, unknown]> {
  for (const [field, value] of Object.entries(module)) {
    const name = snakeCase(field);
    if (Array.isArray(value)) for (const [i, item] of value.entries()) yield [`${name}.${i}`, item];
    else yield [name, value];
  }
}

/** `inProjWeight` -> `in_proj_weight` */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/^_/, '');
}

function join(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}.${name}`;
}

/** Each value once, under its first name: tied weights count once. */
function* unique<T>(entries: Iterable<[string, T]>): Generator<[string, T]> {
  const seen = new Set<T>();
  for (const entry of entries) {
    if (seen.has(entry[1])) continue;
    seen.add(entry[1]);
    yield entry;
  }
}
