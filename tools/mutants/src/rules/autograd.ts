/** Why mutants of autograd survive. */
import type { Rule } from '../reasons.ts';

export const AUTOGRAD: readonly Rule[] = [
  { reason: 'words', in: 'autograd/tape.ts', line: /operandName|variadic|operands\.at\(-1\)|operands\.length/ },
  { reason: 'spare', in: 'autograd/tape.ts', line: /new Node\(op\.name/ },
  { reason: 'memory', in: 'autograd/ownership.ts' },
  { reason: 'memory', in: 'autograd/node.ts', line: /intermediate:|this\.edges\.map/ },
  { reason: 'memory', in: 'autograd/backward.ts', from: /^whole !== g$|isSole|within\?\.own\.has|^\{ a\.add_/ },
  { reason: 'memory', in: 'autograd/backward.ts', line: /for \(const g of arrived\)/ },
  { reason: 'memory', in: 'autograd/variable.ts', line: /const taken/ },
  // What no target lies behind is computed in vain, and thrown away.
  {
    reason: 'spare',
    in: 'autograd/backward.ts',
    line: /this\.#leading|stops\.has|node\.joint !== null|targets\.filter/,
  },
  { reason: 'spare', in: 'autograd/backward.ts', from: /^\[\]$|^\(\) => null$/ },
  { reason: 'spare', in: 'autograd/replay.ts', from: /^\[\]$|^\(\) => null$|filter\(\(\{ isLeaf/ },
  { reason: 'shorter', in: 'autograd/gradcheck.ts', line: /filter\(\(y\)|Math\.cos/ },
  { reason: 'shorter', in: 'autograd/fit.ts', line: /g\.dtype === dtype|const stretched|keepdim/ },
  { reason: 'shorter', in: 'autograd/functional.ts', line: /live\.length === 0|allowUnused|const flat/ },
  { reason: 'shorter', in: 'autograd/grad.ts', line: /gradOutputs === undefined/ },
  { reason: 'equal', in: 'autograd/intercept.ts', line: /isFloating\(t\.dtype\)/ },
];
