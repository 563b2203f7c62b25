/** Why mutants of optimizers and schedules survive. */
import type { Rule } from '../reasons.ts';

export const OPTIMIZERS: readonly Rule[] = [
  { reason: 'equal', in: 'optimizers/lbfgs', isEdge: true },
  { reason: 'spare', in: 'optimizers/lbfgs/memory.ts', line: /const shares/ },
  { reason: 'refusal', in: 'optimizers/lbfgs/lbfgs.ts', line: /updateAll/ },
  { reason: 'refusal', in: 'optimizers', line: /state\?\.|optimizer \?\?|optimizer as Scheduled \|/ },
  { reason: 'refusal', in: 'optimizers/optimizer.ts', line: /savedSizes|typeof item|every\(isGroup\)|params\.forEach/ },
  { reason: 'refusal', in: 'optimizers/averaging.ts', line: /this\.#own\) \{/ },
  { reason: 'refusal', in: 'optimizers/clip.ts', line: /const isList|checkLimit/ },
  { reason: 'shorter', in: 'optimizers/clip.ts', isEdge: true, line: /factor >= 1/ },
  { reason: 'shorter', in: 'optimizers/elementwise.ts', line: /own\.length|copy !== t && changes|contiguous\(/ },
  { reason: 'memory', in: 'optimizers/elementwise.ts', line: /temporaries/ },
  { reason: 'shorter', in: 'optimizers/muon.ts', line: /const isTall/ },
  { reason: 'equal', in: 'optimizers/optimizer.ts', from: /^p\.storage\.version\+\+$/ },
  { reason: 'equal', in: 'optimizers/radam.ts', isEdge: true },
  { reason: 'shorter', in: 'optimizers', from: /^(weightDecay|p\.count|rows\.count|this\.tMult) [!=]== (0|1)$/ },
  // The same place in a period of two.
  { reason: 'equal', in: 'optimizers/schedules/cosine.ts', from: /^epoch - 1 - tMax$/ },
  { reason: 'equal', in: 'optimizers/schedules/combined.ts', from: /^at > 0$/ },
  // Both ways meet there.
  { reason: 'equal', in: 'optimizers/schedules', isEdge: true, from: /^x <= ratio$|^epoch <= end$/ },
];
