/** Sizes or dimensions as arguments or as one array: `x.reshape(2, -1)`, `x.reshape([2, -1])`. */
export type Numbers = readonly number[] | readonly [readonly number[]];

/** The list in such arguments. */
export type ListOf<T extends Numbers> = T extends readonly [infer L extends readonly number[]]
  ? L
  : T extends readonly number[]
    ? T
    : never;

export function listOf(args: Numbers): readonly number[] {
  return args.length === 1 && Array.isArray(args[0]) ? (args[0] as readonly number[]) : (args as readonly number[]);
}
