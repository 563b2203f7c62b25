import { checkLaw, opLaws } from '@tessera/autograd/testing';
import * as losses from '@tessera/losses';
import { opTable } from '@tessera/tensor/testing';
import { describe, test } from 'vitest';

for (const op of opTable(losses)) {
  describe(op.name, () => {
    for (const law of opLaws(op)) test(law.name, () => checkLaw(op, law));
  });
}
