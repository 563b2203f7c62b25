import fc from 'fast-check';
import { T } from './called.ts';
import { contracted, dtypes, of, size } from './contracted.ts';
import { options } from './draw.ts';
import { einsum, tensordot } from './einsum.ts';
import { within } from './elementwise.ts';
import { at, build, type Case, type Loose, type Plain, spread, tensorOf } from './plain.ts';

const shapes = (longest: number): fc.Arbitrary<number[]> => fc.array(size, { maxLength: longest });

/** A function that is one equation, with sizes for its letters. */
const equation = (run: unknown, text: string): fc.Arbitrary<Case> => {
  const [inputs, output] = text.split('->') as [string, string];
  const terms = inputs.split(',').map((term) => [...term]);
  const letters = [...new Set(terms.flat())];
  return fc.tuple(dtypes, fc.tuple(...letters.map(() => size))).chain(([dtype, sizes]) =>
    fc
      .tuple(
        ...terms.map((labels) =>
          of(
            dtype,
            labels.map((label) => sizes[letters.indexOf(label)] as number),
          ),
        ),
      )
      .map((list) => ({
        run: () => (run as Loose)(...list.map(tensorOf)),
        means: contracted(
          list.map((x, i) => ({ x, labels: terms[i] as string[] })),
          [...output],
          dtype,
        ),
      })),
  );
};

/** beta * input + alpha * product. */
const added = (run: unknown, text: string): fc.Arbitrary<Case> => {
  const [inputs, output] = text.split('->') as [string, string];
  const terms = inputs.split(',').map((term) => [...term]);
  const letters = [...new Set(terms.flat())];
  return fc.tuple(dtypes, fc.tuple(...letters.map(() => size))).chain(([dtype, sizes]) => {
    const sizesOf = (labels: readonly string[]): number[] => labels.map((l) => sizes[letters.indexOf(l)] as number);
    return fc
      .record({
        factors: fc.tuple(...terms.map((labels) => of(dtype, sizesOf(labels)))),
        input: within(sizesOf([...output])).chain((shape) => of(dtype, shape)),
        given: options({ alpha: fc.constantFrom(1, 2, -1, 0), beta: fc.constantFrom(1, 3, -2, 0) }),
      })
      .map(({ factors, input, given }) => {
        const { alpha = 1, beta = 1 } = given;
        const product = contracted(
          factors.map((x, i) => ({ x, labels: terms[i] as string[] })),
          [...output],
          dtype,
        );
        return {
          run: () => (run as Loose)(tensorOf(input), ...factors.map(tensorOf), given),
          means: build(
            product.shape,
            dtype,
            (place) => (beta === 0 ? 0 : beta * spread(input, place)) + alpha * at(product, place),
          ),
        };
      });
  });
};

/** Over the last dimensions; a number multiplies everything. */
const inner: fc.Arbitrary<Case> = fc
  .tuple(
    dtypes,
    fc.array(size, { maxLength: 2 }),
    fc.array(size, { maxLength: 2 }),
    size,
    fc.constantFrom('a', 'b', 'no'),
  )
  .chain(([dtype, left, right, n, number]) =>
    fc
      .tuple(of(dtype, number === 'a' ? [] : [...left, n]), of(dtype, number === 'b' ? [] : [...right, n]))
      .map(([a, b]) => {
        const isNumber = number !== 'no';
        const names = (x: Plain, own: string): string[] =>
          x.shape.map((_, d) => (d === x.shape.length - 1 && !isNumber ? 'last' : `${own} ${d}`));
        const [ofA, ofB] = [names(a, 'a'), names(b, 'b')];
        return {
          run: () => (T.inner as Loose)(tensorOf(a), tensorOf(b)),
          means: contracted(
            [
              { x: a, labels: ofA },
              { x: b, labels: ofB },
            ],
            [...ofA, ...ofB].filter((name) => name !== 'last'),
            dtype,
          ),
        };
      }),
  );

const matrixProduct = (a: Plain, b: Plain, batch: readonly string[]): Plain =>
  contracted(
    [
      { x: a, labels: [...batch, 'i', 'j'] },
      { x: b, labels: [...batch, 'j', 'k'] },
    ],
    [...batch, 'i', 'k'],
    a.dtype,
  );

const matrixPower: fc.Arbitrary<Case> = fc
  .tuple(dtypes, fc.array(size, { maxLength: 1 }), size, fc.nat(5))
  .chain(([dtype, batch, n, exponent]) =>
    of(dtype, [...batch, n, n]).map((x) => {
      const names = batch.map((_, d) => `batch ${d}`);
      const identity = build(x.shape, dtype, (place) => Number(place.at(-1) === place.at(-2)));
      return {
        run: () => T.matrixPower(tensorOf(x), exponent),
        means: Array.from({ length: exponent }, () => x).reduce(
          (power, factor) => matrixProduct(power, factor, names),
          identity,
        ),
      };
    }),
  );

const chainMatmul: fc.Arbitrary<Case> = fc
  .tuple(dtypes, fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 6 }))
  .chain(([dtype, sizes]) =>
    fc.tuple(...sizes.slice(1).map((n, i) => of(dtype, [sizes[i] as number, n]))).map((list) => ({
      run: () => T.chainMatmul(...list.map(tensorOf)),
      means: (list as Plain[]).reduce((product, factor) => matrixProduct(product, factor, [])),
    })),
  );

const kron: fc.Arbitrary<Case> = fc.tuple(dtypes, shapes(2), shapes(2)).chain(([dtype, left, right]) =>
  fc.tuple(of(dtype, left), of(dtype, right)).map(([a, b]) => {
    const rank = Math.max(left.length, right.length);
    const padded = (x: Plain): Plain => ({
      ...x,
      shape: [...Array.from({ length: rank - x.shape.length }, () => 1), ...x.shape],
    });
    const [p, q] = [padded(a), padded(b)];
    return {
      run: () => T.kron(tensorOf(a), tensorOf(b)),
      means: build(
        p.shape.map((n, d) => n * (q.shape[d] as number)),
        dtype,
        (place) =>
          at(
            p,
            place.map((i, d) => Math.floor(i / (q.shape[d] as number))),
          ) *
          at(
            q,
            place.map((i, d) => i % (q.shape[d] as number)),
          ),
      ),
    };
  }),
);

const linear: fc.Arbitrary<Case> = fc
  .tuple(dtypes, shapes(2), size, fc.option(size), fc.constantFrom('none', 'null', 'bias'))
  .chain(([dtype, batch, k, n, form]) =>
    fc
      .tuple(of(dtype, [...batch, k]), of(dtype, n === null ? [k] : [n, k]), of(dtype, n === null ? [] : [n]))
      .map(([x, weight, bias]) => {
        const names = batch.map((_, d) => `batch ${d}`);
        const last = n === null ? [] : ['n'];
        const product = contracted(
          [
            { x, labels: [...names, 'k'] },
            { x: weight, labels: [...last, 'k'] },
          ],
          [...names, ...last],
          dtype,
        );
        const further = { none: [], null: [null], bias: [tensorOf(bias)] }[form];
        return {
          run: () => (T.linear as Loose)(tensorOf(x), tensorOf(weight), ...further),
          means: build(
            product.shape,
            dtype,
            (place) => at(product, place) + (form === 'bias' ? spread(bias, place) : 0),
          ),
        };
      }),
  );

/** All ranks of both: a vector is a row before a matrix and a column after it, and batches broadcast. */
const matmul: fc.Arbitrary<Case> = fc
  .record({ dtype: dtypes, i: fc.option(size), j: size, k: fc.option(size), batch: shapes(2), seed: fc.nat(15) })
  .chain(({ dtype, i, j, k, batch, seed }) => {
    const own = (bits: number): number[] => batch.map((n, d) => ((bits >> d) & 1 ? 1 : n)).slice(seed & 1 ? 1 : 0);
    const left = i === null ? [j] : [...own(seed >> 2), i, j];
    const right = k === null ? [j] : [...own(0), j, k];
    return fc.tuple(of(dtype, left), of(dtype, right)).map(([a, b]) => {
      const names = (count: number): string[] => Array.from({ length: count }, (_, d) => `batch ${count - d}`);
      const ofA = i === null ? ['j'] : [...names(left.length - 2), 'i', 'j'];
      const ofB = k === null ? ['j'] : [...names(right.length - 2), 'j', 'k'];
      const most = Math.max(0, i === null ? 0 : left.length - 2, k === null ? 0 : right.length - 2);
      return {
        run: () => (T.matmul as Loose)(tensorOf(a), tensorOf(b)),
        means: contracted(
          [
            { x: a, labels: ofA },
            { x: b, labels: ofB },
          ],
          [...names(most), ...(i === null ? [] : ['i']), ...(k === null ? [] : ['k'])],
          dtype,
        ),
      };
    });
  });

export const PRODUCTS: Readonly<Record<string, fc.Arbitrary<Case>>> = {
  matmul,
  mm: equation(T.mm, 'ij,jk->ik'),
  bmm: equation(T.bmm, 'bij,bjk->bik'),
  mv: equation(T.mv, 'ij,j->i'),
  dot: equation(T.dot, 'i,i->'),
  vdot: equation(T.vdot, 'i,i->'),
  outer: equation(T.outer, 'i,j->ij'),
  inner,
  addmm: added(T.addmm, 'ij,jk->ik'),
  baddbmm: added(T.baddbmm, 'bij,bjk->bik'),
  addbmm: added(T.addbmm, 'bij,bjk->ik'),
  addmv: added(T.addmv, 'ij,j->i'),
  addr: added(T.addr, 'i,j->ij'),
  linear,
  matrixPower,
  chainMatmul,
  kron,
  tensordot,
  einsum,
};
