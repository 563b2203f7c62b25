/** Arguments that callers should not give, and some that they may, each with the words that make it. */
import { empty, full, ones, type Tensor, tensor, zeros } from '@tessera/tensor';
import fc from 'fast-check';

export interface Argument {
  readonly text: string;
  readonly make: () => unknown;
}

function argument(text: string, make: () => unknown): Argument {
  return { text, make };
}

function disposed(): Tensor {
  const x = zeros(2);
  x.dispose();
  return x;
}

const tensors: readonly Argument[] = [
  argument('ones(2, 3)', () => ones(2, 3)),
  argument('ones(3)', () => ones(3)),
  argument('ones(3, 3)', () => ones(3, 3)),
  argument('ones(2, 3, 4)', () => ones(2, 3, 4)),
  argument('ones([])', () => ones([])),
  argument('zeros(0)', () => zeros(0)),
  argument('zeros(0, 3)', () => zeros(0, 3)),
  argument('zeros(2, 0)', () => zeros(2, 0)),
  argument('full([2, 2], NaN)', () => full([2, 2], NaN)),
  argument("tensor([1, 0], { dtype: 'int32' })", () => tensor([1, 0], { dtype: 'int32' })),
  argument("tensor([5, -7, 1], { dtype: 'int32' })", () => tensor([5, -7, 1], { dtype: 'int32' })),
  argument("tensor([[0, 2]], { dtype: 'uint8' })", () => tensor([[0, 2]], { dtype: 'uint8' })),
  argument('tensor([true, false, true])', () => tensor([true, false, true])),
  argument("ones(2, { dtype: 'float64' })", () => ones(2, { dtype: 'float64' })),
  argument("ones(3, { dtype: 'float16' })", () => ones(3, { dtype: 'float16' })),
  argument("ones(2, 2, { dtype: 'bfloat16' })", () => ones(2, 2, { dtype: 'bfloat16' })),
  argument('ones(3, 2).transpose(0, 1)', () => ones(3, 2).transpose(0, 1)),
  argument('ones(1).expand(4)', () => ones(1).expand(4)),
  argument('a disposed tensor', disposed),
];

const simple: readonly (readonly [string, unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['NaN', NaN],
  ['-1', -1],
  ['0', 0],
  ['1', 1],
  ['2', 2],
  ['7', 7],
  ['-9', -9],
  ['0.5', 0.5],
  ['2 ** 31', 2 ** 31],
  ['2 ** 53', 2 ** 53],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['true', true],
  ["''", ''],
  ["'mean'", 'mean'],
  ['1n', 1n],
  ["Symbol('s')", Symbol('s')],
  ['[]', []],
  ['[0]', [0]],
  ['[2, 3]', [2, 3]],
  ['[1, 0]', [1, 0]],
  ['[-1]', [-1]],
  ['[0, 0]', [0, 0]],
  ['[NaN]', [NaN]],
  ['[0.5, 1]', [0.5, 1]],
  ['[2 ** 31, 2]', [2 ** 31, 2]],
  ['[2 ** 40, 2 ** 40]', [2 ** 40, 2 ** 40]],
  ["['a']", ['a']],
  ['[undefined]', [undefined]],
  ['[[1], [2, 3]]', [[1], [2, 3]]],
  ['{}', {}],
  ["{ dim: 'x' }", { dim: 'x' }],
  ["{ dtype: 'float128' }", { dtype: 'float128' }],
  ["{ dtype: 'int32' }", { dtype: 'int32' }],
  ['{ keepdim: 1 }', { keepdim: 1 }],
  ['{ keepdim: true }', { keepdim: true }],
  ['{ descending: null }', { descending: null }],
  ['{ alpha: NaN }', { alpha: NaN }],
  ['{ p: 2 }', { p: 2 }],
  ['{ eps: undefined }', { eps: undefined }],
  ['new Float32Array(3)', new Float32Array(3)],
  ['new Map()', new Map()],
  ['() => 1', () => 1],
  ['Object.create(null)', Object.create(null)],
];

const lists: readonly Argument[] = [
  argument('[ones(2), ones(2)]', () => [ones(2), ones(2)]),
  argument('[ones(2), ones(3)]', () => [ones(2), ones(3)]),
  argument('[ones(2, 2), ones([])]', () => [ones(2, 2), ones([])]),
  argument('[ones(2), 1]', () => [ones(2), 1]),
  argument('{ out: ones(2) }', () => ({ out: ones(2) })),
  argument('{ weight: ones(3), bias: zeros(2) }', () => ({ weight: ones(3), bias: zeros(2) })),
];

const some = (list: readonly Argument[]): fc.Arbitrary<Argument> => fc.constantFrom(...list);
const stranger = some(simple.map(([text, value]) => argument(text, () => value)));
const any = fc.oneof(
  { weight: 4, arbitrary: some(tensors) },
  { weight: 5, arbitrary: stranger },
  { weight: 1, arbitrary: some(lists) },
);

/** What a method is called on. */
export const receiver: fc.Arbitrary<Argument> = some(tensors);

/** Argument lists; more often than not the first is a tensor, so that the checks behind it are reached. */
export const argumentLists: fc.Arbitrary<Argument[]> = fc
  .tuple(
    fc.oneof({ weight: 3, arbitrary: some(tensors) }, { weight: 1, arbitrary: any }),
    fc.array(any, { maxLength: 4 }),
    fc.nat({ max: 19 }),
  )
  .map(([first, rest, none]) => (none === 0 ? [] : [first, ...rest]));

/** Tensors, then null where options may be. */
export const nullOptions: fc.Arbitrary<Argument[]> = fc
  .array(some(tensors), { maxLength: 4 })
  .map((operands) => [...operands, argument('null', () => null)]);

/** Any arguments at all. */
export const anything: fc.Arbitrary<Argument[]> = fc.array(any, { maxLength: 5 });

export const canary = (): Tensor => empty(3).fill_(7);
