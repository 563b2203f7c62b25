import { law } from '@tessera/laws';
import {
  arange,
  fromArray,
  gather,
  indexAdd,
  indexSelect,
  manualSeed,
  normal,
  rand,
  randn,
  ShapeError,
  scatterAdd,
  type Tensor,
  take,
  tensor,
  zeros,
} from '@tessera/tensor';
import { expectSameBits } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { expect } from 'vitest';

const counted = (shape: readonly number[]): Tensor => arange(shape.reduce((a, b) => a * b, 1)).reshape(...shape);

law('small unsigned numbers are indices as any others are', {
  rows: [65, 66, 67],
  formula: 'f(x, i as uint8) = f(x, i as int32), for indexSelect, gather, take, indexAdd, scatterAdd and at',
  tolerance: 'E',
  given: [
    fc
      .record({ rows: fc.integer({ min: 1, max: 5 }), columns: fc.integer({ min: 1, max: 3 }), dim: fc.nat(1) })
      .chain((sizes) =>
        fc.record({
          sizes: fc.constant(sizes),
          list: fc.array(fc.nat((sizes.dim === 0 ? sizes.rows : sizes.columns) - 1), { maxLength: 6 }),
        }),
      ),
  ],
  holds: ({ sizes: { rows, columns, dim }, list }) => {
    const x = counted([rows, columns]).to('float32');
    const n = list.length;
    const wide = dim === 0 ? [n, columns] : [rows, n];
    const run = (dtype: 'uint8' | 'int32'): Tensor[] => {
      const index = tensor(list, { dtype });
      const each = index.unsqueeze(dim === 0 ? 1 : 0).expand(...wide);
      return [
        indexSelect(x, dim, index),
        gather(x, dim, each),
        take(x, index),
        indexAdd(x, dim, index, counted(wide).to('float32')),
        scatterAdd(x, dim, each, counted(wide).to('float32')),
        dim === 0 ? x.at(index) : x.at(':', index),
      ];
    };
    const expected = run('int32');
    run('uint8').forEach((y, i) => {
      expectSameBits(y, expected[i] as Tensor);
    });
  },
});

law('of a tensor without dimensions one index selects itself, and no other number of them anything', {
  rows: 66,
  formula: 'indexSelect(x, 0, [0]) = x for x of shape []; of more or none: refused',
  tolerance: 'E',
  given: [fc.double({ noNaN: true }), fc.nat(3)],
  holds: (value, n) => {
    const x = tensor(value, { dtype: 'float64' });
    const index = zeros([n], { dtype: 'int32' });
    if (n === 1) expectSameBits(indexSelect(x, 0, index), x);
    else expect(() => (indexSelect as (...of: unknown[]) => Tensor)(x, 0, index)).toThrow(ShapeError);
  },
});

law('a mask stands for as many dimensions as it has', {
  rows: 66,
  formula: 'x[mask] = the elements where it is true, in order; x[a, mask, b] with the dimensions around it as they are',
  tolerance: 'E',
  given: [
    fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 }).chain((shape) =>
      fc.tuple(fc.nat(shape.length - 1), fc.integer({ min: 1, max: 3 })).chain(([from, rank]) => {
        const own = shape.slice(from, from + rank);
        const count = own.reduce((a, b) => a * b, 1);
        return fc.record({
          shape: fc.constant(shape),
          from: fc.constant(from),
          own: fc.constant(own),
          mask: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
        });
      }),
    ),
  ],
  holds: ({ shape, from, own, mask }) => {
    const x = counted(shape);
    const before = shape.slice(0, from);
    const after = shape.slice(from + own.length);
    const places = mask.flatMap((take, i) => (take ? [i] : []));
    const flat = x.reshape([...before, mask.length, ...after]);
    const wanted = indexSelect(flat, from, tensor(places, { dtype: 'int32' }));
    const got = x.at(...before.map(() => ':' as const), fromArray(mask.map(Number), own, { dtype: 'bool' }));
    expectSameBits(got, wanted);
    expectSameBits(
      x.at(...before.map(() => ':' as const), fromArray(mask.map(Number), own, { dtype: 'bool' }), '...'),
      wanted,
    );
  },
});

law('ranges of any numbers are as written', {
  rows: 66,
  formula: "x['a:b:s'] = x[a], x[a + s], ... before b, numbers of several digits too",
  tolerance: 'E',
  given: [
    fc.integer({ min: 0, max: 130 }),
    fc.option(fc.integer({ min: -140, max: 140 })),
    fc.option(fc.integer({ min: -140, max: 140 })),
    fc.option(fc.integer({ min: 1, max: 40 })),
  ],
  holds: (size, start, end, step) => {
    const x = arange(size);
    const edge = (at: number | null, otherwise: number): number =>
      at === null ? otherwise : Math.min(size, Math.max(0, at < 0 ? at + size : at));
    const places: number[] = [];
    for (let i = edge(start, 0); i < edge(end, size); i += step ?? 1) places.push(i);
    const text = `${start ?? ''}:${end ?? ''}${step === null ? '' : `:${step}`}`;
    expect(x.at(text as ':').toArray()).toEqual(places);
  },
});

law('no generator is the default one', {
  rows: 70,
  formula: 'draw({ generator: null }) = draw() from the same seed',
  tolerance: 'E',
  given: [fc.nat(), fc.constantFrom('rand', 'randn', 'normal')],
  holds: (seed, name) => {
    const draws = {
      rand: (options: object) => rand([5], options),
      randn: (options: object) => randn([5], options),
      normal: (options: object) => normal(1, 2, [5], options),
    };
    const draw = draws[name as 'rand'];
    manualSeed(seed);
    const expected = draw({});
    manualSeed(seed);
    expectSameBits(draw({ generator: null }), expected);
  },
});
