// Which blocks of scores a mask leaves: what skips the work of whole tiles.
import { at } from '@tessera/kernels/assembly/lanes';
import { Problem } from './problem';
import { capture, lookAt, moveTo } from './score/place';
import { run } from './score/run';
import { partsAt, ROW, width } from './tiles';

/**
 * 0 where no query of a block sees a key of it, 2 where every one sees every key, else 1. Units are blocks of queries of every head
 * of every sequence; a tile is as many keys as are looked at together.
 */
@kernel function flash_states<T>(
  states: usize, program: usize,
  c0: usize, c1: usize, c2: usize, c3: usize, c4: usize, c5: usize, c6: usize, c7: usize,
  problem: usize, begin: i32, end: i32,
): void {
  const x = changetype<Problem>(problem);
  capture(c0, c1, c2, c3, c4, c5, c6, c7);
  const rows = (x.queries + x.stateQueries - 1) / x.stateQueries;
  for (let unit = begin; unit < end; unit++) {
    moveTo(unit / rows / x.heads, unit / rows % x.heads, x.queries, x.keys);
    const first = unit % rows * x.stateQueries;
    const last = min(x.queries, first + x.stateQueries);
    for (let column = 0; column < x.stateColumns; column++) {
      const from = column * x.stateKeys;
      store<i32>(at<i32>(states, unit * x.stateColumns + column), stateOfBlock<T>(x, program, first, last, from, min(x.keys, from + x.stateKeys)));
    }
  }
}

function stateOfBlock<T>(x: Problem, program: usize, first: i32, last: i32, from: i32, to: i32): i32 {
  let some = false, all = true;
  for (let query = first; query < last; query += width<T>()) {
    for (let key = from; key < to; key += x.tile) {
      const count = min(x.tile, to - key);
      lookAt(query, key);
      let row = run<T>(program, partsAt(), x.tile * ROW, count);
      for (let j = 0; j < count; j++, row += ROW) {
        for (let i = 0; i < min(width<T>(), last - query); i++) {
          if (load<T>(at<T>(row, i)) != 0) some = true;
          else all = false;
        }
      }
      if (some && !all) return 1;
    }
  }
  return some ? 2 : 0;
}
