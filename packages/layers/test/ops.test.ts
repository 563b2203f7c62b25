import { checkLaw, opLaws } from '@tessera/autograd/testing';
import * as layers from '@tessera/layers';
import { opTable } from '@tessera/tensor/testing';
import { describe, test } from 'vitest';

for (const op of opTable(layers)) {
  describe(op.name, () => {
    for (const law of opLaws(op)) test(law.name, () => checkLaw(op, law));
  });
}
