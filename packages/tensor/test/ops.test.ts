import { lawsOf } from '@tessera/laws';
import { opLaws, opTable } from '@tessera/tensor/testing';

// A new op is held to the laws here by being exported.
for (const op of opTable()) lawsOf(op, opLaws(op));
