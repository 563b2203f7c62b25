/** Why mutants of losses survive. */
import type { Rule } from '../reasons.ts';

export const LOSSES: readonly Rule[] = [
  { reason: 'words', in: 'losses/classification/labels.ts', line: /placeOf|shape\.map/ },
  { reason: 'shorter', in: 'losses/alike.ts', from: /dtype === /, to: /^false$/ },
  { reason: 'refusal', in: 'losses/binary/bceWithLogits.ts', line: /broadcastShapes/ },
  { reason: 'equal', in: 'losses', from: /^gamma < 1$/, to: /true|<=/ },
  { reason: 'shorter', in: 'losses', from: /^(gamma|labelSmoothing) === 0$/, to: /^false$/ },
  { reason: 'pieces', in: 'losses/classification/classLayout.ts' },
  { reason: 'refusal', in: 'losses/classification/crossEntropy.ts', line: /const soft =|if \(!soft\)/ },
  { reason: 'copy', in: 'losses/classification/crossEntropy.ts', line: /input\.ndim < 3/ },
  {
    reason: 'shorter',
    in: 'losses/classification/crossEntropyLabels.ts',
    line: /if \((logSum|loss)\)|isFinite\(top\)/,
  },
  { reason: 'refusal', in: 'losses/classification/linearCrossEntropy.ts', line: /target\.ndim ===|^\) \{/ },
  { reason: 'shorter', in: 'losses/classification/linearCrossEntropy.ts', line: /loss\.reshape\(rows\)/ },
  { reason: 'pieces', in: 'losses/classification/linearCrossEntropyOp.ts', line: /mostLogits/ },
  { reason: 'spare', in: 'losses/classification/linearCrossEntropyOp.ts', line: /\(\) => \[\]/ },
  { reason: 'shorter', in: 'losses/classification/multilabelMargin.ts', line: /let open|\.ne\(0\)/ },
  { reason: 'refusal', in: 'losses/ctc/ctc.ts', line: /const longest/ },
  { reason: 'refusal', in: 'losses/ctc/ctcOp.ts', line: /^vjp: \{/ },
  { reason: 'refusal', in: 'losses/pointwise.ts', line: /inputs\.forEach/ },
  { reason: 'refusal', in: 'losses/similarity/tripletMargin.ts', line: /Object\.entries/ },
  // Blanks stand two apart, and a place that no way leads to weighs nothing.
  {
    reason: 'equal',
    in: 'losses/ctc/alignments.ts',
    from: /NEGATIVE_INFINITY|^change|places\[place\] !== blank|Math\.min\(2, n\)|^weight === 0$/,
  },
];
