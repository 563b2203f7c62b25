/** Why mutants of attention survive. */
import type { Rule } from '../reasons.ts';

const AT = 'flash-attention/';

export const FLASH_ATTENTION: readonly Rule[] = [
  // How large tiles are, as long as they fit a thread's memory; and in how many parts gradients are gathered.
  {
    reason: 'pieces',
    in: `${AT}tiles.ts`,
    line: /const (wide|shared|wanted|rows|up|most|\[ROUNDING|ofQueries|\[block, tile\]) =|bytes \*|return (choose|step)|needed\(/,
  },
  { reason: 'pieces', in: `${AT}tiles.ts`, line: /\[block, tile\] = \[Math\.ceil|block === 1 && tile === 1/ },
  { reason: 'digits', in: `${AT}plan.ts`, line: /mine\.|const (mine|once|wide) =/ },
  {
    reason: 'pieces',
    in: `${AT}plan.ts`,
    line: /const (items|has|own|apart|shared|elements) =|sizes\.(sequences|heads) === 1|spans === 1|Math\.max\(1, Math\.min\(items/,
  },
  { reason: 'refusal', in: `${AT}plan.ts`, line: /isFloating\(dtype\) && DTYPES/ },
  {
    reason: 'shorter',
    in: `${AT}`,
    from: /^heads === keyHeads$|^left === ALL|^states\.count === 0$|^isIdentity|^spans (===|>) 1$/,
  },
  // One query alone goes either way.
  { reason: 'shorter', in: `${AT}flashAttentionOp.ts`, line: /const (most|isDecoding) =/ },
  // Of four dimensions, the last but one is also the third one.
  { reason: 'equal', in: AT, from: /^-2$/, to: /^\+2$/ },
  // Registers that are not used again, and expressions that are computed twice, are but more of them.
  {
    reason: 'spare',
    in: `${AT}score/compile.ts`,
    line: /const before = uses|uses\.set\(x, before|before > 0|const release|const left =|left === 0 &&/,
  },
  { reason: 'spare', in: `${AT}score/`, from: /^before !== undefined$/ },
  {
    reason: 'spare',
    in: `${AT}score/compile.ts`,
    line: /isComputed\)|SOURCES\[x\.operation\] === undefined|x\.operation === 'lookup' \?/,
  },
  { reason: 'spare', in: `${AT}score/compile.ts`, line: /Array\(3 - operands\.length\)/ },
  {
    reason: 'spare',
    in: `${AT}score/differentiate.ts`,
    from: /^slope !== null && live|^behind\.some|^own \|\| behind|^g === undefined/,
  },
  // Operations of three operands are conditions.
  { reason: 'equal', in: `${AT}score/differentiate.ts`, from: /^x\.operation === 'where'$|^\[\]$/ },
  {
    reason: 'shorter',
    in: `${AT}score/differentiate.ts`,
    line: /hiding\.has|score\.operation === 'slope' &&|while \(x\.operation === 'where'/,
  },
  { reason: 'refusal', in: `${AT}sequences.ts`, line: /const (stranger|numbers) =/ },
];
