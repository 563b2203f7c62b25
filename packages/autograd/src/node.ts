/** The tape: one node per recorded op. Nodes point back to what their inputs came from, so the collector owns the tape. */
import { type DType, GradientError, type Shape, type Tensor } from '@tessera/tensor';
import type { GradientHook, Storage } from '@tessera/tensor/core';
import type { Variable } from './variable.ts';

/** An operand as the tape sees it: where its cotangent goes, and what form it must have. */
export interface Edge {
  readonly variable: Variable;
  readonly shape: Shape;
  readonly dtype: DType;
  /** The operand's name, for messages. */
  readonly operand: string;
  /** From the cotangents of the outputs to that of this operand, still broadcast. Null when the node pulls back jointly. */
  readonly pullback: ((...cotangents: Tensor[]) => Tensor) | null;
}

/** Pulls back to all operands at once (custom functions, checkpoints). */
export type JointPullback = (cotangents: readonly Tensor[]) => readonly (Tensor | null | undefined)[];

interface Saved {
  readonly storage: Storage;
  readonly version: number;
  readonly intermediate: boolean;
}

/** What one result of a node looks like, for the zeros that stand in when nothing flows into it. */
export interface OutputForm {
  readonly shape: Shape;
  readonly dtype: DType;
}

let sequence = 0;

/** How many nodes there have been: later ones have this number or a higher one. */
export function nodesSoFar(): number {
  return sequence;
}

export class Node {
  /** Later nodes have higher numbers, so descending order is a topological one, and always the same. */
  readonly sequence: number = sequence++;
  readonly saved: Saved[] = [];
  released = false;
  /** Hooks on the outputs, by output. */
  hooks: GradientHook[][] = [];
  /** Outputs that keep their gradient, by output. */
  retained: (Variable | undefined)[] = [];
  /** Where the op was called, under detectAnomaly. */
  origin: string | undefined;

  constructor(
    readonly name: string,
    public edges: readonly (Edge | null)[],
    public joint: JointPullback | null,
    readonly outputs: readonly OutputForm[],
  ) {}

  hooksOf(output: number): GradientHook[] {
    const hooks = this.hooks[output] ?? [];
    this.hooks[output] = hooks;
    return hooks;
  }

  /** Notes that backward needs the value of `t` as it is now. */
  save(t: Tensor): Tensor {
    t.storage.hold();
    this.saved.push({
      storage: t.storage,
      version: t.storage.version,
      intermediate: t.trace !== null && !t.trace.isLeaf,
    });
    return t;
  }

  /** Throws when what the rules need is gone or was changed. */
  check(): void {
    if (this.released) {
      throw new GradientError(
        'backward: the tape of this result was freed by an earlier backward(); got a second pass; try backward({ retainGraph: true }) in the first',
      );
    }
    for (const { storage, version } of this.saved) {
      if (storage.version !== version) {
        throw new GradientError(
          `backward: a value that ${this.name} saved must not be changed in place; got version ${storage.version} instead of ${version}; try the op without underscore, or clone() before changing`,
        );
      }
    }
  }

  /** Forgets the rules and lets go of what they saved. */
  release(): void {
    this.released = true;
    this.joint = null;
    this.edges = this.edges.map((edge) => edge && { ...edge, pullback: null });
    for (const { storage, intermediate } of this.saved) storage.release(intermediate);
    this.saved.length = 0;
  }
}
