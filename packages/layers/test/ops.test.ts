import { opLaws } from '@tessera/autograd/testing';
import { lawsOf } from '@tessera/laws';
import * as layers from '@tessera/layers';
import { opTable } from '@tessera/tensor/testing';

for (const op of opTable(layers)) lawsOf(op, opLaws(op));
