// Where in the attention a panel of scores lies, for programs that ask.
import { scratchAt } from '@tessera/kernels/assembly/scratch';

export let batchIndex: i32 = 0, headIndex: i32 = 0;
export let firstQueryIndex: i32 = 0, lastQueryIndex: i32 = 0, firstKeyIndex: i32 = 0;
/** Keys less queries of the sequence. */
export let lead: i32 = 0;

export function moveTo(batch: i32, head: i32, queries: i32, keys: i32): void {
  batchIndex = batch;
  headIndex = head;
  lastQueryIndex = queries - 1;
  lead = keys - queries;
}

export function lookAt(firstQuery: i32, firstKey: i32): void {
  firstQueryIndex = firstQuery;
  firstKeyIndex = firstKey;
}

/** Addresses of captured tensors, of which there are at most eight, and of their gradients. */
@inline export function capturedAt(index: i32): usize { return scratchAt(512) + <usize>index * sizeof<usize>(); }
@inline export function gradientAt(index: i32): usize { return scratchAt(576) + <usize>index * sizeof<usize>(); }

export function capture(
  c0: usize, c1: usize, c2: usize, c3: usize, c4: usize, c5: usize, c6: usize, c7: usize,
): void {
  store<usize>(capturedAt(0), c0);
  store<usize>(capturedAt(1), c1);
  store<usize>(capturedAt(2), c2);
  store<usize>(capturedAt(3), c3);
  store<usize>(capturedAt(4), c4);
  store<usize>(capturedAt(5), c5);
  store<usize>(capturedAt(6), c6);
  store<usize>(capturedAt(7), c7);
}
