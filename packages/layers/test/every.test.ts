import { layerLaws, layerUnderTest } from '@tessera/autograd/testing';
import { lawsOf } from '@tessera/laws';
import { expect, test } from 'vitest';
import * as layers from '../src/index.ts';
import { TABLE } from './table.ts';

for (const [name, { make, sample, batchDim = 0 }] of Object.entries(TABLE)) {
  const layer = layerUnderTest(make, sample, { name, batchDim });
  lawsOf(layer, layerLaws(layer));
}

test('the table holds every layer that has a forward of its own', () => {
  const bases = ['Activation', 'ActivationWithOptions', 'ChannelNorm', 'Module', 'RNNBase'];
  const lists = ['ModuleDict', 'ModuleList', 'ParameterDict', 'ParameterList'];
  const exported = Object.entries(layers).flatMap(([name, value]) =>
    typeof value === 'function' && value.prototype instanceof layers.Module ? [name] : [],
  );
  expect(Object.keys(TABLE).sort()).toEqual(exported.filter((name) => ![...bases, ...lists].includes(name)).sort());
});
