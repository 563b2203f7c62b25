/** The four operations, and what is made of them alone. */
import { type Elementwise, elementwise } from '../../op.ts';

/** x + y. PyTorch: `torch.add`. */
export const add: Elementwise<'x' | 'y'> = elementwise('add', {
  f: (x: number, y: number) => x + y,
  kernel: 'add',
  ulp: 0.5,
  vjp: { x: () => (g) => g, y: () => (g) => g },
});

/** x - y. PyTorch: `torch.sub`. */
export const sub: Elementwise<'x' | 'y'> = elementwise('sub', {
  f: (x: number, y: number) => x - y,
  kernel: 'sub',
  ulp: 0.5,
  vjp: { x: () => (g) => g, y: () => (g) => g.neg() },
});

/** x * y. PyTorch: `torch.mul`. */
export const mul: Elementwise<'x' | 'y'> = elementwise('mul', {
  f: (x: number, y: number) => x * y,
  kernel: 'mul',
  ulp: 0.5,
  vjp: { x: ({ y }) => (g) => g.mul(y), y: ({ x }) => (g) => g.mul(x) },
});

/** -x. PyTorch: `torch.neg`. */
export const neg: Elementwise<'x'> = elementwise('neg', {
  f: (x: number) => -x,
  kernel: 'neg',
  ulp: 0.5,
  vjp: { x: () => (g) => g.neg() },
});
