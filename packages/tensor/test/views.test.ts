import { layouts, shapes } from '@tessera/arbitraries';
import { law } from '@tessera/laws';
import * as T from '@tessera/tensor';
import { arange, cat, fromArray, type Shape, stack, type Tensor, tensor } from '@tessera/tensor';
import { broadcastShapes, elementsOf } from '@tessera/tensor/core';
import { bounds, expectSameBits, expectWithin, laidOut } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const small = { sizes: [1, 0, 2, 3, 4, 5], maxElements: 120 } as const;

/** A tensor whose elements are all different, through any layout. */
function numbered(
  rank: number | readonly [number, number] = [0, 4],
  sizes: readonly number[] = small.sizes,
): fc.Arbitrary<Tensor> {
  return shapes({ ...small, rank, sizes })
    .chain((shape) => layouts(shape))
    .map((layout) =>
      laidOut({ operand: 'x', shape: layout.shape, dtype: 'float32', data: counting(layout.shape) }, layout),
    );
}

const counting = (shape: Shape): number[] => Array.from({ length: elementsOf(shape) }, (_, i) => i + 1);
const dims = (x: Tensor): number[] => [...x.shape.keys()];
const permutation = (x: Tensor): fc.Arbitrary<number[]> =>
  fc.shuffledSubarray(dims(x), { minLength: x.ndim, maxLength: x.ndim });
const dimOf = (x: Tensor): fc.Arbitrary<number> => fc.integer({ min: -x.ndim, max: x.ndim - 1 });

/** A tensor and something drawn for it. */
function withDrawn<A>(x: fc.Arbitrary<Tensor>, more: (x: Tensor) => fc.Arbitrary<A>): fc.Arbitrary<[Tensor, A]> {
  return x.chain((t) => fc.tuple(fc.constant(t), more(t)));
}

describe('shapes come and go', () => {
  law('reshape and back is the identity', {
    rows: 1,
    formula: 'reshape(reshape(x)) = x',
    tolerance: 'E',
    given: [numbered()],
    holds: (x) => {
      expectSameBits(x.reshape([...x.shape].reverse()).reshape([...x.shape]), x.contiguous());
      expectSameBits(x.reshape(x.count).reshape([...x.shape]), x.contiguous());
    },
  });

  law('a permutation and its inverse are the identity', {
    rows: 2,
    formula: 'permute(permute(x, p), p⁻¹) = x',
    tolerance: 'E',
    given: [withDrawn(numbered(), permutation)],
    holds: ([x, p]) => {
      const inverse = p.map((_, d) => p.indexOf(d));
      expectSameBits(x.permute(p).permute(inverse), x);
    },
  });

  law('transpose is an involution', {
    rows: [2, 3],
    formula: 'transpose(transpose(x)) = x; movedim and back = x',
    tolerance: 'E',
    given: [withDrawn(numbered([1, 4]), (x) => fc.tuple(dimOf(x), dimOf(x)))],
    holds: ([x, [a, b]]) => {
      expectSameBits(x.transpose(a, b).transpose(a, b), x);
      expectSameBits(x.transpose(a, b), x.transpose(b, a));
      expect(x.movedim(a, b).movedim(b, a).shape).toEqual(x.shape);
      expectSameBits(x.movedim(a, b).movedim(b, a), x);
    },
  });

  law('unsqueeze and squeeze', {
    rows: 3,
    formula: 'squeeze(unsqueeze(x)) = x',
    tolerance: 'E',
    given: [withDrawn(numbered(), (x) => fc.integer({ min: -x.ndim - 1, max: x.ndim }))],
    holds: ([x, d]) => {
      expectSameBits(x.unsqueeze(d).squeeze(d), x);
    },
  });

  law('flatten and unflatten', {
    rows: 3,
    formula: 'unflatten(flatten(x)) = x',
    tolerance: 'E',
    given: [withDrawn(numbered([1, 4], [1, 2, 3]), (x) => fc.integer({ min: 0, max: x.ndim - 1 }))],
    holds: ([x, d]) => {
      const flat = x.flatten(d);
      expectSameBits(flat.unflatten(d, x.shape.slice(d)), x.contiguous());
    },
  });

  law('contiguous is idempotent, keeps values and has row-major strides', {
    rows: 5,
    formula: 'contiguous(contiguous(x)) = contiguous(x) = x',
    tolerance: 'E',
    given: [numbered()],
    holds: (x) => {
      const c = x.contiguous();
      expect(c.contiguous()).toBe(c);
      expect(c.isContiguous()).toBe(true);
      expectSameBits(c, x);
      expect(Array.from(c.data)).toEqual(counting(x.shape));
    },
  });
});

describe('writing through a view', () => {
  const views: Record<string, (x: Tensor) => Tensor> = {
    slice: (x) => x.slice(0, 1, null, 2),
    select: (x) => x.select(1, 2),
    transpose: (x) => x.transpose(0, 1),
    reshape: (x) => x.reshape(-1),
    permute: (x) => x.permute(1, 0),
    narrow: (x) => x.narrow(1, 1, 2),
    diagonal: (x) => x.diagonal(),
    unsqueeze: (x) => x.unsqueeze(0),
  };
  law('is seen by the base, and what is written to the base by the view', {
    rows: 4,
    formula: 'v = view(x): v ← c ⇒ x[v] = c; x ← c ⇒ v = c',
    tolerance: 'E',
    given: [fc.constantFrom(...Object.keys(views)), fc.integer({ min: 3, max: 5 }), fc.integer({ min: 4, max: 6 })],
    holds: (name, rows, columns) => {
      const x = arange(rows * columns)
        .reshape(rows, columns)
        .to('float32');
      const seen = views[name]!(x);
      const inside = new Set(seen.data);
      const expected = Array.from(x.data, (value) => (inside.has(value) ? -1 : value));
      seen.fill_(-1);
      expectWithin(x, expected, bounds.exact);
      x.fill_(5);
      expectWithin(seen, 5, bounds.exact);
      expect(seen.version).toBe(x.version);
    },
  });

  test('is refused where elements share memory', () => {
    expect(() => tensor([1]).expand(3).fill_(0)).toThrow(T.ShapeError);
  });
});

describe('pieces', () => {
  const pieces = withDrawn(numbered([1, 3], [1, 2, 3, 4, 5]), (x) =>
    fc.tuple(dimOf(x), fc.integer({ min: 1, max: 4 })),
  );

  law('split and chunk join again', {
    rows: 6,
    formula: 'cat(split(x)) = cat(chunk(x)) = x',
    tolerance: 'E',
    given: [pieces],
    holds: ([x, [d, n]]) => {
      expectSameBits(cat(x.split(n, d), d), x.contiguous());
      expectSameBits(cat(x.chunk(n, d), d), x.contiguous());
      expectSameBits(cat(x.tensorSplit(n, d), d), x.contiguous());
    },
  });

  law('unbind stacks again', {
    rows: 6,
    formula: 'stack(unbind(x)) = x',
    tolerance: 'E',
    given: [pieces],
    holds: ([x, [d]]) => expectSameBits(stack(x.unbind(d), d), x.contiguous()),
  });

  law('narrow pieces join again', {
    rows: 6,
    formula: 'cat(narrow(x, a), narrow(x, b)) = x',
    tolerance: 'E',
    given: [pieces],
    holds: ([x, [d, n]]) => {
      const size = x.size(d);
      const cut = Math.min(n, size);
      expectSameBits(cat([x.narrow(d, 0, cut), x.narrow(d, cut, size - cut)], d), x.contiguous());
    },
  });

  law('flip twice, roll there and back, rot90 four times', {
    rows: 7,
    formula: 'flip² = id; roll(a) roll(b) = roll(a + b); roll(n) = id; rot90⁴ = id',
    tolerance: 'E',
    given: [pieces],
    holds: ([x, [d, n]]) => {
      expectSameBits(x.flip(d).flip(d), x.contiguous());
      expectSameBits(x.roll(n, d).roll(-n, d), x.contiguous());
      expectSameBits(x.roll(n, d).roll(2, d), x.roll(n + 2, d));
      expectSameBits(x.roll(x.size(d), d), x.contiguous());
      if (x.ndim < 2) return;
      let turned = x;
      for (let i = 0; i < 4; i++) turned = turned.rot90();
      expectSameBits(turned, x.contiguous());
    },
  });

  law('pad and cut again, in every mode', {
    rows: 10,
    formula: 'narrow(pad(x)) = x in every mode; circular wraps; reflect and replicate mirror and repeat',
    tolerance: 'E',
    given: [numbered(2, [1, 2, 3, 4])],
    holds: (x) => {
      const [rows, cols] = x.shape as [number, number];
      const cut = (padded: Tensor): Tensor => padded.narrow(0, 1, rows).narrow(1, 2, cols);
      expectSameBits(cut(T.pad(x, [2, 1, 1, 3])).contiguous(), x.contiguous());
      const row = x.reshape(1, rows, cols);
      const wrapped = T.pad(row, [cols, cols], { mode: 'circular' });
      for (const at of [0, 1, 2]) expectSameBits(wrapped.narrow(2, at * cols, cols).contiguous(), row.contiguous());
      const edge = cols - 1;
      const mirrored = T.pad(row, [edge, edge], { mode: 'reflect' });
      const flipped = row.flip(2);
      expectSameBits(mirrored, T.cat([flipped.narrow(2, 0, edge), row, flipped.narrow(2, 1, edge)], 2));
      const ends = [row.narrow(2, 0, 1), row.narrow(2, edge, 1)].map((end) => end.expand(1, rows, 2));
      const repeated = T.pad(row, [2, 2], { mode: 'replicate' });
      expectSameBits(repeated, T.cat([ends[0] as Tensor, row, ends[1] as Tensor], 2));
    },
  });

  law('triangles and diagonals', {
    rows: 16,
    formula: 'tril(k) + triu(k + 1) = x; diag(diag(v)) = v; tr x = Σ diag',
    tolerance: 'E',
    given: [withDrawn(numbered(2, [1, 2, 3, 4]), () => fc.integer({ min: -4, max: 4 }))],
    holds: ([x, k]) => {
      expectSameBits(x.tril(k).add(x.triu(k + 1)), x.contiguous());
      const v = x.reshape(-1);
      expectSameBits(T.diag(T.diag(v)), v.contiguous());
      expectWithin(T.trace(x), T.diag(x).sum(), bounds.exact);
    },
  });
});

describe('broadcasting', () => {
  const shape = shapes({ ...small, rank: [0, 3] });
  const shapeText = (...list: Shape[]): string => {
    try {
      return String(broadcastShapes('test', ...list));
    } catch {
      return 'refused';
    }
  };

  law('of shapes is commutative, associative, idempotent, with [] as unit', {
    rows: 9,
    formula: 'a ∨ b = b ∨ a, associative, idempotent, [] is the unit',
    tolerance: 'E',
    given: [shape, shape, shape],
    holds: (a, b, c) => {
      expect(shapeText(a, b)).toBe(shapeText(b, a));
      expect(shapeText(a, a)).toBe(String(a));
      expect(shapeText(a, [])).toBe(String(a));
      const left = shapeText(a, b);
      const right = shapeText(b, c);
      if (left === 'refused' || right === 'refused') return;
      const parse = (text: string): number[] => (text === '' ? [] : text.split(',').map(Number));
      expect(shapeText(parse(left), c)).toBe(shapeText(a, parse(right)));
    },
  });

  law('expand has stride 0 and is repeat', {
    rows: 8,
    formula: 'expand(x) = repeat(x) = tile(x), stride 0',
    tolerance: 'E',
    given: [numbered([0, 3], [1, 2, 3]), fc.integer({ min: 1, max: 4 })],
    holds: (x, n) => {
      const wide = x.expand([n, ...x.shape]);
      if (n > 1) expect(wide.strides[0]).toBe(0);
      expectSameBits(wide.contiguous(), x.repeat([n, ...x.shape.map(() => 1)]));
      expectSameBits(wide.contiguous(), T.tile(x, [n, ...x.shape.map(() => 1)]));
    },
  });
});

test('views share memory, copies do not', () => {
  const x = fromArray(new Float32Array(6), [2, 3]);
  expect(x.reshape(3, 2).storage).toBe(x.storage);
  expect(x.transpose(0, 1).reshape(6).storage).not.toBe(x.storage);
  expect(x.clone().storage).not.toBe(x.storage);
});
