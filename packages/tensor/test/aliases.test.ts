import { law } from '@tessera/laws';
import { arange, bernoulli, type DType, Generator, multinomial, type Tensor, tensor, zeros } from '@tessera/tensor';
import { rehouse } from '@tessera/tensor/core';
import { expectSameBits } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { expect } from 'vitest';
import { tensors } from './meanings/draw.ts';
import { tensorOf } from './meanings/plain.ts';

const DTYPES = {
  float: 'float32',
  double: 'float64',
  half: 'float16',
  bfloat16: 'bfloat16',
  int: 'int32',
  long: 'int32',
  byte: 'uint8',
  bool: 'bool',
} as const satisfies Readonly<Record<string, DType>>;

law('short names of dtypes convert to them', {
  rows: 13,
  formula: "x.float() = x.to('float32'), and so on; x.typeAs(y) = x.to(type(y))",
  tolerance: 'E',
  given: [tensors(), fc.constantFrom(...(Object.keys(DTYPES) as (keyof typeof DTYPES)[]))],
  holds: (plain, name) => {
    const x = tensorOf(plain);
    const wanted = x.to(DTYPES[name]);
    expectSameBits(x[name](), wanted);
    expectSameBits(x.typeAs(wanted), wanted);
  },
});

type Loose = (...operands: readonly unknown[]) => Tensor;
/** A method called with anything. */
const call = (x: Tensor, name: keyof Tensor, ...operands: readonly unknown[]): Tensor =>
  (x[name] as unknown as Loose).call(x, ...operands);

law('names that NumPy and PyTorch also have mean the same', {
  rows: [2, 8],
  formula:
    'moveaxis = movedim; swapaxes = swapdims = transpose; broadcastTo = expand; unfold = unfoldDim; set = indexPut_',
  tolerance: 'E',
  given: [tensors({ rank: [2, 3], sizes: [1, 2, 3] }), fc.nat(2), fc.nat(2)],
  holds: (plain, i, j) => {
    const x = tensorOf(plain);
    const [a, b] = [i % x.ndim, j % x.ndim];
    expectSameBits(call(x, 'moveaxis', a, b), call(x, 'movedim', a, b));
    expectSameBits(call(x, 'swapaxes', a, b), call(x, 'transpose', a, b));
    expectSameBits(call(x, 'swapdims', a, b), call(x, 'transpose', a, b));
    const shape = [2, ...x.shape];
    expectSameBits(call(x, 'broadcastTo', ...shape), call(x, 'expand', ...shape));
    expectSameBits(call(x, 'broadcastTo', shape), call(x, 'expand', ...shape));
    expectSameBits(call(x, 'unfold', a, 1, 1), x.unsqueeze(-1).contiguous());
    const other = tensorOf(plain);
    const value = plain.dtype === 'bool' ? 0 : 3;
    expect(call(x, 'set', [0], value)).toBe(x);
    expectSameBits(x, other.indexPut([0], value));
    expect([call(tensorOf(plain), 'zero_'), call(tensorOf(plain), 'fill_', value)].map((t) => [...t.data])).toEqual([
      plain.data.map(() => 0),
      plain.data.map(() => value),
    ]);
  },
});

law('methods draw as their functions do', {
  rows: 70,
  formula: 'p.bernoulli() = bernoulli(p); p.multinomial(n) = multinomial(p, n)',
  tolerance: 'E',
  given: [fc.array(fc.constantFrom(0.25, 0.5, 1), { minLength: 2, maxLength: 5 }), fc.nat(), fc.boolean()],
  holds: (chances, seed, replacement) => {
    const p = tensor(chances);
    const from = () => ({ generator: new Generator(seed) });
    expectSameBits(p.bernoulli(from()), bernoulli(p, from()));
    expectSameBits(p.multinomial(2, replacement, from()), multinomial(p, 2, replacement, from()));
  },
});

law('a tensor that moves into the memory of another shows what is there; views taken before stay behind', {
  rows: [3, 17],
  formula: 'rehouse(x, y): x = y, and a change of either is one of both; v = x[...] from before is what it was',
  tolerance: 'E',
  given: [
    tensors({ rank: [1, 3], sizes: [1, 2, 3] }),
    fc.constantFrom<DType>('float32', 'float64', 'int32'),
    fc.boolean(),
  ],
  holds: (plain, dtype, isTurned) => {
    const x = tensorOf(plain);
    const before = x.clone();
    const view = x.flatten();
    const reversed = [...x.shape.keys()].reverse();
    // The same shape, in memory in the same order or turned round.
    const other = zeros(isTurned ? x.shape.toReversed() : x.shape, { dtype });
    const source = isTurned ? other.permute(reversed) : other;
    source.copy_(arange(x.count, undefined, 1).reshape(x.shape).to(dtype));
    rehouse(x, source);
    expect([x.dtype, x.strides, x.isContiguous()]).toEqual([dtype, source.strides, source.isContiguous()]);
    expectSameBits(x, source);
    source.add_(1);
    expectSameBits(x, source);
    x.fill_(0);
    expectSameBits(x, source);
    expectSameBits(view, before.flatten());
  },
});
