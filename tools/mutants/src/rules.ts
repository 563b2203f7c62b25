/** The rules by which survivors are explained; the first that fits is the reason. */
import type { Rule } from './reasons.ts';

export const RULES: readonly Rule[] = [
  // Anywhere
  { reason: 'end', kind: 'EqualityOperator', from: /^[\w.]+ < [\w.]+( \* \w+)?$/, to: /<=/, line: /\bfor \(|^$/ },
  { reason: 'grows', kind: 'ArrayDeclaration', from: /^new Array(<\w+>)?\(.+\)$/, to: /^new Array\(\)$/ },
  { reason: 'words', kind: 'ArrayDeclaration', line: /^operands: \[/ },
  { reason: 'copy', line: /^strided: true/ },
  { reason: 'pieces', from: /GRAIN|CHUNK|COLUMNS|resultsPerChunk|inChunks/ },
  { reason: 'memory', line: /freeTemporaries\(/ },
  { reason: 'shorter', from: /^(factor|alpha|beta) === 1$/ },
  // Refusals that a flag decides on
  { reason: 'refusal', kind: 'BooleanLiteral', line: /inDType\(|boolean/ },
];
