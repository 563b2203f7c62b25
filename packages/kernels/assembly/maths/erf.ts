// The error function and its complement, after fdlibm (Sun, 1993): below 1 ulp in f64.

/** One of fdlibm's rational functions: numerators and denominators from the lowest power up. */
@inline function polynomial(x: f64, table: usize, count: i32): f64 {
  let sum = load<f64>(table + <usize>(8 * (count - 1)));
  for (let i = count - 2; i >= 0; i--) sum = sum * x + load<f64>(table + <usize>(8 * i));
  return sum;
}

// |x| < 0.84375: erf(x) = x + x P(x^2) / Q(x^2)
const PP = memory.data<f64>([
  1.28379167095512558561e-1, -3.25042107247001499370e-1, -2.84817495755985104766e-2, -5.77027029648944159157e-3,
  -2.37630166566501626084e-5,
]);
const QQ = memory.data<f64>([
  1, 3.97917223959155352819e-1, 6.50222499887672944485e-2, 5.08130628187576562776e-3, 1.32494738004321644526e-4,
  -3.96022827877536812320e-6,
]);
// |x| < 1.25: erf(x) = ERX + P(|x| - 1) / Q(|x| - 1)
const ERX: f64 = 8.45062911510467529297e-1;
const PA = memory.data<f64>([
  -2.36211856075265944077e-3, 4.14856118683748331666e-1, -3.72207876035701323847e-1, 3.18346619901161753674e-1,
  -1.10894694282396677476e-1, 3.54783043256182359371e-2, -2.16637559486879084300e-3,
]);
const QA = memory.data<f64>([
  1, 1.06420880400844228286e-1, 5.40397917702171048937e-1, 7.18286544141962662868e-2, 1.26171219808761642112e-1,
  1.36370839120290507362e-2, 1.19844998467991074170e-2,
]);
// |x| < 1 / 0.35: erfc(x) = exp(-x^2 - 0.5625 + P(1 / x^2) / Q(1 / x^2)) / x
const RA = memory.data<f64>([
  -9.86494403484714822705e-3, -6.93858572707181764372e-1, -1.05586262253232909814e1, -6.23753324503260060396e1,
  -1.62396669462573470355e2, -1.84605092906711035994e2, -8.12874355063065934246e1, -9.81432934416914548592,
]);
const SA = memory.data<f64>([
  1, 1.96512716674392571292e1, 1.37657754143519042600e2, 4.34565877475229228821e2, 6.45387271733267880336e2,
  4.29008140027567833386e2, 1.08635005541779435134e2, 6.57024977031928170135, -6.04244152148580987438e-2,
]);
// and beyond
const RB = memory.data<f64>([
  -9.86494292470009928597e-3, -7.99283237680523006574e-1, -1.77579549177547519889e1, -1.60636384855821916062e2,
  -6.37566443368389627722e2, -1.02509513161107724954e3, -4.83519191608651397019e2,
]);
const SB = memory.data<f64>([
  1, 3.03380607434824582924e1, 3.25792512996573918826e2, 1.53672958608443695994e3, 3.19985821950859553908e3,
  2.55305040643316442583e3, 4.74528541206955367215e2, -2.24409524465858183362e1,
]);

export function erf(x: f64): f64 {
  const size = abs(x);
  if (size < 0.84375) return x + x * centre(x * x);
  if (size < 1.25) return copysign<f64>(ERX + shoulder(size - 1), x);
  if (size >= 6) return copysign<f64>(1, x);
  return copysign<f64>(1 - tail(size), x);
}

export function erfc(x: f64): f64 {
  const size = abs(x);
  if (size < 0.84375) {
    const y = centre(x * x);
    return x < 0.25 ? 1 - (x + x * y) : 0.5 - (x - 0.5 + x * y);
  }
  if (size < 1.25) return x < 0 ? 1 + ERX + shoulder(size - 1) : 1 - ERX - shoulder(size - 1);
  if (size < 28) return x < 0 ? 2 - tail(size) : tail(size);
  return x < 0 ? 2 : x > 0 ? 0 : x;
}

@inline function centre(z: f64): f64 {
  return polynomial(z, PP, 5) / polynomial(z, QQ, 6);
}

@inline function shoulder(s: f64): f64 {
  return polynomial(s, PA, 7) / polynomial(s, QA, 7);
}

/** erfc(x) for x >= 1.25; x^2 in two parts, of which the first is exact. */
function tail(x: f64): f64 {
  const s = 1 / (x * x);
  const ratio = x < 1 / 0.35
    ? polynomial(s, RA, 8) / polynomial(s, SA, 9)
    : polynomial(s, RB, 7) / polynomial(s, SB, 8);
  const z = reinterpret<f64>(reinterpret<u64>(x) & 0xffffffff00000000);
  return NativeMath.exp(-z * z - 0.5625) * NativeMath.exp((z - x) * (z + x) + ratio) / x;
}
