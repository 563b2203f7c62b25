/** Why mutants of the tensor package survive. */
import type { Rule } from '../reasons.ts';

const SCANS: readonly Rule[] = [
  { reason: 'shorter', in: 'tensor/ops/scans/shift.ts', from: /^(x\.ndim === 0|n === 0|\[\])$/ },
  { reason: 'shorter', in: 'tensor/ops/scans/diff.ts', from: /^ends\.length === 1$/ },
  { reason: 'shorter', in: 'tensor/ops/scans/recurrence.ts', from: /^step === 0$/ },
  { reason: 'equal', in: 'tensor/ops/scans/lines.ts', from: /^shape\.slice/ },
  { reason: 'equal', in: 'tensor/ops/scans/logcumsumexp.ts', from: /^-Infinity$/ },
];

const PRODUCTS: readonly Rule[] = [
  // Which order costs the fewest multiplications; all orders give the product.
  { reason: 'order', in: 'tensor/ops/matmul/powers.ts', from: /cost|sizes\b|span|row|count|matrices|shape\[1\]/ },
  { reason: 'shorter', in: 'tensor/ops/matmul/powers.ts', from: /^n === 1$/ },
  // A letter of two sizes is refused.
  {
    reason: 'refusal',
    in: 'tensor/ops/matmul/equation.ts',
    from: /before !== size|known|labels\.indexOf|^size === 1$|sizes\.has|isHidden|ValueError/,
  },
  { reason: 'shorter', in: 'tensor/ops/matmul/contract.ts', from: /length === / },
  { reason: 'shorter', in: 'tensor/ops/matmul/matmul.ts', from: /length === 2|ndim === 2|left === a/ },
  { reason: 'equal', in: 'tensor/ops/matmul/matmul.ts', from: /^-2$|slice\(0, -2\)/ },
  { reason: 'equal', in: 'tensor/ops/matmul/launchProduct.ts', from: /^-2$|slice\(0, -2\)/ },
  { reason: 'shorter', in: 'tensor/ops/matmul/addmm.ts', from: /^beta !== 0$/ },
  { reason: 'refusal', in: 'tensor/ops/matmul/addmm.ts', from: /^\{ beta, alpha \}$/ },
  { reason: 'words', in: 'tensor/ops/matmul/checkProduct.ts' },
  { reason: 'refusal', in: 'tensor/ops/matmul/linear.ts', from: /bias/ },
  { reason: 'memory', in: 'tensor/ops/matmul/linear.ts', from: /^\[plain\]$/ },
  { reason: 'refusal', in: 'tensor/ops/matmul/einsum.ts', from: /^others\.length/, to: /^(true|false|others)/ },
];

const ORDERS: readonly Rule[] = [
  { reason: 'shorter', in: 'tensor/ops/sorting/order.ts', from: /^numbers === n$/ },
  { reason: 'equal', in: 'tensor/ops/sorting/order.ts', from: /^b < end$/ },
  {
    reason: 'refusal',
    in: 'tensor/ops/sorting',
    from: /^\{ (descending, stable|largest, sorted) \}$|^true$|x\.ndim === 0/,
  },
];

const JOINING: readonly Rule[] = [
  { reason: 'shorter', in: 'tensor/ops/joining/pad.ts', from: /^front === 0|^padded === x$/ },
  { reason: 'equal', in: 'tensor/ops/joining/pad.ts', from: /^i < 0$/ },
  { reason: 'refusal', in: 'tensor/ops/joining/pad.ts', from: /checkSides/ },
  { reason: 'refusal', in: 'tensor/ops/joining/repeat.ts', from: /count < 0/ },
  { reason: 'refusal', in: 'tensor/ops/joining/split.ts', from: /total > 0/ },
  { reason: 'words', in: 'tensor/ops/joining/stack.ts', from: /ndim$/ },
  { reason: 'shorter', in: 'tensor/ops/joining/cat.ts', from: /dtype === y\.dtype/ },
];

const VIEWS: readonly Rule[] = [
  // Whether a reshape is a view or a copy; both hold the same numbers.
  {
    reason: 'shorter',
    in: 'tensor/ops/views/reshape.ts',
    from: /\bold\b|taken|d >= 0|^d--$|shape\[d\] === 1|(length|ndim) - 1|^viewLayout/,
  },
  { reason: 'equal', in: 'tensor/ops/views/diagonal.ts', from: /^offset < 0$|^length === 0$/ },
  {
    reason: 'shorter',
    in: 'tensor/ops/views/flip.ts',
    from: /d < x\.ndim|^moves\.length|^rolled === x$|^size === 0$|^front === 0$/,
  },
  // Whether elements overlap, so that gradients must be added.
  { reason: 'shorter', in: 'tensor/ops/views/asStrided.ts', from: /overlaps|shape\[d\] !== 1|step\b|^size - 1$/ },
  { reason: 'shorter', in: 'tensor/ops/views/movedim.ts', from: /ndim === 0|^\[\]$/ },
  { reason: 'equal', in: 'tensor/ops/views/expand.ts', from: /lead/ },
];

const INDICES: readonly Rule[] = [
  { reason: 'words', in: 'tensor/ops/indexing/bounds.ts', line: /position|rest|shape\.length === 0/ },
  { reason: 'words', in: 'tensor/ops/indexing/places.ts', line: /count === 1|size === 0|-size/ },
  {
    reason: 'refusal',
    in: 'tensor/ops/indexing/at.ts',
    line: /const gaps|item === '\.\.\.'\)\.length|Math\.abs\(value as number\)|function listTensor/,
  },
  { reason: 'refusal', in: 'tensor/ops/indexing/searchsorted.ts', line: /rows\.ndim >= 1/ },
  { reason: 'refusal', in: 'tensor/ops/indexing/oneHot.ts', line: /weights\.ndim|x\.ndim !== 1|weights !== undefined/ },
  { reason: 'shorter', in: 'tensor/ops/indexing/scattering.ts', from: /ndim|size < / },
  { reason: 'shorter', in: 'tensor/ops/indexing/rows.ts', from: /^outer === 1/, to: /^false$/ },
  { reason: 'shorter', in: 'tensor/ops/indexing/gather.ts', from: /^x\.ndim === 0$/ },
  {
    reason: 'shorter',
    in: 'tensor/ops/indexing/indexPut.ts',
    from: /trace === null|lists\?\.size|source\.storage|view: x/,
  },
  { reason: 'equal', in: 'tensor/ops/indexing/unique.ts', from: /^a - b$|^before < 0$|isNaN\(a\)/ },
  { reason: 'shorter', in: 'tensor/ops/indexing', from: /^layout\.inner === 0$|^x\.count === 0$/ },
];

const DRAWING: readonly Rule[] = [
  { reason: 'spare', in: 'tensor/ops/random', from: /\/ (4|2|\(2 \* pairs\))$|^2 \* pairs$/ },
  // One number in 2^32 is equal.
  { reason: 'equal', in: 'tensor/ops/random', from: /^unit32\(words, i\) < |> u \* total$|arrivals\[a\]|^a - b$/ },
  { reason: 'shorter', in: 'tensor/ops/random/dropout.ts', from: /p === 0/ },
  { reason: 'shorter', in: 'tensor/ops/random/integers.ts', from: /^i > 0$/ },
  { reason: 'refusal', in: 'tensor/ops/random', from: /^checked === |^checkProbabilit|isTensor\(mean\)/ },
  { reason: 'refusal', in: 'tensor/ops/random/integers.ts', line: /^(bool|uint8|int32|float16|bfloat16): \[/ },
  { reason: 'host', in: 'tensor/random/generator.ts', line: /TESSERA_SEED|text ===|Math\.random/ },
];

const CORE: readonly Rule[] = [
  { reason: 'shorter', in: 'tensor/creation.ts', from: /^suffix !== null$/ },
  { reason: 'refusal', in: 'tensor/fromValues.ts', line: /stranger|typeof data === 'number'/ },
  { reason: 'shorter', in: 'tensor/fromValues.ts', from: /WRITERS\.float32|^level\.length === 0$/ },
  { reason: 'equal', in: 'tensor/grids.ts', line: /const exponents/ },
  { reason: 'memory', in: 'tensor/reading.ts', from: /source\.storage/ },
  { reason: 'equal', in: 'tensor/reading.ts', from: /^size === 0$/ },
  { reason: 'host', in: 'tensor/tensor.ts', line: /nodejs\.util\.inspect/ },
  { reason: 'refusal', in: 'tensor/memory.ts', line: /setMemoryBudget/ },
  {
    reason: 'equal',
    in: 'tensor/print.ts',
    kind: 'EqualityOperator',
    from: /^(largest|smallest|value|finite\.length|values\.length)\b/,
  },
  { reason: 'words', in: 'tensor/print.ts' },
  // The meaning runs where a kernel would.
  {
    reason: 'shorter',
    in: 'tensor/core/dispatch.ts',
    from: /kernel|hasKernels|suffix|^first !== undefined$|inputs\[0\] \?\?/,
  },
  {
    reason: 'shorter',
    in: 'tensor/core/elementwise.ts',
    from: /kernel|suffix|\brows\b|\baxis\b|\baxes\b|\binner\b|\bcols\b|^-1$|size: 1|inputs\.length === 1|t\.dtype === dtype/,
  },
  {
    reason: 'shorter',
    in: 'tensor/core/copy.ts',
    from: /^suffix |^kernel |^last >= 0|^size === 1$|shape\.length - 1$|t\.count === all|^\{ 'float32 float64'/,
  },
  { reason: 'memory', in: 'tensor/core/copy.ts', from: /t\.storage/ },
  // Whether a logarithm was off by one at a power of two.
  {
    reason: 'equal',
    in: 'tensor/core/float16.ts',
    line: /const fixed|Number\.isNaN|magnitude === 0|65_520|nearestBits|Math\.abs\(nearest\)/,
  },
  {
    reason: 'refusal',
    in: 'tensor/core/arguments.ts',
    line: /^export function check|2 \*\* 31 - 1,|example\?\.|const prototype/,
  },
  { reason: 'equal', in: 'tensor/core', from: /^size !== 1$|^shape\.length - 1$|category <= DTYPES/ },
  { reason: 'shorter', in: 'tensor/core/inPlace.ts', from: /dtype === target\.dtype|converted\.storage ===/ },
  { reason: 'host', in: 'tensor/core/base.ts', line: /defineProperty/ },
  { reason: 'memory', in: 'tensor/core', from: /this\.(orphaned|cell\.freed)|intermediate/ },
  { reason: 'memory', in: 'tensor/methods/inPlace.ts', from: /storage\.holds|^false$|holds\[i\]/ },
  { reason: 'host', in: 'tensor/methods/inPlace.ts', line: /configurable|writable/ },
  { reason: 'shorter', in: 'tensor/methods/inPlace.ts', from: /result\.(trace|storage)/ },
  { reason: 'host', in: 'tensor/core/base.ts', line: /device|Symbol|demote/ },
];

export const TENSOR: readonly Rule[] = [
  ...SCANS,
  ...PRODUCTS,
  ...ORDERS,
  ...JOINING,
  ...VIEWS,
  ...INDICES,
  ...DRAWING,
  ...CORE,
];
