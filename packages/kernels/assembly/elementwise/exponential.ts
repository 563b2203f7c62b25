// out[i] = f(x[i]), units = elements. Bounds are the largest errors found over dense samples (see ../README.md).
import { exp } from '../maths/exp';
import { log } from '../maths/log';
import { sigmoid, tanh } from '../maths/sigmoid';
import { map } from './map';

@kernel(map) class Exp<T> { @inline of(x: v128): v128 { return exp<T>(x); } }
@kernel(map) class Log<T> { @inline of(x: v128): v128 { return log<T>(x); } }
@kernel(map) class Tanh<T> { @inline of(x: v128): v128 { return tanh<T>(x); } }
@kernel(map) class Sigmoid<T> { @inline of(x: v128): v128 { return sigmoid<T>(x); } }
