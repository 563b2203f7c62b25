/** Rows of the catalogue that no suite states, or not whole, each with the reason. */

export interface Absent {
  readonly row: number;
  /** Whether a part of the row is stated all the same. */
  readonly isPart: boolean;
  readonly reason: string;
}

const whole = (row: number, reason: string): Absent => ({ row, isPart: false, reason });
const part = (row: number, reason: string): Absent => ({ row, isPart: true, reason });

export const ABSENT: readonly Absent[] = [
  whole(62, 'there are no decompositions (QR, Cholesky, SVD) in the tensor core yet'),
  whole(63, 'there is no Fourier transform yet'),
  part(
    72,
    'derivatives are compared with differences in float64; what float32 makes of a chain of rules has no ulps of its own',
  ),
  part(85, 'there is one way to a Jacobian, and no vmap'),
  part(101, 'there is no unpooling and no pooling by a norm yet'),
  part(102, 'there is no gridSample yet'),
  part(112, 'there is no spectral_norm and no CosineSimilarity layer yet'),
  part(150, 'there is no AdaptiveLogSoftmax yet'),
  part(161, 'the line search of L-BFGS is not an exact one: it stops at the strong Wolfe conditions'),
  whole(172, 'there is no package for data yet'),
  whole(173, 'there is no package for serialization yet'),
  whole(174, 'the vectors of ONNX are run by the conformance tool, which is a command of its own'),
  part(175, 'there is no WebGPU backend yet'),
  part(177, 'there is no asynchronous API to compare with'),
];
