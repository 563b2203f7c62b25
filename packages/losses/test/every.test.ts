import { lossLaws, lossUnderTest } from '@tessera/autograd/testing';
import { lawsOf } from '@tessera/laws';
import { expect, test } from 'vitest';
import * as losses from '../src/index.ts';
import { TABLE } from './table.ts';

for (const [name, { make, sample, ...options }] of Object.entries(TABLE)) {
  const loss = lossUnderTest(make, sample, { name, ...options });
  lawsOf(loss, lossLaws(loss));
}

test('the table holds every loss', () => {
  const exported = Object.keys(losses).filter((name) => /^[A-Z].*Loss$/.test(name) && name !== 'AlikeLoss');
  expect(Object.keys(TABLE).sort()).toEqual(exported.sort());
});
