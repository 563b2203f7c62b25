// Weights that go missing: by the number that Philox gives for their place (sequence, head, query, key), and nothing else.
import { at } from '@tessera/kernels/assembly/lanes';
import { philoxFour } from '@tessera/kernels/assembly/random/block';
import { scratchAt } from '@tessera/kernels/assembly/scratch';
import { Problem } from './problem';
import { ROW } from './tiles';

/** Factors of one panel, [key][ROW]: 0 with probability p, else 1 / (1 - p). `row` counts queries of all heads and sequences. */
export function dropFactors<T>(to: usize, x: Problem, p: f64, row: u64, queries: i32, firstKey: i32, keys: i32): void {
  const below = p * 4294967296.0;
  const kept = <T>(1 / (1 - p));
  const words = scratchAt(640);
  const offset = (<u64>x.offsetHigh << 32) | <u64>x.offsetLow;
  for (let i = 0; i < queries; i++) {
    // Elements of the whole array of weights take one word each, four words make a block.
    const place = (row + <u64>i) * <u64>x.keys + <u64>firstKey;
    let block = offset + (place >> 2);
    for (let j = -<i32>(place & 3); j < keys; j += 16, block += 4) {
      philoxFour(words, x.seedLow, x.seedHigh, <u32>block, <u32>(block >> 32), 0);
      for (let word = max(0, -j); word < min(16, keys - j); word++) {
        const drops = <f64>load<u32>(at<u32>(words, word)) < below;
        store<T>(at<T>(to + <usize>((j + word) * ROW), i), drops ? 0 : kept);
      }
    }
  }
}

/** panel = panel * factors, but 0 where the factor is, whatever is there. */
export function drop<T>(panel: usize, factors: usize, keys: i32): void {
  const zero = v128.splat<T>(0);
  for (let end = panel + <usize>(keys * ROW); panel < end; panel += 16, factors += 16) {
    const factor = v128.load(factors);
    v128.store(panel, v128.andnot(v128.mul<T>(v128.load(panel), factor), v128.eq<T>(factor, zero)));
  }
}
