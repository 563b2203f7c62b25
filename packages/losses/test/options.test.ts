import { zeros } from '@tessera/tensor';
import { expect, test } from 'vitest';
import { CrossEntropyLoss, crossEntropy, KLDivLoss, klDiv, MSELoss, mseLoss } from '../src/index.ts';

const bad = { reduce: 'sum' } as never;
const x = zeros(2, 3);

test.each<readonly [string, () => unknown]>([
  ['mseLoss', () => mseLoss(x, x, bad)],
  ['MSELoss', () => new MSELoss(bad)],
  ['klDiv', () => klDiv(x, x, bad)],
  ['KLDivLoss', () => new KLDivLoss(bad)],
  ['crossEntropy', () => crossEntropy(x, x, bad)],
  ['CrossEntropyLoss', () => new CrossEntropyLoss(bad)],
])('%s refuses an option that there is not', (name, run) => {
  expect(run).toThrow(`${name}: there is no option 'reduce'; got "sum" for it; try reduction`);
});
