/** Expressions of tensor ops. */
import fc from 'fast-check';
import { call, dimOf, list, partOf, refilled, shapeOf, size, sizeOr0, tensorOf, zeros } from './parts.ts';

type Text = fc.Arbitrary<string>;

const one = (names: readonly string[]): Text => fc.constantFrom(...names);

const creation: Text = fc.oneof(
  fc
    .tuple(one(['zeros', 'ones', 'rand', 'randn', 'empty']), shapeOf(0, 4, fc.integer({ min: -1, max: 5 })))
    .map(([name, shape]) => `${name}(${shape.join(', ')})`),
  shapeOf(0, 3, fc.integer({ min: -1, max: 5 })).map((shape) => `full(${list(shape)}, 7)`),
  shapeOf(0, 3, sizeOr0).map((shape) => `zeros(${list(shape)}, { dtype: 'int32' })`),
  fc.array(shapeOf(1, 3), { minLength: 1, maxLength: 2 }).map((rows) => `tensor(${list(rows.map(list))})`),
  shapeOf(3, 3).map(([a, b, c]) => `tensor(${JSON.stringify(Array(a).fill(Array(b).fill(Array(c).fill(1))))})`),
  fc.tuple(size, size).map(([n, m]) => `eye(${n}, ${m})`),
);

const BINARY = [
  ...[
    'add',
    'sub',
    'mul',
    'div',
    'maximum',
    'fmin',
    'eq',
    'lt',
    'ne',
    'atan2',
    'hypot',
    'logaddexp',
    'pow',
    'remainder',
  ],
  ...['floorDivide', 'copysign', 'xlogy', 'clampMin', 'clampMax', 'logicalAnd', 'fmod', 'heaviside', 'trueDivide'],
];

const broadcasting: Text = shapeOf(0, 4).chain((shape) =>
  fc
    .tuple(partOf(shape), partOf(shape), one(BINARY))
    .chain(([a, b, name]) =>
      fc.oneof(
        { weight: 6, arbitrary: call(name, zeros(a), zeros(b)) },
        { weight: 1, arbitrary: call(name, zeros(a), '2') },
        { weight: 1, arbitrary: fc.constant(`where(${zeros(shape, 'bool')}, ${zeros(a)}, ${zeros(b)})`) },
        { weight: 1, arbitrary: call('lerp', zeros(a), zeros(shape), zeros(b)) },
        { weight: 1, arbitrary: call('addcmul', zeros(a), zeros(b), zeros(shape)) },
        { weight: 1, arbitrary: call('clamp', zeros(a), zeros(b), zeros(shape)) },
        { weight: 1, arbitrary: call('maskedFill', zeros(a), zeros(b, 'bool'), '0') },
        { weight: 1, arbitrary: call('max', zeros(a), zeros(b)) },
      ),
    ),
);

const products: Text = fc.tuple(shapeOf(0, 2), size, size, size, fc.boolean()).chain(([batch, m, k, n, wrong]) =>
  fc.tuple(partOf(batch), partOf(batch)).chain(([a, b]) => {
    const inner = wrong ? (k % 4) + 1 : k;
    const [left, right] = [zeros([...a, m, k]), zeros([...b, inner, n])];
    return fc.oneof(
      { weight: 4, arbitrary: call('matmul', left, right) },
      { weight: 1, arbitrary: call('matmul', zeros([k]), right) },
      { weight: 1, arbitrary: call('matmul', left, zeros([inner])) },
      { weight: 1, arbitrary: call('matmul', zeros([k]), zeros([inner])) },
      { weight: 1, arbitrary: call('matmul', zeros([]), right) },
      { weight: 1, arbitrary: call('mm', left, right) },
      { weight: 1, arbitrary: call('bmm', zeros([...batch, m, k]), zeros([...batch, inner, n])) },
      { weight: 1, arbitrary: call('mv', zeros([m, k]), zeros([inner])) },
      { weight: 1, arbitrary: call('dot', zeros([k]), zeros([inner])) },
      { weight: 1, arbitrary: call('outer', zeros(a), zeros([n])) },
      { weight: 1, arbitrary: fc.constant(`linear(${left}, ${zeros([n, inner])})`) },
    );
  }),
);

const REDUCTIONS = [
  'sum',
  'mean',
  'prod',
  'amax',
  'amin',
  'all',
  'any',
  'logsumexp',
  'std',
  'var',
  'nansum',
  'countNonzero',
];

const reductions: Text = shapeOf(0, 4).chain((shape) =>
  fc
    .tuple(one(REDUCTIONS), fc.array(dimOf(shape.length), { maxLength: 3 }), dimOf(shape.length), fc.boolean())
    .chain(([name, dims, dim, keepdim]) => {
      const x = zeros(shape);
      const options = keepdim && name !== 'countNonzero' ? ['{ keepdim: true }'] : [];
      const run = (op: string, ...args: readonly string[]): Text =>
        op === 'var' ? fc.constant(`${x}.var(${args.join(', ')})`) : call(op, x, ...args);
      return fc.oneof(
        run(name),
        run(name, list(dims), ...options),
        run(name, String(dim), ...options),
        run(name, 'undefined', ...options),
        call('norm', x, '2', String(dim), ...(keepdim ? options : [])),
        one(['argmax', 'argmin', 'max', 'min', 'median', 'mode']).chain((op) =>
          call(op, x, String(dim), ...(keepdim ? ['{ keepdim: true }'] : [])),
        ),
        one(['softmax', 'logSoftmax', 'cumsum', 'cumprod', 'logcumsumexp', 'cummax', 'sort', 'argsort']).chain((op) =>
          call(op, x, String(dim)),
        ),
      );
    }),
);

const layouts: Text = shapeOf(0, 4, sizeOr0).chain((shape) => {
  const rank = shape.length;
  const x = zeros(shape);
  return fc
    .tuple(dimOf(rank), dimOf(rank), refilled(shape), fc.shuffledSubarray([...shape.keys(), -1]), partOf(shape))
    .chain(([a, b, target, order, part]) =>
      fc.oneof(
        call('reshape', x, list(target)),
        call('view', x, list(target)),
        call('flatten', x, String(a), String(b)),
        call('flatten', x),
        call('ravel', x),
        call('transpose', x, String(a), String(b)),
        call('permute', x, list(order)),
        call('permute', x, list([...shape.keys()].reverse())),
        call('t', x),
        fc.constant(`${x}.T`),
        ...(rank < 2 ? [] : [fc.constant(`${x}.mT`)]),
        call('squeeze', x),
        call('squeeze', x, String(a)),
        call('squeeze', x, list(order)),
        call('unsqueeze', x, String(a)),
        call('unflatten', x, String(a), list(target)),
        call('reshapeAs', x, zeros(target.filter((n) => n >= 0))),
        call('expand', zeros(part), list(shape)),
        call('expand', zeros(part), list(shape.map((n, d) => (d % 2 === 0 ? -1 : n)))),
        call('broadcastTo', zeros(part), list(shape)),
        call('expandAs', zeros(part), x),
        fc
          .tuple(fc.integer({ min: -4, max: 6 }), fc.integer({ min: 0, max: 4 }))
          .chain(([start, length]) =>
            fc.oneof(
              call('narrow', x, String(a), String(start), String(length)),
              call('select', x, String(a), String(start)),
            ),
          ),
      ),
    );
});

const joins: Text = shapeOf(0, 3).chain((shape) =>
  fc
    .tuple(
      dimOf(shape.length),
      fc.array(partOf(shape), { minLength: 1, maxLength: 3 }),
      fc.array(size, { maxLength: 3 }),
      size,
    )
    .chain(([dim, parts, sizes, count]) => {
      const along = shape.map((n, d) => (d === (dim < 0 ? dim + shape.length : dim) ? (n % 4) + 1 : n));
      const x = zeros(shape);
      return fc.oneof(
        fc.constant(`cat([${x}, ${zeros(along)}], ${dim})`),
        fc.constant(`cat([${x}, ${zeros(along)}, ${zeros([0])}], ${dim})`),
        fc.constant(`cat([${[shape, ...parts].map((part) => zeros(part)).join(', ')}], ${dim})`),
        fc.constant(`stack([${x}, ${x}], ${dim})`),
        fc.constant(`stack([${[shape, ...parts].map((part) => zeros(part)).join(', ')}], ${dim})`),
        call('split', x, list(sizes), String(dim)),
        call('split', x, String(count), String(dim)),
        call('chunk', x, String(count), String(dim)),
        call('unbind', x, String(dim)),
      );
    }),
);

/** Terms over few letters, with the sizes that the letters have, or nearly. */
const equations: Text = fc
  .tuple(
    fc.array(fc.array(fc.constantFrom('i', 'j', 'k', 'B'), { maxLength: 3 }), { minLength: 1, maxLength: 3 }),
    fc.record({ i: size, j: size, k: size, B: size }),
    fc.shuffledSubarray(['i', 'j', 'k', 'B']),
    fc.constantFrom('none', 'none', 'none', 'size', 'rank', 'count'),
    fc.boolean(),
  )
  .map(([terms, sizes, output, slip, explicit]) => {
    const used = new Set(terms.flat());
    const result = explicit
      ? `->${output.filter((letter) => slip === 'count' || used.has(letter as 'i')).join('')}`
      : '';
    const shapes = terms.map((term) => term.map((letter) => sizes[letter as 'i']));
    if (slip === 'size' && shapes[0]?.[0] !== undefined) shapes[0][0] = (shapes[0][0] % 4) + 1;
    if (slip === 'rank') shapes[0]?.push(2);
    if (slip === 'count') shapes.push([]);
    return `einsum('${terms.map((term) => term.join('')).join(',')}${result}', ${shapes.map((shape) => zeros(shape)).join(', ')})`;
  });

const rows: Text = shapeOf(0, 4).chain((shape) =>
  fc.tuple(partOf(shape), dimOf(shape.length), size).chain(([part, dim, n]) => {
    const x = zeros(shape);
    return fc.oneof(
      fc.constant(`layerNorm(${x}, ${list(part)})`),
      fc.constant(`rmsNorm(${x}, ${n})`),
      call('indexSelect', x, String(dim), zeros([n], 'int32')),
      fc.constant(`oneHot(${zeros(shape, 'int32')}, ${n})`),
    );
  }),
);

const unary: Text = fc
  .tuple(one(['exp', 'relu', 'sigmoid', 'neg', 'sqrt', 'isnan', 'clone', 'tanh', 'gelu', 'round']), tensorOf(0, 5))
  .chain(([name, x]) => call(name, x));

export const tensorOps: Readonly<Record<string, Text>> = {
  creation,
  broadcasting,
  products,
  reductions,
  layouts,
  joins,
  equations,
  rows,
  unary,
};
