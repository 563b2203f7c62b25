// out[i] = f(x[i]), units = elements; correctly rounded except rsqrt (two roundings: within 1.5 ulp).
import { map } from './map';

@kernel(map) class Neg<T> { @inline of(x: v128): v128 { return v128.neg<T>(x); } }

@kernel(map) class Abs<T> { @inline of(x: v128): v128 { return v128.abs<T>(x); } }

@kernel(map) class Sqrt<T> { @inline of(x: v128): v128 { return v128.sqrt<T>(x); } }

@kernel(map) class Square<T> { @inline of(x: v128): v128 { return v128.mul<T>(x, x); } }

@kernel(map) class Reciprocal<T> { @inline of(x: v128): v128 { return v128.div<T>(v128.splat<T>(1), x); } }

@kernel(map) class Rsqrt<T> { @inline of(x: v128): v128 { return v128.div<T>(v128.splat<T>(1), v128.sqrt<T>(x)); } }

@kernel(map) class Floor<T> { @inline of(x: v128): v128 { return v128.floor<T>(x); } }

@kernel(map) class Ceil<T> { @inline of(x: v128): v128 { return v128.ceil<T>(x); } }

@kernel(map) class Trunc<T> { @inline of(x: v128): v128 { return v128.trunc<T>(x); } }

/** Halves go to the even neighbour. */
@kernel(map) class Round<T> { @inline of(x: v128): v128 { return v128.nearest<T>(x); } }

/** pmax(x, 0) is x < 0 ? 0 : x, so NaN gets through; adding 0 first takes -0 to +0. */
@kernel(map) class Relu<T> {
  @inline of(x: v128): v128 {
    const zero = v128.splat<T>(0);
    return v128.pmax<T>(v128.add<T>(x, zero), zero);
  }
}

/** -1, 0 or 1; 0 for NaN and +0 for -0, as in PyTorch. */
@kernel(map) class Sign<T> {
  @inline of(x: v128): v128 {
    const zero = v128.splat<T>(0);
    const one = v128.splat<T>(1);
    return v128.sub<T>(v128.and(one, v128.gt<T>(x, zero)), v128.and(one, v128.lt<T>(x, zero)));
  }
}
