/** Why mutants of layers survive. */
import type { Rule } from '../reasons.ts';

export const LAYERS: readonly Rule[] = [
  // Which of two ways attention is computed; both are held to the same formula.
  {
    reason: 'shorter',
    in: 'layers/attention/tiledAttention.ts',
    line: /return false;|WIDEST|LEAST|const (before|alike) =|^export function servesInTiles/,
  },
  { reason: 'shorter', in: 'layers/attention/scaledDotProductAttention.ts', from: /servesInTiles|attnMask\?\.shape/ },
  { reason: 'shorter', in: 'layers/attention/tiledAttention.ts', from: /^query\.ndim === 4$/ },
  // The sum of a float and a bool mask is a float of its dtype whatever the zeros of the other are.
  {
    reason: 'shorter',
    in: 'layers/attention/attentionMask.ts',
    line: /^ *const (dtype|added) =/,
    to: /^(true|false|\{\}|a\.dtype !== 'bool')$/,
  },
  { reason: 'refusal', in: 'layers/attention/attentionShape.ts', line: /return lead >= 0/ },
  { reason: 'refusal', in: 'layers/attention/scaledDotProductAttention.ts', line: /enableGqa: false/ },
  { reason: 'refusal', in: 'layers/attention/rotaryEmbedding.ts', line: /const rows = / },
  { reason: 'shorter', in: 'layers/attention/rotaryEmbedding.ts', line: /width === 2 \* half/ },
  { reason: 'shorter', in: 'layers/attention/attentionWeights.ts', from: /^keys === 0$/ },
  // Of four dimensions, the last but one is also the third one.
  { reason: 'equal', in: 'layers/attention/', from: /^-2$/, to: /^\+2$/ },
  { reason: 'equal', in: 'layers/attention/multiheadAttention.ts', line: /this\.biasK !== null && this\.biasV/ },
  { reason: 'shorter', in: 'layers/attention/multiheadAttention.ts', line: /isPlainCausal =|query === key|more === 0/ },
  {
    reason: 'refusal',
    in: 'layers/recurrent/packedSequence.ts',
    line: /const falls =|const sizes: readonly|enforceSorted: true|\) \{$/,
  },
  { reason: 'refusal', in: 'layers/recurrent/padSequence.ts', line: /enforceSorted: true|list\.forEach/ },
  { reason: 'shorter', in: 'layers/recurrent/padSequence.ts', from: /^missing === 0$/ },
  { reason: 'refusal', in: 'layers/recurrent/rnnBase.ts', line: /#checkInput\(source|given === null \|\| state/ },
  // Nothing is dropped, cut off, joined or reordered where there is nothing to.
  {
    reason: 'shorter',
    in: 'layers/recurrent/rnnBase.ts',
    from: /^this\.dropout >=? 0$|^outputs\.length === 1$|^size [<>]=? before$|^ended\.length === 0$/,
  },
  { reason: 'refusal', in: 'layers/normalization/instanceNorm.ts', line: /const each = / },
  { reason: 'shorter', in: 'layers/normalization/updateBn.ts', from: /^norms\.length === 0$/ },
  // Of two dimensions, the last is also the second one.
  { reason: 'equal', in: 'layers/recurrent/', from: /^-1$/, to: /^\+1$/ },
  { reason: 'shorter', in: 'layers/pooling/adaptivePoolOp.ts', line: /length % size === 0|size === y\.shape\[dim\]/ },
  { reason: 'shorter', in: 'layers/pooling/avgPool.ts', line: /counts\.every/ },
  { reason: 'shorter', in: 'layers/pooling/avgPool.ts', line: /fromArray\(counts/, to: /^\{\}$/ },
  { reason: 'words', in: 'layers/', line: /this\.form = |this\.form\.name|protected get name/ },
  { reason: 'refusal', in: 'layers/pooling/poolShape.ts', line: /const wide =/ },
  { reason: 'words', in: 'layers/spatial/spatialSizes.ts', line: /const hint =|const INPUTS/ },
  { reason: 'refusal', in: 'layers/spatial/spatialSizes.ts', line: /x\.length === rank \+ 1/ },
  // Nothing is padded by nothing.
  { reason: 'shorter', in: 'layers/', line: /\.every\(\(n\) => n === 0\)/ },
  // Of four dimensions, the last but one is also the third one.
  { reason: 'equal', in: 'layers/convolution/', from: /^-2$/, to: /^\+2$/ },
  { reason: 'words', in: 'layers/convolution/', from: /^d - (rank|2)$/ },
  { reason: 'shorter', in: 'layers/resampling/interpolate.ts', line: /weight === 1\) \? part/ },
  // Places lie inside but for a rounding, and the pieces of the cubic meet.
  { reason: 'equal', in: 'layers/resampling/taps.ts', from: /^line\.from - 1$|^d <=? [12]$/ },
  { reason: 'shorter', in: 'layers/embedding.ts', from: /minlength|^list\.length === 0$/ },
  { reason: 'equal', in: 'layers/embedding', from: /^paddingIdx !== null$/, to: /^true$/ },
  { reason: 'equal', in: 'layers/hooks.ts', from: /^\[\]$/ },
  { reason: 'grows', in: 'layers/recurrent/packedSequence.ts', line: /const places: number\[\] = \[\]/ },
  { reason: 'equal', in: 'layers/recurrent/packedSequence.ts', line: /const padding = full/ },
  { reason: 'refusal', in: 'layers/recurrent/steps.ts', line: /checkNonlinearity/ },
  { reason: 'words', in: 'layers/convolution/convLayer.ts', line: /unlessZero/ },
  { reason: 'refusal', in: 'layers/convolution/', line: /const (long|wrong) = outputPadding\.findIndex/ },
  { reason: 'spare', in: 'layers/convolution/columns.ts', from: /^batch \/ step$/ },
  { reason: 'words', in: 'layers/convolution/convLayer.ts', line: /parts|formatShape|^\): string/ },
  { reason: 'refusal', in: 'layers/padding/pad.ts', from: /this\.mode\.mode/ },
  { reason: 'equal', in: 'layers/padding/constant.ts', from: /mode: 'constant'/ },
  { reason: 'refusal', in: 'layers/embeddingBag.ts', line: /const rises|bagSettings|\.\.\.\((mode|includeLastOffset)/ },
  { reason: 'shorter', in: 'layers/hooks.ts', from: /backward\.size === 0|filter\(isTensor\)/ },
  { reason: 'refusal', in: 'layers/containers.ts', line: /noForward|forward\(\): never/ },
  { reason: 'refusal', in: 'layers/module.ts', line: /isTensor\(given\)|formatShape\(given/ },
  { reason: 'refusal', in: 'layers/sequential.ts', line: /layers\.forEach/ },
  { reason: 'refusal', in: 'layers/checkProbability.ts' },
  { reason: 'pieces', in: 'layers/convolution/columns.ts', line: /const (columns|step) =|step >= batch/ },
  { reason: 'shorter', in: 'layers/convolution/convOp.ts', from: /^parts\.length === 1$|step === 1/ },
  { reason: 'equal', kind: 'ConditionalExpression', line: /(fan(In)?|inFeatures) > 0/ },
  { reason: 'equal', kind: 'EqualityOperator', line: /(fan(In)?|inFeatures) > 0/ },
  { reason: 'refusal', in: 'layers/bilinear.ts', line: /^\s*((weight|x1|x2)\.ndim|sameShape\(rows|x[12]\.shape\.at)/ },
  { reason: 'refusal', in: 'layers/initialization/fans.ts', line: /^\s*default:/ },
  { reason: 'shorter', in: 'layers/initialization', from: /^start >=? 0$|^zeroed > 0$/ },
  { reason: 'shorter', in: 'layers/transformer', line: /needWeights: false/ },
];
