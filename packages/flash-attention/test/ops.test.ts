import { opLaws } from '@tessera/autograd/testing';
import * as flash from '@tessera/flash-attention';
import { lawsOf } from '@tessera/laws';
import { opTable } from '@tessera/tensor/testing';

for (const op of opTable(flash)) lawsOf(op, opLaws(op));
