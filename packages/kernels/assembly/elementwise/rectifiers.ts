// Activations with a bend at 0, sharp or smooth; units = elements.
import { exp, expInUnits } from '../maths/exp';
import { logOnePlus } from '../maths/log';
import { tanh } from '../maths/sigmoid';
import { map } from './map';
import { parameter, setParameter } from './parameters';
import { zip } from './zip';

/** min(max(x + 3, 0), 6) / 6 */
@inline function hardGate<T>(x: v128): v128 {
  const six = v128.splat<T>(6);
  const line = v128.add<T>(x, v128.splat<T>(3));
  return v128.div<T>(v128.pmin<T>(v128.pmax<T>(line, v128.splat<T>(0)), six), six);
}
@kernel(map) class Hardsigmoid<T> { @inline of(x: v128): v128 { return hardGate<T>(x); } }

@kernel(map) class Hardswish<T> { @inline of(x: v128): v128 { return v128.mul<T>(x, hardGate<T>(x)); } }

/**
 * x tanh(log(1 + e^x)). With e = e^-|x| it is x (1 + 2 e) / (1 + 2 e + 2 e^2) above 0 and x e (2 + e) / (2 + 2 e + e^2) below, where
 * e is in units of 2^-32 so that the product keeps its digits down to where it vanishes.
 */
@kernel(map) class Mish<T> {
  @inline of(x: v128): v128 {
    const zero = v128.splat<T>(0);
    const one = v128.splat<T>(1);
    const two = v128.splat<T>(2);
    const unit = v128.splat<T>(<T>2.3283064365386963e-10);
    const inUnits = expInUnits<T>(v128.neg<T>(v128.abs<T>(x)), zero);
    const e = v128.mul<T>(inUnits, unit);
    const right = v128.add<T>(one, v128.add<T>(e, e));
    const left = v128.add<T>(two, e);
    const square = v128.mul<T>(e, e);
    const above = v128.div<T>(v128.mul<T>(x, right), v128.add<T>(right, v128.add<T>(square, square)));
    const share = v128.div<T>(left, v128.add<T>(two, v128.mul<T>(e, left)));
    const below = v128.mul<T>(v128.mul<T>(v128.mul<T>(x, inUnits), share), unit);
    return v128.bitselect(below, above, v128.lt<T>(x, zero));
  }
}

/** x above 0, w x below */
@kernel(zip) class Prelu<T> {
  @inline of(x: v128, w: v128): v128 {
    return v128.bitselect(x, v128.mul<T>(w, x), v128.gt<T>(x, v128.splat<T>(0)));
  }
}

/** above x for x > 0, below (e^(rate x) - 1) else, e^y - 1 = 2 t / (1 - t) with t = tanh(y / 2) */
@kernel function elu<T>(out: usize, x: usize, above: f64, below: f64, rate: f64, begin: i32, end: i32): void {
  setParameter<T>(0, above);
  setParameter<T>(1, below);
  setParameter<T>(2, rate / 2);
  map<T, Elu<T>>(out, x, begin, end);
}
class Elu<T> {
  @inline of(x: v128): v128 {
    const zero = v128.splat<T>(0);
    const t = tanh<T>(v128.mul<T>(parameter(2), v128.pmin<T>(x, zero)));
    const rise = v128.div<T>(v128.add<T>(t, t), v128.sub<T>(v128.splat<T>(1), t));
    const positive = v128.gt<T>(x, zero);
    return v128.bitselect(v128.mul<T>(parameter(0), x), v128.mul<T>(parameter(1), rise), positive);
  }
}

/** max(z, 0) + log(1 + e^-|z|) = log(1 + e^z) */
@inline function softRamp<T>(z: v128): v128 {
  const rest = logOnePlus<T>(exp<T>(v128.neg<T>(v128.abs<T>(z))));
  return v128.add<T>(v128.pmax<T>(z, v128.splat<T>(0)), rest);
}

/** log(1 + e^(beta x)) / beta, x itself where beta x is above the threshold */
@kernel function softplus<T>(out: usize, x: usize, beta: f64, threshold: f64, begin: i32, end: i32): void {
  setParameter<T>(0, beta);
  setParameter<T>(1, threshold);
  map<T, Softplus<T>>(out, x, begin, end);
}
class Softplus<T> {
  @inline of(x: v128): v128 {
    const z = v128.mul<T>(parameter(0), x);
    return v128.bitselect(x, v128.div<T>(softRamp<T>(z), parameter(0)), v128.gt<T>(z, parameter(1)));
  }
}

/** -log(1 + e^-x) */
@kernel(map) class Logsigmoid<T> { @inline of(x: v128): v128 { return v128.neg<T>(softRamp<T>(v128.neg<T>(x))); } }
