import { checkLaw, opLaws } from '@tessera/autograd/testing';
import * as flash from '@tessera/flash-attention';
import { opTable } from '@tessera/tensor/testing';
import { describe, test } from 'vitest';

for (const op of opTable(flash)) {
  describe(op.name, () => {
    for (const law of opLaws(op)) test(law.name, () => checkLaw(op, law));
  });
}
