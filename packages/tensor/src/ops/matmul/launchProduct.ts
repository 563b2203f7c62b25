/** The fast way to a matrix product: operands are read where they lie, transposed, stretched or with gaps. */
import { gemm, type Matrices } from '@tessera/kernels';
import { broadcastStrides } from '../../core/broadcast.ts';
import { DTYPES } from '../../core/dtype.ts';
import type { Shape } from '../../core/shape.ts';
import type { Tensor } from '../../tensor.ts';

/** What is added to alpha * A @ B: beta times what C holds, or a contiguous bias [n] in every row. */
export interface Epilogue {
  readonly alpha?: number;
  readonly beta?: number;
  readonly bias?: Tensor;
}

/** Writes [..., m, k] @ [..., k, n] into contiguous `c` [..., m, n]; batch dimensions of a and b are stretched to c's. */
export function launchProduct(c: Tensor, a: Tensor, b: Tensor, { alpha = 1, beta = 0, bias }: Epilogue = {}): void {
  const batch = c.shape.slice(0, -2);
  gemm({
    type: DTYPES[c.dtype].suffix as 'f32' | 'f64',
    batch,
    m: a.shape.at(-2) as number,
    k: a.shape.at(-1) as number,
    n: b.shape.at(-1) as number,
    c,
    a: matrices(a, batch),
    b: matrices(b, batch),
    bias: bias ?? null,
    alpha,
    beta,
  });
}

function matrices(x: Tensor, batch: Shape): Matrices {
  return {
    source: x,
    rowStride: x.strides.at(-2) as number,
    columnStride: x.strides.at(-1) as number,
    batchStrides: broadcastStrides(x.shape.slice(0, -2), x.strides.slice(0, -2), batch),
  };
}
