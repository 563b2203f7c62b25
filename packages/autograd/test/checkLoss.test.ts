import { checkLoss, type LayerLike } from '@tessera/autograd/testing';
import type { Tensor } from '@tessera/tensor';
import { describe, expect, test } from 'vitest';

const options = { seed: 1, runs: 200 };

describe('checkLoss', () => {
  type Of = (options: { readonly reduction: 'none' | 'mean' | 'sum' }) => LayerLike;
  const squares =
    (reduce: (each: Tensor, reduction: string) => Tensor): Of =>
    ({ reduction }) => ({ forward: (x: Tensor, y: Tensor) => reduce(x.sub(y).square(), reduction) });
  const sound = (each: Tensor, reduction: string): Tensor =>
    reduction === 'none' ? each : reduction === 'sum' ? each.sum() : each.mean();
  const pair = (draw: { integer(low: number, high: number): number }) => {
    const shape = [draw.integer(2, 4), 2];
    return [{ shape }, { shape }];
  };

  test('holds of a sound loss', () => checkLoss(squares(sound), pair, { ...options, name: 'squares', atLeast: 0 }));

  test.each<readonly [string, string, Of, object]>([
    ['a sum that is a mean', 'reductions agree', squares((each, r) => (r === 'none' ? each : each.mean())), {}],
    [
      'a mean over the rows alone',
      'reductions agree',
      squares((each, r) => (r === 'mean' ? each.sum().div(each.shape[0] as number) : sound(each, r))),
      {},
    ],
    [
      'samples with a place',
      'the order of samples does not matter',
      squares((each, r) => (r === 'none' ? each : r === 'sum' ? each.sum() : each.select(0, 0).mean())),
      { even: false },
    ],
    [
      'a value below the least',
      'no value is below the least',
      squares((each, r) => sound(each.sub(1), r)),
      { atLeast: 0 },
    ],
  ])('finds %s', (_, law, make, more) => {
    expect(() => checkLoss(make, pair, { ...options, name: 'squares', ...more, law })).toThrow(/does not hold/);
  });
});
