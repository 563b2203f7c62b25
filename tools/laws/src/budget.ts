/**
 * How many seconds the laws of each package may take in `npm test`, summed over its test processes, on a machine of two
 * cores. The number of examples is fixed; a law stops drawing after `SECONDS_PER_LAW`, so that no machine takes much longer.
 */
export const BUDGET: Readonly<Record<string, number>> = {
  arbitraries: 10,
  kernels: 15,
  tensor: 90,
  autograd: 90,
  'flash-attention': 90,
  layers: 90,
  losses: 30,
  optimizers: 30,
};

export const SECONDS_PER_LAW = 8;
