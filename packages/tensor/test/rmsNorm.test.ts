import { law } from '@tessera/laws';
import { fromArray, ones, rmsNorm } from '@tessera/tensor';
import { expectSameBits } from '@tessera/tensor/testing';
import fc from 'fast-check';

law('rmsNorm adds the distance from 1 to the next number of its dtype', {
  rows: 103,
  formula: 'rmsNorm(x) = rmsNorm(x, { eps: 2⁻²³ }) in float32, 2⁻⁵² in float64',
  tolerance: 'E',
  given: [
    // So small that what is added decides.
    fc.array(
      fc.integer({ min: -64, max: 64 }).map((i) => i * 2 ** -18),
      { minLength: 1, maxLength: 20 },
    ),
    fc.constantFrom('float32', 'float64'),
    fc.boolean(),
  ],
  holds: (data, dtype, hasWeight) => {
    const n = data.length;
    const x = fromArray(data, [n], { dtype: dtype as 'float32' });
    const eps = dtype === 'float32' ? 2 ** -23 : 2 ** -52;
    const weight = hasWeight ? { weight: ones(n, { dtype: dtype as 'float32' }).mul(3) } : {};
    expectSameBits(rmsNorm(x, [n], weight), rmsNorm(x, [n], { ...weight, eps }));
  },
});
