/** What a case is, and what an adapter is. The schema is explained in ../README.md. */
import type { Tensor } from '@tessera/tensor';

/** Values as a vector file has them: flat and row-major. "NaN", "Infinity" and "-Infinity" have become numbers. */
export interface Values {
  readonly name?: string;
  readonly shape: readonly number[];
  readonly data: readonly number[];
  /** PyTorch's name; float32 where the file says none. */
  readonly dtype: string;
}

/** How an input is laid out in memory; its logical values are those in `data`. */
export type Layout =
  | { readonly kind: 'permuted'; readonly perm: readonly number[] }
  | { readonly kind: 'expanded'; readonly dims: readonly number[] }
  | { readonly kind: 'sliced'; readonly dim: number };

export interface Input extends Values {
  readonly requiresGrad: boolean;
  readonly layout?: Layout;
}

export interface Case {
  readonly id: string;
  readonly area: string;
  readonly op: string;
  /** An absent optional input (ONNX) is null. */
  readonly inputs: readonly (Input | null)[];
  /** PyTorch's keyword names and values; the strings "NaN", "Infinity" and "-Infinity" have become numbers. */
  readonly attrs: Readonly<Record<string, unknown>>;
  /** An absent optional output (ONNX) is null and not compared. */
  readonly outputs: readonly (Values | null)[];
  /** The cotangent of each output; null where it is not differentiable. */
  readonly gradOutputs: readonly (readonly number[] | null)[];
  /** The gradient for each input; null where none is asked. */
  readonly gradInputs: readonly (readonly number[] | null)[];
  /** PyTorch's own float32 error of the outputs and of the gradients, over max(1, largest magnitude). */
  readonly f32err: readonly [number, number];
  readonly note?: string;
}

/** Calls the public API for one op. It maps names and attributes, and contains no arithmetic of its own. */
export type Adapter = (
  inputs: readonly (Tensor | null)[],
  attributes: Record<string, unknown>,
  testCase: Case,
) => Tensor | readonly Tensor[];

/** The adapters of one area, by the op's name in the vectors. */
export type Adapters = Readonly<Record<string, Adapter>>;
