import { law } from '@tessera/laws';
import { add, arange, DTypeError, ones, ShapeError, Tensor, tensor, zeros } from '@tessera/tensor';
import { drawCase, drawLayout, expectSameBits, laidOut, opTable, tensorOf } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

type Method = (...args: unknown[]) => Tensor;
const methods = Tensor.prototype as unknown as Record<string, Method | undefined>;

/** Elementwise ops without attributes that have a method `name` and one `name_`. */
const pairs = opTable().filter(
  (op) => op.kind === 'elementwise' && op.sample === undefined && methods[op.name] && methods[`${op.name}_`],
);

describe('a method with underscore gives what the one without gives, in place', () => {
  test('there are many', () => expect(pairs.length).toBeGreaterThan(30));

  for (const op of pairs) {
    law(op.name, {
      rows: 39,
      formula: 'f_(x) = f(x), and x counts a version more',
      tolerance: 'E',
      given: [fc.gen()],
      share: 0.2,
      of: op.name,
      holds: (gen) => {
        const { inputs } = drawCase(op, gen, { broadcast: true });
        const [first, ...rest] = inputs as [(typeof inputs)[number], ...typeof inputs];
        const x = laidOut(first, drawLayout(gen, first.shape));
        const others = rest.map(tensorOf);
        const expected = methods[op.name]!.apply(x, others);
        const changed = methods[`${op.name}_`]!;
        if (String(expected.shape) !== String(x.shape) || expected.dtype !== x.dtype) {
          // What no longer fits is refused before anything is touched, or converted as PyTorch does.
          const before = x.clone();
          try {
            changed.apply(x, others);
          } catch (error) {
            expect(error).toBeInstanceOf(String(expected.shape) === String(x.shape) ? DTypeError : ShapeError);
            expectSameBits(x, before);
          }
          return;
        }
        const version = x.version;
        expect(changed.apply(x, others)).toBe(x);
        expectSameBits(x, expected);
        expect(x.version).toBeGreaterThan(version);
      },
    });
  }
});

describe('changes in place', () => {
  test('read everything before they write', () => {
    const x = arange(4).reshape(2, 2).to('float32');
    x.add_(x.transpose(0, 1));
    expect(x.toArray()).toEqual([
      [0, 3],
      [3, 6],
    ]);
    const y = tensor([1, 2, 3, 4]);
    y.slice(0, 1).copy_(y.slice(0, 0, 3));
    expect(y.toArray()).toEqual([1, 1, 2, 3]);
    const z = tensor([1, 2]);
    expect(z.mul_(z).toArray()).toEqual([1, 4]);
  });

  test('convert to the dtype of the target, never down a category', () => {
    expect(ones(2, { dtype: 'float64' }).add_(ones(2)).dtype).toBe('float64');
    expect(
      ones(2)
        .add_(tensor([1, 2], { dtype: 'int32' }))
        .toArray(),
    ).toEqual([2, 3]);
    const whole = tensor([1, 2], { dtype: 'int32' });
    expect(() => whole.add_(0.5)).toThrow(DTypeError);
    expect(() => tensor([true]).add_(1)).toThrow(DTypeError);
    expect(whole.toArray()).toEqual([1, 2]);
    expect(whole.version).toBe(0);
  });

  test('keep the shape of the target', () => {
    expect(ones(2, 3).add_(ones(3)).shape).toEqual([2, 3]);
    expect(() => ones(3).add_(ones(2, 3))).toThrow(ShapeError);
    expect(() => ones(1).add_(ones(3))).toThrow(/^add_: /);
  });

  test('are counted, one for all views', () => {
    const x = zeros(4);
    const view = x.reshape(2, 2);
    view.fill_(1).add_(1);
    expect([x.version, view.version, x.clone().version]).toEqual([2, 2, 0]);
    expect(x.toArray()).toEqual([2, 2, 2, 2]);
  });

  test('leave the out-of-place result alone', () => {
    const x = ones(3);
    const y = add(x, 1);
    x.zero_();
    expect(y.toArray()).toEqual([2, 2, 2]);
  });

  test('work on empty tensors and on one element', () => {
    expect(zeros(0, 3).add_(1).shape).toEqual([0, 3]);
    expect(tensor(2).mul_(3).item()).toBe(6);
    expect(() => zeros(2).fill_(ones(2) as unknown as number)).toThrow(/^fill_: /);
    expect(() => zeros(2).fill_('1' as unknown as number)).toThrow(/^fill_: /);
  });
});
