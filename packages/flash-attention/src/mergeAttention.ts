/** Attention to some keys and attention to others, put together. */
import { type CompositeOp, logaddexp, ShapeError, type Tensor, where } from '@tessera/tensor';
import { checkFloat, checkSameDType, checkTensor, DTYPES, dispatch, formatShape } from '@tessera/tensor/core';
import { run } from './kernels.ts';
import type { FlashAttentionResult } from './result.ts';

const OP = 'mergeAttention';

/** lse = log(exp(lse1) + exp(lse2)), O = exp(lse1 - lse) O1 + exp(lse2 - lse) O2. [..., dv], [...] -> [..., dv], [...] */
export const mergeAttentionOp: CompositeOp<'output1' | 'logSumExp1' | 'output2' | 'logSumExp2'> = {
  kind: 'composite',
  name: OP,
  operands: ['output1', 'logSumExp1', 'output2', 'logSumExp2'],
  outputs: ['output', 'logSumExp'],
  differentiable: 2,
  formula: 'lse = log(exp(lse1) + exp(lse2)), y = exp(lse1 - lse) y1 + exp(lse2 - lse) y2',
  infer: (inputs) => {
    const [output1, logSumExp1, output2, logSumExp2] = inputs as readonly [Tensor, Tensor, Tensor, Tensor];
    checkFloat(OP, 'output1', output1);
    for (const other of [logSumExp1, output2, logSumExp2]) checkSameDType(OP, output1, other);
    const rows = formatShape(output1.shape.slice(0, -1));
    const fits =
      formatShape(output1.shape) === formatShape(output2.shape) &&
      output1.ndim > 0 &&
      [logSumExp1, logSumExp2].every(({ shape }) => formatShape(shape) === rows);
    if (!fits)
      throw new ShapeError(
        `${OP}: outputs must be [..., dv] and log-sum-exps [...], both alike; got ${[output1, logSumExp1, output2, logSumExp2].map(({ shape }) => formatShape(shape)).join(', ')}; try both results of one flashAttention`,
      );
    return [output1, logSumExp1];
  },
  define: (inputs) => {
    const [output1, logSumExp1, output2, logSumExp2] = inputs as readonly [Tensor, Tensor, Tensor, Tensor];
    // Attention to no key adds nothing, and takes no gradient.
    const [none1, none2] = [logSumExp1, logSumExp2].map((lse) => lse.detach().eq(-Infinity)) as [Tensor, Tensor];
    const both = logaddexp(where(none1, 0, logSumExp1), where(none2, 0, logSumExp2));
    const sum = where(none1, logSumExp2, where(none2, logSumExp1, both));
    const part = (output: Tensor, lse: Tensor, none: Tensor, other: Tensor): Tensor => {
      const share = where(
        other,
        1,
        where(none, 0, lse)
          .sub(where(none, 0, sum))
          .exp(),
      ).unsqueeze(-1);
      return where(none.unsqueeze(-1), 0, output.mul(share));
    };
    return [part(output1, logSumExp1, none1, none2).add(part(output2, logSumExp2, none2, none1)), sum];
  },
  kernel: ([output, logSumExp], inputs) => {
    const [out, lse] = [output as Tensor, logSumExp as Tensor];
    const [output1, logSumExp1, output2, logSumExp2] = inputs as readonly [Tensor, Tensor, Tensor, Tensor];
    out.copy_(output1);
    lse.copy_(logSumExp1);
    mergeInto(out, lse, output2, logSumExp2);
  },
  sample: (draw) => {
    const shape = draw.shape([0, 3]);
    const output = { shape: [...shape, draw.integer(1, 4)], range: [-2, 2] } as const;
    const logSumExp = { shape, range: [-2, 2] } as const;
    return { inputs: [output, logSumExp, output, logSumExp], attributes: {} };
  },
};

/** Rows that make a chunk worth sharing between threads. */
const ROWS = 256;

/** Adds what contiguous `output` and `logSumExp` hold to the ones before. */
export function mergeInto(out: Tensor, lse: Tensor, output: Tensor, logSumExp: Tensor): void {
  const args = [out, lse, output, logSumExp, out.shape.at(-1) as number];
  run(`flash_merge_${DTYPES[out.dtype].suffix}`, args, lse.count, ROWS);
}

/**
 * Attention of the same queries to two sets of keys as attention to all of them, in any order and any grouping; (0, -Infinity), attention to
 * no key, changes nothing. [..., dv], [...] twice -> { output: [..., dv], logSumExp: [...] }. This is how keys are split over
 * workers or machines (Flash-Decoding, 2023; Ring Attention, 2023).
 *
 * @throws ShapeError when shapes differ; DTypeError for other dtypes.
 * @example
 * const [q, k, v] = [randn(1, 2, 3, 8), randn(1, 2, 10, 8), randn(1, 2, 10, 8)];
 * const first = flashAttention(q, k.narrow(2, 0, 4), v.narrow(2, 0, 4));
 * const second = flashAttention(q, k.narrow(2, 4, 6), v.narrow(2, 4, 6));
 * const { output } = mergeAttention(first.output, first.logSumExp, second.output, second.logSumExp);
 */
export function mergeAttention(
  output1: Tensor,
  logSumExp1: Tensor,
  output2: Tensor,
  logSumExp2: Tensor,
): FlashAttentionResult {
  const operands = Object.entries({ output1, logSumExp1, output2, logSumExp2 }).map(([name, t]) =>
    checkTensor(OP, name, t),
  );
  const [output, logSumExp] = dispatch(mergeAttentionOp, operands, {}) as [Tensor, Tensor];
  return { output, logSumExp };
}
