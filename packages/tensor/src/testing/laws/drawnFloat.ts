import fc from 'fast-check';

/** One of the two dtypes that have kernels. */
export function drawnFloat(gen: fc.GeneratorValue): 'float32' | 'float64' {
  return gen(floats);
}

function floats(): fc.Arbitrary<'float32' | 'float64'> {
  return fc.constantFrom('float32', 'float64');
}
