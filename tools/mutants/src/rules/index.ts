/** The rules by which survivors are explained; the first that fits is the reason. */
import type { Rule } from '../reasons.ts';
import { AUTOGRAD } from './autograd.ts';
import { FLASH_ATTENTION } from './flashAttention.ts';
import { KERNELS } from './kernels.ts';
import { LAYERS } from './layers.ts';
import { LOSSES } from './losses.ts';
import { OPTIMIZERS } from './optimizers.ts';
import { TENSOR } from './tensor.ts';

/** What holds anywhere. */
const ANYWHERE: readonly Rule[] = [
  { reason: 'end', kind: 'EqualityOperator', from: /^[\w.]+ < [\w.]+( \* \w+)?$/, to: /<=/, line: /\bfor \(|^$/ },
  { reason: 'grows', kind: 'ArrayDeclaration', from: /^new Array(<\w+>)?\(.+\)$/, to: /^new Array\(\)$/ },
  { reason: 'words', kind: 'ArrayDeclaration', line: /^operands: \[|ops that take/ },
  { reason: 'copy', line: /^strided: true/ },
  { reason: 'pieces', from: /GRAIN|CHUNK|COLUMNS|resultsPerChunk|inChunks/ },
  { reason: 'pieces', from: /isLongRow/ },
  { reason: 'memory', line: /freeTemporaries\(/ },
  { reason: 'shorter', from: /^(factor|alpha|beta) === 1$|^sameShape\(/ },
  { reason: 'shorter', from: /^(\w+\.)?trace === null$/ },
  { reason: 'refusal', kind: 'BooleanLiteral', line: /inDType\(/ },
  { reason: 'refusal', line: /typeof value !== 'boolean'|of Object\.entries\(\{/ },
];

export const RULES: readonly Rule[] = [
  ...ANYWHERE,
  ...TENSOR,
  ...AUTOGRAD,
  ...FLASH_ATTENTION,
  ...KERNELS,
  ...LAYERS,
  ...LOSSES,
  ...OPTIMIZERS,
];
