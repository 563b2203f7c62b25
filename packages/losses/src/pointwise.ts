/** Ops that compare element by element in one pass. Their operands have one shape and one float dtype. */
import { launch } from '@tessera/kernels';
import type { CompositeOp, Draw, PullbackRules, Sample, Tensor } from '@tessera/tensor';
import { ShapeError } from '@tessera/tensor';
import { checkFloat, checkSameDType, DTYPES, formatShape, sameShape } from '@tessera/tensor/core';

interface Pointwise<N extends string, A> {
  /** What it means, in other ops. */
  define(inputs: readonly Tensor[], attributes: A): Tensor;
  /** The kernel `name(out, ...inputs, ...scalars)`. */
  readonly kernel: string;
  scalars?(attributes: A): readonly number[];
  /** One rule for each operand, in order. */
  readonly vjp: PullbackRules<N, A>;
  sample?(draw: Draw): Sample<A>;
  readonly formula?: string;
}

export function pointwiseOp<N extends string, A extends object = object>(
  name: string,
  { kernel, scalars = () => [], ...fields }: Pointwise<N, A>,
): CompositeOp<N, A> {
  const operands = Object.keys(fields.vjp) as N[];
  return {
    kind: 'composite',
    name,
    operands,
    infer: (inputs) => {
      const first = checkFloat(name, operands[0] as string, inputs[0] as Tensor);
      inputs.forEach((t, i) => {
        checkSameDType(name, first, t);
        if (sameShape(first.shape, t.shape)) return;
        throw new ShapeError(
          `${name}: operands must have one shape; got ${formatShape(t.shape)} for ${operands[i]} beside ${formatShape(first.shape)}; try expand`,
        );
      });
      return first;
    },
    kernel: ([out], inputs, attributes) => {
      const { dtype, count } = out as Tensor;
      launch(`${kernel}_${DTYPES[dtype].suffix}`, [out as Tensor, ...inputs, ...scalars(attributes)], count);
    },
    sample: (draw) => {
      const shape = draw.shape();
      return { inputs: operands.map(() => ({ shape })), attributes: {} as A };
    },
    ...fields,
  };
}
