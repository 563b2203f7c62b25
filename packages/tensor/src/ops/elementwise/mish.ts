/** Two smooth activations: mish and softsign. */

import { type Elementwise, elementwise } from '../../op.ts';

/** x tanh(log(1 + e^x)). Misra, 2019. PyTorch: `torch.nn.functional.mish`. */
export const mish: Elementwise<'x'> = elementwise('mish', {
  // With e = e^x: tanh(log(1 + e)) = n / (n + 2), n = e (e + 2), which loses no digits.
  f: (x: number) => {
    // Far below 0 it is x e^x, whose factors vanish before it does.
    if (x < -40) return x * Math.exp(x / 2) * Math.exp(x / 2);
    const e = Math.exp(Math.min(x, 40));
    const n = e * (e + 2);
    return x > 40 ? x : x * (n / (n + 2));
  },
  result: 'float',
  kernel: 'mish',
  ulp: 8,
  formula: 'x * tanh(log(1 + e^x))',
  // t + x s (1 - t^2) with t = tanh(log(1 + e^x)) and s = sigmoid(x)
  vjp: {
    x:
      ({ x }) =>
      (g) => {
        const t = x.softplus().tanh();
        const bend = x.mul(x.sigmoid()).mul(t.square().neg().add(1));
        return g.mul(t.add(bend));
      },
  },
});

/** x / (1 + |x|). PyTorch: `torch.nn.functional.softsign`. */
export const softsign: Elementwise<'x'> = elementwise('softsign', {
  f: (x: number) => x / (1 + Math.abs(x)),
  result: 'float',
  ulp: 0.5,
  // The second derivative jumps at 0.
  kinks: [0],
  formula: 'x / (1 + |x|)',
  vjp: {
    x:
      ({ x, out }) =>
      (g) =>
        g.mul(out.abs().neg().add(1)).div(x.abs().add(1)),
  },
});
