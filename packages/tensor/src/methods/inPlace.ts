/** Methods of Tensor that change it in place: those with a trailing underscore. */
import { checkTensor } from '../core/arguments.ts';
import { isTensor } from '../core/base.ts';
import { broadcastShapes } from '../core/broadcast.ts';
import { ShapeError } from '../core/errors.ts';
import { assignInPlace } from '../core/inPlace.ts';
import { formatShape, sameShape } from '../core/shape.ts';
import { filled } from '../creation.ts';
import { to } from '../ops/elementwise/to.ts';
import { fillValue } from '../ops/elementwise/where.ts';
import { clone } from '../ops/views/contiguous.ts';
import { expand } from '../ops/views/expand.ts';
import type { Tensor, TensorLike } from '../tensor.ts';
import { ConversionMethods } from './conversions.ts';

/** Each of these methods has a twin in place. */
const FAMILY = [
  'abs',
  'acos',
  'acosh',
  'add',
  'addcdiv',
  'addcmul',
  'asin',
  'asinh',
  'atan',
  'atan2',
  'atanh',
  'bitwiseAnd',
  'bitwiseLeftShift',
  'bitwiseNot',
  'bitwiseOr',
  'bitwiseRightShift',
  'bitwiseXor',
  'ceil',
  'clamp',
  'clampMax',
  'clampMin',
  'copysign',
  'cos',
  'cosh',
  'deg2rad',
  'digamma',
  'div',
  'elu',
  'eq',
  'erf',
  'erfc',
  'erfinv',
  'exp',
  'exp2',
  'expm1',
  'floor',
  'floorDivide',
  'fmod',
  'frac',
  'ge',
  'gt',
  'heaviside',
  'hypot',
  'i0',
  'le',
  'leakyRelu',
  'lerp',
  'lgamma',
  'log',
  'log10',
  'log1p',
  'log2',
  'logicalAnd',
  'logicalNot',
  'logicalOr',
  'logicalXor',
  'logit',
  'lt',
  'maskedFill',
  'mul',
  'nanToNum',
  'ne',
  'neg',
  'polygamma',
  'pow',
  'rad2deg',
  'reciprocal',
  'relu',
  'remainder',
  'round',
  'rsqrt',
  'sgn',
  'sigmoid',
  'sign',
  'sin',
  'sinc',
  'sinh',
  'sqrt',
  'square',
  'sub',
  'tan',
  'tanh',
  'trueDivide',
  'trunc',
  'xlogy',
] as const;

/** `x.exp_()` gives x the values of `x.exp()`, with the same arguments, and returns x. */
type InPlaceFamily = {
  [Name in (typeof FAMILY)[number] as `${Name}_`]: <A extends Tensor>(this: A, ...args: Parameters<Tensor[Name]>) => A;
};

/** The new values. Where a tape saved the old ones, which are about to go, it gets a copy of them to work on. */
function compute(target: Tensor, name: (typeof FAMILY)[number], args: readonly unknown[]): Tensor {
  const run = (self: Tensor, others: readonly unknown[]): Tensor =>
    (self[name] as (...args: readonly unknown[]) => Tensor)(...others);
  const tensors = [target, ...args.filter(isTensor)];
  const holds = tensors.map(({ storage }) => storage.holds);
  const result = run(target, args);
  if (target.storage.holds === holds[0]) return result;
  // The first node is given up, and with it what it held.
  tensors.forEach(({ storage }, i) => {
    while (storage.holds > (holds[i] as number)) storage.release(false);
  });
  const copy = clone(target);
  return run(
    copy,
    args.map((arg) => (arg === target ? copy : arg)),
  );
}

export interface InPlaceMethods extends InPlaceFamily {}

// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the static block defines what the interface declares.
export abstract class InPlaceMethods extends ConversionMethods {
  static {
    for (const name of FAMILY) {
      Object.defineProperty(InPlaceMethods.prototype, `${name}_`, {
        value(this: Tensor, ...args: unknown[]): Tensor {
          const result = compute(this, name, args);
          assignInPlace(`${name}_`, this, result);
          // Nobody else has seen it, and no tape needs it.
          if (result.trace === null && result.storage !== this.storage) result.dispose();
          return this;
        },
        configurable: true,
        writable: true,
      });
    }
  }

  /** Makes every element `value`: a number, or a tensor without dimensions. */
  fill_<A extends Tensor>(this: A, value: TensorLike): A {
    return assignInPlace('fill_', this, expand(fillValue('fill_', this, value), (this as Tensor).shape));
  }

  /** Makes every element 0. */
  zero_<A extends Tensor>(this: A): A {
    return assignInPlace('zero_', this, filled(this.shape, 0, this.dtype));
  }

  /** Takes the values of `source`, which broadcasts and is converted. */
  copy_<A extends Tensor>(this: A, source: Tensor): A {
    checkTensor('copy_', 'source', source);
    if (!sameShape(broadcastShapes('copy_', this.shape, source.shape), this.shape)) {
      const shapes = `${formatShape(source.shape)} for ${formatShape(this.shape)}`;
      throw new ShapeError(
        `copy_: source must broadcast to the target; got ${shapes}; try a source of the target's shape`,
      );
    }
    return assignInPlace('copy_', this, expand(to(source, this.dtype), (this as Tensor).shape));
  }
}
