/** Bugs in kernels and rules, one line each, written by hand. Laws alone must find every one. */

export interface Mutant {
  /** What is wrong. */
  readonly bug: string;
  readonly file: string;
  /** The text that is replaced where it stands first, and what takes its place. */
  readonly from: string;
  readonly to: string;
  /** The packages whose laws are run, in this order, until one fails. */
  readonly packages: readonly string[];
}

const kernels = (path: string): string => `packages/kernels/assembly/${path}`;
const flash = (path: string): string => `packages/flash-attention/assembly/${path}`;
const tensor = ['tensor'] as const;
const attention = ['flash-attention'] as const;

export const MUTANTS: readonly Mutant[] = [
  {
    bug: 'an off-by-one tile: the last row of a block of A is not multiplied',
    file: kernels('gemm/product.ts'),
    from: 'for (let i = 0; i < m; i += ROWS) {\n      gemm_tile',
    to: 'for (let i = 0; i < m - 1; i += ROWS) {\n      gemm_tile',
    packages: ['kernels', 'tensor'],
  },
  {
    bug: 'a block of terms that replaces the ones before it',
    file: kernels('gemm/product.ts'),
    from: 'rows, width, kc, alpha, add || p > 0);',
    to: 'rows, width, kc, alpha, add);',
    packages: ['kernels', 'tensor'],
  },
  {
    bug: 'the ragged edge of B is packed with the stride of a whole panel',
    file: kernels('gemm/product.ts'),
    from: 'asItLies ? bRow : columns<T>()',
    to: 'bRow != 0 ? bRow : columns<T>()',
    packages: ['kernels', 'tensor'],
  },
  {
    bug: 'alpha is applied to the bias too',
    file: kernels('gemm/product.ts'),
    from: 'start + load<T>(at<T>(bias, j))',
    to: 'start + 2 * load<T>(at<T>(bias, j))',
    packages: tensor,
  },
  {
    bug: 'a missed tail: an elementwise kernel stops at the last whole vectors',
    file: kernels('elementwise/map.ts'),
    from: 'for (; i < end; i += lanes<T>()) {',
    to: 'for (; i < end - lanes<T>(); i += lanes<T>()) {',
    packages: tensor,
  },
  {
    bug: 'a tail of two operands takes the second from its beginning',
    file: kernels('elementwise/map.ts'),
    from: 'op.of(loadUpTo<T>(at<T>(x, i), count), loadUpTo<T>(at<T>(y, i), count))',
    to: 'op.of(loadUpTo<T>(at<T>(x, i), count), loadUpTo<T>(y, count))',
    packages: ['tensor', 'optimizers', 'losses', 'layers', 'autograd'],
  },
  {
    bug: 'a load past the range: three elements are loaded as two',
    file: kernels('lanes.ts'),
    from: 'return count == 2 ? pair : v128.load32_lane(from + 8, pair, 2);',
    to: 'return pair;',
    packages: tensor,
  },
  {
    bug: 'an unaligned store: the third element of a tail lands one place too far',
    file: kernels('lanes.ts'),
    from: 'if (count == 3) v128.store32_lane(to + 8, value, 2);',
    to: 'if (count == 3) v128.store32_lane(to + 12, value, 2);',
    packages: tensor,
  },
  {
    bug: 'exp with an error of 1e-5',
    file: kernels('maths/exp.ts'),
    from: '4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1,',
    to: '4.1665795894e-2, 1.6666665459e-1, 5.0010001201e-1,',
    packages: tensor,
  },
  {
    bug: 'exp that does not fall to 0 below its range',
    file: kernels('maths/exp.ts'),
    from: 'return v128.andnot(result, v128.lt<T>(x, number<T>(k, 4)));',
    to: 'return result;',
    packages: tensor,
  },
  {
    bug: 'a row maximum that forgets the last two lanes',
    file: kernels('rows/row.ts'),
    from: 'if (sizeof<T>() == 4) best = larger<T>(best, larger<T>(v128.extract_lane<T>(a, 2), v128.extract_lane<T>(a, 3)));',
    to: '',
    packages: tensor,
  },
  {
    bug: 'a softmax whose sum counts lanes beyond the end of the row',
    file: kernels('rows/row.ts'),
    from: 'widenedSum<T>(keepFirst<T>(power, n - i))',
    to: 'widenedSum<T>(power)',
    packages: tensor,
  },
  {
    bug: 'a softmax gradient without the sum over the row',
    file: kernels('rows/softmax.ts'),
    from: 'return v128.mul<T>(y, v128.sub<T>(g, parameter(0)));',
    to: 'return v128.mul<T>(y, g);',
    packages: tensor,
  },
  {
    bug: 'a logarithm of softmax that is shifted twice',
    file: kernels('rows/softmax.ts'),
    from: 'v128.sub<T>(v128.sub<T>(x, parameter(0)), parameter(1))',
    to: 'v128.sub<T>(v128.sub<T>(x, parameter(0)), v128.add<T>(parameter(1), parameter(0)))',
    packages: tensor,
  },
  {
    bug: 'a dropped epsilon in layer normalization',
    file: kernels('rows/layerNorm.ts'),
    from: 'squaresOfRow<T>(from, n, centre) / <f64>n + eps)',
    to: 'squaresOfRow<T>(from, n, centre) / <f64>n)',
    packages: tensor,
  },
  {
    bug: 'RMS normalization that takes the mean out',
    file: kernels('rows/layerNorm.ts'),
    from: 'squaresOfRow<T>(from, n, 0) / <f64>n + eps)',
    to: 'squaresOfRow<T>(from, n, sumRow<T>(from, n) / <f64>n) / <f64>n + eps)',
    packages: tensor,
  },
  {
    bug: 'a sum that leaves out its tail',
    file: kernels('reduce/fold.ts'),
    from: 'for (; i < n; i++) result = op.one(result, <f64>load<T>(at<T>(x, i)));',
    to: '',
    packages: tensor,
  },
  {
    bug: 'sums of columns that go on from one block to the next',
    file: kernels('reduce/fold.ts'),
    from: 'for (let j = 0; j < count; j++) store<f64>(at<f64>(sums, j), op.identity());',
    to: 'if (first == begin) for (let j = 0; j < count; j++) store<f64>(at<f64>(sums, j), op.identity());',
    packages: tensor,
  },
  {
    bug: 'the last of equals wins',
    file: kernels('reduce/arg.ts'),
    from: '@inline beats(x: T, y: T): bool { return x > y; }',
    to: '@inline beats(x: T, y: T): bool { return x >= y; }',
    packages: tensor,
  },
  {
    bug: 'a race between threads: partial sums of all chunks go to one place',
    file: kernels('reduce/folds.ts'),
    from: 'store<f64>(at<f64>(out, i), sumRow<T>(at<T>(x, first), min(chunk, count - first)));',
    to: 'store<f64>(at<f64>(out, i - begin), sumRow<T>(at<T>(x, first), min(chunk, count - first)));',
    packages: tensor,
  },
  {
    bug: 'Adam whose greatest square is forgotten',
    file: kernels('optimizers/adam.ts'),
    from: 'v = v128.max<T>(v, loadUpTo<T>(greatest, count));',
    to: '',
    packages: ['optimizers'],
  },
  {
    bug: 'Adam with epsilon inside the root',
    file: kernels('optimizers/adam.ts'),
    from: 'v128.add<T>(v128.div<T>(v128.sqrt<T>(v), parameter(8)), parameter(9))',
    to: 'v128.sqrt<T>(v128.add<T>(v128.div<T>(v, v128.mul<T>(parameter(8), parameter(8))), parameter(9)))',
    packages: ['optimizers'],
  },
  {
    bug: 'an online softmax that keeps the first maximum',
    file: flash('softmax.ts'),
    from: 'let a = oldA, b = oldB;\n  for (let j = 0; j < keys; j++) {',
    to: 'let a = oldA, b = oldB;\n  const fresh = !v128.any_true(v128.gt<T>(a, v128.splat<T>(<T>-Infinity)));\n  for (let j = 0; fresh && j < keys; j++) {',
    packages: attention,
  },
  {
    bug: 'a wrong rescale in the online softmax: the sum is not rescaled',
    file: flash('softmax.ts'),
    from: 'v128.store(sumAt, v128.add<T>(v128.mul<T>(v128.load(sumAt), v128.load(alphaAt())), sumA));',
    to: 'v128.store(sumAt, v128.add<T>(v128.load(sumAt), sumA));',
    packages: attention,
  },
  {
    bug: 'an output that is rescaled with the other half of the panel',
    file: flash('forward.ts'),
    from: 'v128.add<T>(v128.mul<T>(v128.load(to, 16), alphaB), v128.load(added, 16))',
    to: 'v128.add<T>(v128.mul<T>(v128.load(to, 16), alphaA), v128.load(added, 16))',
    packages: attention,
  },
  {
    bug: 'a causal mask that is off by one at the edge of a panel',
    file: flash('forward.ts'),
    from: 'if (query + right < j + seen - 1 || last - left > j)',
    to: 'if (query + right < j + seen - 2 || last - left > j)',
    packages: attention,
  },
  {
    bug: 'a last odd key of a tile that is not weighed',
    file: flash('softmax.ts'),
    from: '    sumA = v128.add<T>(sumA, p0);\n    sumB = v128.add<T>(sumB, p1);\n  }\n  v128.store(sumAt',
    to: '  }\n  v128.store(sumAt',
    packages: attention,
  },
  {
    bug: 'a query that sees nothing divides by 0',
    file: flash('forward.ts'),
    from: 'const byA = v128.bitselect(one, v128.add<T>(a, v128.sub<T>(a, a)), v128.eq<T>(a, zero));',
    to: 'const byA = v128.add<T>(a, v128.sub<T>(a, a));',
    packages: attention,
  },
  {
    bug: 'a log-sum-exp without its maximum',
    file: flash('forward.ts'),
    from: 'top + NativeMath.log(sum)',
    to: 'NativeMath.log(sum)',
    packages: attention,
  },
  {
    bug: 'parts of attention merged with the shares exchanged',
    file: flash('merge.ts'),
    from: 'share * <f64>load<T>(place) + share2 *',
    to: 'share2 * <f64>load<T>(place) + share *',
    packages: attention,
  },
  {
    bug: 'dropout that depends on how keys are cut into tiles',
    file: flash('dropout.ts'),
    from: '(row + <u64>i) * <u64>x.keys + <u64>firstKey',
    to: '(row + <u64>i) * <u64>x.keys + <u64>(firstKey % x.tile)',
    packages: attention,
  },
  {
    bug: 'a hidden NaN that is multiplied with 0',
    file: flash('seen.ts'),
    from: 'if ((weightsAreA ? x : y) != 0) sum += x * y;',
    to: 'sum += x * y;',
    packages: attention,
  },
  {
    bug: 'a rule with a wrong sign',
    file: 'packages/tensor/src/ops/elementwise/trigonometric.ts',
    from: 'g.mul(x.cos())',
    to: 'g.mul(x.cos().neg())',
    packages: ['autograd'],
  },
  {
    bug: 'a missing un-broadcast: the mean of stretched elements in place of their sum',
    file: 'packages/autograd/src/fit.ts',
    from: 'return typed.sum(stretched, { keepdim: true }).reshape([...shape]);',
    to: 'return typed.mean(stretched, { keepdim: true }).reshape([...shape]);',
    packages: ['autograd'],
  },
];
