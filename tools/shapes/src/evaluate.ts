/** Runs an expression, and says of its value what the compiler should have said of its type. */
import * as layers from '@tessera/layers';
import * as losses from '@tessera/losses';
import * as tensors from '@tessera/tensor';

const API = { ...tensors, ...layers, ...losses };

/** The names that expressions may use, by package. */
export const NAMES: Readonly<Record<string, readonly string[]>> = {
  '@tessera/tensor': Object.keys(tensors),
  '@tessera/layers': Object.keys(layers).filter((name) => !(name in tensors)),
  '@tessera/losses': Object.keys(losses),
};

/** The type of the value, or what the library said when it refused. */
export type Verdict = { readonly type: string } | { readonly refusal: string };

export function evaluate(expression: string): Verdict {
  // The compiler's words mean nothing at run time.
  const plain = expression.replaceAll(/ as (number|Tensor)\b/g, '');
  try {
    return { type: describe(new Function('api', `with (api) { return ${plain}; }`)(API)) };
  } catch (error) {
    return { refusal: (error as Error).message };
  }
}

function describe(value: unknown): string {
  if (value instanceof tensors.Tensor) return `Tensor<readonly [${value.shape.join(', ')}]>`;
  if (Array.isArray(value)) return `[${value.map(describe).join(', ')}]`;
  const { values } = value as tensors.ValuesAndIndices;
  return `ValuesAndIndices<readonly [${values.shape.join(', ')}]>`;
}
