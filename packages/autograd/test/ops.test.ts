import { checkLaw, gradientLaws } from '@tessera/autograd/testing';
import { opTable } from '@tessera/tensor/testing';
import { describe, test } from 'vitest';

// Every op that says how a gradient passes it. FC_NUM_RUNS=1000 draws more examples.
for (const op of opTable()) {
  const laws = gradientLaws(op);
  if (laws.length === 0) continue;
  describe(op.name, () => {
    for (const law of laws) test(law.name, () => checkLaw(op, law));
  });
}
