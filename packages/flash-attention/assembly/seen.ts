// Products where operands hold NaN or infinities: what has the weight 0 adds nothing, as 0 times them would not.
import { at } from '@tessera/kernels/assembly/lanes';
import { ROW, ROWS, width } from './tiles';

/** Whether all numbers of so many whole vectors are finite: x - x is 0, but NaN for what is not. */
export function allFinite<T>(from: usize, bytes: usize): bool {
  let differences = v128.splat<T>(0);
  for (let end = from + bytes; from < end; from += 16) {
    const x = v128.load(from);
    differences = v128.or(differences, v128.sub<T>(x, x));
  }
  return !v128.any_true(differences);
}

/** A tile of A B, with A in a sliver and B in a panel; one of both holds the weights. */
export function tileOfSeen<T>(tile: usize, terms: i32, a: usize, b: usize, weightsAreA: bool): void {
  for (let r = 0; r < ROWS; r++) {
    for (let i = 0; i < width<T>(); i++) {
      let sum: T = 0;
      for (let j = 0; j < terms; j++) {
        const x = load<T>(at<T>(a, j * ROWS + r)), y = load<T>(at<T>(b + <usize>(j * ROW), i));
        if ((weightsAreA ? x : y) != 0) sum += x * y;
      }
      store<T>(at<T>(tile + <usize>(r * ROW), i), sum);
    }
  }
}
