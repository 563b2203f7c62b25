/** Comparisons, which give bools; any of them is false where a value is NaN, but for `ne`. */
import { type Elementwise, elementwise } from '../../op.ts';

/** x == y. PyTorch: `torch.eq`. */
export const eq: Elementwise<'x' | 'y', 'eq'> = elementwise('eq', {
  f: (x: number, y: number) => Number(x === y),
  result: 'bool',
  kernel: 'eq',
  vjp: { x: 'none', y: 'none' },
});

/** x != y, true where either is NaN. PyTorch: `torch.ne`. */
export const ne: Elementwise<'x' | 'y', 'ne'> = elementwise('ne', {
  f: (x: number, y: number) => Number(x !== y),
  result: 'bool',
  kernel: 'ne',
  vjp: { x: 'none', y: 'none' },
});

/** x < y. PyTorch: `torch.lt`. */
export const lt: Elementwise<'x' | 'y', 'lt'> = elementwise('lt', {
  f: (x: number, y: number) => Number(x < y),
  result: 'bool',
  kernel: 'lt',
  vjp: { x: 'none', y: 'none' },
});

/** x <= y. PyTorch: `torch.le`. */
export const le: Elementwise<'x' | 'y', 'le'> = elementwise('le', {
  f: (x: number, y: number) => Number(x <= y),
  result: 'bool',
  kernel: 'le',
  vjp: { x: 'none', y: 'none' },
});

/** x > y. PyTorch: `torch.gt`. */
export const gt: Elementwise<'x' | 'y', 'gt'> = elementwise('gt', {
  f: (x: number, y: number) => Number(x > y),
  result: 'bool',
  kernel: 'gt',
  vjp: { x: 'none', y: 'none' },
});

/** x >= y. PyTorch: `torch.ge`. */
export const ge: Elementwise<'x' | 'y', 'ge'> = elementwise('ge', {
  f: (x: number, y: number) => Number(x >= y),
  result: 'bool',
  kernel: 'ge',
  vjp: { x: 'none', y: 'none' },
});
