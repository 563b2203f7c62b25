// What instructions do to vectors. Truth is 1, falsehood 0.
import { exp } from '@tessera/kernels/assembly/maths/exp';
import { log } from '@tessera/kernels/assembly/maths/log';
import { tanh } from '@tessera/kernels/assembly/maths/sigmoid';

@inline function truth<T>(mask: v128): v128 { return v128.and(mask, v128.splat<T>(1)); }

export class Neg<T> { @inline of(x: v128): v128 { return v128.neg<T>(x); } }
export class Abs<T> { @inline of(x: v128): v128 { return v128.abs<T>(x); } }
export class Exp<T> { @inline of(x: v128): v128 { return exp<T>(x); } }
export class Log<T> { @inline of(x: v128): v128 { return log<T>(x); } }
export class Tanh<T> { @inline of(x: v128): v128 { return tanh<T>(x); } }
export class Sqrt<T> { @inline of(x: v128): v128 { return v128.sqrt<T>(x); } }
export class Floor<T> { @inline of(x: v128): v128 { return v128.floor<T>(x); } }

export class Add<T> { @inline of(x: v128, y: v128): v128 { return v128.add<T>(x, y); } }
export class Sub<T> { @inline of(x: v128, y: v128): v128 { return v128.sub<T>(x, y); } }
export class Mul<T> { @inline of(x: v128, y: v128): v128 { return v128.mul<T>(x, y); } }
export class Div<T> { @inline of(x: v128, y: v128): v128 { return v128.div<T>(x, y); } }
export class Minimum<T> { @inline of(x: v128, y: v128): v128 { return v128.min<T>(x, y); } }
export class Maximum<T> { @inline of(x: v128, y: v128): v128 { return v128.max<T>(x, y); } }
export class Eq<T> { @inline of(x: v128, y: v128): v128 { return truth<T>(v128.eq<T>(x, y)); } }
export class Ne<T> { @inline of(x: v128, y: v128): v128 { return truth<T>(v128.ne<T>(x, y)); } }
export class Lt<T> { @inline of(x: v128, y: v128): v128 { return truth<T>(v128.lt<T>(x, y)); } }
export class Le<T> { @inline of(x: v128, y: v128): v128 { return truth<T>(v128.le<T>(x, y)); } }

/** x where c is not 0, else y. */
export class Where<T> {
  @inline of(c: v128, x: v128, y: v128): v128 { return v128.bitselect(x, y, v128.ne<T>(c, v128.splat<T>(0))); }
}
