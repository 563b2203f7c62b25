import { opLaws } from '@tessera/autograd/testing';
import { lawsOf } from '@tessera/laws';
import * as losses from '@tessera/losses';
import { opTable } from '@tessera/tensor/testing';

for (const op of opTable(losses)) lawsOf(op, opLaws(op));
