import { gradientLaws } from '@tessera/autograd/testing';
import { lawsOf } from '@tessera/laws';
import { opTable } from '@tessera/tensor/testing';

// Every op that says how a gradient passes it.
for (const op of opTable()) lawsOf(op, gradientLaws(op));
