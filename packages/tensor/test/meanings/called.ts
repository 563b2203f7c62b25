/** The package's functions, called as functions or as methods of their first operand, where there is one. */
import * as tensor from '@tessera/tensor';
import { Tensor } from '@tessera/tensor';

type Callable = (...operands: readonly unknown[]) => unknown;

export const WAYS = ['function', 'method', 'in place'] as const;
let way: (typeof WAYS)[number] = 'function';

/** Runs `body` with all functions called in one way. */
export function calledAs<R>(asked: (typeof WAYS)[number], body: () => R): R {
  way = asked;
  try {
    return body();
  } finally {
    way = 'function';
  }
}

/** Where a method has another name: `var` is no name for a function. */
const NAMES: Readonly<Record<string, string>> = { variance: 'var' };
/** Where the method is not one of the first operand. */
const ORDERS: Readonly<Record<string, (operands: readonly unknown[]) => readonly unknown[]>> = {
  where: ([condition, x, y]) => [x, condition, y],
};
const methods = Tensor.prototype as unknown as Readonly<Record<string, Callable | undefined>>;

/** The first operand, changed; where the result has another form, or nothing does it in place, the result. */
function inPlace(method: Callable | undefined, own: Callable, operands: readonly unknown[]): unknown {
  const [first, ...others] = operands;
  const result = own(...operands);
  if (method === undefined || !(first instanceof Tensor) || !(result instanceof Tensor)) return result;
  if (String([result.shape, result.dtype]) !== String([first.shape, first.dtype])) return result;
  if (method.call(first, ...others) !== first) throw new Error('what works in place must give its tensor back');
  return first;
}

export const T: typeof tensor = new Proxy(tensor, {
  get(all, name: string) {
    const own = (all as unknown as Readonly<Record<string, unknown>>)[name];
    const method = methods[NAMES[name] ?? name];
    if (typeof own !== 'function' || method === undefined) return own;
    return (...operands: readonly unknown[]) => {
      if (way === 'in place') return inPlace(methods[`${NAMES[name] ?? name}_`], own as Callable, operands);
      const [first, ...others] = way === 'method' ? (ORDERS[name]?.(operands) ?? operands) : operands;
      return way === 'method' && first instanceof Tensor
        ? method.call(first, ...others)
        : (own as Callable)(...operands);
    };
  },
});
