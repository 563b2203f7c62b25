import { law } from '@tessera/laws';
import { bounds, expectWithin } from '@tessera/tensor/testing';
import { describe } from 'vitest';
import { FORMULAS } from './formulas.ts';

describe.each(Object.entries(FORMULAS))('%s', (_, cases) => {
  law('is its formula, number by number, and so are its sum and mean', {
    rows: [136, 151],
    formula: 'l(x, y) as PyTorch documents it; Σ l; Σ l / n',
    tolerance: 'D',
    given: [cases],
    holds: ({ run, each }) => {
      const total = each.reduce((sum, loss) => sum + loss, 0);
      const size = each.reduce((sum, loss) => sum + Math.abs(loss), 0);
      expectWithin(run('none'), each, bounds.identity(each));
      expectWithin(run('sum'), total, bounds.identity(size));
      expectWithin(run('mean'), total / each.length, bounds.identity(size));
    },
  });
});
