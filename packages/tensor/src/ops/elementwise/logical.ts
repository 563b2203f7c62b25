/** Truth: anything but zero is true, NaN too. */
import { type Elementwise, elementwise } from '../../op.ts';

/** Whether x is zero. PyTorch: `torch.logical_not`. */
export const logicalNot: Elementwise<'x'> = elementwise('logicalNot', {
  f: (x: number) => Number(x === 0),
  result: 'bool',
  vjp: { x: 'none' },
});

/** Whether both are true. PyTorch: `torch.logical_and`. */
export const logicalAnd: Elementwise<'x' | 'y', 'logicalAnd'> = elementwise('logicalAnd', {
  f: (x: number, y: number) => Number(x !== 0 && y !== 0),
  result: 'bool',
  vjp: { x: 'none', y: 'none' },
});

/** Whether one at least is true. PyTorch: `torch.logical_or`. */
export const logicalOr: Elementwise<'x' | 'y', 'logicalOr'> = elementwise('logicalOr', {
  f: (x: number, y: number) => Number(x !== 0 || y !== 0),
  result: 'bool',
  vjp: { x: 'none', y: 'none' },
});

/** Whether exactly one is true. PyTorch: `torch.logical_xor`. */
export const logicalXor: Elementwise<'x' | 'y', 'logicalXor'> = elementwise('logicalXor', {
  f: (x: number, y: number) => Number((x !== 0) !== (y !== 0)),
  result: 'bool',
  vjp: { x: 'none', y: 'none' },
});
