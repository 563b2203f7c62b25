import { checkLaw, opLaws, opTable } from '@tessera/tensor/testing';
import { describe, test } from 'vitest';

// A new op gets its tests here by being exported. FC_NUM_RUNS=1000 draws more examples.
for (const op of opTable()) {
  describe(op.name, () => {
    for (const law of opLaws(op)) test(law.name, () => checkLaw(op, law));
  });
}
