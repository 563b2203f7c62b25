/** The rule of every optimizer that goes number by number, as its paper and PyTorch's documentation have it. */
import fc from 'fast-check';
import * as library from '../src/index.ts';

/** Takes the gradients of one parameter one by one; gives where each step leads. */
export type Walk = (gradient: number) => number;

export interface Formula<O> {
  readonly optimizer: unknown;
  /** What is given beside the rate; what is left out has the default that the rule names. */
  readonly options: fc.Arbitrary<Partial<O>>;
  readonly rule: (options: Partial<O>, start: number) => Walk;
}

const pairs = (...list: (readonly [number, number])[]) => fc.constantFrom(...list);
const common = { lr: fc.constantFrom(0, 0.1, 1), weightDecay: fc.constantFrom(0, 0.1), maximize: fc.boolean() };
const eps = fc.constantFrom(1e-8, 1e-3);
const betas = pairs([0.9, 0.999], [0.5, 0.9], [0, 0.5]);

const formula = <O>(
  optimizer: new (params: never, options: Partial<O>) => unknown,
  options: { readonly [K in keyof O]?: fc.Arbitrary<O[K]> },
  rule: Formula<O>['rule'],
  always: readonly (keyof O)[] = [],
): Formula<object> =>
  ({
    optimizer,
    options: fc.record(options as Record<string, fc.Arbitrary<unknown>>, { requiredKeys: [...always] as never[] }),
    rule,
  }) as never;

const sgd = formula<library.SGDOptions>(
  library.SGD,
  { ...common, momentum: fc.constantFrom(0, 0.9), dampening: fc.constantFrom(0, 0.5) },
  ({ lr = 1e-3, momentum = 0, dampening = 0, weightDecay = 0, maximize = false }, start) => {
    let p = start;
    let b: number | undefined;
    return (gradient) => {
      const g = (maximize ? -gradient : gradient) + weightDecay * p;
      b = momentum === 0 || b === undefined ? g : momentum * b + (1 - dampening) * g;
      p -= lr * b;
      return p;
    };
  },
);

const nesterov = formula<library.SGDOptions>(
  class extends library.SGD {
    constructor(params: never, options: Partial<library.SGDOptions>) {
      super(params, { ...options, momentum: 0.9, nesterov: true });
    }
  },
  common,
  ({ lr = 1e-3, weightDecay = 0, maximize = false }, start) => {
    let [p, b] = [start, 0];
    return (gradient) => {
      const g = (maximize ? -gradient : gradient) + weightDecay * p;
      b = 0.9 * b + g;
      p -= lr * (g + 0.9 * b);
      return p;
    };
  },
);

/** Adam with the decay in the gradient, and AdamW with the decay beside it. */
const adam = (optimizer: typeof library.Adam | typeof library.AdamW, decay: number, decoupled: boolean) =>
  formula<library.AdamOptions>(
    optimizer,
    { ...common, betas, eps, amsgrad: fc.boolean() },
    (
      { lr = 1e-3, betas: [b1, b2] = [0.9, 0.999], eps = 1e-8, weightDecay = decay, amsgrad = false, maximize = false },
      start,
    ) => {
      let [p, m, v, greatest, t] = [start, 0, 0, 0, 0];
      return (gradient) => {
        t++;
        const g = (maximize ? -gradient : gradient) + (decoupled ? 0 : weightDecay * p);
        if (decoupled) p *= 1 - lr * weightDecay;
        m = b1 * m + (1 - b1) * g;
        v = b2 * v + (1 - b2) * g * g;
        greatest = Math.max(greatest, v);
        const square = (amsgrad ? greatest : v) / (1 - b2 ** t);
        p -= (lr * (m / (1 - b1 ** t))) / (Math.sqrt(square) + eps);
        return p;
      };
    },
  );

const adamax = formula<library.AdamaxOptions>(
  library.Adamax,
  { ...common, betas, eps },
  ({ lr = 2e-3, betas: [b1, b2] = [0.9, 0.999], eps = 1e-8, weightDecay = 0, maximize = false }, start) => {
    let [p, m, u, t] = [start, 0, 0, 0];
    return (gradient) => {
      t++;
      const g = (maximize ? -gradient : gradient) + weightDecay * p;
      m = b1 * m + (1 - b1) * g;
      u = Math.max(b2 * u, Math.abs(g) + eps);
      p -= ((lr / (1 - b1 ** t)) * m) / u;
      return p;
    };
  },
);

const nadam = formula<library.NAdamOptions>(
  library.NAdam,
  { ...common, betas, eps, momentumDecay: fc.constantFrom(4e-3, 0.5), decoupledWeightDecay: fc.boolean() },
  (options, start) => {
    const { lr = 2e-3, betas: [b1, b2] = [0.9, 0.999], eps = 1e-8, weightDecay = 0 } = options;
    const { momentumDecay = 4e-3, decoupledWeightDecay = false, maximize = false } = options;
    const momentum = (t: number): number => b1 * (1 - 0.5 * 0.96 ** (t * momentumDecay));
    let [p, m, v, product, t] = [start, 0, 0, 1, 0];
    return (gradient) => {
      t++;
      const g = (maximize ? -gradient : gradient) + (decoupledWeightDecay ? 0 : weightDecay * p);
      if (decoupledWeightDecay) p *= 1 - lr * weightDecay;
      // Remembered in float32. In the product ahead, PyTorch up to 1.13 has the momentum of this step twice.
      const [now, next] = [Math.fround(momentum(t)), Math.fround(momentum(t + 1))];
      product = Math.fround(product * now);
      const ahead = Math.fround(Math.fround(product * now) * next);
      m = b1 * m + (1 - b1) * g;
      v = b2 * v + (1 - b2) * g * g;
      const root = Math.sqrt(v / (1 - b2 ** t)) + eps;
      p -= (lr * (1 - momentum(t)) * g) / ((1 - product) * root);
      p -= (lr * momentum(t + 1) * m) / ((1 - ahead) * root);
      return p;
    };
  },
);

const radam = formula<library.RAdamOptions>(
  library.RAdam,
  { ...common, betas, eps, decoupledWeightDecay: fc.boolean() },
  (options, start) => {
    const { lr = 1e-3, betas: [b1, b2] = [0.9, 0.999], eps = 1e-8, weightDecay = 0 } = options;
    const { decoupledWeightDecay = false, maximize = false } = options;
    const longest = 2 / (1 - b2) - 1;
    let [p, m, v, t] = [start, 0, 0, 0];
    return (gradient) => {
      t++;
      const g = (maximize ? -gradient : gradient) + (decoupledWeightDecay ? 0 : weightDecay * p);
      if (decoupledWeightDecay) p *= 1 - lr * weightDecay;
      m = b1 * m + (1 - b1) * g;
      v = b2 * v + (1 - b2) * g * g;
      const unbiased = m / (1 - b1 ** t);
      const length = longest - (2 * t * b2 ** t) / (1 - b2 ** t);
      if (length <= 5) p -= lr * unbiased;
      else {
        const r = Math.sqrt((((length - 4) / (longest - 4)) * ((length - 2) / (longest - 2)) * longest) / length);
        p -= (lr * unbiased * r * Math.sqrt(1 - b2 ** t)) / (Math.sqrt(v) + eps);
      }
      return p;
    };
  },
);

const rmsprop = formula<library.RMSpropOptions>(
  library.RMSprop,
  { ...common, eps, alpha: fc.constantFrom(0.99, 0.5), momentum: fc.constantFrom(0, 0.9), centered: fc.boolean() },
  (options, start) => {
    const { lr = 1e-2, alpha = 0.99, eps = 1e-8, weightDecay = 0 } = options;
    const { momentum = 0, centered = false, maximize = false } = options;
    let [p, v, mean, b] = [start, 0, 0, 0];
    return (gradient) => {
      const g = (maximize ? -gradient : gradient) + weightDecay * p;
      v = alpha * v + (1 - alpha) * g * g;
      mean = alpha * mean + (1 - alpha) * g;
      const root = Math.sqrt(centered ? v - mean * mean : v) + eps;
      b = momentum * b + g / root;
      p -= lr * b;
      return p;
    };
  },
);

const adagrad = formula<library.AdagradOptions>(
  library.Adagrad,
  { ...common, eps, lrDecay: fc.constantFrom(0, 0.5), initialAccumulatorValue: fc.constantFrom(0, 0.25) },
  (options, start) => {
    const { lr = 1e-2, lrDecay = 0, initialAccumulatorValue = 0 } = options;
    const { eps = 1e-10, weightDecay = 0, maximize = false } = options;
    let [p, squares, t] = [start, initialAccumulatorValue, 0];
    return (gradient) => {
      t++;
      const g = (maximize ? -gradient : gradient) + weightDecay * p;
      squares += g * g;
      p -= ((lr / (1 + (t - 1) * lrDecay)) * g) / (Math.sqrt(squares) + eps);
      return p;
    };
  },
);

const adadelta = formula<library.AdadeltaOptions>(
  library.Adadelta,
  { ...common, rho: fc.constantFrom(0.9, 0.5), eps: fc.constantFrom(1e-6, 1e-3) },
  ({ lr = 1, rho = 0.9, eps = 1e-6, weightDecay = 0, maximize = false }, start) => {
    let [p, v, u] = [start, 0, 0];
    return (gradient) => {
      const g = (maximize ? -gradient : gradient) + weightDecay * p;
      v = rho * v + (1 - rho) * g * g;
      const move = (Math.sqrt(u + eps) / Math.sqrt(v + eps)) * g;
      u = rho * u + (1 - rho) * move * move;
      p -= lr * move;
      return p;
    };
  },
);

const rprop = formula<library.RpropOptions>(
  library.Rprop,
  {
    lr: common.lr,
    maximize: common.maximize,
    etas: pairs([0.5, 1.2], [0.25, 2]),
    stepSizes: pairs([1e-6, 50], [0.125, 0.5]),
  },
  (options, start) => {
    const { lr = 1e-2, etas: [minus, plus] = [0.5, 1.2], stepSizes: [least, greatest] = [1e-6, 50] } = options;
    let [p, size, before] = [start, lr, 0];
    return (gradient) => {
      let g = options.maximize ? -gradient : gradient;
      const agreement = Math.sign(g * before);
      const factor = agreement > 0 ? plus : agreement < 0 ? minus : 1;
      size = Math.min(Math.max(size * factor, least), greatest);
      if (agreement < 0) g = 0;
      p -= Math.sign(g) * size;
      before = g;
      return p;
    };
  },
);

const asgd = formula<library.ASGDOptions>(
  library.ASGD,
  { ...common, lambd: fc.constantFrom(1e-4, 0.1), alpha: fc.constantFrom(0.75, 2), t0: fc.constantFrom(1e6, 1, 2) },
  ({ lr = 1e-2, lambd = 1e-4, alpha = 0.75, weightDecay = 0, maximize = false }, start) => {
    // The rate is remembered in float32.
    let [p, eta, t] = [start, Math.fround(lr), 0];
    return (gradient) => {
      t++;
      const g = (maximize ? -gradient : gradient) + weightDecay * p;
      p = p * (1 - lambd * eta) - eta * g;
      eta = Math.fround(lr / (1 + lambd * lr * t) ** alpha);
      return p;
    };
  },
);

const lion = formula<library.LionOptions>(
  library.Lion,
  {
    ...common,
    // Nothing rounds, so that signs are certain.
    betas: pairs([0.5, 0.75], [0.75, 0.5]),
  },
  ({ lr = 1e-4, betas: [b1, b2] = [0.9, 0.99], weightDecay = 0, maximize = false }, start) => {
    let [p, m] = [start, 0];
    return (gradient) => {
      const g = maximize ? -gradient : gradient;
      p *= 1 - lr * weightDecay;
      p -= lr * Math.sign(b1 * m + (1 - b1) * g);
      m = b2 * m + (1 - b2) * g;
      return p;
    };
  },
  ['betas'],
);

export const FORMULAS: Readonly<Record<string, Formula<object>>> = {
  SGD: sgd,
  'SGD with Nesterov momentum': nesterov,
  Adam: adam(library.Adam, 0, false),
  AdamW: adam(library.AdamW, 0.01, true),
  Adamax: adamax,
  NAdam: nadam,
  RAdam: radam,
  RMSprop: rmsprop,
  Adagrad: adagrad,
  Adadelta: adadelta,
  Rprop: rprop,
  ASGD: asgd,
  Lion: lion,
};
