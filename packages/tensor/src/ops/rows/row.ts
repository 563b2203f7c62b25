/** What ops over rows share. */
import type { Draw, Sample } from '../../op.ts';

/** The dimension along which rows lie. */
export interface RowAttributes {
  readonly dim: number;
}

export function sampleRows(draw: Draw): Sample<RowAttributes> {
  const shape = draw.shape([1, 3], { min: 1 });
  return { inputs: [{ shape }], attributes: { dim: draw.integer(0, shape.length - 1) } };
}
